"""Hip-hop."""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="hip-hop",
    tempo=(75, 98),
    grooves=(
        {"kick": "X......x..x.....|X......x..x..o..", "snare": BACKBEAT, "hat": EIGHTHS},
        {
            "kick": "X..o......x.....|X.x.......x.....",
            "snare": "....X..o....X...",
            "hat": "x.x.x.xox.x.x.xo",
            "rim": ".......o......?.",
        },
        {
            "kick": "X.......x.x.....",
            "snare": BACKBEAT,
            "shaker": EIGHTHS,
            "perc": "......?....x....",
        },
    ),
    kits=("lofi",),
    bass=("syncopated", "sustain", "walking"),
    bass_voices=("sub", "round"),
    chord_voices=("epiano", "piano", "pluck"),
    chord_rhythms=(
        HOLD,
        "x......x........",
        "x.....x...x.....",
    ),
    lead_voices=("bell", "epiano", "flute"),
    progressions="jazz",
    form="song",
    minor=0.6,
    sevenths=0.9,
    swing=(0.12, 0.34),
    jitter=(2, 8),
    sidechain=(0, 0.3),
    shares={"vocal": 0.35},
)
