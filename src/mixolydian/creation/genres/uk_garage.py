"""UK garage: house with a skip (London, from about 1995).

Two-step: the kick leaves out its second and fourth beat, everything between is swung hard;
organ basses, chopped voices, sevenths. Light on its feet.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, OFF, SIXTEENTHS, STABS, Genre

GENRE = Genre(
    name="uk garage",
    about="two-step kick with hard swing, organ bass, chopped voices, sevenths; light",
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
    kits=("club", "909"),
    bass=("syncopated", "sustain"),
    bass_voices=("sub", "fm", "organbass"),
    chord_voices=("organ", "epiano", "stab"),
    chord_rhythms=(*STABS,),
    vocal_voices=("chop", "vox"),
    lead_voices=("pluck", "bell", "lead"),
    sevenths=0.7,
    swing=(0.15, 0.33),
    sidechain=(0, 0.3),
    shares={"vocal": 0.6},
)
