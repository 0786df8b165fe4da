"""Electro."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, HOLD, SIXTEENTHS, STABS, Genre

GENRE = Genre(
    name="electro",
    tempo=(110, 132),
    grooves=(
        {
            "kick": "X.....x...x.....|X.....x.....x...",
            "snare": BACKBEAT,
            "hat": SIXTEENTHS,
            "cowbell": "..?..x....x..?..",
        },
        {
            "kick": "X..x......x.....|X..x....x.x.....",
            "clap": BACKBEAT,
            "hat": "x.xox.xox.xox.xo",
            "open": "......x.......x.",
        },
    ),
    kits=("808",),
    bass=("root16", "octaves", "syncopated"),
    bass_voices=("saw", "fm", "square"),
    chord_voices=("stab", "pad", "organ"),
    chord_rhythms=(
        *STABS,
        HOLD,
    ),
    lead_voices=("lead", "fmlead", "pluck"),
    minor=0.85,
    sidechain=(0, 0.2),
    shares={"arpeggio": 0.4},
)
