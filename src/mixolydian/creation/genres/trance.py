"""Trance: melody over a machine (Frankfurt, from about 1992).

Offbeat bass, running arpeggios and gated supersaws, a long breakdown in which the drums
leave and the theme is sung, a long rise, and the theme again with everything. Minor, with
a real dominant at the turn; bright, wide, wet, and pumping under the kick.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, FOUR, HOLD, OFF, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":   FOUR,
     "clap":   BACKBEAT,
     "open":   OFF,
     "hat":    "XoxoXoxoXoxoXoxo",
     "crash":  "X...............|................|................|................"},
    {"kick":   FOUR,
     "snare":  "....X.......X...|....X.......X...|....X.......X...|....X.......X.xx",
     "open":   "..X...X...X...X.",
     "shaker": "Xoxxxoxxxoxxxoxx"},
    {"kick":   FOUR,
     "clap":   BACKBEAT,
     "hat":    "xxXxxxXxxxXxxxXx",
     "ride":   "X...x...x...x...",
     "perc":   "X.....x..x......|X.....x..x...x.."},
    {"kick":   "X...X...X...X...|X...X...X...X...|X...X...X...X...|X...X...X...X.x.",
     "clap":   BACKBEAT,
     "snare":  "................|..............x.|................|............x.xx",
     "open":   OFF,
     "ride":   "X.x.x.x.x.x.x.x."},
    {"kick":   FOUR,
     "snare":  BACKBEAT,
     "open":   OFF,
     "hat":    "X.xxX.xxX.xxX.xx",
     "tom":    "x...............|................|x...............|........x..x..x.",
     "shaker": "XoooXoooXoooXooo"},
)  # fmt: skip

GENRE = Genre(
    name="trance",
    about="gated supersaws, running arpeggios, offbeat bass, one long breakdown; bright, wide, wet",
    tempo=(132, 142),
    grooves=GROOVES,
    kits=("club",),
    bass=(
        "offbeat",
        "gallop",
        "..rr..rr..rr..rr",
        "..r-..r-..r-..ro",
        ".rrr.rrr.rrr.rro",
        "..rr..rr..ro..5r",
    ),
    bass_voices=("rolling", "saw"),
    chord_voices=("supersaw",),
    chord_rhythms=(
        HOLD,
        "X.xx.xx.x.xx.xx.",
        "X..x..x..x..x.x.",
        "XxxxX.xxX.xxX.xx",
        "X.x.x.xxx.x.x.xx",
        "..xx..xx..xx..xx|X.xx..xx..xx..xx",
    ),
    lead_voices=("trancelead", "trancelead", "lead"),
    pad_voices=("sweeppad", "choir", "strings"),
    arpeggio_voices=("trancepluck", "pluck"),
    vocal_voices=("aah", "ooh"),
    progressions={
        "minor": (
            "i bVI iv V",
            "i bVI bVII i",
            "i i bVI V",
            "i bVI i V",
            "i bVII bVI V",
            "i bVI bIII bVII i bVI iv V",
            "i iv i V",
        ),
        "major": ("I V IV I", "I V vi IV I V IV I", "I IV vi V", "I IV I V"),
        "harmonic minor": ("i bVI iv V", "i iv V i", "i bVI V i"),
    },
    forms=(
        "intro:32 verse:16 breakdown:24 buildup:16 drop:32 outro:16",
        "intro:16 drop:24 breakdown:32 buildup:16 drop:32 outro:16",
        "intro:16 verse:16 breakdown:32 buildup:8 drop:32 bridge:8 drop:16 outro:16",
        "intro:24 buildup:8 drop:16 breakdown:32 buildup:16 drop:32 outro:16",
        "intro:16 buildup:8 drop:24 breakdown:24 buildup:8 drop:40 outro:16",
    ),
    minor=0.85,
    sevenths=0.05,
    inversions=0.1,
    sidechain=(0.55, 0.9),
    shares={
        "pad": 0.95, "arpeggio": 0.9, "lead": 0.95, "vocal": 0.35, "texture": 0.4,
        "percussion": 0.8,
    },
    balance={"kick": 2, "chords": 3, "lead": 3, "arpeggio": 2, "pad": 1, "hats": 1, "bass": -1},
    bars_per_chord=(1, 2, 2),
    lead_step=(0.25, 0.5, 0.5),
    arpeggio_step=(0.25,),
    reverb=(0.45, 0.7),
    delay=(0.25, 0.5),
    drive=(0.3, 0.5),
    tilt=(1.5, 3.0),
    loudness=-8.0,
    soft_intro=0.2,
    sweep=0.7,
    fills=0.35,
    bass_register=(31, 36),
    chord_register=(62, 69),
    lead_register=(69, 75),
)  # fmt: skip
