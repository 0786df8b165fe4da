"""Drum & bass: a broken beat at 174, over a bass at half that speed (London, from about 1993).

Kick on one and on the sixth eighth, snare on two and four, ghost strokes and rides rushing
between them; below, a reese or a sine moves in long notes. Two drops with a long melodic
breakdown between them. Tight, loud and full from 40 Hz to the top.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, EIGHTHS, HOLD, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":   "X.........X.....",
     "snare":  BACKBEAT,
     "hat":    "Xoxoxoxoxoxoxoxo",
     "ride":   "X...x...x...x...",
     "crash":  "X...............|................|................|................"},
    {"kick":   "X.....x...X.....|X.........X..x..",
     "snare":  "....X.......X...|....X..o....X..o",
     "hat":    "X.xox.xox.xox.xo"},
    {"kick":   "X.x.......X.....",
     "snare":  "....X..o.o..X...|....X..o.o..X.o.",
     "shaker": "xoxoxoxoxoxoxoxo",
     "open":   "X.....x.......x.|......x.......x."},
    {"kick":   "X.........X.....|X..x......X.....",
     "snare":  "....X..o.o..X..o",
     "ride":   "X.x.x.x.x.x.x.x.",
     "hat":    "xoxoxoxoxoxoxoxo",
     "rim":    "..o...o...o...o."},
    {"kick":   "X...x...x...x...|X...x...x...x.x.",
     "snare":  BACKBEAT,
     "hat":    "..x...x...x...x.",
     "shaker": "Xoxoxoxoxoxoxoxo"},
    {"kick":   "X.....x...X.....|X.....x...X...x.|X.....x...X.....|X..x......X.x...",
     "snare":  "....X..o....X...|....X..o....X...|....X..o....X...|....X..o.o..X.xx",
     "hat":    EIGHTHS,
     "perc":   "..?...o..?....o."},
)  # fmt: skip

GENRE = Genre(
    name="drum & bass",
    about="fast two-step breaks with ghost snares and rides over slow reese bass; full and loud",
    tempo=(170, 178),
    grooves=GROOVES,
    kits=("dnb",),
    bass=(
        "reese",
        "roller",
        "r-----r---....o-",
        "r--r--r---r-..5-",
        "r-----..r-----a-",
        "r---....r--.7-5-",
    ),
    bass_voices=("reese", "reese", "fmgrowl", "sub"),
    chord_voices=("pad", "epiano", "strings"),
    chord_rhythms=(
        HOLD,
        "X.....x.........",
        "X..x......x.....",
        "X...............|......x...x.....",
        "..x...x.....x...",
    ),
    lead_voices=("lead", "whistle", "flute"),
    pad_voices=("airpad", "strings", "dark"),
    arpeggio_voices=("bell", "kalimba"),
    vocal_voices=("aah", "vox"),
    progressions={
        "minor": ("i bVI iv V", "i iv i v", "i i bVI V", "i9 iv9", "i bVII bVI V", "i i iv V"),
        "major": ("Imaj7 IVmaj7 I V", "I IV I V", "I vi IV V"),
        "dorian": ("i9 IV9", "i7 bVII IV i"),
        "phrygian": ("i bII", "i bII i bvii"),
    },
    forms=(
        "intro:32 buildup:8 drop:32 breakdown:24 buildup:8 drop:48 outro:24",
        "intro:16 buildup:16 drop:40 breakdown:32 buildup:8 drop:40 outro:16",
        "intro:32 buildup:8 drop:48 breakdown:16 buildup:8 drop:48 outro:16",
        "intro:24 verse:16 buildup:8 drop:32 breakdown:24 buildup:8 drop:48 outro:16",
        "intro:16 breakdown:16 buildup:8 drop:48 bridge:8 breakdown:16 buildup:8 drop:32 outro:24",
    ),
    minor=0.9,
    sevenths=0.2,
    inversions=0.05,
    swing=(0.0, 0.06),
    sidechain=(0.1, 0.35),
    shares={"pad": 0.75, "arpeggio": 0.2, "lead": 0.5, "vocal": 0.4, "texture": 0.55},
    balance={"bass": 3, "snare": 3, "hats": 1, "chords": -2, "pad": -1},
    bars_per_chord=(2, 2, 4),
    lead_step=(0.5, 0.5, 1.0),
    arpeggio_step=(0.25, 0.5),
    reverb=(0.15, 0.4),
    delay=(0.1, 0.3),
    drive=(0.4, 0.65),
    tilt=(0.5, 2.0),
    loudness=-7.5,
    soft_intro=0.6,
    sweep=0.4,
    fills=0.35,
    bass_register=(26, 31),
    lead_register=(66, 72),
)
