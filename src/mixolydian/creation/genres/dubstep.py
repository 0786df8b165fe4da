"""Dubstep."""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="dubstep",
    tempo=(138, 142),
    grooves=(
        {"kick": "X...............|X.....x...x.....", "snare": "........X.......", "hat": EIGHTHS},
        {
            "kick": "X.....x.........|X..x......x.....",
            "snare": "........X.......",
            "hat": "x..x..x.x..x..x.",
            "perc": "...........x..o.",
        },
        {
            "kick": "X.........x.....",
            "snare": "........X.......",
            "clap": "........x.......",
            "hat": "x.x.x.x.x.xxx.x.",
        },
    ),
    kits=("dubstep",),
    bass=("sustain", "syncopated"),
    bass_voices=("growl", "reese", "sub"),
    chord_voices=("pad", "stab", "dark"),
    chord_rhythms=(
        HOLD,
        "x...........x...",
        "......x.........",
    ),
    lead_voices=("lead", "bell", "growl"),
    minor=0.95,
    sidechain=(0.1, 0.5),
    bars_per_chord=(1, 2, 2),
    balance={"kick": 1},
)
