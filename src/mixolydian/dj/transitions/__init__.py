"""Transitions from one track to the next: searched by the thousand, scored, explained."""
