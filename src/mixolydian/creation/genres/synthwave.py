"""Synthwave: the music of films of the 1980s, remembered (France, from about 2005).

Gated snares, tom fills, eighth-note synth basses, brass and warm pads, an arpeggio that
never stops. Minor, wide and nostalgic; the tempo of driving at night.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, FOUR, HOLD, OFF, SIXTEENTHS, Genre

GENRE = Genre(
    name="synthwave",
    about="gated snares, eighth-note synth bass, brass, endless arpeggio; nostalgic",
    tempo=(80, 118),
    grooves=(
        {"kick": "X.......X.......", "snare": BACKBEAT, "hat": EIGHTHS},
        {
            "kick": FOUR,
            "snare": BACKBEAT,
            "hat": SIXTEENTHS,
            "tom": "................|............xxxx",
        },
        {"kick": "X.....x.X.......", "snare": BACKBEAT, "open": OFF, "clap": BACKBEAT},
    ),
    kits=("eighties",),
    bass=("root8", "octaves", "root16"),
    bass_voices=("saw", "square", "moog"),
    chord_voices=("pad", "brass", "epiano"),
    chord_rhythms=(
        HOLD,
        "x.....x.........",
        OFF,
    ),
    lead_voices=("lead", "squarelead", "synclead"),
    progressions="pop",
    sidechain=(0, 0.4),
    shares={"arpeggio": 0.6, "lead": 0.8, "vocal": 0.35},
)
