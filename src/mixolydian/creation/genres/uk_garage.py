"""Uk garage."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, OFF, SIXTEENTHS, STABS, Genre

GENRE = Genre(
    name="uk garage",
    tempo=(128, 136),
    grooves=(
        {
            "kick": "X.........x.....",
            "snare": BACKBEAT,
            "hat": "..x.x.xo..x.x.xo",
            "rim": "...o..o....o..o.",
        },
        {
            "kick": "X......o..x.....|X.........x..x..",
            "clap": BACKBEAT,
            "hat": "x.xox.xox.xox.xo",
            "perc": "...x..x....?..x.",
        },
        {
            "kick": "X.....?...x.....",
            "snare": "....X..o....X..o",
            "open": OFF,
            "shaker": SIXTEENTHS,
        },
    ),
    kits=("club",),
    bass=("syncopated", "sustain"),
    bass_voices=("sub", "fm", "organbass"),
    chord_voices=("organ", "epiano", "stab"),
    chord_rhythms=(*STABS,),
    lead_voices=("pluck", "bell", "lead"),
    sevenths=0.7,
    swing=(0.15, 0.33),
    sidechain=(0, 0.3),
    shares={"vocal": 0.35},
)
