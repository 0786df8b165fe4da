"""A map of the inputs: examples that look alike to a model lie side by side.

UMAP (McInnes, Healy and Melville, 2018) of the standardised inputs, sequences by their mean over
time; the two main axes (PCA) where `umap-learn` is missing or there are few examples.
"""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Watch

Array = NDArray[np.float64]
MOST = 3000
FEWEST = 30
"""fewer examples have no neighbourhoods to speak of."""
_DONE = re.compile(r"(\d+)/(\d+)")


def projection(
    examples: Examples, right: NDArray[np.bool_], seed: int, watch: Watch
) -> dict[str, Any]:
    """Points [x, y, label, right or wrong] of at most 3000 examples, x and y in [0, 1]."""
    rows = np.arange(len(examples))
    if len(rows) > MOST:
        rows = np.sort(np.random.default_rng(seed).permutation(rows)[:MOST])
    vectors = standardised(flat(examples.take(rows)))
    method, places = _placed(vectors, seed, watch)
    low, high = places.min(axis=0), places.max(axis=0)
    scaled = (places - low) / np.maximum(high - low, 1e-9)
    points = [
        [round(float(x), 4), round(float(y), 4), int(label), bool(ok)]
        for (x, y), label, ok in zip(scaled, examples.classes[rows], right[rows], strict=True)
    ]
    return {"method": method, "n": len(rows), "of": len(examples), "points": points}


def flat(examples: Examples) -> Array:
    """Inputs as vectors (n, d): sequences by their mean over the frames that hold sound."""
    inputs = examples.inputs.astype(np.float64)
    if inputs.ndim == 2:
        return inputs
    if examples.mask is None or examples.mask.shape != inputs.shape[:2]:
        return np.asarray(inputs.mean(axis=1).reshape(len(inputs), -1))
    weight = examples.mask.reshape(*examples.mask.shape, *[1] * (inputs.ndim - 2))
    sound = np.maximum(weight.sum(axis=1), 1)
    return np.asarray(((inputs * weight).sum(axis=1) / sound).reshape(len(inputs), -1))


def standardised(vectors: Array) -> Array:
    """Columns of mean 0 and spread 1; constant ones become 0."""
    spread = vectors.std(axis=0)
    centred = vectors - vectors.mean(axis=0)
    return np.asarray(centred / np.where(spread > 1e-9, spread, np.inf))


def _placed(vectors: Array, seed: int, watch: Watch) -> tuple[str, Array]:
    if len(vectors) < FEWEST or vectors.shape[1] < 3:
        return "PCA", principal(vectors)
    try:
        umap = importlib.import_module("umap")
    except ModuleNotFoundError:
        return "PCA", principal(vectors)
    return "UMAP", _neighbours(umap, vectors, seed, watch)


def principal(vectors: Array) -> Array:
    """The two main axes (n, 2) of standardised `vectors`, always the same way round."""
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    axes = axes[:2] * np.sign(axes[:2].sum(axis=1, keepdims=True) + 1e-12)
    places = np.zeros((len(vectors), 2))
    places[:, : len(axes)] = vectors @ axes.T
    return places


def _neighbours(umap: Any, vectors: Array, seed: int, watch: Watch) -> Array:
    """UMAP, its epochs told to `watch`. One thread, so that the map comes out the same again."""
    progress = {"file": _Progress(lambda done, of: watch("map", done, of, {}))}
    reducer = umap.UMAP(
        n_neighbors=min(15, len(vectors) - 1),
        min_dist=0.2,
        random_state=seed,
        n_jobs=1,
        verbose=True,
        tqdm_kwds=progress,
    )
    with redirect_stdout(io.StringIO()):
        return np.asarray(reducer.fit_transform(vectors), dtype=np.float64)


class _Progress(io.StringIO):
    """Reads "12/200" out of a progress bar's text and passes it on."""

    def __init__(self, told: Callable[[int, int], None]) -> None:
        super().__init__()
        self.told = told

    def write(self, text: str) -> int:
        for done, of in _DONE.findall(text)[:1]:
            self.told(int(done), int(of))
        return len(text)
