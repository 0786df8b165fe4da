"""Ballad."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, HOLD, SIXTEENTHS, Genre

GENRE = Genre(
    name="ballad",
    tempo=(60, 84),
    grooves=(
        {"kick": "X.........x.....", "snare": BACKBEAT, "hat": EIGHTHS},
        {"kick": "X......x..x.....", "rim": BACKBEAT, "hat": SIXTEENTHS},
        {
            "kick": "X.......x.......",
            "snare": "....x.......x...",
            "ride": "x...x...x...x...",
            "shaker": "o.o.o.o.o.o.o.o.",
        },
    ),
    kits=("acoustic",),
    bass=("one", "sustain", "walking"),
    bass_voices=("round", "picked"),
    chord_voices=("piano", "epiano", "guitar", "strings"),
    chord_rhythms=(
        EIGHTHS,
        HOLD,
        "x...x...x...x...",
    ),
    lead_voices=("flute", "strings", "bell"),
    progressions="pop",
    form="song",
    minor=0.4,
    sevenths=0.3,
    inversions=0.3,
    jitter=(3, 10),
    sidechain=(0, 0),
    shares={"arpeggio": 0.5, "vocal": 0.35},
)
