"""Which place of a track suits which kind of transition: tables of musical sense.

Rows follow what resident DJs do: they leave in outros and breakdowns and enter in intros; a drop
is a place for a cut or for another drop, and nobody leaves during a build-up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.transitions.kinds import Template
from mixolydian.dj.transitions.lines import LABELS

IntArray = NDArray[np.int64]
Table = dict[str, float]

KIND = {
    "blend": 1.0,
    "eq-swap": 1.0,
    "filter": 0.93,
    "breakdown-to-intro": 1.0,
    "drop-on-drop": 0.88,
    "loop": 0.78,
    "echo-out": 0.35,
    "cut": 0.3,
    "fade": 0.7,
}
"""what a kind is worth where all suits it."""
LENGTH = {1: 1.0, 2: 1.0, 4: 0.8, 8: 0.92, 16: 1.0, 32: 0.97}
"""bars → what the length is worth; blends of 16 and 32 bars are the habit."""
OTHER_LENGTH = 0.9
REPEATS = ((2, 1.0), (4, 0.93), (8, 0.7), (16, 0.45))
"""(how often a loop is heard, what that is worth): it must not become dull."""

_MIXED_OUT: Table = {
    "": 0.6, "intro": 0.3, "verse": 0.55, "chorus": 0.45, "bridge": 0.7, "buildup": 0.15,
    "drop": 0.5, "breakdown": 0.7, "outro": 1.0,
}  # fmt: skip
_MIXED_IN: Table = {
    "": 0.6, "intro": 1.0, "verse": 0.7, "chorus": 0.4, "bridge": 0.6, "buildup": 0.55,
    "drop": 0.4, "breakdown": 0.6, "outro": 0.1,
}  # fmt: skip
_ENDED: Table = {
    "": 0.6, "intro": 0.2, "verse": 0.6, "chorus": 0.5, "bridge": 0.8, "buildup": 0.4,
    "drop": 0.6, "breakdown": 0.9, "outro": 1.0,
}  # fmt: skip
_BEGUN: Table = {
    "": 0.6, "intro": 0.6, "verse": 0.8, "chorus": 0.9, "bridge": 0.5, "buildup": 0.6,
    "drop": 1.0, "breakdown": 0.6, "outro": 0.1,
}  # fmt: skip


def _only(**labels: float) -> Table:
    return {label: labels.get(label, 0.08) for label in LABELS}


OUT: dict[str, Table] = {
    "breakdown-to-intro": _only(breakdown=1.0, bridge=0.9, outro=0.4),
    "drop-on-drop": _only(drop=1.0, chorus=0.7),
    "cut": _ENDED,
    "echo-out": _ENDED,
}
"""kind → label of what the outgoing track begins at the point → sense; others: `_MIXED_OUT`."""
IN: dict[str, Table] = {
    "breakdown-to-intro": _only(intro=1.0, verse=0.6),
    "drop-on-drop": _only(drop=1.0, chorus=0.7),
    "cut": _BEGUN,
    "echo-out": _BEGUN,
}
"""the same of the incoming track; others: `_MIXED_IN`."""


def habit_of(template: Template) -> float:
    """How usual a template is, in [0, 1]."""
    worth = KIND[template.kind] * LENGTH.get(template.bars, OTHER_LENGTH)
    if template.loop_out:
        worth *= _repeated(template.bars / template.loop_out)
    if template.loop_in:
        worth *= _repeated(template.swap / template.loop_in)
    return worth


def _repeated(times: float) -> float:
    counts, worths = zip(*REPEATS, strict=True)
    return float(np.interp(times, counts, worths))


def out_sense(templates: tuple[Template, ...], labels: IntArray) -> FloatArray:
    """Sense (O, C) of leaving at points with these `labels` (O,)."""
    return _looked_up(OUT, _MIXED_OUT, templates, labels)


def into_sense(templates: tuple[Template, ...], labels: IntArray) -> FloatArray:
    """Sense (I, C) of entering at points with these `labels` (I,)."""
    return _looked_up(IN, _MIXED_IN, templates, labels)


def _looked_up(
    tables: dict[str, Table], other: Table, templates: tuple[Template, ...], labels: IntArray
) -> FloatArray:
    rows = [[tables.get(t.kind, other)[label] for label in LABELS] for t in templates]
    return np.array(rows)[:, labels].T
