"""Mixolydian listens to music, says what it hears, and makes music from what it knows."""

__version__ = "0.1.0"
