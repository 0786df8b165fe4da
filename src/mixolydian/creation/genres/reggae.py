"""Reggae: the one drop (Jamaica, from about 1968).

Nothing on one, kick and rim together on three, guitar and organ on the offbeats, a bass that
sings in the gaps. Relaxed, warm, two or three chords.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, FOUR, OFF, Genre

GENRE = Genre(
    name="reggae",
    about="kick and rim on three, offbeat guitar and organ, singing bass; relaxed, acoustic",
    tempo=(68, 92),
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
    kits=("acoustic",),
    bass=("reggae",),
    bass_voices=("round", "sub"),
    chord_voices=("organ", "piano", "guitar"),
    chord_rhythms=(
        OFF,
        "....x.......x...",
        "..xx..xx..xx..xx",
    ),
    lead_voices=("brass", "flute", "organ"),
    progressions="reggae",
    form="song",
    minor=0.4,
    swing=(0, 0.25),
    jitter=(2, 6),
    sidechain=(0, 0),
    shares={"arpeggio": 0, "vocal": 0.35},
)
