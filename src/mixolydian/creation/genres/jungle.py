"""Jungle: breaks cut into splinters over a dub bass (London, about 1992).

Funk drums at 160 with snares where none were, pads and stabs from rave, a sub that moves
half as fast. The older, wilder brother of drum & bass.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="jungle",
    about="chopped funk breaks at 160 over a dub sub, pads, rave stabs; rough",
    tempo=(155, 172),
    grooves=(
        {
            "kick": "X.x.......xx....|X.x.......x.....",
            "snare": "....X..o.o..X..o|....X..o.o....X.",
            "ride": EIGHTHS,
            "hat": "x...x...x...x...",
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
    kits=("breaks", "dnb"),
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
