"""Hardcore."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, FOUR, HOLD, OFF, SIXTEENTHS, Genre

GENRE = Genre(
    name="hardcore",
    tempo=(160, 200),
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
    kits=("hardcore",),
    bass=("offbeat", "root8"),
    bass_voices=("saw", "reese", "fm"),
    chord_voices=("supersaw", "piano", "stab"),
    chord_rhythms=(
        HOLD,
        "x..x..x.x..x..x.",
        OFF,
    ),
    lead_voices=("lead", "supersaw", "fmlead"),
    sidechain=(0.3, 0.8),
    shares={"lead": 0.8},
    balance={"kick": 6},
)
