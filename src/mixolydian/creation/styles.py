# ruff: noqa: E501
"""The styles: drum grooves, bass idioms, voices and habits, as data.

A groove maps a drum lane to a pattern of one or more bars separated by ``|``; a bar is
divided evenly by the length of its string. ``X`` accent, ``x`` stroke, ``o`` ghost stroke,
``?`` a stroke half of the time, ``.`` rest. Chord rhythms use the same language.
Tempi are in the beats of `core.types.Beats` (eighths in 6/8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Groove = Mapping[str, str]

FOUR = "X...X...X...X..."
BACKBEAT = "....X.......X..."
OFF = "..x...x...x...x."
EIGHTHS = "x.o.x.o.x.o.x.o."
SIXTEENTHS = "xoxoxoxoxoxoxoxo"


@dataclass(frozen=True)
class Style:
    """How one style is usually played; ranges are (low, high)."""

    tempo: tuple[float, float]
    kit: str
    grooves: tuple[Groove, ...]
    bass: tuple[str, ...]
    """idioms of `patterns.BASS_IDIOMS`."""
    bass_voices: tuple[str, ...]
    chord_voices: tuple[str, ...]
    chord_rhythms: tuple[str, ...]
    lead_voices: tuple[str, ...]
    progressions: str = "club"
    """bank of `harmony.PROGRESSIONS`."""
    form: str = "club"
    """family of forms: club, song or ambient."""
    meter: int = 4
    minor: float = 0.7
    """share of pieces in minor."""
    sevenths: float = 0.2
    inversions: float = 0.15
    swing: tuple[float, float] = (0.0, 0.0)
    swing_unit: float = 0.25
    """beats between the strokes that swing: 0.25 sixteenths, 0.5 eighths."""
    jitter: tuple[float, float] = (0.0, 0.0)
    sidechain: tuple[float, float] = (0.2, 0.7)
    kick: float = 0.0
    """dB of the kick against the common balance."""
    arpeggio: float = 0.25
    lead: float = 0.6
    bars_per_chord: tuple[float, ...] = (1, 1, 2)


HOUSE: tuple[Groove, ...] = (
    {"kick": FOUR, "clap": BACKBEAT, "open": OFF, "hat": SIXTEENTHS},
    {"kick": FOUR, "clap": BACKBEAT, "open": OFF, "shaker": "xoxoxoxoxoxoxoxo", "perc": "...x..x....x..?."},
    {"kick": FOUR, "snare": BACKBEAT, "open": OFF, "hat": "x?xox?xox?xox?xo", "perc": "..?...x..x....x."},
)  # fmt: skip
TECHNO: tuple[Groove, ...] = (
    {"kick": FOUR, "open": OFF, "clap": "....x.......x...", "perc": "...x..x...x..x.."},
    {"kick": FOUR, "hat": SIXTEENTHS, "ride": OFF, "rim": "...x.....x....x."},
    {"kick": FOUR, "open": OFF, "tom": "...x..x.........|...x..x....x..x.", "hat": "o.xoo.xoo.xoo.xo"},
)  # fmt: skip
TRANCE: tuple[Groove, ...] = (
    {"kick": FOUR, "clap": BACKBEAT, "open": OFF, "hat": SIXTEENTHS, "ride": "........x.......|........x......."},
    {"kick": FOUR, "snare": BACKBEAT, "open": OFF, "shaker": SIXTEENTHS},
)  # fmt: skip
BREAKS: tuple[Groove, ...] = (
    {"kick": "X.x.......xx....|X.x.......x.....", "snare": "....X..o.o..X..o|....X..o.o....X.", "ride": EIGHTHS},
    {"kick": "X.....x...x.....|X.x....x..x.....", "snare": "....X..o....X.o.|....X..o.o..X...", "hat": EIGHTHS},
    {"kick": "X.........xx....|X.x...x...x.....", "snare": "....X.o..o..X...|....X..o.oo.X.oo", "open": "..x...........x.", "hat": EIGHTHS},
)  # fmt: skip
DNB: tuple[Groove, ...] = (
    {"kick": "X.........x.....", "snare": BACKBEAT, "hat": EIGHTHS, "ride": "..x...x...x...x."},
    {"kick": "X.....x...x.....|X.........x..x..", "snare": BACKBEAT + "|....X..o....X..o", "hat": SIXTEENTHS},
    {"kick": "X.x.......x.....", "snare": "....X..o.o..X...", "shaker": SIXTEENTHS, "open": "......x.......x."},
)  # fmt: skip
HALF_TIME: tuple[Groove, ...] = (
    {"kick": "X...............|X.....x...x.....", "snare": "........X.......", "hat": EIGHTHS},
    {"kick": "X.....x.........|X..x......x.....", "snare": "........X.......", "hat": "x..x..x.x..x..x.", "perc": "...........x..o."},
    {"kick": "X.........x.....", "snare": "........X.......", "clap": "........x.......", "hat": "x.x.x.x.x.xxx.x."},
)  # fmt: skip
TRAP: tuple[Groove, ...] = (
    {"kick": "X......x..x.....|X..x..x...x.....", "snare": "........X.......", "hat": "x.x.x.x.x.x.x.x.x.x.x.x.xxxxx.x.|x.x.x.x.x.xxxxx.x.x.x.x.x.x.x.x."},
    {"kick": "X.....x...x.....|X.........x..x..", "clap": "........X.......", "hat": "x.x.x.x.x.x.x.x.|x.x.xxx.x.x.xxxx", "open": "..............x.", "perc": "...x..........?."},
    {"kick": "X..............x|......x...x.....", "snare": "........X.......", "rim": "...o..o....o..o.", "hat": "x.xxx.x.x.xxx.x."},
)  # fmt: skip
GARAGE: tuple[Groove, ...] = (
    {"kick": "X.........x.....", "snare": BACKBEAT, "hat": "..x.x.xo..x.x.xo", "rim": "...o..o....o..o."},
    {"kick": "X......o..x.....|X.........x..x..", "clap": BACKBEAT, "hat": "x.xox.xox.xox.xo", "perc": "...x..x....?..x."},
    {"kick": "X.....?...x.....", "snare": "....X..o....X..o", "open": "..x...x...x...x.", "shaker": SIXTEENTHS},
)  # fmt: skip
ELECTRO: tuple[Groove, ...] = (
    {"kick": "X.....x...x.....|X.....x.....x...", "snare": BACKBEAT, "hat": SIXTEENTHS, "cowbell": "..?..x....x..?.."},
    {"kick": "X..x......x.....|X..x....x.x.....", "clap": BACKBEAT, "hat": "x.xox.xox.xox.xo", "open": "......x.......x."},
)  # fmt: skip
HIPHOP: tuple[Groove, ...] = (
    {"kick": "X......x..x.....|X......x..x..o..", "snare": BACKBEAT, "hat": EIGHTHS},
    {"kick": "X..o......x.....|X.x.......x.....", "snare": "....X..o....X...", "hat": "x.x.x.xox.x.x.xo", "rim": ".......o......?."},
    {"kick": "X.......x.x.....", "snare": BACKBEAT, "shaker": "x.o.x.o.x.o.x.o.", "perc": "......?....x...."},
)  # fmt: skip
REGGAE: tuple[Groove, ...] = (
    {"kick": "........X.......", "rim": "........X.......", "hat": "x.o.x.o.x.o.x.o."},
    {"kick": "X.......X.......", "snare": "........X.......", "hat": "..x...x...x...x.", "perc": "......x....o..?."},
    {"kick": FOUR, "rim": "........X.....o.", "hat": "o.x.o.x.o.x.o.x.", "tom": "................|............x.xx"},
)  # fmt: skip
ROCK: tuple[Groove, ...] = (
    {"kick": "X.......x.x.....", "snare": BACKBEAT, "hat": EIGHTHS},
    {"kick": "X.....x.x.......|X.....x.x.x.....", "snare": BACKBEAT, "ride": "x.x.x.x.x.x.x.x."},
    {"kick": "X..x..x.x.......", "snare": BACKBEAT, "open": "x...x...x...x..."},
)  # fmt: skip
BALLAD: tuple[Groove, ...] = (
    {"kick": "X.........x.....", "snare": BACKBEAT, "hat": EIGHTHS},
    {"kick": "X......x..x.....", "rim": BACKBEAT, "hat": SIXTEENTHS},
    {"kick": "X.......x.......", "snare": "....x.......x...", "ride": "x...x...x...x...", "shaker": "o.o.o.o.o.o.o.o."},
)  # fmt: skip
SYNTHWAVE: tuple[Groove, ...] = (
    {"kick": "X.......X.......", "snare": BACKBEAT, "hat": EIGHTHS},
    {"kick": FOUR, "snare": BACKBEAT, "hat": SIXTEENTHS, "tom": "................|............xxxx"},
    {"kick": "X.....x.X.......", "snare": BACKBEAT, "open": "..x...x...x...x.", "clap": BACKBEAT},
)  # fmt: skip
POP: tuple[Groove, ...] = (
    {"kick": "X.....x.X.......|X.....x.X...x...", "snare": BACKBEAT, "hat": EIGHTHS},
    {"kick": FOUR, "clap": BACKBEAT, "hat": "x.xox.xox.xox.xo"},
    {"kick": "X..x....X.x.....", "snare": BACKBEAT, "shaker": SIXTEENTHS, "perc": "..?....x..?....x"},
)  # fmt: skip
SPARSE: tuple[Groove, ...] = (
    {"perc": "x.......?.......", "shaker": "....o.......o..."},
    {
        "kick": "x...............|x.........o.....",
        "perc": "....?.......o...",
        "ride": "........o.......",
    },
    {"rim": "....x.......x...", "shaker": EIGHTHS},
)
MINIMAL: tuple[Groove, ...] = (
    {"kick": FOUR, "rim": "...x.....x..?...", "hat": OFF, "perc": ".o..x..o....x..."},
    {
        "kick": FOUR,
        "clap": "....x.......x..?",
        "shaker": ".xo..xo..xo..xo.",
        "perc": "......x..?..x...",
    },
)
WALTZ: tuple[Groove, ...] = (
    {"kick": "X...........", "snare": "....o...o...", "hat": "x...x...x..."},
    {
        "kick": "X.........x.|X...........",
        "snare": "....x...x...|....x...x.o.",
        "ride": "x.o.x.o.x.o.",
    },
    {
        "kick": "X...........",
        "rim": "........x...",
        "shaker": "x.o.x.o.x.o.",
        "perc": "....x...?...",
    },
)
SIX_EIGHT: tuple[Groove, ...] = (
    {"kick": "X.........o.", "snare": "......X.....", "hat": "x.o.o.x.o.o."},
    {"kick": "X...x.......|X.........x.", "snare": "......X.....", "ride": "x.o.o.x.o.o."},
    {"kick": "X.....o.....", "rim": "......x.....", "shaker": "x.x.x.x.x.x."},
)

STABS = (
    "x..x..x...x..x..",
    "..x...x...x...x.",
    "x.....x...x.....",
    "...x..x....x..x.",
    "x..x..x.........",
)
HOLD = ("hold",)

STYLES: dict[str, Style] = {
    "house": Style((120, 128), "club", HOUSE, ("offbeat", "syncopated", "octaves"), ("saw", "fm", "sub"), ("piano", "organ", "stab", "pluck"), STABS, ("lead", "pluck", "bell", "vox"), sevenths=0.5, swing=(0.0, 0.15), kick=2),
    "deep house": Style((115, 124), "club", HOUSE, ("syncopated", "offbeat", "walking"), ("sub", "fm", "round"), ("epiano", "pad", "organ"), (*STABS, "hold"), ("epiano", "bell", "pluck", "vox"), sevenths=0.85, swing=(0.05, 0.25), kick=1, bars_per_chord=(1, 2, 2)),
    "tech house": Style((122, 130), "club", HOUSE, ("syncopated", "rolling"), ("fm", "saw", "round"), ("stab", "organ", "pluck"), STABS, ("pluck", "acid"), "vamp", sevenths=0.3, swing=(0.0, 0.2), kick=3, lead=0.3, bars_per_chord=(2, 2, 4)),
    "techno": Style((126, 142), "techno", TECHNO, ("rumble", "offbeat", "root16"), ("sub", "reese", "round"), ("stab", "pad", "dark"), STABS, ("acid", "lead", "bell"), "vamp", minor=0.95, kick=5, sidechain=(0.4, 0.9), lead=0.35, bars_per_chord=(2, 4, 4)),
    "minimal": Style((120, 128), "techno", MINIMAL, ("syncopated", "one"), ("sub", "fm", "round"), ("stab", "epiano", "pluck"), STABS, ("pluck", "bell"), "vamp", minor=0.8, swing=(0.0, 0.2), kick=3, lead=0.2, bars_per_chord=(2, 4)),
    "acid": Style((124, 138), "techno", TECHNO, ("acid",), ("acid",), ("stab", "pad", "organ"), (*STABS, "hold"), ("acid", "lead"), "vamp", minor=0.85, kick=3, lead=0.25, bars_per_chord=(2, 4)),
    "trance": Style((130, 142), "club", TRANCE, ("offbeat", "rolling"), ("saw", "reese"), ("supersaw", "pad", "pluck"), ("hold", "x..x..x..x..x.x.", "x.xx.xx.x.xx.xx."), ("lead", "pluck", "supersaw", "vox"), kick=3, minor=0.85, sidechain=(0.4, 0.8), arpeggio=0.6, lead=0.8, bars_per_chord=(1, 2, 2)),
    "progressive": Style((118, 128), "club", HOUSE, ("root8", "rolling", "offbeat"), ("saw", "reese", "round"), ("pad", "pluck", "supersaw"), ("hold", *STABS), ("pluck", "lead", "bell"), kick=2, arpeggio=0.5, bars_per_chord=(2, 2, 4)),
    "psytrance": Style((138, 148), "techno", TECHNO, ("psy",), ("saw", "fm"), ("stab", "dark", "pad"), (*STABS, "hold"), ("acid", "lead", "fmlead"), "vamp", minor=0.9, kick=4, arpeggio=0.5, lead=0.6, bars_per_chord=(2, 4)),
    "drum & bass": Style((168, 178), "breaks", DNB, ("sustain", "syncopated", "rolling"), ("reese", "sub", "growl"), ("pad", "epiano", "stab"), ("hold", "x.....x.........", "...x......x....."), ("lead", "pluck", "bell", "vox"), minor=0.85, sevenths=0.4, sidechain=(0.1, 0.4), bars_per_chord=(1, 2, 2, 4)),
    "jungle": Style((155, 172), "breaks", BREAKS, ("sustain", "reggae", "syncopated"), ("sub", "reese", "round"), ("pad", "stab", "epiano"), ("hold", "x.....x...x....."), ("bell", "lead", "pluck"), minor=0.8, sevenths=0.5, sidechain=(0.0, 0.2), bars_per_chord=(1, 2, 4)),
    "breakbeat": Style((125, 140), "breaks", BREAKS, ("syncopated", "rolling", "sustain"), ("saw", "fm", "reese"), ("stab", "organ", "pad"), (*STABS, "hold"), ("lead", "acid", "pluck"), sidechain=(0.0, 0.3)),
    "dubstep": Style((138, 142), "dubstep", HALF_TIME, ("sustain", "syncopated"), ("growl", "reese", "sub"), ("pad", "stab", "dark"), ("hold", "x...........x...", "......x........."), ("lead", "bell", "growl"), minor=0.95, sidechain=(0.1, 0.5), kick=1, bars_per_chord=(1, 2, 2)),
    "future bass": Style((140, 160), "dubstep", HALF_TIME, ("sustain", "syncopated"), ("sub", "reese", "saw"), ("supersaw", "pad", "pluck"), ("hold", "x..x..x.x..x..x.", "x...x...x.x.x..."), ("bell", "lead", "pluck", "vox"), "pop", minor=0.4, sevenths=0.6, sidechain=(0.4, 0.9), arpeggio=0.4),
    "trap": Style((130, 150), "808", TRAP, ("808",), ("808",), ("bell", "pad", "piano", "dark"), ("hold", "x.....x.....x...", "x..x..x...x....."), ("bell", "pluck", "fmlead"), minor=0.9, sidechain=(0.0, 0.3), arpeggio=0.4, bars_per_chord=(1, 2)),
    "hardcore": Style((160, 200), "hardcore", TRANCE, ("offbeat", "root8"), ("saw", "reese", "fm"), ("supersaw", "piano", "stab"), ("hold", "x..x..x.x..x..x.", "..x...x...x...x."), ("lead", "supersaw", "fmlead"), kick=6, minor=0.7, sidechain=(0.3, 0.8), lead=0.8),
    "uk garage": Style((128, 136), "club", GARAGE, ("syncopated", "sustain"), ("sub", "fm", "organbass"), ("organ", "epiano", "stab"), STABS, ("pluck", "bell", "lead", "vox"), sevenths=0.7, swing=(0.15, 0.33), sidechain=(0.0, 0.3)),
    "electro": Style((110, 132), "808", ELECTRO, ("root16", "octaves", "syncopated"), ("saw", "fm", "square"), ("stab", "pad", "organ"), (*STABS, "hold"), ("lead", "fmlead", "pluck"), minor=0.85, sidechain=(0.0, 0.2), arpeggio=0.4),
    "synthwave": Style((80, 118), "eighties", SYNTHWAVE, ("root8", "octaves", "root16"), ("saw", "square", "reese"), ("pad", "brass", "epiano"), ("hold", "x.....x.........", "..x...x...x...x."), ("lead", "bell", "square", "vox"), "pop", minor=0.7, sidechain=(0.0, 0.4), arpeggio=0.6, lead=0.8),
    "hip-hop": Style((75, 98), "lofi", HIPHOP, ("syncopated", "sustain", "walking"), ("sub", "round"), ("epiano", "piano", "pluck"), ("hold", "x......x........", "x.....x...x....."), ("bell", "epiano", "flute", "vox"), "jazz", form="song", minor=0.6, sevenths=0.9, swing=(0.12, 0.34), jitter=(2, 8), sidechain=(0.0, 0.3)),
    "reggae": Style((68, 92), "acoustic", REGGAE, ("reggae",), ("round", "sub"), ("organ", "piano", "guitar"), ("..x...x...x...x.", "....x.......x...", "..xx..xx..xx..xx"), ("organ", "flute", "brass", "vox"), "reggae", form="song", minor=0.4, swing=(0.0, 0.25), jitter=(2, 6), sidechain=(0.0, 0.0), arpeggio=0.0),
    "dub": Style((64, 84), "lofi", REGGAE, ("reggae", "sustain"), ("sub", "round"), ("stab", "organ", "guitar"), ("..x...x...x...x.", "....x.......x..."), ("flute", "bell"), "vamp", minor=0.85, jitter=(0, 4), sidechain=(0.0, 0.1), lead=0.3, bars_per_chord=(1, 2)),
    "ambient": Style((60, 110), "lofi", SPARSE, ("one", "sustain"), ("sub", "round"), ("pad", "epiano", "dark"), HOLD, ("bell", "flute", "pluck"), "pop", form="ambient", minor=0.5, sevenths=0.5, jitter=(0, 8), sidechain=(0.0, 0.0), arpeggio=0.5, bars_per_chord=(1, 2, 2)),
    "rock": Style((95, 165), "acoustic", ROCK, ("root8", "walking", "syncopated"), ("picked", "round"), ("guitar", "organ", "crunch"), ("x.x.x.x.x.x.x.x.", "hold", "x.....x.x.....x."), ("crunch", "guitar", "brass", "vox"), "pop", form="song", minor=0.4, jitter=(3, 9), sidechain=(0.0, 0.0), arpeggio=0.1),
    "ballad": Style((60, 84), "acoustic", BALLAD, ("one", "sustain", "walking"), ("round", "picked"), ("piano", "epiano", "guitar", "strings"), ("x.o.x.o.x.o.x.o.", "hold", "x...x...x...x..."), ("flute", "strings", "bell", "vox"), "pop", form="song", minor=0.4, sevenths=0.3, inversions=0.3, jitter=(3, 10), sidechain=(0.0, 0.0), arpeggio=0.5),
    "pop": Style((88, 132), "eighties", POP, ("root8", "syncopated", "offbeat"), ("saw", "round", "picked"), ("piano", "pad", "guitar", "pluck"), ("hold", "x..x..x...x..x..", "x...x...x...x..."), ("lead", "flute", "bell", "vox"), "pop", form="song", minor=0.35, sevenths=0.2, inversions=0.25, jitter=(0, 4), sidechain=(0.0, 0.4), lead=0.9),
    "waltz": Style((84, 190), "acoustic", WALTZ, ("waltz",), ("round", "picked"), ("piano", "strings", "guitar", "epiano"), ("....x...x...", "hold", "x...x...x..."), ("flute", "strings", "bell", "vox"), "pop", form="song", meter=3, minor=0.45, inversions=0.25, jitter=(0, 8), sidechain=(0.0, 0.1)),
    "six eight": Style((130, 200), "acoustic", SIX_EIGHT, ("sixeight",), ("round", "picked", "sub"), ("piano", "guitar", "organ", "strings"), ("x.o.o.x.o.o.", "hold", "x.....x....."), ("flute", "brass", "bell", "vox"), "pop", form="song", meter=6, minor=0.5, jitter=(0, 8), sidechain=(0.0, 0.1), arpeggio=0.5),
}  # fmt: skip
"""Every style by its name."""
