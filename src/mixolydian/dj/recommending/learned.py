"""What models learnt from the user's own sets say of what comes next, as further voices.

A model (`mixo train next_sequence`, `next_graph`) is one network: tracks played in, oldest first,
as rows of a number and :func:`content` (n, t, 1 + d); out come, side by side, what is looked for
after them (v), what the last of them has to offer (v), and how much it is played (1). A track's
number is its place among the tracks the model learnt from, counted from 1; 0 stands for tracks
it has never met, which are then judged by their content alone. A score is the product of what is
looked for and what is offered, plus how much is played, in nats.

A voice is one more part of the weighted geometric mean (`recommend`): its worth falls from 1, at
the track it thinks likeliest, by a factor e for every `CALM` nats. Its weight was chosen when it
was trained.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.recommending.recommend import LEAST, NEUTRAL, Weighed
from mixolydian.dj.recommending.shelf import Array, Shelf
from mixolydian.models.store import Model, Store

NAMES = ("next_sequence", "next_graph")
"""The models that may speak."""
Float32 = NDArray[np.float32]
TEMPI = np.log2(np.geomspace(60.0, 200.0, 24))
"""log2 of the tempi (BPM) that a tempo is told by, some 5 % apart."""
ENERGIES = np.linspace(1.0, 10.0, 7)
KEYS = 24
LOUD = 4.0
"""length of a sound's vector beside the other columns."""
CALM = 2.0
PAIRS, LEAST_PAIRS, STILL_ALIKE = 32, 8, 0.7
"""pairs of tracks by which a model knows its vectors of sound, and how far (correlation) they must
be as alike as when it was trained: they shift a little when the library grows, and are others
altogether under another embedding."""
MOST_PLAYED = 50
"""tracks of a set that a model looks back on."""


def content(shelf: Shelf) -> Float32:
    """What models see of every track (n, d): key (24), tempo (24), energy (7), sound (the rest).

    Keys are places on the wheel of fifths, minor ones first; tempi and energies bells around
    fixed values; what is not known of a track is zeros.
    """
    return np.concatenate(
        [
            _keys(shelf),
            _bells(np.log2(shelf.bpm), TEMPI),
            _bells(shelf.energy, ENERGIES),
            LOUD * shelf.sounds,
        ],
        axis=1,
    ).astype(np.float32)


def _keys(shelf: Shelf) -> Array:
    found = np.zeros((shelf.n, KEYS))
    known = np.flatnonzero(np.isfinite(shelf.wheel))
    found[known, shelf.wheel[known].astype(int) + 12 * ~shelf.minor[known]] = 1.0
    return found


def _bells(values: Array, centres: Array) -> Array:
    width = centres[1] - centres[0]
    apart = (values[:, np.newaxis] - centres) / width
    return np.asarray(np.nan_to_num(np.exp(-0.5 * apart**2)))


# ---------------------------------------------------------------------- voices


@dataclass(frozen=True, eq=False)
class Voice:
    """One model made ready for a library: what every track `offers` (n, v), how much it is
    `played` (n,), and the rows (n, 1 + d) it is `shown` as; `ask` runs the network."""

    name: str
    weight: float
    shown: Float32
    offers: Float32
    played: Float32
    ask: Callable[[Float32], Float32]

    def scores(self, played: Sequence[int]) -> Float32:
        """(n,) how likely each track comes after those at the places `played`, in nats."""
        found = self.ask(self.shown[list(played[-MOST_PLAYED:])][np.newaxis])[0]
        wanted = found[: self.offers.shape[1]]
        return np.asarray(self.offers @ wanted + self.played, dtype=np.float32)


def voice(
    name: str,
    ask: Callable[[Float32], Float32],
    tracks: Sequence[str],
    weight: float,
    shelf: Shelf,
) -> Voice:
    """The voice of a network that learnt from `tracks` (ids), for the library of `shelf`."""
    numbers = {track: n + 1 for n, track in enumerate(tracks)}
    column = np.array([[numbers.get(track, 0)] for track in shelf.ids], dtype=np.float32)
    shown = np.concatenate([column.reshape(shelf.n, 1), content(shelf)], axis=1)
    found = ask(shown[:, np.newaxis])
    size = (found.shape[1] - 1) // 2
    return Voice(name, weight, shown, found[:, size:-1], found[:, -1], ask)


def models_of(store: Store) -> tuple[Model, ...]:
    """The models in use.

    Raises
    ------
    ModelError
        One of them is damaged.
    """
    return tuple(model for name in NAMES if (model := store.find(name)) is not None)


def voices(models: Sequence[Model], shelf: Shelf) -> tuple[Voice, ...]:
    """The voices of `models`; one made for other vectors of sound stays silent."""
    return tuple(_voice(model, shelf) for model in models if shelf.n and fits(model, shelf))


def fits(model: Model, shelf: Shelf) -> bool:
    """Whether a model was made for vectors of sound such as those of `shelf`: as long, and with
    the same tracks alike."""
    columns = 1 + KEYS + len(TEMPI) + len(ENERGIES) + shelf.sounds.shape[1]
    facts = model.card.facts
    before = np.array(facts.get("likenesses", ()), dtype=np.float64)
    now = likenesses(shelf, facts.get("tracks", ()))[: len(before)]
    both = np.isfinite(before) & np.isfinite(now)
    told = both.sum() >= LEAST_PAIRS and before[both].std() > 0.0 and now[both].std() > 0.0
    same = not told or float(np.corrcoef(before[both], now[both])[0, 1]) >= STILL_ALIKE
    return same and model.card.input_shape[-1:] == (columns,)


def likenesses(shelf: Shelf, tracks: Sequence[str]) -> Array:
    """(`PAIRS`,) how alike the first tracks sound in pairs; NaN where one is not there."""
    found = np.full(PAIRS, np.nan)
    first = tracks[: 2 * PAIRS]
    for k, (a, b) in enumerate(zip(first[0::2], first[1::2], strict=False)):
        if a in shelf.places and b in shelf.places:
            pair = [shelf.places[a], shelf.places[b]]
            if shelf.heard[pair].all():
                found[k] = float(shelf.sounds[pair[0]] @ shelf.sounds[pair[1]])
    return found


def _voice(model: Model, shelf: Shelf) -> Voice:
    facts = model.card.facts
    weight = float(facts.get("weight", 0.0))
    return voice(model.card.name, model.network, facts.get("tracks", ()), weight, shelf)


# ---------------------------------------------------------------------- being heard


def worth(scores: Float32, out: NDArray[np.bool_]) -> Array:
    """(n,) in [0, 1]: 1 for the best that is not `out`."""
    left = scores[~out]
    best = float(left.max()) if len(left) else 0.0
    return np.exp(np.minimum((scores.astype(np.float64) - best) / CALM, 0.0))


def with_voices(weighed: Weighed, speaking: Sequence[Voice], played: Sequence[int]) -> Weighed:
    """`weighed` with what the voices say of what comes after the places `played`."""
    for each in speaking if played else ():
        weighed = joined(weighed, each.name, each.weight, each.scores(played))
    return weighed


def joined(weighed: Weighed, name: str, weight: float, scores: Float32) -> Weighed:
    """The weighted geometric mean with one more part, of these `scores` (n,) in nats."""
    if weight <= 0.0:
        return weighed
    said = worth(scores, weighed.out)
    total = sum(weighed.weights[part] for part in weighed.worths)
    logs = total * np.log(np.maximum(weighed.value, 1e-12)) + weight * np.log(
        np.maximum(np.nan_to_num(said, nan=NEUTRAL), LEAST)
    )
    return replace(
        weighed,
        worths={**weighed.worths, name: said},
        words={**weighed.words, name: lambda p: _words(scores, weighed.out, p)},
        weights={**weighed.weights, name: weight},
        value=np.exp(logs / (total + weight)),
    )


def _words(scores: Float32, out: NDArray[np.bool_], place: int) -> str:
    rank = 1 + int((scores[~out] > scores[place]).sum())
    return f"where your sets would go, says their model: number {rank:,} of {int((~out).sum()):,}"
