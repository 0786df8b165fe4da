"""Waltz: three beats, the first one heavy.

Bass on one, chords on two and three, a tune that turns in four- and eight-bar phrases.
Acoustic instruments, chords often on their third; from slow to very quick.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import HOLD, Genre

GENRE = Genre(
    name="waltz",
    about="three beats: bass on one, chords on two and three; acoustic, turning",
    tempo=(84, 190),
    grooves=(
        {"kick": "X...........", "snare": "....o...o...", "hat": "x...x...x..."},
        {
            "kick": "X.........x.|X...........",
            "snare": "....x...x...|....x...x.o.",
            "ride": "x.o.x.o.x.o.",
            "hat": "....x...x...",
        },
        {
            "kick": "X...........",
            "rim": "........x...",
            "shaker": "x.o.x.o.x.o.",
            "perc": "....x...?...",
        },
    ),
    kits=("acoustic",),
    bass=("waltz",),
    bass_voices=("round", "picked"),
    chord_voices=("piano", "strings", "guitar", "epiano"),
    chord_rhythms=(
        "....x...x...",
        HOLD,
        "x...x...x...",
    ),
    lead_voices=("flute", "strings", "bell"),
    progressions="pop",
    form="song",
    meter=3,
    minor=0.45,
    inversions=0.25,
    jitter=(0, 8),
    sidechain=(0, 0.1),
    shares={"vocal": 0.35},
)
