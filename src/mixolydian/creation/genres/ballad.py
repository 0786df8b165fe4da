"""Ballad: a slow song with the band holding back.

Piano or guitar in eighths, a soft backbeat or a rim, long bass notes, strings at the end.
The melody has room; the chords move by the bar and often stand on their third.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, HOLD, SIXTEENTHS, Genre

GENRE = Genre(
    name="ballad",
    about="slow song: piano eighths, soft backbeat, held bass, inverted chords; acoustic",
    tempo=(60, 84),
    grooves=(
        {"kick": "X.........x.....", "snare": BACKBEAT, "hat": EIGHTHS},
        {"kick": "X......x..x.....", "rim": BACKBEAT, "hat": SIXTEENTHS},
        {
            "kick": "X.......x.......",
            "snare": "....x.......x...",
            "ride": "x...x...x...x...",
            "hat": "..o...o...o...o.",
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
