"""F1: map work over items, each in a process that may fail without harm to the rest."""
