"""Jungle."""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="jungle",
    tempo=(155, 172),
    grooves=(
        {
            "kick": "X.x.......xx....|X.x.......x.....",
            "snare": "....X..o.o..X..o|....X..o.o....X.",
            "ride": EIGHTHS,
        },
        {
            "kick": "X.....x...x.....|X.x....x..x.....",
            "snare": "....X..o....X.o.|....X..o.o..X...",
            "hat": EIGHTHS,
        },
        {
            "kick": "X.........xx....|X.x...x...x.....",
            "snare": "....X.o..o..X...|....X..o.oo.X.oo",
            "open": "..x...........x.",
            "hat": EIGHTHS,
        },
    ),
    kits=("breaks",),
    bass=("sustain", "reggae", "syncopated"),
    bass_voices=("sub", "reese", "round"),
    chord_voices=("pad", "stab", "epiano"),
    chord_rhythms=(
        HOLD,
        "x.....x...x.....",
    ),
    lead_voices=("bell", "lead", "pluck"),
    minor=0.8,
    sevenths=0.5,
    sidechain=(0, 0.2),
    bars_per_chord=(1, 2, 4),
)
