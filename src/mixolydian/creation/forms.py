"""Forms: a structure as a user writes it, and structures that fit a length.

A structure is text, ``intro:16 buildup:8 drop:32 outro:16``: a label and its bars per
section, in order.
"""

from __future__ import annotations

import re

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.creation.brief import MAX_BARS, SECTION_LABELS
from mixolydian.creation.genres.base import Genre

Form = tuple[tuple[str, int], ...]

FAMILY_FORMS = {
    "club": (
        "intro:16 buildup:8 drop:32 breakdown:16 buildup:8 drop:32 outro:16",
        "intro:16 verse:16 buildup:8 drop:32 breakdown:16 buildup:8 drop:32 outro:16",
    ),
    "song": (
        "intro:8 verse:16 chorus:16 verse:16 chorus:16 bridge:8 chorus:16 outro:8",
        "intro:8 verse:16 chorus:16 bridge:8 verse:16 chorus:16 outro:8",
    ),
    "ambient": (
        "intro:8 verse:24 bridge:8 chorus:24 outro:8",
        "intro:16 verse:16 breakdown:8 chorus:24 outro:16",
    ),
}
SHORT_FORMS = {
    "club": (
        "intro:4 buildup:4 drop:16 breakdown:4 drop:8 outro:4",
        "intro:4 drop:16 outro:4",
        "buildup:4 drop:12",
        "drop:8",
    ),
    "song": ("intro:2 verse:8 chorus:8 outro:2", "verse:8 chorus:8", "chorus:8"),
    "ambient": ("intro:4 verse:12 outro:4", "verse:8"),
}
"""Forms for pieces too short for the whole one, longest first."""
CYCLE = {
    "club": ("breakdown", "buildup", "drop"),
    "song": ("verse", "chorus"),
    "ambient": ("bridge", "verse"),
}
"""What is played once more when a piece lasts long."""
MIN_SCALE = 0.45
"""a form shrunk further than this gives way to a shorter one."""
MAX_SCALE = 1.4
"""a form stretched further than this gets another cycle."""


def read_structure(text: str) -> Form:
    """The form that `text` describes.

    Raises
    ------
    RequestError
        Something is not ``label:bars`` with a known label and whole bars.
    """
    rows = []
    for word in re.split(r"[\s,|]+", text.strip()):
        label, _, bars = word.partition(":")
        if label not in SECTION_LABELS or not bars.isdecimal() or int(bars) < 1:
            raise RequestError(
                f"structure: expected LABEL:BARS with a label of {', '.join(SECTION_LABELS)}, "
                f"such as drop:32; found {word!r}"
            )
        rows.append((label, int(bars)))
    return tuple(rows)


def forms_of(genre: Genre) -> tuple[Form, ...]:
    """The full-length forms a genre is built in."""
    return tuple(read_structure(text) for text in genre.forms or FAMILY_FORMS[genre.form])


def fitted_form(form: Form, family: str, bars: int) -> Form:
    """`form` brought to exactly `bars` bars: shorter relatives for short pieces, another
    cycle for long ones, then every section in proportion, in fours where they go in."""
    if not 1 <= bars <= MAX_BARS:
        raise RequestError(
            f"expected a length of 1 to {MAX_BARS} bars, found {bars}; change the length or the BPM"
        )
    return _in_proportion(_of_like_length(form, family, bars), bars)


def _of_like_length(form: Form, family: str, bars: int) -> Form:
    if bars < MIN_SCALE * _total(form):
        shorter = [read_structure(text) for text in SHORT_FORMS[family]]
        fitting = [f for f in shorter if bars >= max(MIN_SCALE * _total(f), 2 * len(f))]
        return fitting[0] if fitting else shorter[-1]
    while bars > MAX_SCALE * _total(form):
        form = _with_cycle(form, family)
    return form


def _total(form: Form) -> int:
    return sum(n for _, n in form)


def _with_cycle(form: Form, family: str) -> Form:
    """The form with one cycle more before its last section."""
    lengths = dict(form)
    cycle = tuple((label, lengths.get(label, 16)) for label in CYCLE[family])
    cut = len(form) - 1 if form[-1][0] == "outro" else len(form)
    return (*form[:cut], *cycle, *form[cut:])


def _in_proportion(form: Form, bars: int) -> Form:
    """Every section scaled and rounded; what that leaves over goes in fours to the sections
    it was taken from, the rest to the outro or the longest section."""
    wanted = [n * bars / _total(form) for _, n in form]
    lengths = [_rounded(n) for n in wanted]
    while abs(left := bars - sum(lengths)) >= 4:
        step = 4 if left > 0 else -4
        misses = [
            (n - w) * step if n + step >= 1 else np.inf
            for n, w in zip(lengths, wanted, strict=True)
        ]
        if min(misses) == np.inf:
            break
        lengths[int(np.argmin(misses))] += step
    for i in sorted(range(len(form)), key=lambda i: (form[i][0] != "outro", -lengths[i])):
        change = max(bars - sum(lengths), 1 - lengths[i])
        lengths[i] += change
    return tuple((label, n) for (label, _), n in zip(form, lengths, strict=True))


def _rounded(bars: float) -> int:
    """To fours from six bars on, to twos from three on, to whole bars below."""
    if bars >= 6:
        return 4 * round(bars / 4)
    return 2 * round(bars / 2) if bars >= 3 else max(1, round(bars))
