"""Descriptions of music as other programs read them: one file per format."""
