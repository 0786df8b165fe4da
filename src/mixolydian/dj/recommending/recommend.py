"""What comes next: every track weighed by its parts, the best handed out with reasons.

A part gives each track a worth in [0, 1]; where it is not known of a track, NEUTRAL. A track's
value is the weighted geometric mean of its parts: one that fits badly in one respect is not saved
by another. A part that cannot speak (no lists, no opinions, nothing played) is left out for all. A
track nobody has ever played stands no lower than one whose lists say nothing here: company only
lifts, and it borrows the company of its like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.recommending.company import Company
from mixolydian.dj.recommending.shelf import Array, Shelf
from mixolydian.dj.recommending.steps import (
    energy_words,
    energy_worth,
    key_words,
    key_worth,
    tempo_words,
    tempo_worth,
    wanted_energy,
)
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
LEAST = 0.02
FADE = 0.6
"""what the track before counts, of the one after it."""
ALONE = 0.35
"""worth of a track that no list names with what was played."""
FOLLOWED, FAME = 1.0, 1.0
"""weight of coming straight after, and of being in many lists, beside coming together."""
GOOD = 0.6
"""worth from which a part is named as a reason."""
POOR = 0.35
"""worth below which it is named as one against; no list's silence falls so low."""
_REASONS = 3
NO_LIST = "in no list of yours yet"


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


Words = Callable[[int], str]


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
    parts: dict[str, tuple[Array, Words]] = {}
    if wish.played:
        parts |= _steps(shelf, wish)
        parts |= _sound(shelf, wish.played)
    elif wish.context:
        parts |= _opening(shelf, wish.context)
    if company is not None and company.n_lists and wish.played:
        parts["company"] = company_part(company, wish.played)
    if taste is not None and taste.says:
        parts["taste"] = (taste.worth, taste.words)
    if wish.emotion:
        parts["emotion"] = _emotion(shelf, wish.emotion)
    worths = {name: worth for name, (worth, _) in parts.items()}
    words = {name: told for name, (_, told) in parts.items()}
    weights = {**wish.weights, "energy": ENERGY_ASKED} if wish.context else wish.weights
    value = _mean(worths, weights, shelf.n)
    return Weighed(worths, words, weights, value, _out(shelf, wish, taste))


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


# ---------------------------------------------------------------------- the parts


def _steps(shelf: Shelf, wish: Wish) -> dict[str, tuple[Array, Words]]:
    last, found = wish.played[-1], {}
    if np.isfinite(shelf.bpm[last]):
        found["tempo"] = (tempo_worth(shelf, last), lambda p: tempo_words(shelf, last, p))
    if np.isfinite(shelf.wheel[last]):
        found["key"] = (key_worth(shelf, last), lambda p: key_words(shelf, last, p))
    wanted = wanted_energy(wish.context, float(shelf.energy[last]))
    if np.isfinite(wanted):
        worth = energy_worth(shelf, wanted)
        found["energy"] = (worth, lambda p: energy_words(shelf, last, p, wish.context))
    return found


def _opening(shelf: Shelf, context: str) -> dict[str, tuple[Array, Words]]:
    worth = energy_worth(shelf, wanted_energy(context, np.nan))
    return {"energy": (worth, lambda p: f"energy {shelf.energy[p]:.0f} for {context}")}


def recency(played: Sequence[int]) -> dict[int, float]:
    """place → what it counts; the last counts 1."""
    return {place: FADE**age for age, place in reversed(list(enumerate(reversed(played))))}


def _sound(shelf: Shelf, played: Sequence[int]) -> dict[str, tuple[Array, Words]]:
    weights = {p: w for p, w in recency(played).items() if shelf.heard[p]}
    if not weights:
        return {}
    middle = np.array(list(weights.values()), np.float32) @ shelf.sounds[list(weights)]
    middle /= max(float(np.linalg.norm(middle)), 1e-9)
    likeness = shelf.sounds @ middle
    worth = np.where(shelf.heard, (1.0 + likeness.astype(np.float64)) / 2.0, np.nan)
    return {"sound": (worth, lambda p: _sound_words(float(likeness[p]), bool(shelf.heard[p])))}


def _sound_words(likeness: float, heard: bool) -> str:
    if not heard:
        return "its sound is not known"
    much = "very much" if likeness > 0.6 else "rather" if likeness > 0.2 else "little"
    return f"sounds {much} like what was played ({likeness:+.2f})"


def company_part(company: Company, played: Sequence[int]) -> tuple[Array, Words]:
    """The worth (n,) of what lists say, and its words."""
    query = np.zeros(company.n)
    for place, weight in recency(played).items():
        query[place] = weight
    near = company.nearness(query) + FOLLOWED * company.next_to(played[-1]) + FAME * company.fame
    worth = ALONE + (1.0 - ALONE) * np.minimum(company.with_lent(near) / (1.0 + FAME), 1.0)
    return worth, lambda p: _company_words(company, played, p)


def _company_words(company: Company, played: Sequence[int], place: int) -> str:
    if company.borrows(place):
        return f"{NO_LIST}; judged by the tracks it sounds like"
    together = company.together(played, place)
    if not together:
        apart = company.lists_with(place)
        return f"in {apart} of your lists, never with what was played" if apart else NO_LIST
    after = company.straight_after(played[-1], place)
    lists = f"in {together} of your lists with what was played"
    return f"{lists}, {_times(after)} straight after" if after else lists


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _emotion(shelf: Shelf, emotion: str) -> tuple[Array, Words]:
    worth = shelf.emotions[emotion]
    return (
        worth,
        lambda p: (
            f"{emotion} at {worth[p]:.0%}" if np.isfinite(worth[p]) else f"{emotion}: cannot tell"
        ),
    )
