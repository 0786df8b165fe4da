"""Hardcore: the kick as lead instrument (Rotterdam and England, from about 1991).

160 to 200 to the minute, every kick distorted until it has a pitch; hoovers, rave chords
and screeching leads on top, offbeat hats, rolls that double and double again. Many short
sections and many drops; breakdowns are sung in plain chords so that the next kick hurts.
"""

from __future__ import annotations

from mixolydian.creation.genres.base import FOUR, HOLD, OFF, Genre, Groove

GROOVES: tuple[Groove, ...] = (
    {"kick":   FOUR,
     "open":   OFF,
     "clap":   "....X..x....X..x",
     "ride":   "X...x...x...x...",
     "crash":  "X...............|................"},
    {"kick":   "X...X...X...X...|X...X...X...X...|X...X...X...X...|X...X...X.X.XXXX",
     "snare":  "....X.......X...",
     "hat":    "..X...X...X...X."},
    {"kick":   "X...X...X...X...|X...X...X...X.X.",
     "clap":   "....x.......x...",
     "open":   "..X...X...X...X.",
     "perc":   "X..x..x..x..x.x."},
    {"kick":   FOUR,
     "snare":  "....X..o.o..X..o|....X..o.o..X.xx",
     "ride":   "X.x.x.x.x.x.x.x.",
     "open":   OFF},
    {"kick":   "X...X...X...X...|X...X...X..XX..X",
     "clap":   "X...............|................",
     "hat":    "xxXxxxXxxxXxxxXx",
     "tom":    "............X...|............X.X."},
    {"kick":   "X...X...X...X...",
     "snare":  "X.....x...x.....|X.....x...x.x.x.",
     "open":   OFF,
     "ride":   "x...x...x...x..."},
)  # fmt: skip

GENRE = Genre(
    name="hardcore",
    about="distorted pitched kicks at 160–200, hoovers, screeching leads, rave chords; brutal",
    tempo=(160, 200),
    grooves=GROOVES,
    kits=("hardcore",),
    bass=(
        "offbeat",
        "..r-..r-..r-..r-",
        "..r-..r-..ro..r-",
        "..rr..rr..rr..rr",
        "..r-..o-..r-..5-",
    ),
    bass_voices=("gabberbass", "hooverbass"),
    chord_voices=("ravestab", "hoover", "piano"),
    chord_rhythms=(
        "..x...x...x...x.",
        "X..x..x.x..x..x.",
        "X..x..x...x.x...",
        "X.....x.....x...",
        "X.x..x.xX.x..x..",
        HOLD,
    ),
    lead_voices=("screech", "hoover", "screech"),
    pad_voices=("choir", "strings"),
    arpeggio_voices=("chip", "trancepluck"),
    vocal_voices=("aah", "chop"),
    progressions={
        "minor": (
            "i bVI bVII i",
            "i bVI iv V",
            "i i bVI V",
            "i bVII bVI V",
            "i iv V i",
            "i iv bVI V",
        ),
        "major": ("I IV V I", "I V IV I", "I V vi IV I V IV I"),
        "harmonic minor": ("i iv V i", "i bVI V i", "i V i V"),
        "phrygian": ("i bII i i", "i i bII i"),
    },
    forms=(
        "intro:16 drop:24 breakdown:16 buildup:8 drop:32 breakdown:16 buildup:8 drop:32 outro:16",
        "intro:16 buildup:8 drop:32 breakdown:24 buildup:8 drop:32 bridge:8 drop:32 outro:16",
        "intro:32 buildup:8 drop:24 breakdown:16 buildup:8 drop:32 buildup:4 drop:32 outro:16",
        "intro:8 buildup:8 drop:24 breakdown:16 buildup:8 drop:24 breakdown:16 buildup:8 drop:40"
        " outro:16",
    ),
    minor=0.9,
    sevenths=0.0,
    inversions=0.0,
    sidechain=(0.4, 0.8),
    shares={"pad": 0.5, "arpeggio": 0.25, "lead": 0.95, "vocal": 0.35, "texture": 0.3},
    balance={"kick": 7, "lead": 4, "chords": 1, "bass": -3, "pad": -2, "snare": -1},
    bars_per_chord=(1, 2, 2),
    lead_step=(0.25, 0.5, 0.5),
    reverb=(0.1, 0.35),
    delay=(0.05, 0.25),
    drive=(0.8, 1.0),
    tilt=(1.0, 3.0),
    loudness=-7.0,
    soft_intro=0.35,
    sweep=0.2,
    fills=0.45,
    bass_register=(31, 36),
    lead_register=(70, 76),
)
