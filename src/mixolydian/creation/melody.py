"""Melodies: phrases made of a motif, its variation and an ending, before they have pitches.

A phrase is built the way hooks are: A A' A B. The motif has a rhythm proper to the grid it is
sung on and a contour that moves by step, leaps once and fills the leap; the last bar comes
home to tonic, third or fifth and stays there. Degrees count scale steps from the tonic
nearest to the singer's register, so that a phrase follows every chord and every key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mixolydian.creation.patterns import strokes

LOWEST, HIGHEST = -2, 6
"""Degrees a melody moves between: a ninth, with room for the chord's tones a tenth."""
HOME = (0, 2, 4)
"""Degrees a phrase may end on: tonic, third, fifth."""
OPEN = (1, 4, 6)
"""Degrees a half phrase may end on, asking for the rest."""
LEAP_FROM = 4
"""notes a motif has at least when it leaps."""
LONGEST = 2.0
"""beats a note is held at most, the last of a phrase excepted."""

RHYTHMS: dict[float, tuple[str, ...]] = {
    0.25: (
        "x..x..x...x.x...", "x..x..x..x..x.x.", "..x..x.x..x..x..", "x.xx..x...x..x..",
        "x..x.x....x..x.x", "x.x..x.x..x.x...", "...x..x...x.x.x.", "x..xx..x..x.x...",
        "x.....x..x.x..x.", "x..x..x..x.x.x..", "x.xx.xx.x...x...", "..xx..x...xx..x.",
    ),
    0.5: (
        "x.x...x.x.....x.", "x.....x...x.x...", "x...x.x...x.x...", "x.x.x.x.x...x...",
        "..x.x...x.x.x...", "x.....x.....x.x.", "x...x.....x.x.x.", "x.x...x...x.x.x.",
        "x...x.x.x.....x.", "..x...x.x...x.x.", "x.x.x...x.x.x...",
    ),
    1.0: (
        "x.......x...x...", "x...x...x.......", "x...x...x...x...", "x...........x...",
        "x.....x.....x...", "x...x.......x...", "....x...x...x...", "x.......x.....x.",
    ),
    2.0: ("x.......x.......", "x...........x...", "........x.......", "x.....x.........",
          "x.......x...x..."),
}  # fmt: skip
"""Beats of the melody's grid → rhythms of one bar of four beats."""
ENDINGS: dict[float, tuple[str, ...]] = {
    0.25: ("x..x..x.x.......", "x..x..x.........", "x.xx..x.........", "..x..x..x......."),
    0.5: ("x.x.x...x.......", "x.....x.x.......", "x.x...x.........", "..x.x...x......."),
    1.0: ("x...x...x.......", "x.......x.......", "x.....x........."),
    2.0: ("x.......x.......", "x...............", "x.....x........."),
}
"""Rhythms of the last bar: it comes to rest."""
FORMS = {1: "E", 2: "AE", 4: "AaAE", 8: "AaABAaAE"}
"""Bars → their letters: A the motif, a its variation, B a half close, E the ending."""


@dataclass(frozen=True)
class MelodyStep:
    """One melody note `position` beats after the bar line, `length` beats long.

    `degree` counts scale steps above the tonic, a `strong` note wants a tone of the chord,
    `also` are scale steps above it that sound with it.
    """

    position: float
    length: float
    degree: int
    strong: bool
    also: tuple[int, ...] = ()


Bar = tuple[MelodyStep, ...]
MelodyPhrase = tuple[Bar, ...]
"""melody notes bar by bar."""


def melody_phrase(
    bars: int, beats_per_bar: int, step: float, rng: np.random.Generator, written_for: int = 4
) -> MelodyPhrase:
    """A phrase of 1, 2, 4 or 8 `bars` on a grid of `step` beats (0.25, 0.5, 1 or 2)."""
    motif = _motif(str(rng.choice(RHYTHMS[step])), beats_per_bar, rng)
    half = _motif(str(rng.choice(RHYTHMS[step])), beats_per_bar, rng)
    last = _motif(str(rng.choice(ENDINGS[step])), beats_per_bar, rng)
    rows = {
        "A": motif,
        "a": _varied(motif, rng),
        "B": _led_to(half, int(rng.choice(OPEN)), beats_per_bar),
        "E": _led_to(last, int(rng.choice(HOME)), beats_per_bar),
    }
    return tuple(rows[letter] for letter in FORMS[bars])


def _motif(rhythm: str, beats_per_bar: int, rng: np.random.Generator) -> Bar:
    """A rhythm with a contour."""
    hold = float(rng.uniform(0.65, 0.98))
    row = strokes(rhythm, 0, beats_per_bar, rng) or strokes("x...", 0, beats_per_bar, rng)
    degrees = contour(len(row), rng)
    return tuple(
        MelodyStep(
            s.position, min(s.length, LONGEST) * hold, degree, _is_strong(s.position, s.length)
        )
        for s, degree in zip(row, degrees, strict=True)
    )


def _is_strong(position: float, length: float) -> bool:
    """On the bar or its middle, or long enough to be heard against the chord."""
    return position % 2 == 0 or length >= 1.5


def contour(n: int, rng: np.random.Generator) -> tuple[int, ...]:
    """`n` degrees that climb, fall, arch or wave by step, with one leap filled afterwards."""
    shape = str(rng.choice(["arch", "arch", "fall", "rise", "wave"]))
    degrees = [int(rng.choice(HOME))]
    leap = int(rng.integers(1, n - 1)) if n >= LEAP_FROM else n
    for i in range(1, n):
        way = _direction(shape, i / n)
        if degrees[-1] + way not in range(LOWEST, HIGHEST + 1):
            way = -way
        if i == leap:
            move = way * int(rng.choice([2, 3, 3, 4]))
        elif i == leap + 1:
            move = degrees[-2] - degrees[-1]
            move = int(np.sign(move))
        else:
            move = way * int(rng.choice([1, 1, 1, 0, -1]))
        degrees.append(int(np.clip(degrees[-1] + move, LOWEST, HIGHEST)))
    return tuple(degrees)


def _direction(shape: str, share: float) -> int:
    """Whether the line climbs (1) or falls (-1) at `share` of its way."""
    if shape == "arch":
        return 1 if share < 0.5 else -1
    if shape == "wave":
        return 1 if int(share * 3) % 2 == 0 else -1
    return 1 if shape == "rise" else -1


def _varied(motif: Bar, rng: np.random.Generator) -> Bar:
    """The motif with another end: its last notes a step higher or lower."""
    tail = max(1, len(motif) // 3)
    lift = int(rng.choice([-2, -1, 1, 2]))
    if motif[-1].degree + lift not in range(LOWEST, HIGHEST + 1):
        lift = -lift
    end = tuple(
        replace(s, degree=int(np.clip(s.degree + lift, LOWEST, HIGHEST))) for s in motif[-tail:]
    )
    return (*motif[:-tail], *end)


def _led_to(motif: Bar, goal: int, beats_per_bar: int) -> Bar:
    """The motif bent so that it walks into `goal` and stays there to the end of the bar."""
    n = len(motif)
    rows = []
    for i, s in enumerate(motif):
        near = min(HIGHEST, max(LOWEST, s.degree), goal + n - 1 - i)
        rows.append(replace(s, degree=max(near, goal - (n - 1 - i))))
    last = rows[-1]
    length = 0.95 * (beats_per_bar - last.position)
    return (*rows[:-1], replace(last, length=length, strong=True))


def skeleton(bar: Bar, beats_per_bar: int) -> Bar:
    """Only the strong notes of a bar, each held until the next."""
    kept = [s for s in bar if s.strong] or list(bar[:1])
    ends = [s.position for s in kept[1:]] + [float(beats_per_bar)]
    return tuple(
        replace(s, length=0.95 * (end - s.position)) for s, end in zip(kept, ends, strict=True)
    )


def ornamented(phrase: MelodyPhrase, rng: np.random.Generator) -> MelodyPhrase:
    """The phrase with some of its longer notes turned: their second half is a neighbour."""
    return tuple(tuple(note for step in bar for note in _turned(step, rng)) for bar in phrase)


def _turned(step: MelodyStep, rng: np.random.Generator) -> Bar:
    plain, turn = rng.random() < 0.5, int(rng.choice([-1, 1]))
    if plain or step.length < 0.4:
        return (step,)
    half = step.length / 2
    neighbour = int(np.clip(step.degree + turn, LOWEST, HIGHEST))
    return (
        replace(step, length=half * 0.9),
        MelodyStep(step.position + half, half * 0.9, neighbour, False, step.also),
    )


def doubled(phrase: MelodyPhrase, above: int) -> MelodyPhrase:
    """The phrase with a second voice `above` scale steps over its strong notes."""
    return tuple(tuple(replace(s, also=(above,)) if s.strong else s for s in bar) for bar in phrase)


def insisted(bar: Bar, bars: int, beats_per_bar: int) -> MelodyPhrase:
    """One bar over and over for `bars` bars, a step higher every quarter; towards the end
    only its first half, twice as often."""
    head = tuple(s for s in bar if s.position < beats_per_bar / 2) or bar[:1]
    half = beats_per_bar / 2
    short = (*head, *(replace(s, position=s.position + half) for s in head))
    if beats_per_bar % 2:
        short = bar
    rows = []
    for i in range(bars):
        climb = 4 * i // bars
        source = short if 2 * i >= bars and bars > 1 else bar
        rows.append(tuple(replace(s, degree=s.degree + climb) for s in source))
    return tuple(rows)


def in_rhythm(
    phrase: MelodyPhrase, rows: tuple[tuple[tuple[float, float], ...], ...]
) -> MelodyPhrase:
    """The phrase's contour in a rhythm that was written out: (position, length) bar by bar."""
    degrees = [step.degree for bar in phrase for step in bar]
    out, k = [], 0
    for row in rows:
        notes = []
        for position, length in row:
            strong = _is_strong(position, length)
            notes.append(MelodyStep(position, length, degrees[k % len(degrees)], strong))
            k += 1
        out.append(tuple(notes))
    return tuple(out)
