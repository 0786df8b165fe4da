"""Ambient."""

from __future__ import annotations

from mixolydian.creation.genres.base import EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="ambient",
    tempo=(60, 110),
    grooves=(
        {"perc": "x.......?.......", "shaker": "....o.......o..."},
        {
            "kick": "x...............|x.........o.....",
            "perc": "....?.......o...",
            "ride": "........o.......",
        },
        {"rim": "....x.......x...", "shaker": EIGHTHS},
    ),
    kits=("lofi",),
    bass=("one", "sustain"),
    bass_voices=("sub", "round"),
    chord_voices=("pad", "epiano", "dark"),
    chord_rhythms=(HOLD,),
    lead_voices=("bell", "flute", "pluck"),
    progressions="pop",
    form="ambient",
    minor=0.5,
    sevenths=0.5,
    jitter=(0, 8),
    sidechain=(0, 0),
    bars_per_chord=(1, 2, 2),
    shares={"arpeggio": 0.5},
)
