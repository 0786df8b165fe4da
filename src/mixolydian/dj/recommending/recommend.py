"""What comes next: every track weighed by its parts, the best handed out with reasons.

A part gives each track a worth in [0, 1]; where it is not known of a track, NEUTRAL. A track's
value is the weighted geometric mean of its parts: one that fits badly in one respect is not saved
by another. A part that cannot speak (no lists, no opinions, nothing played) is left out for all. A
track nobody has ever played stands no lower than one whose lists say nothing here: company only
lifts, and it borrows the company of its like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.recommending.company import Company
from mixolydian.dj.recommending.parts import (
    Judgement,
    Words,
    by_company,
    by_context,
    by_emotion,
    by_numbers,
    by_sound,
)
from mixolydian.dj.recommending.shelf import Array, Shelf
from mixolydian.dj.recommending.taste import Taste

WEIGHTS: Mapping[str, float] = {
    "tempo": 3.0,
    "key": 0.5,
    "energy": 0.2,
    "sound": 4.5,
    "company": 3.5,
    "taste": 3.0,
    "emotion": 4.0,
    "transition": 3.0,
}
"""part → how much it weighs. The first five as a conditional logit finds them on simulated DJs
(benchmarks/next_sets.py), rounded; tempo follows published habits there, the rest is assumed."""
ENERGY_ASKED = 2.5
"""weight of energy when a context is asked for: then it is a wish, and no habit."""
NEUTRAL = 0.4
"""worth where nothing is known."""
LEAST = 0.02
"""worth below which a part sinks no track further."""
GOOD = 0.6
"""worth from which a part is named as a reason."""
POOR = 0.35
"""worth below which it is named as one against; no list's silence falls so low."""
_REASONS = 3


@dataclass(frozen=True)
class Wish:
    """What is wanted after the tracks `played` (places, oldest first)."""

    played: tuple[int, ...] = ()
    context: str = ""
    emotion: str = ""
    no_artist_twice: bool = False
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)


@dataclass(frozen=True)
class Part:
    """One reason: its `worth` in [0, 1] (None: not known of this track), weight and words."""

    name: str
    worth: float | None
    weight: float
    words: str


@dataclass(frozen=True)
class Suggestion:
    """The track at `place`, its `value` in [0, 1], and the parts of it."""

    place: int
    value: float
    parts: tuple[Part, ...]

    @property
    def reason(self) -> str:
        """The words of what speaks most for it, and of what speaks most against it."""
        known = [(p, p.worth) for p in self.parts if p.worth is not None]
        best = sorted((-p.weight * w, p.words) for p, w in known if w >= GOOD)[:_REASONS]
        against = [(-p.weight * (1.0 - w), p.words) for p, w in known if w < POOR]
        said = [words for _, words in best] or ["little speaks for it"]
        return "; ".join([*said, *(f"but {words}" for _, words in sorted(against)[:1])])


@dataclass(frozen=True, eq=False)
class Weighed:
    """Of all tracks: the worths (n,) of each part, the `value` (n,) and who is `out` (n,)."""

    worths: Mapping[str, Array]
    words: Mapping[str, Words]
    weights: Mapping[str, float]
    value: Array
    out: NDArray[np.bool_]

    def best(self, n: int) -> NDArray[np.intp]:
        """Places of the best `n`, those of equal value in the order of the shelf."""
        left = np.flatnonzero(~self.out)
        return np.asarray(left[np.argsort(-self.value[left], kind="stable")][:n])

    def suggestion(self, place: int) -> Suggestion:
        """The track at `place`, with reasons."""
        parts = tuple(self._part(name, place) for name in self.worths)
        return Suggestion(place, float(self.value[place]), parts)

    def _part(self, name: str, place: int) -> Part:
        worth = float(self.worths[name][place])
        known = None if np.isnan(worth) else worth
        return Part(name, known, self.weights[name], self.words[name](place))


def weigh(shelf: Shelf, wish: Wish, company: Company | None, taste: Taste | None) -> Weighed:
    """All tracks weighed against `wish`; played and banned ones are out."""
    parts = _judgements(shelf, wish, company, taste)
    worths = {name: part.worth for name, part in parts.items()}
    words = {name: part.words for name, part in parts.items()}
    weights = {**wish.weights, "energy": ENERGY_ASKED} if wish.context else wish.weights
    value = _mean(worths, weights, shelf.n)
    return Weighed(worths, words, weights, value, _out(shelf, wish, taste))


def _judgements(
    shelf: Shelf, wish: Wish, company: Company | None, taste: Taste | None
) -> dict[str, Judgement]:
    """The parts that can speak, by name."""
    parts: dict[str, Judgement] = {}
    if wish.played:
        parts |= by_numbers(shelf, wish.played[-1], wish.context)
        if (sound := by_sound(shelf, wish.played)) is not None:
            parts["sound"] = sound
    elif wish.context:
        parts["energy"] = by_context(shelf, wish.context)
    if company is not None and company.n_lists and wish.played:
        parts["company"] = by_company(company, wish.played)
    if taste is not None and taste.says:
        parts["taste"] = Judgement(taste.worth, taste.words)
    if wish.emotion:
        parts["emotion"] = by_emotion(shelf, wish.emotion)
    return parts


def _mean(worths: Mapping[str, Array], weights: Mapping[str, float], n: int) -> Array:
    total, logs = 0.0, np.zeros(n)
    for name, worth in worths.items():
        filled = np.where(np.isnan(worth), NEUTRAL, worth)
        logs += weights[name] * np.log(np.maximum(filled, LEAST))
        total += weights[name]
    return np.asarray(np.exp(logs / total) if total else np.full(n, NEUTRAL))


def _out(shelf: Shelf, wish: Wish, taste: Taste | None) -> NDArray[np.bool_]:
    out = np.zeros(shelf.n, dtype=bool) if taste is None else taste.banned.copy()
    played = list(wish.played)
    out[played] = True
    if wish.no_artist_twice:
        known = shelf.artists >= 0
        out |= known & np.isin(shelf.artists, shelf.artists[played])
    return out


def with_transitions(
    found: Sequence[Suggestion], worths: Mapping[int, float], weights: Mapping[str, float] = WEIGHTS
) -> list[Suggestion]:
    """`found` in a new order, after the mix engine has judged some of the steps.

    `worths`: place → worth of the transition in [0, 1]. Each is held against the typical one of
    them, so that a track nobody could judge is neither better nor worse off for it.
    """
    if not worths:
        return list(found)
    typical = float(np.median([max(w, LEAST) for w in worths.values()]))
    moved = [_judged(s, worths[s.place], typical, weights) if s.place in worths else s
             for s in found]  # fmt: skip
    return sorted(moved, key=lambda s: -s.value)


def _judged(
    old: Suggestion, worth: float, typical: float, weights: Mapping[str, float]
) -> Suggestion:
    weight = weights["transition"]
    share = weight / (weight + sum(p.weight for p in old.parts))
    value = min(1.0, old.value * (max(worth, LEAST) / typical) ** share)
    part = Part("transition", worth, weight, f"the mix engine gives the transition {worth:.2f}")
    return Suggestion(old.place, value, (*old.parts, part))
