"""Random forms: sections of a family of music, as long as asked.

A form is (label, bars) per section. Bars come in steps of 8, 4, 2 or 1, whichever the length
has room for; where it has room for few sections, a stretch of a form is taken.
"""

from __future__ import annotations

import numpy as np

Form = tuple[tuple[str, int], ...]

FORMS: dict[str, tuple[str, ...]] = {
    "club": (
        "intro:2 buildup:1 drop:4 breakdown:2 buildup:1 drop:4 outro:2",
        "intro:4 drop:4 breakdown:2 buildup:1 drop:4 outro:4",
        "intro:2 drop:2 breakdown:2 buildup:1 drop:4 outro:2",
        "intro:2 verse:2 breakdown:1 buildup:1 drop:4 breakdown:1 drop:2 outro:1",
        "intro:1 breakdown:1 buildup:1 drop:3 breakdown:2 buildup:1 drop:3 outro:1",
        "intro:2 buildup:1 drop:3 bridge:1 drop:3 breakdown:1 drop:2",
        "intro:3 verse:2 buildup:1 drop:4 outro:2",
        "intro:2 breakdown:2 buildup:1 drop:4 breakdown:2 drop:4 outro:1",
        "intro:4 drop:4 breakdown:2 buildup:2 drop:4 outro:2",
        "intro:2 verse:2 buildup:1 drop:4 breakdown:3 buildup:1 drop:4",
        "breakdown:2 buildup:1 drop:4 breakdown:2 drop:2",
        "intro:1 drop:4 breakdown:1 drop:4 outro:1",
        "intro:2 verse:4 breakdown:2 verse:2 drop:4 outro:2",
        "buildup:2 drop:4 bridge:2 buildup:1 drop:4 outro:2",
        "intro:2 buildup:2 drop:6 outro:2",
        "drop:4 breakdown:2 buildup:1 drop:4",
        "breakdown:2 buildup:1 drop:3",
        "verse:2 buildup:1 drop:3",
        "drop:4 breakdown:1 drop:2",
        "intro:1 drop:3",
    ),
    "song": (
        "intro:1 verse:4 chorus:4 verse:4 chorus:4 outro:1",
        "intro:2 verse:2 chorus:2 verse:2 chorus:2 bridge:2 chorus:2 outro:1",
        "verse:4 chorus:2 verse:4 chorus:2 bridge:2 chorus:4",
        "intro:1 verse:2 chorus:4 bridge:1 verse:2 chorus:4 outro:1",
        "intro:2 verse:4 chorus:4 bridge:2 chorus:4",
        "chorus:2 verse:4 chorus:2 breakdown:2 chorus:4 outro:2",
        "intro:1 verse:4 chorus:2 bridge:1 chorus:2",
        "verse:2 chorus:2",
        "intro:1 verse:2 chorus:2",
        "verse:2 bridge:1 chorus:2",
    ),
    "ambient": (
        "intro:2 verse:4 bridge:2 verse:4 outro:2",
        "intro:4 verse:4 breakdown:2 chorus:4 outro:2",
        "intro:2 chorus:4 outro:2",
        "intro:1 verse:3 outro:1",
        "verse:2 bridge:1 chorus:2",
    ),
}
"""Forms by family: label and weight of every section."""

LEAST_UNEVEN = 16
"""bars of a piece from which a section may fall short."""
FEWEST = 2
"""bars a section has on average at least, before sections are left out."""


def random_form(family: str, bars: int, rng: np.random.Generator) -> Form:
    """A form of `family` of about `bars` bars (never more, at least 1)."""
    choices = [t for t in FORMS[family] if len(t.split()) * FEWEST <= bars]
    text = str(rng.choice(choices or list(FORMS[family])))
    rows = [(label, int(weight)) for label, weight in (x.split(":") for x in text.split())]
    return _uneven(_measured(_stretch(rows, bars, rng), bars), bars, rng)


def _stretch(
    rows: list[tuple[str, int]], bars: int, rng: np.random.Generator
) -> list[tuple[str, int]]:
    """As many neighbouring sections as `bars` have room for."""
    room = max(1, bars // FEWEST)
    if len(rows) <= room:
        return rows
    first = int(rng.integers(len(rows) - room + 1))
    return rows[first : first + room]


def _measured(rows: list[tuple[str, int]], bars: int) -> Form:
    """Weights → bars in the largest step that has room."""
    step = next(s for s in (8, 4, 2, 1) if s == 1 or 1.5 * s * len(rows) <= bars)
    total = sum(weight for _, weight in rows)
    lengths = [max(step, round(w * bars / total / step) * step) for _, w in rows]
    while sum(lengths) > bars and max(lengths) > step:
        lengths[int(np.argmax(lengths))] -= step
    while sum(lengths) + step <= bars:
        shares = [length / weight for length, (_, weight) in zip(lengths, rows, strict=True)]
        lengths[int(np.argmin(shares))] += step
    return tuple((label, n) for (label, _), n in zip(rows, lengths, strict=True))


def _uneven(form: Form, bars: int, rng: np.random.Generator) -> Form:
    """Now and then one section is shorter by half or by a bar, as in real tracks."""
    if rng.random() < 0.7 or bars < LEAST_UNEVEN:
        return form
    i = int(rng.integers(len(form)))
    label, length = form[i]
    changed = max(1, length - int(rng.choice([1, max(1, length // 2)])))
    return (*form[:i], (label, changed), *form[i + 1 :])
