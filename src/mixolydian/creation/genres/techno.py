"""Techno: repetition as a form (Detroit from about 1985, Berlin after 1990).

A heavy kick and the rumble it leaves behind are half of the music; the rest are ticking
hats, metallic rides, one chord through an echo and slow filters. Harmony stands still or
leans on the flat second. Sections last long and grow by layers; there are few real drops.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import FOUR, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":    FOUR,
     "hat":     "..X...X...X...X.",
     "clap":    "....x.......x...",
     "rim":     "X..x..x..x..x..o",
     "crash":   "o...............|................|................|................"},
    {"kick":    FOUR,
     "open":    "..x...x...x...x.",
     "ride":    "X.x.x.x.x.x.x.x.",
     "perc":    "X....x....x..x..",
     "clap":    "............x..."},
    {"kick":    "X...X...X...X...|X...X...X...X.x.",
     "hat":     "xoxoXoxoxoxoXoxo",
     "open":    "..x...x...x...x.",
     "tom":     "X..x..x.........|X..x..x....x..x."},
    {"kick":    FOUR,
     "hat":     "X.oxX.oxX.oxX.ox",
     "ride":    "..X...X...X...X.",
     "rim":     "X.....x..x......|X.....x..x...x..",
     "snare":   "................|................|................|........o.o.xoxx"},
    {"kick":    FOUR,
     "open":    "..X...X...X...X.",
     "perc":    "X.xx.xx.xx.x",
     "clap":    "....x.......x..."},
    {"kick":    "X...X...X...X...|X...X...X..xX...",
     "hat":     "xxxxXxxxxxxxXxxx",
     "ride":    "X...o...x...o...",
     "cowbell": "X..o..x..o..x...",
     "snare":   "....x.......x..."},
)  # fmt: skip

GENRE = Genre(
    name="techno",
    about="heavy kick with a rumble behind it, ticking hats and rides, one chord in an echo; dark",
    tempo=(128, 140),
    grooves=GROOVES,
    kits=("techno", "techno", "909"),
    bass=(
        "rumble",
        "rumble",
        ".rrr.rrr.rrr.rro",
        "..r...r...r..rr.",
        ".rr..rr..rr..r5.",
        "..rr..rr..rr..r7",
    ),
    bass_voices=("sub", "rolling", "round"),
    chord_voices=("dubchord", "dubchord", "stab"),
    chord_rhythms=(
        "...x............",
        "X.....x.........",
        "X..x..x..x..x..x",
        "..x.......x.....",
        "......x..x......|X...............",
        "X..x..x.........",
    ),
    lead_voices=("fmlead", "synclead"),
    pad_voices=("dark", "evolving"),
    arpeggio_voices=("blip", "bell"),
    vocal_voices=("chop",),
    progressions={
        "minor": (
            "i",
            "i i i bII",
            "i i bVI i",
            "i i iv i",
            "i i i v",
            "i i bII i",
        ),
        "major": ("I", "I I IV I", "I I I V"),
        "phrygian": ("i bII", "i i bII i", "i i i bvii"),
        "dorian": ("i", "i i IV i"),
    },
    forms=(
        "intro:32 drop:32 breakdown:16 drop:32 outro:24",
        "intro:16 verse:32 breakdown:16 buildup:8 drop:32 outro:32",
        "intro:16 verse:16 drop:24 bridge:8 drop:24 breakdown:16 drop:16 outro:16",
        "intro:24 verse:24 buildup:8 drop:48 outro:32",
        "intro:32 verse:32 bridge:8 drop:40 outro:24",
    ),
    minor=0.97,
    sevenths=0.1,
    inversions=0.0,
    sidechain=(0.5, 0.9),
    shares={"pad": 0.6, "lead": 0.2, "vocal": 0.05, "arpeggio": 0.35, "texture": 0.8},
    balance={
        "kick": 2, "bass": 0, "chords": -1, "pad": -1, "lead": -2, "hats": 2, "snare": -1,
        "texture": 2,
    },
    bars_per_chord=(4, 4, 8),
    lead_step=(0.25, 0.5),
    reverb=(0.35, 0.65),
    delay=(0.25, 0.5),
    drive=(0.5, 0.85),
    tilt=(-2.0, 0.0),
    loudness=-8.0,
    soft_intro=0.1,
    sweep=0.75,
    fills=0.1,
    bass_register=(26, 31),
    chord_register=(55, 62),
)  # fmt: skip
