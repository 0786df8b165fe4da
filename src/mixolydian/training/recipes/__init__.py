"""Recipes: one file per model that is made; the file's name is the recipe's."""
