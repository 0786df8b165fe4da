"""Small parts of a data set that stand for the whole, for quick runs.

`stratified` keeps the shares of the labels and takes few examples of each group before more of
any; `k_center` covers the inputs: each next example is the one farthest from all taken so far
(Gonzalez 1985; as core sets for training: Sener and Savarese 2018); `representative` does
the second within the strata of the first. All give row numbers, ascending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples

Rows = NDArray[np.int64]
Choose = Callable[[Rows, int], Rows]


def stratified(examples: Examples, n: int, seed: int = 0) -> Rows:
    """`n` rows with the labels' shares of the whole; all rows where there are no more.

    Raises
    ------
    RequestError
        `n` is below 1.
    """
    rng = np.random.default_rng(seed)
    groups = np.array(examples.groups, dtype=str)

    def choose(rows: Rows, count: int) -> Rows:
        shuffled = rng.permutation(rows)
        turns = _turns(groups[shuffled])
        return shuffled[np.argsort(turns, kind="stable")][:count]

    return _of_strata(examples, n, choose)


def k_center(examples: Examples, n: int, seed: int = 0) -> Rows:
    """`n` rows that leave no example far away; the first is drawn, the rest follow from it.

    Raises
    ------
    RequestError
        `n` is below 1.
    """
    _check(n)
    points = _points(examples)
    first = int(np.random.default_rng(seed).integers(len(points)))
    return np.sort(_farthest_first(points, min(n, len(points)), first))


def representative(examples: Examples, n: int, seed: int = 0) -> Rows:
    """`n` rows with the labels' shares of the whole that cover each label's inputs.

    Raises
    ------
    RequestError
        `n` is below 1.
    """
    points, rng = _points(examples), np.random.default_rng(seed)

    def choose(rows: Rows, count: int) -> Rows:
        return rows[_farthest_first(points[rows], count, int(rng.integers(len(rows))))]

    return _of_strata(examples, n, choose)


def _check(n: int) -> None:
    if n < 1:
        raise RequestError(f"expected a subset of at least 1 example, found {n}")


def _of_strata(examples: Examples, n: int, choose: Choose) -> Rows:
    _check(n)
    if n >= len(examples):
        return np.arange(len(examples))
    strata = list(_strata(examples))
    counts = _shared_out(np.array([len(rows) for rows in strata]), n)
    chosen = [choose(rows, int(c)) for rows, c in zip(strata, counts, strict=True) if c]
    return np.sort(np.concatenate(chosen))


def _strata(examples: Examples) -> Iterator[Rows]:
    """The rows of each label; of each set of labels, where several may be right."""
    if examples.exclusive:
        keys = examples.classes
    else:
        _, keys = np.unique(examples.targets >= 0.5, axis=0, return_inverse=True)
    for key in np.unique(keys):
        yield np.flatnonzero(keys.ravel() == key)


def _shared_out(sizes: Rows, n: int) -> Rows:
    """`n` shared out by `sizes` (largest remainders); each gets one while there are enough."""
    least = np.ones_like(sizes) if n >= len(sizes) else np.zeros_like(sizes)
    exact = least + (sizes - least) * (n - least.sum()) / max(1, (sizes - least).sum())
    counts = np.floor(exact + 1e-9).astype(np.int64)
    rest = np.argsort(-(exact - counts), kind="stable")[: n - counts.sum()]
    counts[rest] += 1
    return np.asarray(counts, dtype=np.int64)


def _turns(names: NDArray[np.str_]) -> Rows:
    """For each entry, how often its name stood before it."""
    _, of = np.unique(names, return_inverse=True)
    order = np.argsort(of, kind="stable")
    starts = np.searchsorted(of[order], of[order])
    turns = np.empty(len(names), dtype=np.int64)
    turns[order] = np.arange(len(names)) - starts
    return turns


def _points(examples: Examples) -> NDArray[np.float64]:
    """Each example as one standardised vector (n, d); sequences count by their mean."""
    inputs = examples.inputs.astype(np.float64)
    if examples.mask is not None:
        sound = examples.mask.astype(np.float64).reshape(*examples.mask.shape, *_ones(inputs))
        inputs = (inputs * sound).sum(axis=1) / np.maximum(sound.sum(axis=1), 1.0)
    elif inputs.ndim > 2:
        inputs = inputs.mean(axis=1)
    flat = inputs.reshape(len(inputs), -1)
    spread = flat.std(axis=0)
    return np.asarray((flat - flat.mean(axis=0)) / np.where(spread > 0, spread, np.inf))


def _ones(inputs: NDArray[np.float64]) -> tuple[int, ...]:
    return (1,) * (inputs.ndim - 2)


def _farthest_first(points: NDArray[np.float64], n: int, first: int) -> Rows:
    chosen = np.empty(n, dtype=np.int64)
    chosen[0] = first
    nearest = np.full(len(points), np.inf)
    for i in range(1, n):
        nearest = np.minimum(nearest, ((points - points[chosen[i - 1]]) ** 2).sum(axis=1))
        nearest[chosen[i - 1]] = -1.0
        chosen[i] = int(nearest.argmax())
    return chosen
