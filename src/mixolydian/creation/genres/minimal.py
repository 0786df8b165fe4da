"""Minimal: techno and house with everything but the groove taken out (from about 1998).

Clicks, blips and short rims around a small dry kick; gaps are part of the rhythm, and
figures change by one stroke at a time. The bass speaks in two or three notes, a single
plucked chord marks the bar. Thin, dry, quiet and patient: no risers, hardly a drop.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import FOUR, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":   FOUR,
     "rim":    "X..x.....x..?...",
     "hat":    "..x...x...x...x.",
     "perc":   ".o..x..o....x..."},
    {"kick":   "X...x...x...x...",
     "clap":   "....x.......x..?",
     "shaker": "X.o..xo..xo..xo.",
     "perc":   "x.....x..?..x..."},
    {"kick":   "X...x...x...x...|X...x...x...x.o.",
     "rim":    "X.....o..o....x.|X.....o..o.x..x.",
     "hat":    "..o.x.o...o.x.o."},
    {"kick":   FOUR,
     "snare":  "............x...",
     "perc":   "X.o.....o..x..o.|X.o..o..o..x....",
     "rim":    ".......o........|.......o.....oo.",
     "hat":    "..x...x...x...x?"},
    {"kick":   "X...x...x...x...",
     "clap":   "............x...|....o.......x...",
     "perc":   "X...?..o.o..?..o",
     "tom":    "x..........o....|x.......o..o....",
     "shaker": "..xo..xo..xo..xo"},
    {"kick":   "X...x...x..?x...",
     "rim":    "X.o...x.....o...|X.o...x....x..o.",
     "hat":    "..x..ox...x..ox.",
     "cowbell": "................|..........o....."},
)  # fmt: skip

GENRE = Genre(
    name="minimal",
    about="clicks, rims and blips with gaps around a small dry kick, two-note bass; thin and quiet",
    tempo=(122, 128),
    grooves=GROOVES,
    kits=("minimal",),
    bass=(
        "two notes",
        "r.....r.........",
        "r..r......r.....",
        "r.........r..5..",
        "...r..r....r....",
        "r.o...r.......7.",
    ),
    bass_voices=("fm", "round", "donk"),
    chord_voices=("marimba", "clav", "pluck"),
    chord_rhythms=(
        "X...............",
        "X.........x.....",
        "..x.............|X...............",
        "......x.........",
        "X..x............|................",
    ),
    lead_voices=("blip", "kalimba"),
    pad_voices=("airpad", "glass"),
    arpeggio_voices=("blip", "marimba", "kalimba"),
    vocal_voices=("chop",),
    progressions={
        "minor": ("i", "i i iv i", "i i i v", "i i iv7 i", "i v i i"),
        "major": ("I", "Imaj7", "I I IV I", "I I ii7 I"),
        "dorian": ("i7", "i7 i7 IV i7"),
        "phrygian": ("i i i bII",),
    },
    forms=(
        "intro:24 verse:32 bridge:8 drop:32 outro:24",
        "intro:32 verse:32 breakdown:8 verse:32 outro:16",
        "intro:16 verse:24 bridge:8 verse:24 breakdown:8 drop:24 outro:16",
        "intro:32 drop:48 bridge:8 verse:16 outro:24",
    ),
    minor=0.85,
    sevenths=0.1,
    inversions=0.0,
    swing=(0.1, 0.22),
    sidechain=(0.0, 0.25),
    shares={
        "pad": 0.25, "lead": 0.2, "vocal": 0.15, "arpeggio": 0.25, "texture": 0.7,
        "percussion": 1.0,
    },
    balance={
        "kick": -1, "percussion": 4, "snare": 1, "hats": -1, "bass": -2, "chords": -2, "pad": -5,
        "lead": -4,
    },
    bars_per_chord=(4, 4, 8),
    lead_step=(0.5, 0.5, 1.0),
    arpeggio_step=(0.5, 0.75),
    reverb=(0.05, 0.2),
    delay=(0.15, 0.4),
    drive=(0.0, 0.2),
    tilt=(1.5, 3.0),
    loudness=-11.5,
    soft_intro=0.05,
    sweep=0.3,
    fills=0.06,
    bass_register=(31, 36),
    chord_register=(62, 68),
)  # fmt: skip
