"""Where the tracks of a crate can hand over, found by the rule engine: cases to learn from.

A case is a scene (`dj.scene`) with the hands of the rule engine in it. One place may be found by
several kinds of transition; the one whose figures (`dj.bandmix`) and score are best is the teacher.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from mixolydian.dj.bandmix import Figures, hands_at, measure
from mixolydian.dj.curve import Curve
from mixolydian.dj.plan import Controls, MixPlan, PlannedTrack, Transition
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.proposer import COLUMNS, KINDS, encode
from mixolydian.dj.scene import LONGEST, MARGIN, Scene, can_be_seen, scene
from mixolydian.dj.transitions.candidates import Candidate, candidates
from mixolydian.dj.transitions.controls import controls_of
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.training.examples import Examples

LENGTH = LONGEST + 2 * MARGIN
"""beats of an example, padded."""
HANDS = 12
LEAD, TAIL = 32, 48
"""mix beats before and after a transition that a plan of two tracks holds."""
WISHES = Wishes(kinds=KINDS, max_stretch=0.12)
LOUDEST_GAIN = 12.0
"""dB by which a quiet track may be lifted."""


@dataclass(frozen=True, eq=False)
class Case:
    """One place of a pair: its `plan` with the rule engine's curves, and what is `seen`."""

    name: str
    group: str
    plan: MixPlan
    seen: Scene

    @property
    def rules(self) -> tuple[Controls, Controls]:
        """The rule engine's curves."""
        move = self.plan.transitions[0]
        return move.outgoing, move.incoming

    @property
    def figures(self) -> Figures:
        """What they measure."""
        return measure(self.seen, *self.rules)


def plan_of(candidate: Candidate, loudness: float = -10.0) -> MixPlan:
    """A plan of the transition alone, with some beats of each track around it."""
    relation, form = candidate.relation, candidate.template
    a, b = candidate.search.space.a, candidate.search.space.b
    lead = float(min(LEAD, int(candidate.out_start / relation.own_a)))
    n = form.bars * relation.meter
    last = min(candidate.in_start + (n + TAIL) * relation.own_b, float(b.n_beats))
    outgoing, incoming = controls_of(candidate, lead)
    why = candidate.why
    move = Transition(
        candidate.kind, lead, lead + n, outgoing, incoming, candidate.score, candidate.parts, why
    )
    start = candidate.out_start - lead * relation.own_a
    tracks = (
        _planned(a, 0.0, (start, candidate.out_end), relation.own_a, loudness),
        _planned(
            b,
            lead + form.enters * relation.meter,
            (candidate.in_start, last),
            relation.own_b,
            loudness,
            float(candidate.shift),
        ),
    )
    return MixPlan(tracks, (move,), Curve.constant(relation.tempo), relation.meter, loudness)


def _planned(
    portrait: Portrait,
    at: float,
    span: tuple[float, float],
    ratio: float,
    loudness: float,
    semitones: float = 0.0,
) -> PlannedTrack:
    return PlannedTrack(
        path=portrait.path,
        track_id=portrait.track_id,
        title=portrait.title,
        duration=portrait.duration,
        grid=portrait.grid,
        at=at,
        start=span[0],
        end=span[1],
        ratio=ratio,
        semitones=semitones,
        gain_db=min(loudness - portrait.lufs, LOUDEST_GAIN),
    )


def best(a: Portrait, b: Portrait, group: str) -> Case | None:
    """The place the rule engine likes best, with its own hands; None where there is none."""
    found = next(_cases(a, b, group, 1), None)
    return None if found is None else found[1]


def taught(a: Portrait, b: Portrait, group: str, most: int) -> list[Case]:
    """Up to `most` places, each with the hands of its best kind."""
    chosen: dict[tuple[float, ...], tuple[float, Case]] = {}
    for candidate, case in _cases(a, b, group, 3 * most):
        place = (candidate.out_start, candidate.in_start, candidate.template.bars)
        worth = candidate.score * case.figures.merit
        if place not in chosen or worth > chosen[place][0]:
            chosen[place] = (worth, case)
    return [case for _, case in chosen.values()][:most]


def _cases(a: Portrait, b: Portrait, group: str, most: int) -> Iterator[tuple[Candidate, Case]]:
    for candidate in candidates(a, b, WISHES, most):
        plan = plan_of(candidate)
        if candidate.kind in KINDS and can_be_seen(plan, 0):
            place = f"{a.title} {candidate.out_start:g} > {b.title} {candidate.in_start:g}"
            name = f"{place} {candidate.kind} {candidate.template.bars}"
            yield candidate, Case(name, group, plan, scene(plan, 0, a, b))


def pairs(crate: Sequence[Portrait], name: str, most: int) -> list[Case]:
    """Cases of all ordered pairs of a crate, at most `most` places each; with 1, the rule engine's
    own choice."""
    both = list(permutations(crate, 2))
    if most == 1:
        return [case for a, b in both if (case := best(a, b, name)) is not None]
    return [case for a, b in both for case in taught(a, b, name, most)]


def examples_of(cases: Sequence[Case]) -> Examples:
    """The cases as examples: scenes padded to `LENGTH` beats, and the rule engine's hands."""
    inputs = np.zeros((len(cases), LENGTH, COLUMNS), dtype=np.float32)
    targets = np.zeros((len(cases), LENGTH, HANDS), dtype=np.float32)
    for x, y, case in zip(inputs, targets, cases, strict=True):
        n = len(case.seen.beats)
        x[:n], y[:n] = encode(case.seen), hands_at(*case.rules, case.seen.beats).reshape(n, HANDS)
    return Examples(
        inputs=inputs,
        targets=targets.reshape(len(cases), -1),
        labels=tuple(f"hand {i}" for i in range(LENGTH * HANDS)),
        groups=tuple(case.group for case in cases),
        ids=tuple(case.name for case in cases),
        exclusive=False,
    )
