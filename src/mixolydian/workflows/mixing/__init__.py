"""What a rendered mix comes with: the picture of its certificate."""
