"""A small run to report on: a learner of class means, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from mixolydian.evaluation.classification import score
from mixolydian.models.calibration import Calibration
from mixolydian.models.card import Card
from mixolydian.training.examples import Examples, one_hot
from mixolydian.training.learners.base import Learner
from mixolydian.training.reporting.report import Report, Tested

LABELS = ("calm", "wild <b>", "sad")


@dataclass(frozen=True, eq=False)
class FittedMeans:
    means: np.ndarray
    spreads: bool = True
    history: tuple = (
        {"epoch": 1, "train_loss": 1.2, "valid_loss": 1.3},
        {"epoch": 2, "train_loss": 0.7, "valid_loss": 0.9},
        {"epoch": 3, "train_loss": 0.5, "valid_loss": 1.0},
    )

    @property
    def importances(self):
        found = np.arange(1.0, self.means.shape[1] + 1)
        return found / found.sum()

    def scores(self, inputs, mask=None):
        apart = inputs[:, np.newaxis, :] - self.means
        return -(apart**2).sum(axis=-1).astype(np.float32)

    def spread(self, inputs, mask=None):
        logits = Calibration().apply(self.scores(inputs), True)
        return (logits * (1 - logits)).astype(np.float32) if self.spreads else None

    def onnx(self):
        return b""


@dataclass(frozen=True)
class Means(Learner):
    name: ClassVar[str] = "means"

    def fit(self, train, valid, job):
        rows = [train.inputs[train.classes == i] for i in range(len(train.labels))]
        return FittedMeans(np.stack([r.mean(axis=0) if len(r) else np.zeros(4) for r in rows]))


def examples(n, seed, exclusive=True):
    """Clouds around three places, four to a group."""
    rng = np.random.default_rng(seed)
    kinds = np.repeat(rng.integers(0, 3, -(-n // 4)), 4)[:n]
    inputs = rng.normal(size=(n, 4)).astype(np.float32)
    inputs[np.arange(n), kinds] += 1.5
    groups = tuple(f"{seed}-{i // 4}" for i in range(n))
    ids = (*(f"noise-{seed}-{i:06d}" for i in range(n - 1)), "/music/a & b.wav")
    targets = one_hot([LABELS[k] for k in kinds], LABELS)
    names = ("loud", "bright", "low", "fast")
    return Examples(inputs, targets, LABELS, groups, ids, exclusive, names, origins=("x",) * n)


def tested(fitted, given):
    p = Calibration().apply(fitted.scores(given.inputs), given.exclusive)
    groups, exclusive = given.groups, given.exclusive
    found = score(p, given.targets, given.labels, groups=groups, exclusive=exclusive)
    return Tested(given, p, p, found)


@pytest.fixture
def make_report():
    """A report; `exclusive=False` for labels of which any number is right."""

    def made(exclusive=True, watch=lambda *told: None, spreads=True):
        train, valid = examples(160, 1, exclusive), examples(80, 2, exclusive)
        fitted = FittedMeans(Means().fit(train, valid, None).means, spreads)
        sets = {"held out": examples(28, 3, exclusive), "elsewhere": examples(24, 4, exclusive)}
        judged = {name: tested(fitted, given) for name, given in sets.items()}
        scores = {name: t.scores.to_json() for name, t in judged.items()}
        card = Card(
            name="mood",
            question="emotion",
            recipe_version="1",
            learner="means",
            settings={},
            labels=LABELS,
            exclusive=exclusive,
            inputs="summary",
            input_shape=(4,),
            data=("made up",),
            sizes={"train": 160, "valid": 80},
            scores=scores,
            baseline=scores,
            calibration=Calibration(),
            not_for=("<script>",),
            command="mixo train mood",
        )
        return Report(card, train, valid, judged, fitted, Means(), 1.5, watch=watch)

    return made
