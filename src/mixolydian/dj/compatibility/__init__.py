"""How well two tracks, or two moments of them, go together, and why."""
