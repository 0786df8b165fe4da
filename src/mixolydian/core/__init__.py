"""F0: the nouns everybody speaks. Imports nothing of our own from above."""
