"""What to play next: content, company, context and the user's own taste, weighed with reasons."""
