"""Deep house: house turned inwards (Chicago, New Jersey, Detroit, from about 1985).

Slower and softer than house: jazz chords on an electric piano or a pad that last for bars,
a round sub bass that walks, rims and brushed snares in place of hard claps, sixteenths that
swing. Dark in the treble, wide in the room; little happens and it happens gradually.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import HOLD, Genre, Groove

SOFT_FOUR = "X...x...x...x..."

GROOVES: tuple[Groove, ...] = (
    {"kick":   SOFT_FOUR,
     "rim":    "....x.......x..o",
     "open":   "..o...x...o...x.",
     "shaker": "X.oxo.oxo.oxo.ox",
     "perc":   "x.......o..x...."},
    {"kick":   "X...x...x...x...|X...x...x...x..o",
     "clap":   "....x.......x...",
     "hat":    "x.xo..xo..xo..xo",
     "perc":   "X..o..x..o.x..o."},
    {"kick":   SOFT_FOUR,
     "snare":  "....x..o.o..x..o|....x..o.o..x.o.",
     "open":   "..x...x...x...x.",
     "hat":    "X.oox.oox.oox.oo"},
    {"kick":   SOFT_FOUR,
     "rim":    "X..x..x...x.o...",
     "clap":   "............x...",
     "open":   "......o.......o.",
     "ride":   "..x...x...x...x.",
     "shaker": "xoxoxoxoxoxoxoxo"},
    {"kick":   "X...x...x..ox...|X...x..ox...x...",
     "snare":  "....o.......o...",
     "rim":    "....x..o....x...",
     "hat":    "X.xo..x...xo..xo",
     "tom":    "x.....o.........|..........o..x.."},
    {"kick":   SOFT_FOUR,
     "clap":   "....x.......x..?",
     "open":   "..x...x...x...o.",
     "perc":   "X...o..x..o.x...|X...o..x..o.x.xo",
     "shaker": "X.ooX.ooX.ooX.oo"},
)  # fmt: skip

GENRE = Genre(
    name="deep house",
    about="m7 and m9 chords on electric piano or pad, round sub, rims, swung shakers; dark, wide",
    tempo=(116, 123),
    grooves=GROOVES,
    kits=("808", "lofi", "707"),
    bass=(
        "deep",
        "walking",
        "r-----r-....5-..",
        "r---..r-....7-r-",
        "..r-..r-..r-..5-",
        "r-...r-...r-5-a-",
    ),
    bass_voices=("sub", "round", "upright"),
    chord_voices=("epiano", "wurli", "warm"),
    chord_rhythms=(
        HOLD,
        "x.....x.........",
        "X.........x.....|x.....x.........",
        "..x..x......x...",
        "X..x............",
        "x......x........|..........x.....",
    ),
    lead_voices=("epiano", "flute", "whistle"),
    pad_voices=("warm", "dark", "airpad"),
    arpeggio_voices=("epiano", "kalimba"),
    vocal_voices=("ooh", "vox"),
    progressions={
        "minor": (
            "i9 iv9 i9 V7",
            "i7 i7 iv7 V7",
            "i i7 iv7 v7",
            "i7 iv7 i7 v7",
            "i7 iv7 V7 i7",
            "i9 iv9",
        ),
        "major": (
            "Imaj7 Imaj7 ii7 V7",
            "Imaj7 IVmaj7",
            "Imaj9 IVmaj7 Imaj9 V7",
            "Imaj7 IVmaj7 V7 Imaj7",
            "Imaj9 Imaj9 IVmaj7 V7",
        ),
        "dorian": ("i9 IV9", "i7 IV7", "i9 i9 ii7 IV9"),
        "mixolydian": ("I9 IV9", "I7 bVIImaj7", "I9 v7"),
    },
    forms=(
        "intro:16 verse:16 drop:24 breakdown:16 drop:32 outro:16",
        "intro:16 verse:24 breakdown:16 drop:40 outro:24",
        "intro:24 drop:32 breakdown:16 verse:16 drop:16 outro:16",
        "intro:16 verse:16 buildup:4 drop:24 breakdown:16 buildup:4 drop:24 outro:16",
        "intro:16 verse:16 breakdown:8 drop:32 bridge:8 drop:24 outro:16",
    ),
    minor=0.8,
    sevenths=0.5,
    inversions=0.0,
    swing=(0.12, 0.3),
    jitter=(0, 3),
    sidechain=(0.15, 0.4),
    shares={"pad": 0.85, "vocal": 0.35, "lead": 0.4, "arpeggio": 0.15, "texture": 0.85},
    balance={"kick": -1, "snare": -3, "hats": -3, "bass": 2, "pad": 2, "chords": 1},
    bars_per_chord=(2, 2, 4),
    reverb=(0.4, 0.65),
    delay=(0.2, 0.45),
    drive=(0.1, 0.3),
    tilt=(-3.5, -1.5),
    loudness=-10.5,
    soft_intro=0.25,
    sweep=0.35,
    fills=0.15,
    bass_register=(28, 32),
    chord_register=(56, 62),
)
