"""Trap: half-time drums with rattling hats (Atlanta, from about 2000).

The snare falls on three, hats race in thirty-seconds and triplets, a long tuned kick is the
bass. Bells or a dark piano on two or three minor chords; empty in the middle.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import HOLD, Genre

GENRE = Genre(
    name="trap",
    about="half-time snare, rattling hats, tuned 808 bass, bells in minor; sparse",
    tempo=(130, 150),
    grooves=(
        {
            "kick": "X......x..x.....|X..x..x...x.....",
            "snare": "........X.......",
            "hat": "x.x.x.x.x.x.x.x.x.x.x.x.xxxxx.x.|x.x.x.x.x.xxxxx.x.x.x.x.x.x.x.x.",
        },
        {
            "kick": "X.....x...x.....|X.........x..x..",
            "clap": "........X.......",
            "hat": "x.x.x.x.x.x.x.x.|x.x.xxx.x.x.xxxx",
            "open": "..............x.",
            "perc": "...x..........?.",
        },
        {
            "kick": "X..............x|......x...x.....",
            "snare": "........X.......",
            "rim": "...o..o....o..o.",
            "hat": "x.xxx.x.x.xxx.x.",
        },
    ),
    kits=("808",),
    bass=("808",),
    bass_voices=("808",),
    chord_voices=("bell", "pad", "piano", "dark"),
    chord_rhythms=(
        HOLD,
        "x.....x.....x...",
        "x..x..x...x.....",
    ),
    lead_voices=("bell", "pluck", "fmlead"),
    minor=0.9,
    sidechain=(0, 0.3),
    bars_per_chord=(1, 2),
    shares={"arpeggio": 0.4},
)
