"""Breakbeat: a funk drummer cut up and sped up (England, from about 1989).

Kicks fall off the beat, snares on two and four are answered by ghost strokes, rides and open
hats are played by hand: loose, swung, a little dirty. Below, a rolling funk bass; above,
organ and piano stabs with sevenths. The seventh chords and the drummer set it off from
electro, the tempo from jungle.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import HOLD, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":   "X.x.......xx....|X.x....x..x.....",
     "snare":  "....X..o.o..X..o",
     "hat":    "x...x...x...x...",
     "ride":   "X.x.x.x.x.x.x.x."},
    {"kick":   "X.....x...x.....|X.x....x..x.....",
     "snare":  "....X..o....X.o.|....X..o.o..X...",
     "hat":    "X.o.x.o.x.o.x.o.",
     "open":   "..............x.|........x......."},
    {"kick":   "X..x...x..x.....|X..x......x..x..",
     "snare":  "....X.o..o..X...|....X.o..oo.X.oo",
     "hat":    "X.x.x.x.x.x.x.x.",
     "crash":  "X...............|................|................|................"},
    {"kick":   "X......xx.x.....|X......x..x.....|X......xx.x.....|X.x....x..xx....",
     "snare":  "....X..o.o..X...|....X..o.o..X..o|....X..o.o..X...|....X..o.oX.X.xx",
     "hat":    "X.xox.xox.xox.xo",
     "ride":   "X...x...x...x...",
     "shaker": "Xoxoxoxoxoxoxoxo"},
    {"kick":   "X.x...x...x..x..|X.x.....x.x.....",
     "snare":  "....X..x....X..o",
     "hat":    "XoxoxoxoxoXoxoxo",
     "perc":   "X..x..x...x.x...",
     "open":   "..x...........x."},
    {"kick":   "X.....xx..x.....|X..x..x.........",
     "snare":  "....X.oo.o..X.o.",
     "hat":    "X.xox.xox.xox.xo",
     "cowbell": "X.x.x.x.x.x.x.x."},
)  # fmt: skip

GENRE = Genre(
    name="breakbeat",
    about="a hand-played break: ghost snares, swung rides, funk bass, organ and piano stabs; dirty",
    tempo=(126, 138),
    grooves=GROOVES,
    kits=("breaks", "breaks", "acoustic"),
    bass=(
        "funk",
        "r--r..r...5-r-7-",
        "r.r-..r-..o.7-5-",
        "r-..r.r.3-..5.7-",
        "r---..r-..7-r-5-",
        "r-.r..r-5-..r-a-",
    ),
    bass_voices=("picked", "upright", "moog"),
    chord_voices=("organ", "clav", "wurli", "guitar"),
    chord_rhythms=(
        "X..x..x...x..x..",
        "X...............|......x..x......",
        "..x..x....x..x..",
        "X.x....x........",
        "X.....xx......x.",
        HOLD,
    ),
    lead_voices=("brass", "flute", "organ"),
    pad_voices=("strings", "organ"),
    arpeggio_voices=("wurli", "clav"),
    vocal_voices=("vox", "aah"),
    progressions={
        "minor": (
            "i iv7 i V7",
            "i7 iv7 i i",
            "i i iv v",
            "i bVII iv i",
            "i i iv7 V7",
            "i iv i V7",
        ),
        "major": ("I I7 IV I", "I IV I V", "I I IV V7", "I V IV I"),
        "dorian": ("i7 IV7", "i7 i7 IV7 i7", "i7 bIII IV i7"),
        "mixolydian": ("I7 IV7", "I bVII IV I", "I7 bVII I7 IV7"),
    },
    forms=(
        "intro:16 verse:16 buildup:8 drop:24 breakdown:16 buildup:8 drop:32 outro:16",
        "intro:16 buildup:8 drop:32 breakdown:16 buildup:8 drop:32 outro:16",
        "intro:8 verse:16 drop:24 breakdown:16 verse:16 buildup:8 drop:32 outro:16",
        "intro:16 drop:32 bridge:8 drop:16 breakdown:16 buildup:8 drop:24 outro:16",
    ),
    minor=0.7,
    sevenths=0.2,
    inversions=0.0,
    swing=(0.08, 0.2),
    jitter=(2, 6),
    sidechain=(0.0, 0.15),
    shares={"pad": 0.35, "arpeggio": 0.1, "lead": 0.55, "vocal": 0.45, "texture": 0.5},
    balance={"snare": 3, "hats": 1, "bass": 1, "chords": 2, "pad": -2},
    bars_per_chord=(1, 2, 2),
    lead_step=(0.25, 0.5, 0.5),
    reverb=(0.15, 0.35),
    delay=(0.05, 0.25),
    drive=(0.4, 0.65),
    tilt=(-1.0, 0.5),
    loudness=-9.0,
    soft_intro=0.3,
    sweep=0.35,
    fills=0.55,
    bass_register=(28, 33),
)
