"""Ambient: sound as a place rather than a story (from the 1970s on).

Wide pads on slow modal chords, a drone for a bass, bells and flutes far away, rain or tape
for a floor. The pulse is there but soft: an arpeggio of plucks or a shaker and a felt kick
carry it. Nothing drops; layers swell and thin out. Long reverbs, little treble, quiet.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import HOLD, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":   "x...............|x.......o.......",
     "rim":    "........o.......",
     "hat":    "o...o...o...o...",
     "shaker": "x...o...o...o...",
     "perc":   "x.......?......."},
    {"kick":   "x.......o.......",
     "hat":    "..o...o...o...o.",
     "rim":    "............o...",
     "perc":   "x.....o.....o...",
     "shaker": "x.o.o.o.o.o.o.o."},
    {"kick":   "x...............|x.........o.....",
     "hat":    "..o...o...o...o.",
     "ride":   "x...o...o...o...",
     "snare":  "........o.......",
     "perc":   "....?.......o...",
     "shaker": "x...o...x...o..."},
    {"kick":   "x...o...o...o...",
     "hat":    "x...o...x...o...",
     "rim":    "....o.......o...",
     "tom":    "x...............|..........o.....",
     "perc":   "........o..o...."},
    {"kick":   "x.....o.........",
     "snare":  "........o.......",
     "hat":    "x.o.o.o.x.o.o.o.",
     "tom":    "x.......o.......",
     "shaker": "....o.......o..."},
    {"kick":   "x..........o....|x...............",
     "rim":    "....o.......o...",
     "hat":    "o...o...o...o...",
     "ride":   "x.......o.......",
     "shaker": "x.oox.oox.oo"},
)  # fmt: skip

GENRE = Genre(
    name="ambient",
    about="wide pads, drone bass, soft plucked pulse, rain and tape; no drops; dark, quiet, wet",
    tempo=(64, 100),
    grooves=GROOVES,
    kits=("lofi",),
    bass=(
        "drone",
        "r---------------",
        "r-----------....",
        "r-------5-------",
        "r-----------o---",
    ),
    bass_voices=("sub", "round"),
    chord_voices=("epiano", "strings", "warm"),
    chord_rhythms=(
        HOLD,
        HOLD,
        "X...............",
        "X.......x.......",
        "X.....o.....o...",
    ),
    lead_voices=("flute", "whistle", "bell"),
    pad_voices=("airpad", "glass", "evolving", "warm", "choir"),
    arpeggio_voices=("harp", "kalimba", "bell", "marimba"),
    vocal_voices=("ooh", "aah"),
    progressions={
        "minor": ("i9 iv7 i i", "i iv i bVI", "i i bVII i", "i v i iv", "i i iv v"),
        "major": (
            "I IV I V",
            "Imaj7 IVmaj7 I V",
            "Isus2 I IV I",
            "Imaj7 IVmaj7 V I",
            "I V IV I",
        ),
        "dorian": ("i7 IV i7 i7", "i9 IV9", "i IV bVII i"),
        "lydian": ("Imaj7 II", "I II I I", "Imaj7 vii7 II Imaj7"),
        "mixolydian": ("I bVII I IV", "I v I bVII", "Isus4 I bVII I"),
    },
    form="ambient",
    forms=(
        "intro:8 verse:16 bridge:8 chorus:16 verse:16 outro:8",
        "intro:8 verse:16 chorus:16 breakdown:8 chorus:16 outro:8",
        "intro:12 verse:20 bridge:8 chorus:24 outro:12",
        "intro:8 verse:24 breakdown:8 verse:16 chorus:16 outro:8",
        "intro:8 chorus:16 bridge:8 verse:16 chorus:16 outro:12",
    ),
    minor=0.5,
    sevenths=0.25,
    inversions=0.1,
    jitter=(0, 6),
    sidechain=(0.0, 0.0),
    shares={
        "pad": 1.0, "arpeggio": 0.95, "lead": 0.85, "vocal": 0.2, "texture": 1.0,
        "percussion": 0.95,
    },
    balance={
        "kick": -8, "snare": -10, "hats": -9, "percussion": -5, "bass": -2, "chords": 0, "pad": 4,
        "arpeggio": 2, "lead": 0, "texture": 3,
    },
    bars_per_chord=(1, 2, 2),
    lead_step=(1.0, 1.0, 2.0),
    arpeggio_step=(0.5, 0.5, 1.0),
    reverb=(0.7, 0.95),
    delay=(0.3, 0.6),
    drive=(0.0, 0.15),
    tilt=(-4.0, -1.5),
    loudness=-14.0,
    soft_intro=1.0,
    sweep=0.6,
    fills=0.0,
    bass_register=(28, 34),
    lead_register=(66, 74),
)  # fmt: skip
