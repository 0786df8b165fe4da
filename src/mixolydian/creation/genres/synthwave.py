"""Synthwave."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, FOUR, HOLD, OFF, SIXTEENTHS, Genre

GENRE = Genre(
    name="synthwave",
    tempo=(80, 118),
    grooves=(
        {"kick": "X.......X.......", "snare": BACKBEAT, "hat": EIGHTHS},
        {
            "kick": FOUR,
            "snare": BACKBEAT,
            "hat": SIXTEENTHS,
            "tom": "................|............xxxx",
        },
        {"kick": "X.....x.X.......", "snare": BACKBEAT, "open": OFF, "clap": BACKBEAT},
    ),
    kits=("eighties",),
    bass=("root8", "octaves", "root16"),
    bass_voices=("saw", "square", "reese"),
    chord_voices=("pad", "brass", "epiano"),
    chord_rhythms=(
        HOLD,
        "x.....x.........",
        OFF,
    ),
    lead_voices=("lead", "bell", "square"),
    progressions="pop",
    sidechain=(0, 0.4),
    shares={"arpeggio": 0.6, "lead": 0.8, "vocal": 0.35},
)
