"""Psytrance: a bass that gallops between the kicks (Goa, from about 1990).

Three short bass notes after every kick, all on the root, for minutes; acid lines, zaps and
dark pads twist above. No harmony to speak of, sixteenths without end, 138 and faster.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import FOUR, HOLD, OFF, SIXTEENTHS, STABS, Genre

GENRE = Genre(
    name="psytrance",
    about="three bass sixteenths after every kick on one root, acid leads, zaps; hypnotic",
    tempo=(138, 148),
    grooves=(
        {"kick": FOUR, "open": OFF, "clap": "....x.......x...", "perc": "...x..x...x..x.."},
        {"kick": FOUR, "hat": SIXTEENTHS, "ride": OFF, "rim": "...x.....x....x."},
        {
            "kick": FOUR,
            "open": OFF,
            "tom": "...x..x.........|...x..x....x..x.",
            "hat": "o.xoo.xoo.xoo.xo",
        },
    ),
    kits=("techno",),
    bass=("psy",),
    bass_voices=("rolling", "saw"),
    chord_voices=("stab", "dark", "pad"),
    chord_rhythms=(
        *STABS,
        HOLD,
    ),
    lead_voices=("acid", "synclead", "fmlead"),
    progressions="vamp",
    minor=0.9,
    bars_per_chord=(2, 4),
    shares={"arpeggio": 0.5},
    balance={"kick": 4},
)
