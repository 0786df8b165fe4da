"""Learn a calibration: the kind that states the truest probabilities for unseen examples.

The kinds of :mod:`~mixolydian.models.calibration` are tried from the plainest to the richest.
Each is judged by its cross-validated log loss on the given examples; a richer kind is taken
only when it beats the plainer one by more than one standard error of the difference (the
one-standard-error rule of Breiman et al., 1984), so that few examples get a temperature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize, minimize_scalar

from mixolydian.core.errors import RequestError
from mixolydian.models.calibration import CERTAIN, Calibration, Float64, sigmoid, softmax

FOLDS = 5
FEW, ENOUGH = 10, 50
"""examples of the rarest label (or of its absence) that a vector, an isotonic curve need."""
WIDEST = 4.0
"""temperatures lie within exp(±this)."""
FARTHEST = 1000.0
"""stands for infinite logits."""
Fit = Callable[[Float64, Float64, bool], Calibration]


def calibrated(logits: Any, targets: Any, exclusive: bool) -> Calibration:
    """The calibration for logits (n, k) whose truth is `targets` (n, k) in [0, 1].

    Raises
    ------
    RequestError
        The shapes differ, or a logit is missing or infinite.
    """
    z, y = _checked(logits, targets)
    if not len(z):
        return Calibration()
    best, kinds = "temperature", _possible(y)
    losses = {kind: _unseen_loss(FITS[kind], z, y, exclusive) for kind in kinds}
    for kind in kinds[1:]:
        gain = losses[best] - losses[kind]
        if gain.mean() > gain.std() / np.sqrt(len(gain)):
            best = kind
    return FITS[best](z, y, exclusive)


def _checked(logits: Any, targets: Any) -> tuple[Float64, Float64]:
    z, y = np.asarray(logits, np.float64), np.asarray(targets, np.float64)
    if z.ndim != 2 or z.shape != y.shape:
        raise RequestError(
            f"expected logits and targets of one shape (n, k), found {z.shape} and {y.shape}"
        )
    if np.isnan(z).any() or not np.isfinite(y).all():
        raise RequestError("a score or a target to calibrate by is missing; train again")
    return np.clip(z, -FARTHEST, FARTHEST), y


def _possible(targets: Float64) -> list[str]:
    """The kinds that so many examples allow, the plainest first."""
    present = targets > 0.5
    rarest = min(present.sum(axis=0).min(), (~present).sum(axis=0).min())
    needed = {"temperature": 0, "vector": FEW, "isotonic": ENOUGH}
    return [kind for kind, least in needed.items() if rarest >= least]


def log_losses(probabilities: Float64, targets: Float64, exclusive: bool) -> Float64:
    """Log loss (n,) of each example; the mean over labels where they do not exclude each other."""
    p = np.clip(probabilities, CERTAIN, 1 - CERTAIN)
    if exclusive:
        return np.asarray(-(targets * np.log(p)).sum(axis=1))
    return np.asarray(-(targets * np.log(p) + (1 - targets) * np.log(1 - p)).mean(axis=1))


def _unseen_loss(fit: Fit, z: Float64, y: Float64, exclusive: bool) -> Float64:
    losses = np.zeros(len(z))
    for held in _folds(y):
        probabilities = fit(z[~held], y[~held], exclusive).apply(z[held], exclusive)
        losses[held] = log_losses(probabilities, y[held], exclusive)
    return losses


def _folds(targets: Float64) -> Iterator[NDArray[np.bool_]]:
    """Masks of the held-out examples; every label is spread over all folds."""
    shuffled = np.random.default_rng(0).permutation(len(targets))
    order = shuffled[np.lexsort(targets[shuffled].T)]
    fold = np.empty(len(targets), dtype=int)
    fold[order] = np.arange(len(targets)) % FOLDS
    return (fold == i for i in range(FOLDS) if (fold == i).any() and (fold != i).any())


def _temperature(z: Float64, y: Float64, exclusive: bool) -> Calibration:
    """The weak prior (log T ~ N(0, 1)) keeps a faultless handful from claiming certainty."""

    def cost(log_t: float) -> float:
        p = Calibration("temperature", (float(np.exp(log_t)),)).apply(z, exclusive)
        return float(log_losses(p, y, exclusive).sum() + 0.5 * log_t**2)

    found = minimize_scalar(cost, bounds=(-WIDEST, WIDEST), method="bounded")
    return Calibration("temperature", (float(np.exp(found.x)),))


def _vector(z: Float64, y: Float64, exclusive: bool) -> Calibration:
    """Scales and biases; the weak prior N(1, 1) and N(0, 1) settles what data leave open."""
    k = z.shape[1]
    plain = np.repeat([1.0, 0.0], k)

    def cost(parameters: Float64) -> tuple[float, Float64]:
        turned = z * parameters[:k] + parameters[k:]
        p = softmax(turned) if exclusive else sigmoid(turned)
        apart = parameters - plain
        loss = log_losses(p, y, exclusive).sum() + 0.5 * (apart**2).sum()
        total = y.sum(axis=1, keepdims=True) if exclusive else 1.0
        slope = (p * total - y) / (1 if exclusive else k)
        return float(loss), np.concatenate([(slope * z).sum(axis=0), slope.sum(axis=0)]) + apart

    found = minimize(cost, plain, jac=True, method="L-BFGS-B")
    return Calibration("vector", tuple(found.x))


def _isotonic(z: Float64, y: Float64, exclusive: bool) -> Calibration:
    """On top of a temperature, so that overconfident scores do not all lie at 0 and 1."""
    start = _temperature(z, y, exclusive)
    p = start.apply(z, exclusive)
    curves = [_curve(p[:, i], y[:, i]) for i in range(z.shape[1])]
    numbers = np.concatenate([start.parameters, *curves])
    return Calibration("isotonic", tuple(float(number) for number in numbers))


def _curve(raw: Float64, truth: Float64) -> Float64:
    """One label's breakpoints, as :class:`Calibration` wants them.

    A step becomes its mean raw probability, so that the curve rises in straight lines; its
    value is drawn towards the middle by one example of each outcome (Laplace), so that no
    finite number of examples makes certain.
    """
    levels, at = np.unique(np.round(raw, 6), return_inverse=True)
    n, hits = np.bincount(at).astype(float), np.bincount(at, truth)
    fitted = isotonic_regression(hits / n, weights=n).x
    _, step = np.unique(fitted, return_inverse=True)
    size = np.bincount(step, n)
    x = np.bincount(step, n * levels) / size
    y = np.maximum.accumulate((np.bincount(step, hits) + 1) / (size + 2))
    return np.concatenate([[len(x)], x, y])


FITS: dict[str, Fit] = {"temperature": _temperature, "vector": _vector, "isotonic": _isotonic}
