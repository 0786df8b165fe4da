"""Neural learners: what they share, and the perceptron.

A neural learner builds a network, trains it by :mod:`~mixolydian.training.learners.trainer` and
keeps the best epoch. `members` > 1 trains a deep ensemble; its mean logits are what is shipped.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples, Float32
from mixolydian.training.learners.base import Epoch, Fitted, Job, Learner, Pruned, Space
from mixolydian.training.learners.export import onnx_bytes
from mixolydian.training.learners.losses import batches, ready
from mixolydian.training.learners.networks import Backbone, Ensemble, PerceptronNet, Standardise
from mixolydian.training.learners.trainer import Follow, Plan, own_dice, seed_of, train_network
from mixolydian.training.learners.uncertainty import (
    LastLayer,
    Mask,
    dropout_spread,
    ensemble_spread,
    logits_of,
)

LAST_LAYERS = ("point", "bayes")


@dataclass(frozen=True, eq=False)
class FittedNetwork:
    """A trained network, or several; see :class:`~mixolydian.training.learners.base.Fitted`."""

    members: tuple[Backbone, ...]
    shape: tuple[int, ...]
    exclusive: bool
    history: tuple[Epoch, ...]
    importances: NDArray[np.float64] | None
    mc_samples: int = 0
    last_layer: LastLayer | None = None

    @property
    def network(self) -> nn.Module:
        """The network that is shipped."""
        return self.members[0] if len(self.members) == 1 else Ensemble(self.members)

    def scores(self, inputs: Float32, mask: Mask = None) -> Float32:
        """Logits (n, n_labels); masked frames count as padding, as all-zero frames do."""
        return np.asarray(logits_of(self.network, inputs, mask).numpy(), dtype=np.float32)

    def spread(self, inputs: Float32, mask: Mask = None) -> Float32 | None:
        """Deviation (n, n_labels) of the probabilities; None where nothing was asked for."""
        if len(self.members) > 1:
            return ensemble_spread(self.members, self.exclusive, inputs, mask)
        if self.last_layer is not None:
            return self.last_layer.spread(self.members[0], inputs, mask)
        if self.mc_samples > 1:
            only = self.members[0]
            return dropout_spread(only, self.exclusive, self.mc_samples, inputs, mask)
        return None

    def onnx(self) -> bytes:
        """Raw inputs to logits, the first axis (and time) free."""
        return onnx_bytes(self.network, self.shape)


@dataclass(frozen=True)
class Neural(Learner):
    """Settings and way of every neural learner."""

    neural: ClassVar[bool] = True
    axes: ClassVar[int]
    """of an example: 1 (d,) or 2 (t, d)."""
    decoupled: ClassVar[bool] = True
    """L2 beside the gradient (AdamW) instead of in it (Adam)."""

    epochs: int = 100
    batch: int = 64
    lr: float = 1e-3
    l2: float = 1e-2
    patience: int = 12
    """epochs without a smaller loss on the validation part, after which training ends."""
    clip: float = 1.0
    balanced: bool = False
    """Rare labels count as much as frequent ones."""
    members: int = 1
    mc_samples: int = 0
    """answers with dropout on, whose deviation is the spread; 0: none."""
    last_layer: str = "point"
    """"bayes": the spread comes from the posterior of the last layer's weights. Where several are
    asked for, an ensemble comes before this, and this before `mc_samples`."""

    def __post_init__(self) -> None:
        wrong = [n for n in ("epochs", "batch", "members", "patience") if getattr(self, n) < 1]
        wrong += ["batch (2 at least)"] if self.batch == 1 else []
        wrong += [n for n in ("lr", "clip") if not getattr(self, n) > 0]
        wrong += [n for n in ("l2", "mc_samples") if not getattr(self, n) >= 0]
        self.refuse(wrong)
        if self.last_layer not in LAST_LAYERS:
            raise RequestError(
                f"last_layer: expected {' or '.join(LAST_LAYERS)}, found {self.last_layer!r}"
            )

    @abstractmethod
    def network(self, standardise: Standardise, n_labels: int) -> Backbone:
        """A fresh network; the dice are set."""

    def fit(self, train: Examples, valid: Examples, job: Job) -> Fitted:
        """Learn from `train`; the loss on `valid` chooses the epoch.

        Raises
        ------
        RequestError
            Examples of another shape, too few, or of one label only.
        Pruned
            The job said to give up.
        """
        self._check(train, valid)
        trained = [self._member(m, train, valid, job) for m in range(self.members)]
        networks = tuple(network for network, _ in trained)
        bayes = self.last_layer == "bayes" and self.members == 1
        return FittedNetwork(
            members=networks,
            shape=tuple(train.inputs.shape[1:]),
            exclusive=train.exclusive,
            history=mean_history([history for _, history in trained]),
            importances=_importances(networks, train) if self.axes == 1 else None,
            mc_samples=self.mc_samples,
            last_layer=LastLayer.around(networks[0], train.exclusive, train.inputs, train.mask)
            if bayes
            else None,
        )

    def _member(
        self, member: int, train_on: Examples, judge_on: Examples, job: Job
    ) -> tuple[Backbone, tuple[Epoch, ...]]:
        seed = seed_of(job.seed, member)
        with own_dice():
            torch.manual_seed(seed)
            network = self.network(standardising(train_on), len(train_on.labels))
        place = Path(job.folder) / f"member-{member}.ckpt" if job.folder else None
        follow = Follow(place, lambda figures: self._tell(job, member, figures))
        return network, train_network(network, train_on, judge_on, self._plan(seed), follow)

    def _plan(self, seed: int) -> Plan:
        return Plan(
            epochs=self.epochs,
            batch=self.batch,
            lr=self.lr,
            l2=self.l2,
            decoupled=self.decoupled,
            patience=self.patience,
            clip=self.clip,
            balanced=self.balanced,
            seed=seed,
            settings=repr(self),
        )

    def _tell(self, job: Job, member: int, figures: Epoch) -> None:
        """A study is told the negative loss (greater is better), of the first member only."""
        which = f" {member + 1} of {self.members}" if self.members > 1 else ""
        epoch = int(figures["epoch"])
        job.watch(f"{self.name}{which}: epochs", epoch, self.epochs, figures)
        if member == 0 and job.prune(epoch, -figures["valid_loss"]):
            raise Pruned

    def _check(self, train: Examples, valid: Examples) -> None:
        shape = "(n, d)" if self.axes == 1 else "(n, t, d)"
        for part in (train, valid):
            if part.inputs.ndim != self.axes + 1 or 0 in part.inputs.shape[1:]:
                raise RequestError(f"{self.name} expects inputs {shape}, found {part.inputs.shape}")
        if len(train) < 2 or len(valid) < 1:
            found = f"{len(train)} and {len(valid)}"
            raise RequestError(
                f"{self.name} expects 2 examples to learn from and 1 to be judged on; found {found}"
            )
        if train.exclusive and len(set(train.classes.tolist())) < 2:
            raise RequestError(f"{self.name} expects examples of 2 labels at least, found one only")


def standardising(examples: Examples) -> Standardise:
    """The layer with mean and deviation of each column; padding does not count."""
    total = square = np.zeros(examples.inputs.shape[-1], dtype=np.float64)
    count = 0
    for rows in batches(examples.inputs):
        mask = None if examples.mask is None else examples.mask[rows]
        frames = ready(examples.inputs[rows], mask).numpy().astype(np.float64)
        if frames.ndim > 2:
            frames = frames[frames.any(axis=-1)]
        total, square = total + frames.sum(axis=0), square + (frames**2).sum(axis=0)
        count += len(frames)
    mean = total / max(1, count)
    deviation = np.sqrt(np.maximum(square / max(1, count) - mean**2, 0.0))
    return Standardise(torch.from_numpy(mean), torch.from_numpy(deviation))


def mean_history(histories: Sequence[Sequence[Epoch]]) -> tuple[Epoch, ...]:
    """The mean of the members' figures, epoch by epoch, over those that still trained."""
    rows = []
    for epoch in range(max(len(history) for history in histories)):
        there = [history[epoch] for history in histories if epoch < len(history)]
        rows.append({name: float(np.mean([r[name] for r in there])) for name in there[0]})
    return tuple(rows)


def _importances(networks: Sequence[nn.Module], examples: Examples) -> NDArray[np.float64]:
    """How strongly the logits move with each column, in the column's own deviations."""
    slope = np.zeros(examples.inputs.shape[1], dtype=np.float64)
    some = np.linspace(0, len(examples) - 1, min(len(examples), 512)).astype(int)
    for network in networks:
        x = ready(examples.inputs[some], None).requires_grad_()
        for label in range(len(examples.labels)):
            (gradient,) = torch.autograd.grad(network(x)[:, label].sum(), x)
            slope += gradient.abs().mean(dim=0).double().numpy()
    slope *= examples.inputs.std(axis=0, dtype=np.float64)
    return slope / slope.sum() if slope.sum() > 0 else np.full(len(slope), 1.0 / len(slope))


@dataclass(frozen=True)
class Perceptron(Neural):
    """A multilayer perceptron on one vector per example."""

    name: ClassVar[str] = "perceptron"
    axes: ClassVar[int] = 1
    space: ClassVar[Mapping[str, Space]] = {
        "lr": Space(1e-4, 1e-2, log=True),
        "l2": Space(1e-4, 1.0, log=True),
        "dropout": Space(0.0, 0.6),
        "hidden": Space(choices=((32,), (64,), (128,), (256,), (128, 64), (256, 128))),
    }

    hidden: tuple[int, ...] = (128,)
    """size of each hidden layer."""
    dropout: float = 0.3

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.dropout < 1 or min(self.hidden, default=1) < 1:
            raise RequestError("perceptron: expected 0 ≤ dropout < 1 and hidden sizes of 1 or more")

    def network(self, standardise: Standardise, n_labels: int) -> Backbone:
        """Hidden layers with batch norm and dropout."""
        return PerceptronNet(standardise, self.hidden, self.dropout, n_labels)
