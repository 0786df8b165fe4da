"""Six-eight: two groups of three (folk, gospel, slow rock).

Kick on one, snare on four, eighths rolling over both; broken chords and long melodies. The
beat of `Beats` is the eighth here, so tempi look high.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import HOLD, Genre

GENRE = Genre(
    name="six eight",
    about="two groups of three eighths: kick on one, snare on four, rolling chords; acoustic",
    tempo=(130, 200),
    grooves=(
        {"kick": "X.........o.", "snare": "......X.....", "hat": "x.o.o.x.o.o."},
        {
            "kick": "X...x.......|X.........x.",
            "snare": "......X.....",
            "ride": "x.o.o.x.o.o.",
            "hat": "......x.....",
        },
        {"kick": "X.....o.....", "rim": "......x.....", "shaker": "x.x.x.x.x.x."},
    ),
    kits=("acoustic",),
    bass=("sixeight",),
    bass_voices=("round", "picked", "sub"),
    chord_voices=("piano", "guitar", "organ", "strings"),
    chord_rhythms=(
        "x.o.o.x.o.o.",
        HOLD,
        "x.....x.....",
    ),
    lead_voices=("flute", "brass", "bell"),
    progressions="pop",
    form="song",
    meter=6,
    minor=0.5,
    jitter=(0, 8),
    sidechain=(0, 0.1),
    shares={"arpeggio": 0.5, "vocal": 0.35},
)
