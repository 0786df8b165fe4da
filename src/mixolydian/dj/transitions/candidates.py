"""The search: all candidates of a pair scored at once, the best told apart and explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.transitions.kinds import ONE_AFTER_THE_OTHER, Template, kinds_for, templates
from mixolydian.dj.transitions.lines import points_in, points_out
from mixolydian.dj.transitions.relation import Relation, relate
from mixolydian.dj.transitions.scores import log_score, parts, shift_costs
from mixolydian.dj.transitions.space import Space, space_of
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.dj.transitions.words import Told, explained

SHIFTS = (-1, 0, 1)
QUICK_POINTS, QUICK_BARS = 9, 16
QUICK_KINDS = ("blend", "breakdown-to-intro", "drop-on-drop")
LOOKED_AT, PER_KIND = 4000, 3
Index = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Search:
    """Every candidate from one track to the next.

    `logs` (O, I, C, R): logarithm of the score, -inf where it cannot be; `shifts` (R,) semitones
    of the incoming track against the outgoing one; `wished` False: none of the wished kinds suits
    the two tracks.
    """

    space: Space
    shifts: tuple[int, ...]
    parts: Mapping[str, FloatArray]
    logs: FloatArray
    wished: bool

    @property
    def n_candidates(self) -> int:
        """How many candidates were scored."""
        return int(self.space.feasible.sum()) * len(self.shifts)

    def candidate(self, index: Index) -> Candidate:
        """The candidate at (o, i, c, r)."""
        return Candidate(self, index)


@dataclass(frozen=True, eq=False)
class Candidate:
    """One way from `a` to `b`; places are own beats of each track."""

    search: Search
    index: Index

    @property
    def template(self) -> Template:
        """Its kind and form."""
        return self.search.space.templates[self.index[2]]

    @property
    def kind(self) -> str:
        """One of `dj.plan.KINDS`."""
        return self.template.kind

    @property
    def relation(self) -> Relation:
        """The tempi of both."""
        return self.search.space.relation

    @property
    def shift(self) -> int:
        """Semitones by which the incoming track is moved, against the outgoing one."""
        return self.search.shifts[self.index[3]]

    @property
    def out_start(self) -> float:
        """Beat of the outgoing track on which it begins."""
        return float(self.search.space.out_start[self.index[0], self.index[2]])

    @property
    def out_end(self) -> float:
        """First beat of the outgoing track that is not heard (the end of its loop, if any)."""
        return float(self.search.space.out_end[self.index[0], self.index[2]])

    @property
    def in_start(self) -> float:
        """First beat of the incoming track."""
        return float(self.search.space.in_start[self.index[1], self.index[2]])

    @property
    def ready(self) -> float:
        """Beat of the incoming track at the transition's end."""
        return float(self.search.space.ready[self.index[1], self.index[2]])

    @property
    def score(self) -> float:
        """In [0, 1]."""
        return float(np.exp(self.search.logs[self.index]))

    @cached_property
    def parts(self) -> Mapping[str, float]:
        """What the score is made of, each in [0, 1]."""
        whole = self.search.logs.shape
        found = {
            name: float(np.broadcast_to(part, whole)[self.index])
            for name, part in self.search.parts.items()
        }
        return MappingProxyType(found)

    @cached_property
    def why(self) -> str:
        """The reason in plain words."""
        space = self.search.space
        told = Told(self.template, self.relation, self.shift, self.parts)
        points = space.points_a[self.index[0]], space.points_b[self.index[1]]
        return explained(space.a, space.b, told, *map(float, points))


def search(
    a: Portrait,
    b: Portrait,
    wishes: Wishes,
    relation: Relation | None = None,
    shifts: tuple[int, ...] | None = None,
    without: tuple[str, ...] = (),
) -> Search:
    """Score every candidate from `a` to `b`; parts named in `without` do not count."""
    relation = relate(a, b, wishes) if relation is None else relation
    if shifts is None:
        shifts = SHIFTS if wishes.shift and relation.way == "locked" else (0,)
    kinds, wished = kinds_for(relation.way, wishes)
    forms = templates(kinds, wishes.bars)
    space = space_of(a, b, relation, forms, points_out(a), points_in(b))
    return _scored(space, shifts, wishes.arc, wished, without)


def _scored(
    space: Space, shifts: tuple[int, ...], arc: float, wished: bool, without: tuple[str, ...]
) -> Search:
    found = parts(space, shifts, arc)
    logs = log_score(found, without) - shift_costs(shifts)
    logs = np.where(space.feasible[..., np.newaxis], logs, -np.inf)
    return Search(space, shifts, found, logs, wished)


def candidates(
    a: Portrait, b: Portrait, wishes: Wishes | None = None, most: int = 12
) -> list[Candidate]:
    """The best ways from `a` to `b`, best first: at most `PER_KIND` of a kind, and no two whose
    places and length are the same. Empty when the tracks are too short for any."""
    found = search(a, b, wishes or Wishes())
    flat = found.logs.ravel()
    order = np.argsort(-flat, kind="stable")[:LOOKED_AT]
    chosen: list[Candidate] = []
    count: dict[str, int] = {}
    seen: set[tuple[str, float, float]] = set()
    for place in order[np.isfinite(flat[order])]:
        index = tuple(int(k) for k in np.unravel_index(place, found.logs.shape))
        new = found.candidate((index[0], index[1], index[2], index[3]))
        same = (new.kind, new.out_start, new.in_start)
        if count.get(new.kind, 0) < PER_KIND and same not in seen:
            chosen.append(new)
            seen.add(same)
            count[new.kind] = count.get(new.kind, 0) + 1
        if len(chosen) == most:
            break
    return chosen


def transition_value(a: Portrait, b: Portrait, wishes: Wishes | None = None) -> float:
    """Score in [0, 1] of about the best way from `a` to `b`, from fewer points and kinds; for
    those who compare thousands of pairs. 0 when there is none."""
    wishes = wishes or Wishes()
    relation = relate(a, b, wishes)
    kinds, wished = kinds_for(relation.way, wishes)
    quick = tuple(kind for kind in kinds if kind in QUICK_KINDS)
    alone = tuple(kind for kind in kinds if kind in ONE_AFTER_THE_OTHER)
    forms = (*templates(quick, wishes.bars or QUICK_BARS), *templates(alone, wishes.bars))
    forms = forms or templates(kinds, wishes.bars)
    points = points_out(a, QUICK_POINTS), points_in(b, QUICK_POINTS)
    found = _scored(space_of(a, b, relation, forms, *points), (0,), wishes.arc, wished, ())
    best = float(found.logs.max())
    return float(np.exp(best)) if np.isfinite(best) else 0.0
