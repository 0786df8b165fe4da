"""Stacked generalisation: several learners, and a logistic regression that weighs them up.

Wolpert, Neural Networks 1992. The regression learns from the probabilities each learner gave
to examples of groups it was not fitted on; the learners are then fitted again on everything.
The network holds all of them, side by side, and the regression behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples, Float32
from mixolydian.training.learners.base import INPUT, Epoch, Fitted, Job, Learner, Space, learner
from mixolydian.training.learners.fitted import Linear, log_sum
from mixolydian.training.learners.graph import Graph
from mixolydian.training.learners.lessons import Float64, check_table
from mixolydian.training.learners.lines import LogisticRegression
from mixolydian.training.learners.margins import out_of_fold

LIMIT = 12.0
"""log odds are not believed any further."""


@dataclass(frozen=True)
class Stacked(Learner):
    """Learners stacked."""

    name: ClassVar[str] = "stacked"
    space: ClassVar[Mapping[str, Space]] = {
        "learners": Space(
            choices=(
                "logistic-regression,random-forest,xgboost",
                "logistic-regression,svm,random-forest",
                "discriminant,svm,random-forest:extra=true",
                "logistic-regression,svm,random-forest,xgboost,k-nearest",
            )
        ),
        "c": Space(1e-3, 10.0, log=True),
    }

    learners: str = "logistic-regression,svm,random-forest,xgboost"
    """names between commas, each with settings behind colons: ``svm:c=10:gamma=0.5,xgboost``."""
    folds: int = 5
    c: float = 0.1
    """C of the regression."""
    balance: bool = False

    def fit(self, train: Examples, valid: Examples, job: Job) -> FittedStack:
        """Each learner on each fold, the regression, then each learner on everything."""
        parts = self.parts()
        _check_groups(train)
        opinions = [self._opinions(part, train, valid, job) for part in parts]
        seen = replace(train, inputs=_single(opinions), mask=None, names=())
        check_table(seen, self.name)
        judge = LogisticRegression(c=self.c, balance=self.balance).fit(seen, valid, job)
        alone = replace(job, folder="", prune=Job().prune)
        fitted = tuple(part.fit(train, valid, alone) for part in parts)
        return FittedStack(fitted, judge, train.inputs.shape[1:], train.exclusive)

    def parts(self) -> tuple[Learner, ...]:
        """The learners.

        Raises
        ------
        RequestError
            None or one of itself, or a name or setting that there is not.
        """
        found = tuple(_read(text.strip()) for text in self.learners.split(",") if text.strip())
        if not found or any(isinstance(part, Stacked) for part in found):
            raise RequestError(
                f"{self.name}: expected names of other learners between commas, "
                f"found {self.learners!r}"
            )
        return found

    def _opinions(self, part: Learner, train: Examples, valid: Examples, job: Job) -> Float64:
        """Of one learner about examples it did not see, (n, n_labels)."""
        alone = Job(job.seed)
        scores = out_of_fold(lambda e: part.fit(e, valid, alone), train, self.folds, job.seed)
        return opinions_of(scores, train.exclusive)


def _check_groups(train: Examples) -> None:
    """Refuse examples without at least two groups: they cannot be folded."""
    if len(set(train.groups)) < 2:
        raise RequestError(
            f"stacked: expected examples of at least 2 groups, found {len(set(train.groups))}; "
            "give more examples, or a learner that needs no folds"
        )


def _read(text: str) -> Learner:
    name, *settings = text.split(":")
    pairs = [setting.partition("=") for setting in settings]
    return learner(name).made({key.strip(): value.strip() for key, _, value in pairs})


def opinions_of(scores: Float32, exclusive: bool) -> Float64:
    """Scores (n, n_labels) as log probabilities, or log odds, within limits."""
    wide = scores.astype(np.float64)
    if exclusive:
        return np.maximum(wide - log_sum(wide), -LIMIT)
    return np.clip(wide, -LIMIT, LIMIT)


def _single(parts: list[Float64]) -> Float32:
    return np.concatenate(parts, axis=1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class FittedStack:
    """Fitted learners and their judge; `shape` of one example's inputs."""

    parts: tuple[Fitted, ...]
    judge: Linear
    shape: tuple[int, ...]
    exclusive: bool

    @property
    def history(self) -> tuple[Epoch, ...]:
        """None of its own."""
        return ()

    @property
    def importances(self) -> Float64 | None:
        """The mean of those of the learners that know theirs."""
        known = [part.importances for part in self.parts if part.importances is not None]
        return np.asarray(np.mean(known, axis=0)) if known else None

    def scores(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32:
        """Logits (n, n_labels)."""
        return self.judge.scores(_single(self._each(inputs, mask)))

    def spread(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32 | None:
        """Standard deviation (n, n_labels) of the learners' probabilities; None of one alone."""
        if len(self.parts) < 2:
            return None
        opinions = np.stack(self._each(inputs, mask))
        shares = np.exp(opinions) if self.exclusive else 1.0 / (1.0 + np.exp(-opinions))
        return np.asarray(shares.std(axis=0), dtype=np.float32)

    def _each(self, inputs: Float32, mask: NDArray[np.bool_] | None) -> list[Float64]:
        return [opinions_of(part.scores(inputs, mask), self.exclusive) for part in self.parts]

    def onnx(self) -> bytes:
        """One network of all of them."""
        graph = Graph()
        opinions = [self._drawn(graph, graph.include(part.onnx(), INPUT)) for part in self.parts]
        together: Any = graph.op("Concat", *opinions, axis=1)
        scores = self.judge.columns.draw(graph, self.judge.draw(graph, together))
        return graph.finished(scores, self.shape, len(self.judge.columns.learnt))

    def _drawn(self, graph: Graph, scores: str) -> str:
        """:func:`opinions_of` in a graph, in single precision again as the judge learnt."""
        scores = graph.double(scores)
        if self.exclusive:
            scores = graph.op("LogSoftmax", scores, axis=1)
        low, high = graph.constant(-LIMIT), graph.constant(LIMIT)
        return graph.single(graph.op("Clip", scores, low, high))
