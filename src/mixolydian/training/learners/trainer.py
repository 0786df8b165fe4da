"""Training a network: epochs, the best of them, and going on after a kill.

Runs on Lightning Fabric: on a CUDA GPU where there is one, else on the CPU. After every epoch
the loss of the validation part decides: the best weights are kept, the learning rate is
lowered when the loss stays (ReduceLROnPlateau), training ends after `patience` epochs without
a better one. An epoch's dice (order, dropout) follow from the seed and the epoch's number, so a
run that was killed and goes on ends with the same weights as one that was not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.fabric import Fabric
from torch import nn

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples, Float32
from mixolydian.training.learners.base import Epoch
from mixolydian.training.learners.checkpoint import Run, fingerprint, note, restore, save
from mixolydian.training.learners.losses import batches, label_weights, losses


@dataclass(frozen=True)
class Plan:
    """How to train; `l2` on weights only, `decoupled` as in AdamW, `clip` the gradient's norm.

    `settings` are the learner's, in words: what a checkpoint must have been made with.
    """

    epochs: int
    batch: int
    lr: float
    l2: float
    decoupled: bool
    patience: int
    clip: float
    balanced: bool
    seed: int
    settings: str = ""


@dataclass(frozen=True)
class Follow:
    """Who is told after each epoch, and where the checkpoint is (None: nowhere)."""

    checkpoint: Path | None
    tell: Callable[[Epoch], None]


def train_network(
    network: nn.Module, train_on: Examples, judge_on: Examples, plan: Plan, follow: Follow
) -> tuple[Epoch, ...]:
    """Train `network` in place, ending with its best weights on the CPU; the history.

    Raises
    ------
    RequestError
        The loss was never finite.
    """
    fabric = Fabric(accelerator="cuda" if torch.cuda.is_available() else "cpu", devices=1)
    run = _fresh(network, plan)
    module, optimiser = fabric.setup(network, run.optimiser)
    mark = fingerprint(asdict(plan), network, train_on, judge_on) if follow.checkpoint else ""
    restore(run, follow.checkpoint, mark)
    weights = label_weights(train_on) if plan.balanced else None
    with _dice():
        while len(run.history) < plan.epochs and run.waited < plan.patience:
            _roll(plan.seed, len(run.history))
            rate = float(run.optimiser.param_groups[0]["lr"])
            learnt = _epoch(fabric, module, optimiser, train_on, plan, weights)
            judged = _judge(module, fabric.device, judge_on, weights)
            note(run, {"train_loss": learnt, "valid_loss": judged, "lr": rate})
            save(run, follow.checkpoint, mark)
            follow.tell(run.history[-1])
    return _ended(run)


def _fresh(network: nn.Module, plan: Plan) -> Run:
    optimiser = _optimiser(network, plan)
    patience = max(1, plan.patience // 3)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.5, patience=patience)
    return Run(network, optimiser, plateau)


def _ended(run: Run) -> tuple[Epoch, ...]:
    if not run.best:
        raise RequestError("the loss is not finite from the first epoch on; choose a smaller lr")
    run.network.cpu()
    run.network.load_state_dict(run.best)
    run.network.eval()
    return tuple(run.history)


def _optimiser(network: nn.Module, plan: Plan) -> torch.optim.Optimizer:
    """Adam; only weights are drawn to zero, never biases or the scale of a normalisation."""
    weights = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [{"params": weights, "weight_decay": plan.l2}, {"params": others, "weight_decay": 0.0}]
    kind = torch.optim.AdamW if plan.decoupled else torch.optim.Adam
    return kind(groups, lr=plan.lr)


def _epoch(
    fabric: Fabric,
    module: Any,
    optimiser: Any,
    examples: Examples,
    plan: Plan,
    weights: Float32 | None,
) -> float:
    """One pass over the examples; the mean loss on the way."""
    module.train()
    parts = max(1, len(examples) // plan.batch)
    total = 0.0
    for rows in np.array_split(torch.randperm(len(examples)).numpy(), parts):
        loss = losses(module, fabric.device, examples, rows, weights).mean()
        optimiser.zero_grad()
        fabric.backward(loss)
        fabric.clip_gradients(module, optimiser, max_norm=plan.clip, error_if_nonfinite=False)
        optimiser.step()
        total += float(loss.detach()) * len(rows)
    return total / len(examples)


def _judge(module: Any, device: torch.device, examples: Examples, weights: Float32 | None) -> float:
    """The mean loss without learning."""
    module.eval()
    with torch.no_grad():
        found = [
            losses(module, device, examples, rows, weights).sum()
            for rows in batches(examples.inputs)
        ]
    return float(torch.stack(found).sum()) / len(examples)


def seed_of(*path: int) -> int:
    """A seed for torch, one of its own for every path of numbers."""
    return int(np.random.SeedSequence(list(path)).generate_state(1)[0])


def own_dice() -> AbstractContextManager[None]:
    """Whatever is rolled inside, the caller's dice stay as they were."""
    devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    forked: AbstractContextManager[None] = torch.random.fork_rng(devices=devices)
    return forked


def _roll(seed: int, epoch: int) -> None:
    torch.manual_seed(seed_of(seed, epoch))


@contextmanager
def _dice() -> Iterator[None]:
    """Leaves the caller's dice as they were; as many threads as the house allows."""
    threads = os.environ.get("OMP_NUM_THREADS", "")
    if threads.isdigit() and int(threads) != torch.get_num_threads() and int(threads) > 0:
        torch.set_num_threads(int(threads))
    with own_dice():
        yield
