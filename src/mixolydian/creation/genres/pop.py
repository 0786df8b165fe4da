"""Pop: verse and chorus, four chords, a voice.

A plain backbeat or four on the floor, bass on the eighths, guitars, pianos and synths that
leave room for the tune. Choruses are fuller than verses; a bridge goes elsewhere.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, FOUR, HOLD, SIXTEENTHS, Genre

GENRE = Genre(
    name="pop",
    about="verse and chorus on four chords, plain backbeat, tune in front; clean",
    tempo=(88, 132),
    grooves=(
        {"kick": "X.....x.X.......|X.....x.X...x...", "snare": BACKBEAT, "hat": EIGHTHS},
        {"kick": FOUR, "clap": BACKBEAT, "hat": "x.xox.xox.xox.xo"},
        {
            "kick": "X..x....X.x.....",
            "snare": BACKBEAT,
            "shaker": SIXTEENTHS,
            "perc": "..?....x..?....x",
        },
    ),
    kits=("eighties",),
    bass=("root8", "syncopated", "offbeat"),
    bass_voices=("saw", "round", "picked"),
    chord_voices=("piano", "pad", "guitar", "pluck"),
    chord_rhythms=(
        HOLD,
        "x..x..x...x..x..",
        "x...x...x...x...",
    ),
    lead_voices=("lead", "flute", "bell"),
    progressions="pop",
    form="song",
    minor=0.35,
    inversions=0.25,
    jitter=(0, 4),
    sidechain=(0, 0.4),
    shares={"lead": 0.9, "vocal": 0.35},
)
