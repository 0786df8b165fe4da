"""What changes while a network trains, kept in a file after every epoch.

A checkpoint is tensors, numbers and text, and is read as nothing else (`weights_only`). It is
used only by a run with the same settings on the same data (its fingerprint); any other run
starts anew and overwrites it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mixolydian.core.files import write_whole
from mixolydian.training.examples import Examples

UNUSABLE = (RuntimeError, UnpicklingError, EOFError, OSError, ValueError, KeyError)
"""what torch raises for a checkpoint that is damaged or not one of ours."""


@dataclass(eq=False)
class Run:
    """What changes while training."""

    network: nn.Module
    optimiser: torch.optim.Optimizer
    plateau: torch.optim.lr_scheduler.ReduceLROnPlateau
    history: list[dict[str, float]] = field(default_factory=list)
    best: dict[str, Tensor] = field(default_factory=dict)
    best_loss: float = math.inf
    waited: int = 0


def note(run: Run, figures: Mapping[str, float]) -> None:
    """Take down an epoch: its figures, whether it is the best so far, and the learning rate."""
    loss = figures["valid_loss"]
    run.history.append({"epoch": float(len(run.history) + 1), **figures})
    run.plateau.step(loss)
    run.waited += 1
    if math.isfinite(loss) and loss < run.best_loss:
        run.best_loss, run.waited = loss, 0
        run.best = {k: v.detach().cpu().clone() for k, v in run.network.state_dict().items()}


def fingerprint(plan: Mapping[str, Any], network: nn.Module, *parts: Examples) -> str:
    """A hash of the plan, the network's shape and start, and every number of the data."""
    digest = hashlib.sha256(json.dumps([dict(plan), torch.__version__]).encode())
    for name, tensor in network.state_dict().items():
        digest.update(f"{name}{tuple(tensor.shape)}".encode())
        digest.update(np.ascontiguousarray(tensor.detach().cpu().numpy()).tobytes())
    for part in parts:
        digest.update(f"{part.labels}{part.exclusive}{part.inputs.shape}".encode())
        for array in (part.inputs, part.targets, part.mask, part.weights):
            if array is not None:
                digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def save(run: Run, place: Path | None, mark: str) -> None:
    """Write the checkpoint, where there is a place for one."""
    if place is None:
        return
    state = {
        "fingerprint": mark,
        "network": run.network.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "plateau": run.plateau.state_dict(),
        "history": run.history,
        "best": run.best,
        "best_loss": run.best_loss,
        "waited": run.waited,
    }
    write_whole(place, lambda name: torch.save(state, name), durable=False)


def restore(run: Run, place: Path | None, mark: str) -> None:
    """Go on from the checkpoint, if there is one and it is this run's."""
    if place is None or not place.is_file():
        return
    try:
        state = torch.load(place, map_location="cpu", weights_only=True)
    except UNUSABLE:
        return
    if not isinstance(state, dict) or state.get("fingerprint") != mark:
        return
    run.network.load_state_dict(state["network"])
    run.optimiser.load_state_dict(state["optimiser"])
    run.plateau.load_state_dict(state["plateau"])
    run.history, run.best = state["history"], state["best"]
    run.best_loss, run.waited = state["best_loss"], state["waited"]
