"""How learners of what comes next learn: the base of those in `nextmodels.py`.

They learn from sets (`played.Crate`), not from examples with labels, and so through
:meth:`NextLearner.learn`. After each epoch the loss on the validation sets decides: the best
weights are kept, training ends after `patience` epochs without better ones, and goes on after a
kill with the weights it would have had.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples, Float32
from mixolydian.training.learners.base import Epoch, Fitted, Job, Learner, Pruned, Space
from mixolydian.training.learners.checkpoint import Run, fingerprint, note, restore, save
from mixolydian.training.learners.export import onnx_bytes
from mixolydian.training.learners.nextloss import in_order
from mixolydian.training.learners.nextnets import NextNet
from mixolydian.training.learners.trainer import own_dice, seed_of
from mixolydian.training.played import Crate, Ints

CHUNK = 256
"""rows that go through a network at once."""


@dataclass(frozen=True, eq=False)
class FittedNext:
    """A trained network; `columns` of the rows it is shown."""

    network: NextNet
    columns: int
    history: tuple[Epoch, ...]

    def __call__(self, rows: Float32) -> Float32:
        """What ships, on rows (n, t, 1 + d): see `dj.recommending.learned`."""
        parts = [rows[k : k + CHUNK] for k in range(0, len(rows), CHUNK)]
        with torch.no_grad():
            found = [self.network(torch.from_numpy(np.ascontiguousarray(p))) for p in parts]
        return np.asarray(torch.cat(found).numpy(), dtype=np.float32)

    def onnx(self) -> bytes:
        """The network; sets and tracks in them are free."""
        return onnx_bytes(_Shown(self.network), (5, self.columns))


class _Shown(nn.Module):
    """The network on an example of random numbers, which must count as numbers of tracks."""

    def __init__(self, network: NextNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, rows: Tensor) -> Tensor:
        number = rows[..., :1].round().clamp(min=0.0)
        found: Tensor = self.network(torch.cat([number, rows[..., 1:]], dim=-1))
        return found


@dataclass(frozen=True)
class NextLearner(Learner):
    """Base of both."""

    neural: ClassVar[bool] = True
    space: ClassVar[Mapping[str, Space]] = {
        "lr": Space(1e-3, 1e-2, log=True),
        "size": Space(choices=(32, 64, 96)),
        "dropout": Space(0.0, 0.6),
    }

    epochs: int = 60
    batch: int = 48
    lr: float = 3e-3
    l2: float = 0.1
    patience: int = 8
    size: int = 64
    dropout: float = 0.5

    def __post_init__(self) -> None:
        least = {"epochs": 1, "batch": 1, "patience": 1, "size": 4}
        wrong = [name for name, low in least.items() if getattr(self, name) < low]
        wrong += [] if self.lr > 0 and self.l2 >= 0 else ["lr, l2"]
        wrong += [] if 0 <= self.dropout < 1 else ["dropout"]
        self.refuse(wrong)

    def fit(self, train: Examples, valid: Examples, job: Job) -> Fitted:
        """It has no labels to learn: see :meth:`learn`."""
        raise RequestError(
            f"{self.name} learns from sets, not labels: mixo train next_sequence or next_graph"
        )

    def learn(self, crate: Crate, valid: Sequence[Ints], job: Job) -> FittedNext:
        """Learn from the sets of `crate`; the loss on those of `valid` chooses the epoch.

        Raises
        ------
        RequestError
            The loss was never finite.
        Pruned
            The job said to give up.
        """
        with own_dice():
            torch.manual_seed(seed_of(job.seed, 0))
            run = self._run(self.network(crate))
            place = Path(job.folder) / f"{self.name}.ckpt" if job.folder else None
            mark = self._mark(run, crate, valid, job) if place else ""
            restore(run, place, mark)
            while len(run.history) < self.epochs and run.waited < self.patience:
                torch.manual_seed(seed_of(job.seed, 1, len(run.history)))
                learnt = self._epoch(run, crate, job.seed)
                note(run, {"train_loss": learnt, "valid_loss": self._judge(run, crate, valid)})
                save(run, place, mark)
                self._tell(job, run.history[-1])
        return self._ended(run, crate)

    @abstractmethod
    def network(self, crate: Crate) -> NextNet:
        """The network before it has learnt."""

    def prepare(self, network: NextNet) -> None:
        """What must be worked out before a batch."""

    def loss(
        self, network: NextNet, crate: Crate, sets: Sequence[Ints], dice: np.random.Generator
    ) -> Tensor:
        """The mean loss of a batch."""
        return in_order(network, crate, sets)

    def _run(self, network: NextNet) -> Run:
        optimiser = torch.optim.AdamW(network.parameters(), lr=self.lr, weight_decay=self.l2)
        patience = max(1, self.patience // 3)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimiser, factor=0.5, patience=patience
        )
        return Run(network, optimiser, plateau)

    def _mark(self, run: Run, crate: Crate, valid: Sequence[Ints], job: Job) -> str:
        digest = hashlib.sha256(np.ascontiguousarray(crate.content).tobytes())
        for row in (*crate.sets, *valid, crate.links):
            digest.update(str(row.shape).encode() + np.ascontiguousarray(row).tobytes())
        known = asdict(self) | {"seed": job.seed, "data": digest.hexdigest()}
        return fingerprint(known, run.network)

    def _epoch(self, run: Run, crate: Crate, seed: int) -> float:
        run.network.train()
        order, total = torch.randperm(len(crate.sets)).numpy(), 0.0
        dice = np.random.default_rng([seed, len(run.history)])
        for part in np.array_split(order, max(1, len(order) // self.batch)):
            self.prepare(run.network)
            found = self.loss(run.network, crate, [crate.sets[k] for k in part], dice)
            run.optimiser.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_(run.network.parameters(), 5.0)
            run.optimiser.step()
            total += float(found.detach()) * len(part)
        return total / len(order)

    def _judge(self, run: Run, crate: Crate, valid: Sequence[Ints]) -> float:
        run.network.eval()
        torch.manual_seed(0)
        dice, total = np.random.default_rng(0), 0.0
        with torch.no_grad():
            self.prepare(run.network)
            for k in range(0, len(valid), CHUNK // 4):
                part = valid[k : k + CHUNK // 4]
                total += float(self.loss(run.network, crate, part, dice)) * len(part)
        return total / len(valid)

    def _tell(self, job: Job, figures: Epoch) -> None:
        epoch = int(figures["epoch"])
        job.watch(f"{self.name}: epochs", epoch, self.epochs, figures)
        if job.prune(epoch, -figures["valid_loss"]):
            raise Pruned

    def _ended(self, run: Run, crate: Crate) -> FittedNext:
        if not run.best:
            raise RequestError(
                "the loss is not finite from the first epoch on; choose a smaller lr"
            )
        run.network.load_state_dict(run.best)
        network: NextNet = run.network.eval()
        with torch.no_grad():
            self.prepare(network)
        return FittedNext(network, 1 + crate.content.shape[1], tuple(run.history))
