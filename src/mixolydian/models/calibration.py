"""Calibration: from a network's logits to probabilities that can be believed.

Conventions
-----------
Logits and probabilities are (n, k), one column per label. Labels that exclude each other get a
softmax (rows sum to 1), others a sigmoid each. The kinds, with their `parameters` as plain
numbers in one row:

none         nothing learnt
temperature  1 number T > 0: logits / T (Guo et al., ICML 2017)
vector       k scales, then k biases: a line per label (Guo et al.; Platt, 1999, where labels do
             not exclude each other)
isotonic     a temperature; then per label m, m probabilities at that temperature (rising), and
             the m probabilities they stand for; in between, straight lines (Zadrozny and Elkan,
             KDD 2002); renormalised where labels exclude each other
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import ModelError

Float64 = NDArray[np.float64]
KINDS = ("none", "temperature", "vector", "isotonic")
CERTAIN = 1e-9
"""probabilities stay this far from 0 and 1, so that their logarithm is finite."""


@dataclass(frozen=True)
class Calibration:
    """One of :data:`KINDS` and its `parameters`; see the module's text.

    Raises
    ------
    ModelError
        An unknown kind, or parameters that do not belong to it.
    """

    kind: str = "none"
    parameters: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", tuple(float(p) for p in self.parameters))
        if self.kind not in KINDS:
            raise ModelError(
                f"expected a calibration of {', '.join(KINDS)}; found {self.kind!r}; "
                "the model is from a newer version"
            )
        if not np.isfinite(self.parameters).all() or not _fits(self.kind, self.parameters):
            raise ModelError(
                f"a calibration of kind {self.kind} cannot have these {len(self.parameters)} "
                "numbers; install the model again"
            )

    def apply(self, logits: Any, exclusive: bool) -> Float64:
        """Probabilities (n, k) for logits (n, k).

        Raises
        ------
        ModelError
            It was made for another number of labels.
        """
        z = np.asarray(logits, dtype=np.float64)
        if self.kind in ("temperature", "isotonic"):
            z = z / self.parameters[0]
        elif self.kind == "vector":
            scales, biases = self._rows(z.shape[1])
            z = z * scales + biases
        probabilities = softmax(z) if exclusive else sigmoid(z)
        if self.kind == "isotonic":
            probabilities = self._stepped(probabilities, exclusive)
        return np.clip(probabilities, CERTAIN, 1.0 - CERTAIN) if len(z) else probabilities

    def _rows(self, n_labels: int) -> Float64:
        self._must_fit(len(self.parameters) == 2 * n_labels, n_labels)
        return np.reshape(self.parameters, (2, n_labels))

    def _stepped(self, raw: Float64, exclusive: bool) -> Float64:
        curves = isotonic_curves(self.parameters[1:])
        self._must_fit(len(curves) == raw.shape[1], raw.shape[1])
        columns = [np.interp(raw[:, i], x, y) for i, (x, y) in enumerate(curves)]
        found = np.clip(np.stack(columns, axis=1), CERTAIN, 1.0)
        return found / found.sum(axis=1, keepdims=True) if exclusive else found

    def _must_fit(self, fits: bool, n_labels: int) -> None:
        if not fits:
            raise ModelError(
                f"a calibration of kind {self.kind} with {len(self.parameters)} numbers was not "
                f"made for {n_labels} labels; install the model again"
            )

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {"kind": self.kind, "parameters": list(self.parameters)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Calibration:
        """What :meth:`to_json` gave.

        Raises
        ------
        ModelError
            It is something else.
        """
        try:
            return cls(document["kind"], tuple(float(p) for p in document["parameters"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"expected a calibration as kind and parameters, found {str(document)[:80]!r}; "
                "install the model again"
            ) from error


def softmax(logits: Any) -> Float64:
    """Probabilities (n, k) whose rows sum to 1."""
    z = np.asarray(logits, dtype=np.float64)
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    found: Float64 = powers / powers.sum(axis=1, keepdims=True)
    return found


def sigmoid(logits: Any) -> Float64:
    """A probability for each logit by itself."""
    z = np.asarray(logits, dtype=np.float64)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def isotonic_curves(parameters: Sequence[float]) -> list[tuple[Float64, Float64]]:
    """Per label the probabilities, rising, and what they stand for; the temperature left out.

    Raises
    ------
    ValueError
        The numbers are not laid out like that.
    """
    row, curves = np.asarray(parameters, dtype=np.float64), []
    while len(row):
        m = int(row[0])
        x, y, row = row[1 : 1 + m], row[1 + m : 1 + 2 * m], row[1 + 2 * m :]
        if m < 1 or len(y) != m:
            raise ValueError("isotonic parameters end early")
        curves.append((x, y))
    return curves


def _fits(kind: str, parameters: Sequence[float]) -> bool:
    if kind == "isotonic":
        try:
            curves = isotonic_curves(parameters[1:])
        except ValueError:
            return False
        rising = all((np.diff(x) > 0).all() and (np.diff(y) >= 0).all() for x, y in curves)
        rising = rising and bool(curves) and parameters[0] > 0
        return rising and all(y[0] >= 0 and y[-1] <= 1 for _, y in curves)
    if kind == "temperature":
        return len(parameters) == 1 and parameters[0] > 0
    return len(parameters) % 2 == 0 if kind == "vector" else not parameters
