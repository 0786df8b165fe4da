"""All the ways from one track to the next: points of the one × points of the other × templates.

Arrays are indexed by o, a point on which the outgoing track may turn, i, one of the incoming
track, and c, the template. Own beats throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.transitions.kinds import Template
from mixolydian.dj.transitions.lines import lines_of
from mixolydian.dj.transitions.relation import Relation
from mixolydian.dj.transitions.shapes import STEPS

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Space:
    """Where both tracks are in every candidate.

    `out_start` (O, C): the outgoing track's beat on which the transition begins; `out_end` (O, C):
    the first that is not heard; `in_start` (I, C): the incoming track's first beat; `ready`
    (I, C): its beat at the transition's end; `feasible` (O, I, C): whether both have the beats.
    """

    a: Portrait
    b: Portrait
    relation: Relation
    templates: tuple[Template, ...]
    points_a: FloatArray
    points_b: FloatArray
    out_start: FloatArray
    out_end: FloatArray
    in_start: FloatArray
    ready: FloatArray
    feasible: BoolArray

    @property
    def bar_a(self) -> float:
        """Own beats of the outgoing track per bar of the mix."""
        return self.relation.own_a * self.relation.meter

    @property
    def bar_b(self) -> float:
        """Own beats of the incoming track per bar of the mix."""
        return self.relation.own_b * self.relation.meter


def column(templates: tuple[Template, ...], name: str) -> FloatArray:
    """A number of every template (C,)."""
    return np.array([getattr(t, name) for t in templates], dtype=np.float64)


def space_of(
    a: Portrait,
    b: Portrait,
    relation: Relation,
    templates: tuple[Template, ...],
    points_a: FloatArray,
    points_b: FloatArray,
) -> Space:
    """The space of all candidates."""
    bars, anchor = column(templates, "bars"), column(templates, "anchor")
    enters, loop_out = column(templates, "enters"), column(templates, "loop_out")
    loop_in, swap = column(templates, "loop_in"), column(templates, "swap")
    bar_a, bar_b = relation.own_a * relation.meter, relation.own_b * relation.meter
    out_start = points_a[:, np.newaxis] - bar_a * anchor
    out_end = out_start + bar_a * np.where(loop_out > 0, loop_out, bars)
    in_start = points_b[:, np.newaxis] + bar_b * (enters - anchor)
    heard = np.where(loop_in > 0, loop_in + bars - swap, bars - enters)
    ready = in_start + bar_b * heard
    lines_a, lines_b = lines_of(a), lines_of(b)
    possible_a = (out_start >= lines_a.first) & (out_end <= lines_a.last + 1e-6)
    possible_b = (in_start >= 0.0) & (ready < lines_b.last)
    feasible = possible_a[:, np.newaxis] & possible_b[np.newaxis]
    return Space(
        a, b, relation, templates, points_a, points_b,
        out_start, out_end, in_start, ready, feasible,
    )  # fmt: skip


def steps_a(space: Space) -> tuple[FloatArray, FloatArray]:
    """Own beats (O, C, STEPS) between which the outgoing track is heard in each eighth; a loop
    is heard as a whole in each."""
    loop = column(space.templates, "loop_out")[:, np.newaxis]
    bars = column(space.templates, "bars")[:, np.newaxis]
    x = np.arange(STEPS) / STEPS
    begin = np.where(loop > 0, 0.0, bars * x)
    end = np.where(loop > 0, loop, bars * (x + 1 / STEPS))
    start = space.out_start[..., np.newaxis]
    return start + space.bar_a * begin, start + space.bar_a * end


def steps_b(space: Space) -> tuple[FloatArray, FloatArray]:
    """The same (I, C, STEPS) of the incoming track; before it enters it is not heard."""
    loop, bars, swap, enters = (
        column(space.templates, name)[:, np.newaxis]
        for name in ("loop_in", "bars", "swap", "enters")
    )
    x = bars * np.arange(STEPS) / STEPS
    looping, past = (loop > 0) & (x < swap), np.where(loop > 0, loop - swap, -enters)
    begin = np.where(looping, 0.0, x + past)
    end = np.where(looping, loop, x + bars / STEPS + past)
    start = space.in_start[..., np.newaxis]
    return start + space.bar_b * begin, start + space.bar_b * end
