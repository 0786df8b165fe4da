"""Future bass: pop harmony on a half-time beat (internet, from about 2010).

Wide saw chords with sevenths swell and stutter under the kick, a big snare falls on three,
bells and chopped voices sing above. Major as often as minor, bright and very wide.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="future bass",
    about="half-time beat under wide pumping seventh chords, bells, chopped voices; bright, sweet",
    tempo=(140, 160),
    grooves=(
        {"kick": "X...............|X.....x...x.....", "snare": "........X.......", "hat": EIGHTHS},
        {
            "kick": "X.....x.........|X..x......x.....",
            "snare": "........X.......",
            "hat": "x..x..x.x..x..x.",
            "perc": "...........x..o.",
        },
        {
            "kick": "X.........x.....",
            "snare": "........X.......",
            "clap": "........x.......",
            "hat": "x.x.x.x.x.xxx.x.",
        },
    ),
    kits=("dubstep",),
    bass=("sustain", "syncopated"),
    bass_voices=("sub", "reese", "saw"),
    chord_voices=("futurechord", "futurechord", "supersaw"),
    chord_rhythms=(
        HOLD,
        "x..x..x.x..x..x.",
        "x...x...x.x.x...",
    ),
    vocal_voices=("chop", "aah"),
    lead_voices=("bell", "lead", "pluck"),
    progressions="pop",
    minor=0.4,
    sevenths=0.6,
    sidechain=(0.4, 0.9),
    shares={"arpeggio": 0.4, "vocal": 0.35},
)
