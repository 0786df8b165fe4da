"""Rock: guitars, bass and drums.

Backbeat, driving eighths, distorted chords held or chopped, verse and chorus. Played by
hand: the time breathes a little and loud bars are louder.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="rock",
    about="guitars in eighths, backbeat, picked bass, verse and chorus; played by hand",
    tempo=(95, 165),
    grooves=(
        {"kick": "X.......x.x.....", "snare": BACKBEAT, "hat": EIGHTHS},
        {
            "kick": "X.....x.x.......|X.....x.x.x.....",
            "snare": BACKBEAT,
            "ride": "x.x.x.x.x.x.x.x.",
            "hat": "....x.......x...",
        },
        {"kick": "X..x..x.x.......", "snare": BACKBEAT, "open": "x...x...x...x..."},
    ),
    kits=("acoustic",),
    bass=("root8", "walking", "syncopated"),
    bass_voices=("picked", "round"),
    chord_voices=("crunch", "guitar", "organ"),
    chord_rhythms=(
        "x.x.x.x.x.x.x.x.",
        HOLD,
        "x.....x.x.....x.",
    ),
    lead_voices=("crunch", "guitar", "brass"),
    progressions="pop",
    form="song",
    minor=0.4,
    jitter=(3, 9),
    sidechain=(0, 0),
    shares={"arpeggio": 0.1, "vocal": 0.35},
)
