"""Breakbeat."""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, HOLD, STABS, Genre

GENRE = Genre(
    name="breakbeat",
    tempo=(125, 140),
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
    bass=("syncopated", "rolling", "sustain"),
    bass_voices=("saw", "fm", "reese"),
    chord_voices=("stab", "organ", "pad"),
    chord_rhythms=(
        *STABS,
        HOLD,
    ),
    lead_voices=("lead", "acid", "pluck"),
    sidechain=(0, 0.3),
)
