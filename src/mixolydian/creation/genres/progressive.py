"""Progressive house: the long build (England, from about 1992).

Between house and trance: eighth-note basses, plucked arpeggios that open over minutes, wide
pads on chords of two to four bars, tribal toms under soft claps. No theme is shouted;
layers arrive every eight bars and the filter tells the story. Warm, deep, spacious.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import FOUR, HOLD, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":   FOUR,
     "clap":   "....x.......x...",
     "open":   "..x...x...x...x.",
     "shaker": "X.oxo.oxo.oxo.ox",
     "tom":    "X.....o..o......|X.....o..o..x.o."},
    {"kick":   FOUR,
     "clap":   "....x.......x...|....x.......x..o",
     "hat":    "..xo..xo..xo..xo",
     "perc":   "X..o..x...o.x...",
     "ride":   "x...............|................"},
    {"kick":   "X...x...x...x...",
     "snare":  "....x.......x...",
     "hat":    "Xoooxoooxoooxooo",
     "tom":    "X..o..x..o..x.o.",
     "open":   "......x.......x."},
    {"kick":   FOUR,
     "rim":    "....x..o....x...",
     "open":   "..x...x...x...x.",
     "ride":   "X...o...x...o...",
     "perc":   "....o..o...x..o.|x...o..o...x..o."},
    {"kick":   "X...x...x...x...|X...x...x...x...|X...x...x...x...|X...x...x...x.o.",
     "clap":   "....x.......x...",
     "shaker": "Xooxooxooxooxoxo",
     "open":   "..x...x...x...x.",
     "tom":    "................|x..o..x.........|................|x..o..x..o.x.x.."},
)  # fmt: skip

GENRE = Genre(
    name="progressive",
    about="plucked arpeggios that open over minutes, eighth-note bass, wide pads, soft toms; warm",
    tempo=(118, 126),
    grooves=GROOVES,
    kits=("club",),
    bass=(
        "root8",
        "r-r-r-r-r-r-5-5-",
        "r-.r-.r-r-.r-.r-",
        "r---r-r---r-r-r-",
        "r-r-..r-r-r-..o-",
        "r-r-r-o-r-r-5-7-",
    ),
    bass_voices=("round", "moog", "reese"),
    chord_voices=("strings", "pad", "warm"),
    chord_rhythms=(
        HOLD,
        "X.....x.....x...",
        "X..x..x...x..x..",
        "X.......x...x...",
        "X...........x...|X.....x.........",
    ),
    lead_voices=("moog", "pluck", "lead"),
    pad_voices=("warm", "evolving", "sweeppad"),
    arpeggio_voices=("pluck", "pluck", "harp"),
    vocal_voices=("ooh", "aah"),
    progressions={
        "minor": (
            "i bVI i bVII",
            "i iv bVI i",
            "i iv i v",
            "i i bVI v",
            "i v iv i",
            "i bIII iv i",
        ),
        "major": ("I IV I V", "I V IV I", "I IV V I", "I vi IV V", "I V IV IV I V IV I"),
        "dorian": ("i IV i bVII", "i bVII IV i", "i i IV IV"),
        "lydian": ("I II I I", "I I II I"),
    },
    forms=(
        "intro:16 verse:24 breakdown:24 buildup:8 drop:32 outro:16",
        "intro:24 verse:16 breakdown:16 buildup:8 drop:40 outro:16",
        "intro:16 verse:16 bridge:8 verse:16 breakdown:16 buildup:8 drop:24 outro:16",
        "intro:32 drop:24 breakdown:16 buildup:8 drop:24 outro:16",
        "intro:16 verse:16 buildup:8 drop:16 breakdown:24 drop:24 outro:16",
    ),
    minor=0.65,
    sevenths=0.25,
    inversions=0.15,
    swing=(0.0, 0.06),
    sidechain=(0.35, 0.65),
    shares={"pad": 0.95, "arpeggio": 0.95, "lead": 0.5, "vocal": 0.25, "texture": 0.8},
    balance={"pad": 3, "arpeggio": 3, "chords": 0, "snare": -3, "hats": -2, "lead": -1},
    bars_per_chord=(2, 2, 4),
    lead_step=(0.5, 0.5, 1.0),
    arpeggio_step=(0.25, 0.5),
    reverb=(0.4, 0.6),
    delay=(0.3, 0.55),
    drive=(0.15, 0.35),
    tilt=(-1.5, 0.0),
    loudness=-9.5,
    soft_intro=0.3,
    sweep=0.9,
    fills=0.15,
    bass_register=(28, 33),
    chord_register=(57, 63),
)
