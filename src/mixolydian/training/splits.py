"""Splits that do not leak: a group is never parted, and every part looks like the whole.

A group (a piece, an artist, a speaker, a set of duplicates) goes as one into one part. Groups
are dealt out largest first, those of one size in an order drawn by the seed, each to the part
that still lacks most of what the group holds; rare labels count as much as common ones. With
groups of one example this is a stratified split (Sechidis et al. 2011, "On the stratification
of multi-label data", without its order of labels).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples

Rows = NDArray[np.int64]
SHOWN = 5
"""how many names of what is shared an error tells."""


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of the examples of each part, ascending; a part with no share is empty."""

    train: Rows
    valid: Rows
    test: Rows


@dataclass(frozen=True, eq=False)
class Fold:
    """One of the folds of a cross-validation: number `fold` of repetition `repeat`."""

    repeat: int
    fold: int
    train: Rows
    test: Rows


def split(
    examples: Examples, shares: tuple[float, float, float] = (0.7, 0.15, 0.15), seed: int = 0
) -> Split:
    """The examples as training, validation and test part, of about `shares` each.

    Raises
    ------
    RequestError
        Shares that are negative or all zero, an id in two groups, or fewer groups than parts.
    """
    if min(shares) < 0 or sum(shares) <= 0 or not np.isfinite(shares).all():
        raise RequestError(f"expected shares of at least 0 and some above, found {shares}")
    train, valid, test = _dealt(examples, shares, np.random.default_rng(seed))
    return Split(train, valid, test)


def folds(examples: Examples, k: int = 5, seed: int = 0, repeat: int = 1) -> tuple[Fold, ...]:
    """`repeat` times `k` folds; within a repetition every example is tested once.

    Raises
    ------
    RequestError
        Fewer than two folds, fewer groups than folds, or an id in two groups.
    """
    if k < 2 or repeat < 1:
        raise RequestError(f"expected 2 folds or more, once or more; found {k}, {repeat} times")
    found = []
    for n in range(repeat):
        parts = _dealt(examples, (1 / k,) * k, np.random.default_rng([seed, n]))
        for number, test in enumerate(parts):
            rest = np.concatenate([p for i, p in enumerate(parts) if i != number])
            found.append(Fold(n, number, np.sort(rest), test))
    return tuple(found)


def refuse_leaks(a: Examples, b: Examples, what: str) -> None:
    """Make sure that `a` and `b` share nothing; `what` names them in the error.

    Raises
    ------
    RequestError
        They share a group or an id.
    """
    for kind, ours, theirs in (("group", a.groups, b.groups), ("id", a.ids, b.ids)):
        shared = sorted(set(ours) & set(theirs))
        if shared:
            more = ", …" if len(shared) > SHOWN else ""
            raise RequestError(
                f"{what}: expected nothing in common, found {len(shared)} shared {kind}(s): "
                f"{', '.join(shared[:SHOWN])}{more}; keep them on one side"
            )


def _dealt(
    examples: Examples, shares: Sequence[float], rng: np.random.Generator
) -> tuple[Rows, ...]:
    """The rows of each part."""
    names, numbers = np.unique(np.array(examples.groups, dtype=str), return_inverse=True)
    _refuse_parted_ids(examples)
    n_parts = sum(share > 0 for share in shares)
    if len(names) < n_parts:
        raise RequestError(
            f"expected at least {n_parts} groups for {n_parts} parts, found {len(names)}; "
            "gather more pieces, or ask for fewer parts"
        )
    held = _holdings(examples, numbers, len(names))
    place = _places(held, np.asarray(shares, dtype=np.float64), rng)
    return tuple(np.flatnonzero(place[numbers] == part) for part in range(len(shares)))


def _refuse_parted_ids(examples: Examples) -> None:
    owner: dict[str, str] = {}
    for name, group in zip(examples.ids, examples.groups, strict=True):
        if owner.setdefault(name, group) != group:
            raise RequestError(
                f"example {name} is in groups {owner[name]} and {group}; give them one group"
            )


def _holdings(examples: Examples, numbers: Rows, n_groups: int) -> NDArray[np.float64]:
    """What each group holds (n_groups, 1 + n_labels): examples, then each label."""
    counted = np.hstack([np.ones((len(examples), 1)), examples.targets])
    held = np.zeros((n_groups, counted.shape[1]))
    np.add.at(held, numbers, counted)
    return held


def _places(
    held: NDArray[np.float64], shares: NDArray[np.float64], rng: np.random.Generator
) -> Rows:
    """The part of each group."""
    total = held.sum(axis=0)
    weight = held / np.where(total > 0, total, np.inf)
    lacking = shares[:, np.newaxis] / shares.sum() * total
    order = rng.permutation(len(held))
    order = order[np.argsort(-held[order, 0], kind="stable")]
    place = np.zeros(len(held), dtype=np.int64)
    for group in order:
        need = np.where(shares > 0, lacking @ weight[group], -np.inf)
        best = np.flatnonzero(need >= need.max() - 1e-9)
        place[group] = rng.choice(best)
        lacking[place[group]] -= held[group]
    return _all_used(place, held, shares)


def _all_used(place: Rows, held: NDArray[np.float64], shares: NDArray[np.float64]) -> Rows:
    """No part with a share stays empty: it gets the smallest group of the fullest part."""
    for part in np.flatnonzero(shares > 0):
        if not (place == part).any():
            counts = np.bincount(place, minlength=len(shares))
            mates = np.flatnonzero(place == counts.argmax())
            place[mates[held[mates, 0].argmin()]] = part
    return place
