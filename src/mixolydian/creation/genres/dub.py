"""Dub."""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, FOUR, OFF, Genre

GENRE = Genre(
    name="dub",
    tempo=(64, 84),
    grooves=(
        {"kick": "........X.......", "rim": "........X.......", "hat": EIGHTHS},
        {
            "kick": "X.......X.......",
            "snare": "........X.......",
            "hat": OFF,
            "perc": "......x....o..?.",
        },
        {
            "kick": FOUR,
            "rim": "........X.....o.",
            "hat": "o.x.o.x.o.x.o.x.",
            "tom": "................|............x.xx",
        },
    ),
    kits=("lofi",),
    bass=("reggae", "sustain"),
    bass_voices=("sub", "round"),
    chord_voices=("stab", "organ", "guitar"),
    chord_rhythms=(
        OFF,
        "....x.......x...",
    ),
    lead_voices=("flute", "bell"),
    progressions="vamp",
    minor=0.85,
    jitter=(0, 4),
    sidechain=(0, 0.1),
    bars_per_chord=(1, 2),
    shares={"lead": 0.3},
)
