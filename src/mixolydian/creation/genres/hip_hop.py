"""Hip-hop: a sampled drum loop and a few jazz chords (New York, from the 1970s on).

Late, swung strokes at 75 to 98, dusty drums, an electric piano turning over one vamp, a
round bass. The loop hardly changes; what is taken away and given back makes the form.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, HOLD, Genre

GENRE = Genre(
    name="hip-hop",
    about="slow swung dusty loop, jazz vamp on electric piano, round bass; lazy",
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
    bass_voices=("sub", "round", "upright"),
    chord_voices=("epiano", "wurli", "piano"),
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
