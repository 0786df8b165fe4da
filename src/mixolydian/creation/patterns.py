"""Patterns: drum strokes and bass riffs, in beats within the bar.

Nothing here knows seconds or sound. A `Stroke` is a position, a length and a velocity; a
bass step also names which tone of the chord it plays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TONES = {
    "r": "root", "3": "third", "5": "fifth", "7": "seventh", "o": "octave", "a": "approach",
}  # fmt: skip
VELOCITY = {"X": 1.0, "x": 0.82, "o": 0.45, "?": 0.65}


@dataclass(frozen=True)
class Stroke:
    """A stroke at `position` beats after the bar line, `length` beats long, velocity 0–1."""

    position: float
    length: float
    velocity: float


@dataclass(frozen=True)
class BassStep:
    """One bass note: `tone` is root, third, fifth, seventh, octave or approach."""

    position: float
    length: float
    tone: str
    velocity: float = 0.9


Riff = tuple[tuple[BassStep, ...], ...]
"""bass steps bar by bar."""


def fitted(cells: str, beats_per_bar: int, written_for: int = 4) -> tuple[str, ...]:
    """A bar of a pattern written for `written_for` beats in another meter.

    It is cut or goes on from its beginning; in 6/8 (meter 6), where two dotted quarters make
    a bar, its beats become dotted quarters and one bar of four beats becomes two.
    """
    if len(cells) % written_for and len(cells) % 4 == 0:
        written_for = 4
    if beats_per_bar == written_for or len(cells) % written_for:
        return (cells,)
    per_beat = len(cells) // written_for
    if beats_per_bar == 6:
        return _compound(cells, per_beat)
    wanted = per_beat * beats_per_bar
    return ((cells * 2)[:wanted].ljust(wanted, "."),)


_SHUFFLED = {1: (0,), 2: (0, 4), 3: (0, 2, 4), 4: (0, 2, 4, 5)}
"""Cells per beat → their places among the six sixteenths of a dotted quarter."""


def _compound(cells: str, per_beat: int) -> tuple[str, ...]:
    """Bars of two dotted quarters, one for each beat of `cells`; notes stay held."""
    if per_beat not in _SHUFFLED:
        cells, per_beat = cells[:: max(1, per_beat // 4)], min(per_beat, 4)
    starts = range(0, len(cells), per_beat)
    beats = [_dotted(cells[i : i + per_beat], cells[i + per_beat :][:1]) for i in starts]
    beats += beats[: len(beats) % 2]
    return tuple(beats[i] + beats[i + 1] for i in range(0, len(beats), 2))


def _dotted(beat: str, after: str) -> str:
    """One beat over six sixteenths; `after` is the cell that follows it."""
    places = (*_SHUFFLED[len(beat)], 6)
    out = ""
    for i, cell in enumerate(beat):
        held = (beat + after)[i + 1 : i + 2] == "-"
        out += cell + ("-" if held else ".") * (places[i + 1] - places[i] - 1)
    return out


def bars_of(pattern: str, beats_per_bar: int, written_for: int = 4) -> tuple[str, ...]:
    """The bars of a pattern, divided by ``|``, in the meter."""
    return tuple(
        bar for cells in pattern.split("|") for bar in fitted(cells, beats_per_bar, written_for)
    )


def written_beats(pattern: str, beats_per_bar: int, habit: int) -> int:
    """Beats that a user's pattern has in mind: those of the piece where every bar's cells
    divide by them, else the genre's `habit`."""
    own = all(len(bar) % beats_per_bar == 0 for bar in pattern.split("|"))
    return beats_per_bar if own else habit


def strokes(
    pattern: str, bar: int, beats_per_bar: int, rng: np.random.Generator, written_for: int = 4
) -> tuple[Stroke, ...]:
    """The strokes that `pattern` has in its `bar`-th bar (patterns repeat)."""
    bars = bars_of(pattern, beats_per_bar, written_for)
    cells = bars[bar % len(bars)]
    width = beats_per_bar / len(cells)
    out = []
    for i, cell in enumerate(cells):
        if cell == "." or (cell == "?" and rng.random() < 0.5):
            continue
        rest = next((j for j in range(i + 1, len(cells)) if cells[j] != "."), len(cells))
        out.append(Stroke(i * width, (rest - i) * width, VELOCITY[cell]))
    return tuple(out)


def _steps(text: str, beats_per_bar: int, legato: float) -> list[BassStep]:
    """Steps written as a string: r root, 3, 5, 7, o octave, a approach, - hold, . rest."""
    width = beats_per_bar / len(text)
    out = []
    for i, cell in enumerate(text):
        if cell not in TONES:
            continue
        held = 1
        while i + held < len(text) and text[i + held] == "-":
            held += 1
        out.append(BassStep(i * width, held * width * legato, TONES[cell]))
    return out


BASS_IDIOMS: dict[str, tuple[str, ...]] = {
    "offbeat": ("..r-..r-..r-..r-", "..r-..r-..r-..o-", "..rr..rr..rr..ro", "..r...r...r...r."),
    "root8": ("r-r-r-r-r-r-r-r-", "r-r-r-r-r-r-5-5-", "r-r-r-r-r-r-r-o-"),
    "root16": ("rrrrrrrrrrrrrrrr", "r.rrr.rrr.rrr.ro", "rr.rrr.rrr.rrr5r"),
    "octaves": ("r-o-r-o-r-o-r-o-", "r-o-r-o-r-o-5-o-", "rroorroorroorroo"),
    "psy": (".rrr.rrr.rrr.rrr", ".rrr.rrr.rrr.rro"),
    "rolling": ("r.ror.rrr.ror.5r", ".rro.rr5.rro.r7o", "r.rr.rr.r.rr.ro.", "..rrr.r...rro.r."),
    "rumble": (".rrr.rrr.rrr.rrr", "..rr..rr..rr..rr", ".rr..rr..rr..rr."),
    "sustain": ("r---------------", "r-----------5---", "r-------r-----a-", "r-----r---------"),
    "syncopated": (
        "r--r--r---5-r---", "r--.r-.o..r-7-..", "r.....r-..o-..a-", "r-.r--..r--5-..a",
        "r-..r-.5..r...o.", "r---..r-.3-.5-..", "...r..r-...r..5-",
    ),
    "walking": ("r---3---5---a---", "r---5---o---a---", "r---r-5-3---a---", "r---7---5---3-a-"),
    "one": ("r-------........", "r-----------....", "r---------------"),
    "reggae": ("r--r..5-r---....", "r---..r-3-5-....", "r-..r-3-5-..o---", "..r-..r-5-3-r---"),
    "waltz": ("r---........", "r-------5---", "r---3---5---", "r-------..a-"),
    "sixeight": ("r-----5-----", "r-----r---5-", "r---r-5---3-", "r-----....a-"),
    "bounce": ("r-.r..o-..r.r-5-", "r-.r..o-..o.5-a-", "r--r..r-..r.o-5-", "r-.r-.o-r..r..5-"),
    "deep": ("r----...r--r..5-", "r----...r--.7-a-", "r--r-...r--r--5-", "r-----r-..5-..a-"),
    "hooky": ("r..r.r..r..o.r..", "r..r.r..r..7.5..", "r.r..r..r.r..o..", "r.r..r..r...o.r."),
    "gallop": ("..rr..rr..rr..rr", "..rr..rr..rr..ro", "..rr..rr..ro..rr", ".rrr.rrr.rrr.rro"),
    "two notes": ("r...............", "r.....o.........", "r..r............", "r.........5....."),
    "reese": ("r---------------", "r-----------r-a-", "r-----r---------", "r-------....r-5-"),
    "roller": ("r--r--r---r--r--", "r--r--r---o--5--", "r--r--r---r-7-5-", "r-----r-..r--r--"),
    "half time": ("r-----------....", "r-----r-....r---", "r---r---....r-r-", "r--r--r-..r-----"),
    "robot": ("r.r.o.rrr.o.r.o.", "r.r.o.rrr.o.7.5.", "rr.ro.r.rr.ro.7.", "r.o.rro.r.o.5.7."),
    "funk": ("r--r..o-..r.7-5-", "r-.r..5-..r-..a-", "r--r.r..3-..5-7-", "r-..r.r-..o-7-a-"),
    "drone": ("r---------------", "r-------------5-", "r-----------r---"),
}  # fmt: skip
"""Bass riffs of one bar per idiom; `acid` and `808` are invented or follow the kick."""


def read_riff(text: str, beats_per_bar: int, legato: float = 0.9) -> Riff:
    """A riff as a user or a genre writes it: bars of `BASS_IDIOMS` letters divided by ``|``."""
    return tuple(
        tuple(_steps(bar, beats_per_bar, legato)) for bar in _riff_bars(text, beats_per_bar)
    )


def _riff_bars(text: str, beats_per_bar: int) -> tuple[str, ...]:
    """The bars of a riff in the meter; twelve cells are a bar of 3/4 and of 6/8 alike."""
    bars: tuple[str, ...] = ()
    for cells in text.split("|"):
        whole = len(cells) == 12 and beats_per_bar == 6
        bars += (cells,) if whole else fitted(cells, beats_per_bar, _beats_of(cells))
    return bars


def _beats_of(bar: str) -> int:
    """Beats a bar of cells was written for: three (of four cells each) or four."""
    return 3 if len(bar) == 12 else 4


def bass_riff(idiom: str, beats_per_bar: int, kick: str, rng: np.random.Generator) -> Riff:
    """A riff of one to four bars in `idiom`, or `idiom` itself where it is written out;
    `kick` is the kick's pattern (for 808 basses)."""
    if idiom == "acid":
        return tuple(_acid_bar(beats_per_bar, rng) for _ in range(int(rng.choice([1, 2]))))
    if idiom == "808":
        return tuple(_follow(cells, beats_per_bar) for cells in _riff_bars(kick, beats_per_bar))
    choices = BASS_IDIOMS.get(idiom, (idiom,))
    legato = float(rng.uniform(0.6, 1.0))
    first, second = (read_riff(str(rng.choice(choices)), beats_per_bar, legato) for _ in range(2))
    pick = rng.random()
    if pick < 0.5:
        return first
    return (*first, *second) if pick < 0.8 else (*first, *first, *first, *second)


def _acid_bar(beats_per_bar: int, rng: np.random.Generator) -> tuple[BassStep, ...]:
    """Sixteenths of a squelching line: mostly root, with octaves, thirds, sevenths."""
    n = 4 * beats_per_bar
    tones = rng.choice(
        ["root", "octave", "third", "fifth", "seventh", "rest"],
        size=n,
        p=[0.42, 0.14, 0.08, 0.08, 0.1, 0.18],
    )
    tones[0] = "root"
    slides = rng.random(n) < 0.25
    accents = rng.random(n) < 0.3
    return tuple(
        BassStep(i / 4, 0.25 * (1.05 if slides[i] else 0.6), str(t), 1.0 if accents[i] else 0.75)
        for i, t in enumerate(tones)
        if t != "rest"
    )


def _follow(cells: str, beats_per_bar: int) -> tuple[BassStep, ...]:
    """Long notes under every kick of one bar."""
    width = beats_per_bar / len(cells)
    hits = [i for i, c in enumerate(cells) if c != "."]
    ends = [*hits[1:], len(cells)]
    return tuple(
        BassStep(i * width, (end - i) * width * 0.95, "root")
        for i, end in zip(hits, ends, strict=True)
    )
