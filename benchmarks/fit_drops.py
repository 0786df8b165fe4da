"""Fit the weights of the drops' terms on crates of rendered truth.

``python -m benchmarks.fit_drops --crate DIR [--crate DIR …]``

Prints ``WEIGHTS`` and ``OFFSET`` for estimators/drops.py, and what the same fit scores on
pieces it has not seen (ten folds; copies of one piece share a fold). Every bar line is one
case. A fifth of the weight goes to copies of the cases without riser and crash, so that the
model does not lean on effects many tracks lack; every clean piece also counts, at a third,
as heard through a telephone.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.crate.degrade import degrade
from benchmarks.truth import Piece, read_crate
from mixolydian.audio.features import Features
from mixolydian.audio.io import read
from mixolydian.core.types import Signal
from mixolydian.estimators import drops
from mixolydian.estimators.form import bar_phase, beat_grid, beat_sound
from mixolydian.estimators.registry import listen
from mixolydian.estimators.sections import beats_of
from mixolydian.evaluation.reliability import expected_calibration_error

FloatArray = NDArray[np.float64]
EFFECTS = ("swell", "release", "crash")
EFFECT_SHARE, TELEPHONE_SHARE, RIDGE, FOLDS = 0.2, 0.35, 3.0, 10


@dataclass(frozen=True, eq=False)
class Case:
    """The inner bar lines of one piece: `x` (n, n_terms), `y` (n,) drop or not, `weight`."""

    group: str
    x: FloatArray
    y: FloatArray
    weight: float
    n_drops: int


def describe(features: Features, piece: Piece, weight: float) -> Case:
    """Terms at the bar lines our own beats and sections give, beside the true drops."""
    given = listen(features, questions=["beats", "sections"])
    grid = beat_grid(features, beats_of(given))
    sound = beat_sound(features, grid.times)
    lines = grid.bars(bar_phase(grid, sound))
    times = grid.times[lines]
    section = drops.section_starts(given, times)
    terms = drops.describe_lines(sound, lines, grid.beats_per_bar, section)
    y = np.zeros(len(times))
    for drop in piece.truth["drops"]:
        nearest = int(np.argmin(np.abs(times - drop.time)))
        y[nearest] = abs(times[nearest] - drop.time) < max(0.15, 2.1 * grid.beat)
    x = terms.table()[:, 1:-1].T
    return Case(piece.group, x, y[1:-1], weight, len(piece.truth["drops"]))


def cases(folder: Path) -> list[Case]:
    """All pieces of a crate, and clean ones through a telephone."""
    found = []
    for piece in read_crate(folder):
        signal = read(piece.sound)
        found.append(describe(Features(signal), piece, 1.0))
        if piece.variant == "clean":
            stereo = np.broadcast_to(signal.samples, (2, signal.samples.shape[1]))
            copy = degrade(stereo, signal.sample_rate, "telephone", 1)
            heard = Features(Signal(copy, signal.sample_rate))
            found.append(describe(heard, piece, TELEPHONE_SHARE))
    return found


def fit(members: Sequence[Case]) -> tuple[FloatArray, float]:
    """Weights (n_terms,) and offset of the ridge-penalised logistic model, by Newton steps."""
    x = np.concatenate([c.x for c in members])
    y = np.concatenate([c.y for c in members])
    weight = np.concatenate([np.full(len(c.y), c.weight) for c in members])
    bare = x.copy()
    effects = [list(drops.WEIGHTS).index(name) for name in EFFECTS]
    bare[:, effects] = np.median(x[:, effects], axis=0)
    x, y = np.concatenate([x, bare]), np.concatenate([y, y])
    weight = np.concatenate([weight * (1 - EFFECT_SHARE), weight * EFFECT_SHARE])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / spread, np.ones(len(x))])
    penalty = np.diag(np.append(np.full(x.shape[1], RIDGE), 1e-6))
    w = np.zeros(z.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-z @ w))
        slope = z.T @ (weight * (p - y)) + penalty @ w
        change = np.linalg.solve((z.T * (weight * p * (1 - p))) @ z + penalty, slope)
        w -= change
        if np.abs(change).max() < 1e-5:
            break
    return w[:-1] / spread, float(w[-1] - (w[:-1] * mean / spread).sum())


def unseen(members: Sequence[Case]) -> str:
    """F-measure by bar lines and calibration over folds by piece."""
    groups = sorted({c.group for c in members})
    order = np.random.default_rng(0).permutation(len(groups))
    fold = {group: int(i) % FOLDS for group, i in zip(groups, order, strict=True)}
    scores, stated = [], []
    for k in range(FOLDS):
        w, b = fit([c for c in members if fold[c.group] != k])
        for case in (c for c in members if fold[c.group] == k and c.weight == 1.0):
            p = 1 / (1 + np.exp(-(case.x @ w + b)))
            chosen, expected = drops.choose(np.concatenate([[0.0], p, [0.0]]))
            if case.n_drops + len(chosen):
                scores.append(2 * case.y[chosen - 1].sum() / (case.n_drops + len(chosen)))
                stated.append(expected)
    error = expected_calibration_error(stated, scores)
    return f"unseen pieces: F {np.mean(scores):.3f}, stated {np.mean(stated):.3f}, ECE {error:.3f}"


def main(argv: list[str] | None = None) -> int:
    """Fit and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crate", type=Path, action="append", required=True)
    options = parser.parse_args(argv)
    members = [case for folder in options.crate for case in cases(folder)]
    print(unseen(members))
    w, b = fit(members)
    print("WEIGHTS = {")
    for name, value in zip(drops.WEIGHTS, w, strict=True):
        print(f'    "{name}": {value:.2f},')
    print(f"}}\nOFFSET = {b:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
