"""The parts of an answer: what each track is worth in one respect, in [0, 1], and why, in words.

What is known of a single step (tempo, key, energy) is worked out in `steps.py`, what lists say in
`company.py`; here it becomes a judgement of all tracks. Worths are NaN where nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

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

FADE = 0.6
"""what the track before counts, of the one after it."""
ALONE = 0.35
"""worth of a track that no list names with what was played."""
FOLLOWED, FAME = 1.0, 1.0
"""weight of coming straight after, and of being in many lists, beside coming together."""
NO_LIST = "in no list of yours yet"
ALIKE, AKIN = 0.6, 0.2
"""likeness of sound from which it is called very much, and rather, like what was played."""
Words = Callable[[int], str]


@dataclass(frozen=True, eq=False)
class Judgement:
    """What every track is `worth` (n,), and the `words` for the one at a place."""

    worth: Array
    words: Words


def by_numbers(shelf: Shelf, last: int, context: str) -> dict[str, Judgement]:
    """Tempo, key and energy after the track at `last`, as far as they are known of it."""
    found = {}
    if np.isfinite(shelf.bpm[last]):
        words = partial(tempo_words, shelf, last)
        found["tempo"] = Judgement(tempo_worth(shelf, last), words)
    if np.isfinite(shelf.wheel[last]):
        found["key"] = Judgement(key_worth(shelf, last), partial(key_words, shelf, last))
    wanted = wanted_energy(context, float(shelf.energy[last]))
    if np.isfinite(wanted):
        worth = energy_worth(shelf, wanted)
        found["energy"] = Judgement(worth, lambda p: energy_words(shelf, last, p, context))
    return found


def by_context(shelf: Shelf, context: str) -> Judgement:
    """The energy of a first track."""
    worth = energy_worth(shelf, wanted_energy(context, np.nan))
    return Judgement(worth, lambda p: _opening_words(float(shelf.energy[p]), context))


def _opening_words(energy: float, context: str) -> str:
    return "energy not known" if np.isnan(energy) else f"energy {energy:.0f} for {context}"


def recency(played: Sequence[int]) -> dict[int, float]:
    """place → what it counts; the last counts 1."""
    return {place: FADE**age for age, place in reversed(list(enumerate(reversed(played))))}


def by_sound(shelf: Shelf, played: Sequence[int]) -> Judgement | None:
    """How like what was `played` each track sounds; None where none of that was heard."""
    weights = {p: w for p, w in recency(played).items() if shelf.heard[p]}
    if not weights:
        return None
    middle = np.array(list(weights.values()), np.float32) @ shelf.sounds[list(weights)]
    middle /= max(float(np.linalg.norm(middle)), 1e-9)
    likeness = shelf.sounds @ middle
    worth = np.where(shelf.heard, (1.0 + likeness.astype(np.float64)) / 2.0, np.nan)
    return Judgement(worth, lambda p: _sound_words(float(likeness[p]), bool(shelf.heard[p])))


def _sound_words(likeness: float, heard: bool) -> str:
    if not heard:
        return "its sound is not known"
    much = "very much" if likeness > ALIKE else "rather" if likeness > AKIN else "little"
    return f"sounds {much} like what was played ({likeness:+.2f})"


def by_company(company: Company, played: Sequence[int]) -> Judgement:
    """What lists say of each track after what was `played`."""
    query = np.zeros(company.n)
    for place, weight in recency(played).items():
        query[place] = weight
    near = company.nearness(query) + FOLLOWED * company.next_to(played[-1]) + FAME * company.fame
    worth = ALONE + (1.0 - ALONE) * np.minimum(company.with_lent(near) / (1.0 + FAME), 1.0)
    return Judgement(worth, partial(_company_words, company, played))


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


def by_emotion(shelf: Shelf, emotion: str) -> Judgement:
    """How likely each track has the `emotion`."""
    worth = shelf.emotions[emotion]
    return Judgement(worth, lambda p: _emotion_words(float(worth[p]), emotion))


def _emotion_words(worth: float, emotion: str) -> str:
    return f"{emotion}: cannot tell" if np.isnan(worth) else f"{emotion} at {worth:.0%}"
