"""Drum & bass."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, HOLD, OFF, SIXTEENTHS, Genre

GENRE = Genre(
    name="drum & bass",
    tempo=(168, 178),
    grooves=(
        {"kick": "X.........x.....", "snare": BACKBEAT, "hat": EIGHTHS, "ride": OFF},
        {
            "kick": "X.....x...x.....|X.........x..x..",
            "snare": "....X.......X...|....X..o....X..o",
            "hat": SIXTEENTHS,
        },
        {
            "kick": "X.x.......x.....",
            "snare": "....X..o.o..X...",
            "shaker": SIXTEENTHS,
            "open": "......x.......x.",
        },
    ),
    kits=("breaks",),
    bass=("sustain", "syncopated", "rolling"),
    bass_voices=("reese", "sub", "growl"),
    chord_voices=("pad", "epiano", "stab"),
    chord_rhythms=(
        HOLD,
        "x.....x.........",
        "...x......x.....",
    ),
    lead_voices=("lead", "pluck", "bell"),
    minor=0.85,
    sevenths=0.4,
    sidechain=(0.1, 0.4),
    bars_per_chord=(1, 2, 2, 4),
    shares={"vocal": 0.35},
)
