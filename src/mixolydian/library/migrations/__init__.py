"""Numbered steps that bring a catalogue from any older version to the present one."""
