"""The learner of hand-overs: trains the dual-track network (`dualnet`).

An example is a scene (T, `COLUMNS`) as `dj.proposer.encode` makes it, padded with rows of zeros;
its targets are a teacher's hands, (T · 12,), as factors and shares in [0, 1]. The loss is
:func:`~mixolydian.training.learners.handover.loss`; the examples' labels only count the targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mixolydian.core.errors import RequestError
from mixolydian.dj.proposer import CHROMA, COLUMNS, LOUDNESS, SIDE_COLUMNS
from mixolydian.training.examples import Examples, Float32
from mixolydian.training.learners.base import Epoch, Fitted, Job, Learner, Pruned, Space
from mixolydian.training.learners.checkpoint import Run, fingerprint, note, restore, save
from mixolydian.training.learners.dualnet import DualNet
from mixolydian.training.learners.export import onnx_bytes
from mixolydian.training.learners.handover import loss
from mixolydian.training.learners.neural import standardising
from mixolydian.training.learners.trainer import own_dice, seed_of


@dataclass(frozen=True, eq=False)
class FittedDual:
    """A trained dual-track network; see :class:`~mixolydian.training.learners.base.Fitted`."""

    network: DualNet
    history: tuple[Epoch, ...]
    importances: None = None

    def scores(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32:
        """Hands (n, T · 12); padding is what is all zero."""
        with torch.no_grad():
            return np.asarray(self.network(torch.from_numpy(inputs)).numpy(), dtype=np.float32)

    def spread(self, inputs: Float32, mask: NDArray[np.bool_] | None = None) -> Float32 | None:
        """Not known."""
        return None

    def onnx(self) -> bytes:
        """Scenes to hands; the first axis and the beats are free."""
        return onnx_bytes(self.network, (64, COLUMNS))


@dataclass(frozen=True)
class DualAttention(Learner):
    """See the module's text."""

    name: ClassVar[str] = "dual-attention"
    neural: ClassVar[bool] = True
    space: ClassVar[Mapping[str, Space]] = {
        "lr": Space(3e-4, 1e-2, log=True),
        "size": Space(choices=(32, 48, 64)),
        "imitate": Space(0.0, 4.0),
    }

    epochs: int = 30
    batch: int = 32
    lr: float = 1e-3
    l2: float = 1e-3
    patience: int = 9
    size: int = 48
    heads: int = 4
    dropout: float = 0.1
    imitate: float = 0.5
    """weight of the distance to the teacher's hands."""
    augment: bool = True
    """Every epoch transposes the pairs and makes them louder and softer by other dice."""

    def __post_init__(self) -> None:
        least = {"epochs": 1, "batch": 1, "patience": 1, "size": 4, "heads": 1}
        wrong = [n for n, low in least.items() if getattr(self, n) < low]
        wrong += [] if self.size % max(self.heads, 1) == 0 else ["size (a multiple of heads)"]
        wrong += [] if self.lr > 0 and self.l2 >= 0 and self.imitate >= 0 else ["lr, l2, imitate"]
        wrong += [] if 0 <= self.dropout < 1 else ["dropout"]
        self.refuse(wrong)

    def fit(self, train: Examples, valid: Examples, job: Job) -> Fitted:
        """Learn from `train`; the loss on `valid` chooses the epoch.

        Raises
        ------
        RequestError
            Examples that are no scenes, or too few.
        Pruned
            The job said to give up.
        """
        for part in (train, valid):
            if part.inputs.ndim != 3 or part.inputs.shape[2] != COLUMNS or not len(part):
                raise RequestError(
                    f"{self.name} expects scenes (n, beats, {COLUMNS}), found {part.inputs.shape}"
                )
        with own_dice():
            torch.manual_seed(seed_of(job.seed, 0))
            network = DualNet(standardising(train), self.size, self.heads, self.dropout)
            run = self._run(network)
            place = Path(job.folder) / "dual.ckpt" if job.folder else None
            mark = fingerprint(asdict(self) | {"seed": job.seed}, network, train, valid)
            restore(run, place, mark)
            while len(run.history) < self.epochs and run.waited < self.patience:
                torch.manual_seed(seed_of(job.seed, 1, len(run.history)))
                learnt = self._epoch(run, train)
                judged = self._judge(run.network, valid)
                note(run, {"train_loss": learnt, "valid_loss": judged})
                save(run, place, mark)
                self._tell(job, run.history[-1])
        _take_best(run)
        return FittedDual(network.eval(), tuple(run.history))

    def _run(self, network: DualNet) -> Run:
        optimiser = torch.optim.AdamW(network.parameters(), lr=self.lr, weight_decay=self.l2)
        patience = max(1, self.patience // 3)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimiser, factor=0.5, patience=patience
        )
        return Run(network, optimiser, plateau)

    def _epoch(self, run: Run, examples: Examples) -> float:
        """One pass; the mean loss on the way."""
        run.network.train()
        total = 0.0
        for rows in self._batches(examples):
            inputs, targets = _tensors(examples, rows)
            inputs = augmented(inputs) if self.augment else inputs
            found = loss(run.network(inputs), targets, inputs, self.imitate).mean()
            run.optimiser.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
            run.optimiser.step()
            total += float(found.detach()) * len(rows)
        return total / len(examples)

    def _batches(self, examples: Examples) -> list[NDArray[np.int64]]:
        """Batches of scenes of about one length, so that little of them is padding."""
        order = torch.randperm(len(examples)).numpy()
        lengths = (examples.inputs[order] != 0).any(axis=2).sum(axis=1)
        order = order[np.argsort(lengths, kind="stable")]
        parts = np.array_split(order, max(1, len(examples) // self.batch))
        return [parts[i] for i in torch.randperm(len(parts)).tolist()]

    def _judge(self, network: nn.Module, examples: Examples) -> float:
        network.eval()
        total = 0.0
        with torch.no_grad():
            for start in range(0, len(examples), 64):
                rows = np.arange(start, min(start + 64, len(examples)))
                inputs, targets = _tensors(examples, rows)
                total += float(loss(network(inputs), targets, inputs, self.imitate).sum())
        return total / len(examples)

    def _tell(self, job: Job, figures: Epoch) -> None:
        epoch = int(figures["epoch"])
        job.watch(f"{self.name}: epochs", epoch, self.epochs, figures)
        if job.prune(epoch, -figures["valid_loss"]):
            raise Pruned


def _take_best(run: Run) -> None:
    if not run.best:
        raise RequestError("the loss is not finite from the first epoch on; choose a smaller lr")
    run.network.load_state_dict(run.best)


def _tensors(examples: Examples, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Inputs and targets of `rows`, cut after the longest scene among them."""
    inputs = torch.from_numpy(np.asarray(examples.inputs[rows], dtype=np.float32))
    n_beats = inputs.shape[1]
    longest = int((inputs != 0).any(dim=-1).sum(dim=1).max())
    targets = torch.from_numpy(np.asarray(examples.targets[rows], dtype=np.float32))
    targets = targets.reshape(len(rows), n_beats, 12)[:, :longest]
    return inputs[:, :longest], targets.flatten(1)


def augmented(x: Tensor) -> Tensor:
    """Scenes transposed by up to a tritone, and both tracks louder or softer by up to 4 dB."""
    x = x.clone()
    there = (x != 0).any(dim=-1)
    for row in range(len(x)):
        step, gain = int(torch.randint(-6, 6, ())), float(torch.rand(()) * 8.0 - 4.0)
        for base in (0, SIDE_COLUMNS):
            tones = slice(base + CHROMA.start, base + CHROMA.stop)
            x[row, :, tones] = x[row, :, tones].roll(step, dims=-1)
            x[row, there[row], base : base + LOUDNESS + 1] += gain
    return x
