"""Future bass."""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="future bass",
    tempo=(140, 160),
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
    bass_voices=("sub", "reese", "saw"),
    chord_voices=("supersaw", "pad", "pluck"),
    chord_rhythms=(
        HOLD,
        "x..x..x.x..x..x.",
        "x...x...x.x.x...",
    ),
    lead_voices=("bell", "lead", "pluck"),
    progressions="pop",
    minor=0.4,
    sevenths=0.6,
    sidechain=(0.4, 0.9),
    shares={"arpeggio": 0.4, "vocal": 0.35},
)
