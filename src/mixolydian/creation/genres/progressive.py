"""Progressive."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, FOUR, HOLD, OFF, SIXTEENTHS, Genre

GENRE = Genre(
    name="progressive",
    tempo=(118, 128),
    grooves=(
        {"kick": FOUR, "clap": BACKBEAT, "open": OFF, "hat": SIXTEENTHS},
        {
            "kick": FOUR,
            "clap": BACKBEAT,
            "open": OFF,
            "shaker": SIXTEENTHS,
            "perc": "...x..x....x..?.",
        },
        {
            "kick": FOUR,
            "snare": BACKBEAT,
            "open": OFF,
            "hat": "x?xox?xox?xox?xo",
            "perc": "..?...x..x....x.",
        },
    ),
    kits=("club",),
    bass=("root8", "rolling", "offbeat"),
    bass_voices=("saw", "reese", "round"),
    chord_voices=("pad", "pluck", "supersaw"),
    chord_rhythms=(
        HOLD,
        "x..x..x...x..x..",
        OFF,
        "x.....x...x.....",
        "...x..x....x..x.",
        "x..x..x.........",
    ),
    lead_voices=("pluck", "lead", "bell"),
    bars_per_chord=(2, 2, 4),
    shares={"arpeggio": 0.5},
    balance={"kick": 2},
)
