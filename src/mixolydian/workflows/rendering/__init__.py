"""What rendering a data set is made of: the items, and the folder they lie in."""
