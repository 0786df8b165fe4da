"""Electro: funk played by a drum computer (New York and Detroit, from about 1982).

The kick is broken and syncopated, the snare stands square on two and four, hats and cowbell
tick in even sixteenths, all of it dry and machine-made. Square and FM basses jump octaves,
sequences blink, vocoder-like chords answer; no pumping, no swing, little room.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, HOLD, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":    "X.....x...x.....|X.....x.....x...",
     "snare":   BACKBEAT,
     "hat":     "XxxxXxxxXxxxXxxx",
     "cowbell": "X.x..x....x..x.."},
    {"kick":    "X..x......x.....|X..x....x.x.....",
     "clap":    BACKBEAT,
     "hat":     "X.xxx.xxx.xxx.xx",
     "open":    "......x.......x."},
    {"kick":    "X.....x....x....|X.....x....x..x.",
     "snare":   "....X.......X...",
     "clap":    "............X...|............X..X",
     "hat":     "X.x.x.x.x.xxx.x.",
     "tom":     "x.x.............|..........x.x.x."},
    {"kick":    "X.x...x...x.....",
     "snare":   "....X.......X...|....X.......X.x.",
     "hat":     "xxxxxxxxxxxxxxxx",
     "rim":     "X..x..x..x..x...",
     "open":    "..............x."},
    {"kick":    "X......x..x.....|X......x..x.x...",
     "clap":    "....X.......X...",
     "snare":   "................|................|................|....x..x..x.xxxx",
     "hat":     "X.xxX.xxX.xxX.xx",
     "cowbell": "X.....x...x.....",
     "perc":    "..x.x....x..x..."},
    {"kick":    "X..x..x...x.....|X..x..x.....x...",
     "snare":   BACKBEAT,
     "shaker":  "XxxxXxxxXxxxXxxx",
     "cowbell": "....x..x....x.x."},
)  # fmt: skip

GENRE = Genre(
    name="electro",
    about="broken machine kicks, square snare, even hats, cowbell, octave bass; dry, robotic",
    tempo=(118, 132),
    grooves=GROOVES,
    kits=("808", "808", "707"),
    bass=(
        "robot",
        "r.o.r.ror.o.r.5.",
        "rro.r..ror..o.7.",
        "r.rr..o.r..r.ro.",
        "ror.ror.r.o.7.5.",
        "r..r..ro..r.o.r.",
    ),
    bass_voices=("square", "fm", "moog"),
    chord_voices=("vocoder", "brass", "stab"),
    chord_rhythms=(
        "X..x............",
        "X...............|......x...x.....",
        "X.x.....x.......",
        "....X.......X...",
        HOLD,
        "X..x..x.........|..............x.",
    ),
    lead_voices=("squarelead", "chip", "fmlead"),
    pad_voices=("strings", "choir"),
    arpeggio_voices=("chip", "blip"),
    vocal_voices=("vocoder",),
    progressions={
        "minor": ("i i bVII i", "i i bII i", "i iv i i", "i i bVI V", "i i iv v", "i i i bVI"),
        "major": ("I I bVII I", "I IV I I", "I I IV V"),
        "phrygian": ("i i bII i", "i bII i bvii"),
        "harmonic minor": ("i i V i", "i iv V i"),
    },
    forms=(
        "intro:16 verse:16 chorus:16 verse:16 breakdown:8 buildup:4 drop:28 outro:16",
        "intro:16 verse:16 buildup:8 drop:24 bridge:8 verse:16 drop:24 outro:16",
        "intro:8 verse:16 drop:16 verse:16 breakdown:16 drop:32 outro:16",
        "intro:16 drop:24 bridge:8 drop:24 breakdown:16 buildup:4 drop:20 outro:16",
    ),
    minor=0.9,
    sevenths=0.05,
    inversions=0.0,
    sidechain=(0.0, 0.08),
    shares={
        "pad": 0.55, "arpeggio": 0.75, "lead": 0.6, "vocal": 0.45, "texture": 0.25,
        "percussion": 1.0,
    },
    balance={"kick": 2, "snare": 3, "hats": 2, "percussion": 2, "bass": 2, "pad": -3},
    bars_per_chord=(2, 2, 4),
    lead_step=(0.25, 0.5),
    arpeggio_step=(0.25,),
    reverb=(0.02, 0.15),
    delay=(0.05, 0.25),
    drive=(0.2, 0.45),
    tilt=(1.0, 2.5),
    loudness=-9.5,
    soft_intro=0.3,
    sweep=0.3,
    fills=0.4,
    bass_register=(35, 40),
)  # fmt: skip
