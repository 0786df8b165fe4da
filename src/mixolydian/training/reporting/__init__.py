"""The report of a run: what a model can do, where it fails, and what it costs."""
