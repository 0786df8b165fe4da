"""F1: what we remember. The only place with SQL."""
