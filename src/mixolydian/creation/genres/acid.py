"""Acid: one silver bass machine, resonant and always in motion (Chicago, 1987).

The bass is the melody: sixteenths with slides, accents and octave leaps under a filter that
opens and shuts over whole minutes. Around it only drum machines: claps, snare rolls,
cowbells, driving hats. Everything else keeps out of the way; the kick is plain and hard.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import BACKBEAT, FOUR, OFF, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":    FOUR,
     "clap":    BACKBEAT,
     "open":    OFF,
     "hat":     "XxoxxxoxXxoxxxox",
     "snare":   "................|................|................|........oooxxxxX"},
    {"kick":    "X...X...X...X...|X...X...X...X.X.",
     "clap":    "....X.......X..x",
     "hat":     "X.x.x.x.x.x.x.x.",
     "cowbell": "X.x..x..x.x..x..",
     "open":    "......x.......x."},
    {"kick":    FOUR,
     "snare":   "....X..o....X...|....X..o....X.oo",
     "open":    OFF,
     "rim":     "X..x..x.x..x..x.",
     "hat":     "xxxxxxxxxxxxxxxx"},
    {"kick":    FOUR,
     "clap":    BACKBEAT,
     "tom":     "X.......x..x....|X.....x...x.xx..",
     "hat":     "X.xxx.xxx.xxx.xx",
     "ride":    "..x...x...x...x."},
    {"kick":    "X...X...X...X...|X...X..xX...X...",
     "snare":   "....X.......X...|....X.......X...|....X.......X...|....X.xxX.xxXxXx",
     "open":    OFF,
     "shaker":  "XxxxXxxxXxxxXxxx",
     "crash":   "X...............|................|................|................"},
)  # fmt: skip

GENRE = Genre(
    name="acid",
    about="a resonant sixteenth-note bass line as melody, claps, snare rolls, cowbell; little else",
    tempo=(126, 138),
    grooves=GROOVES,
    kits=("909", "808", "707"),
    bass=(
        "acid",
        "acid",
        "acid",
        "rrorr.rro.rr.7or",
        "r.orr3r.orr.5rro",
        "rr.ro.rr.7r.orr3",
    ),
    bass_voices=("acid", "acid", "acidsquare"),
    chord_voices=("stab", "organ"),
    chord_rhythms=(
        "X...............",
        "X......x........",
        "X.........x.....|................",
        "..x...x.........",
    ),
    lead_voices=("acid", "acidsquare"),
    pad_voices=("strings", "evolving"),
    arpeggio_voices=("blip", "chip"),
    vocal_voices=("chop", "vox"),
    progressions={
        "minor": ("i", "i i i bVII", "i i bII i", "i i iv i", "i i i v"),
        "major": ("I", "I I IV I", "I I bVII I"),
        "phrygian": ("i i bII i", "i i i bII"),
        "mixolydian": ("I", "I I bVII I"),
    },
    forms=(
        "intro:16 verse:16 drop:24 breakdown:8 buildup:8 drop:40 outro:16",
        "intro:16 drop:32 breakdown:16 buildup:8 drop:40 outro:16",
        "intro:16 verse:24 buildup:8 drop:24 bridge:8 drop:32 outro:16",
        "intro:32 drop:24 breakdown:8 drop:24 buildup:8 drop:24 outro:16",
    ),
    minor=0.9,
    sevenths=0.1,
    inversions=0.0,
    swing=(0.0, 0.08),
    sidechain=(0.0, 0.2),
    shares={"pad": 0.75, "lead": 0.3, "vocal": 0.1, "arpeggio": 0.1, "texture": 0.25},
    balance={"kick": 1, "bass": 6, "chords": -1, "pad": -2, "lead": -2, "snare": 1},
    bars_per_chord=(4, 4, 8),
    lead_step=(0.25,),
    arpeggio_step=(0.25,),
    reverb=(0.1, 0.3),
    delay=(0.2, 0.45),
    drive=(0.5, 0.8),
    tilt=(1.0, 2.5),
    loudness=-9.0,
    soft_intro=0.05,
    sweep=1.0,
    fills=0.35,
    bass_register=(36, 41),
)
