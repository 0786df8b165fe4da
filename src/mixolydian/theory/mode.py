"""Modes: the scales of seven tones a piece can stand in, and the family each belongs to.

Intervals are semitones above the tonic. A key of an analysis is major or minor; a mode with
a major third belongs to the major family, the others to the minor one.
"""

from __future__ import annotations

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
"""Mode → its scale."""

MODES = tuple(SCALES)


def family(mode: str) -> str:
    """The key mode, major or minor, that `mode` is heard as."""
    return "major" if 4 in SCALES[mode] else "minor"


def mode_scale(tonic: int, mode: str) -> tuple[int, ...]:
    """The seven pitch classes of the mode on `tonic` (0 = C), tonic first."""
    return tuple((tonic + step) % 12 for step in SCALES[mode])
