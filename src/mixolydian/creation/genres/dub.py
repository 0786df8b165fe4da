"""Dub: reggae taken apart at the mixing desk (Kingston, from about 1970).

The accent falls on three, guitar and organ answer on the offbeat and vanish into echo, the
bass is the tune. One or two chords, much space, drums that drop out and return.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, FOUR, OFF, Genre

GENRE = Genre(
    name="dub",
    about="accent on three, offbeat chords into echo, bass as the tune, few chords; slow, hollow",
    tempo=(64, 84),
    grooves=(
        {"kick": "........X.......", "rim": "........X.......", "hat": EIGHTHS},
        {
            "kick": "X.......X.......",
            "snare": "........X.......",
            "hat": OFF,
            "perc": "......x....o..?.",
        },
        {
            "kick": FOUR,
            "rim": "........X.....o.",
            "hat": "o.x.o.x.o.x.o.x.",
            "tom": "................|............x.xx",
        },
    ),
    kits=("lofi",),
    bass=("reggae", "sustain"),
    bass_voices=("sub", "round"),
    chord_voices=("dubchord", "organ", "guitar"),
    chord_rhythms=(
        OFF,
        "....x.......x...",
    ),
    lead_voices=("flute", "bell"),
    progressions="vamp",
    minor=0.85,
    reverb=(0.4, 0.7),
    delay=(0.45, 0.75),
    tilt=(-3.0, -1.0),
    jitter=(0, 4),
    sidechain=(0, 0.1),
    bars_per_chord=(1, 2),
    shares={"lead": 0.3},
)
