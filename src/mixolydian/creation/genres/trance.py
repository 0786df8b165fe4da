"""Trance."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, FOUR, HOLD, OFF, SIXTEENTHS, Genre

GENRE = Genre(
    name="trance",
    tempo=(130, 142),
    grooves=(
        {
            "kick": FOUR,
            "clap": BACKBEAT,
            "open": OFF,
            "hat": SIXTEENTHS,
            "ride": "........x.......|........x.......",
        },
        {"kick": FOUR, "snare": BACKBEAT, "open": OFF, "shaker": SIXTEENTHS},
    ),
    kits=("club",),
    bass=("offbeat", "rolling"),
    bass_voices=("saw", "reese"),
    chord_voices=("supersaw", "pad", "pluck"),
    chord_rhythms=(
        HOLD,
        "x..x..x..x..x.x.",
        "x.xx.xx.x.xx.xx.",
    ),
    lead_voices=("lead", "pluck", "supersaw"),
    minor=0.85,
    sidechain=(0.4, 0.8),
    bars_per_chord=(1, 2, 2),
    shares={"arpeggio": 0.6, "lead": 0.8, "vocal": 0.35},
    balance={"kick": 3},
)
