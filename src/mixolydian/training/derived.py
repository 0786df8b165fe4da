"""What is worked out from the frames of many sounds: once, in worker processes, and kept.

A derivation is a function of a module's own, from :class:`~mixolydian.training.frames.Heard` to
an array. Its results lie beside the frames, under its name and a hash of the code of the floors
it rests on, so that changed code works them out again and nothing else.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_bytes
from mixolydian.engines.local import LocalEngine
from mixolydian.training.frames import Heard
from mixolydian.training.sounds import Sound, frames_of
from mixolydian.training.workshop import Workshop

Array = NDArray[np.float32]
Derivation = Callable[[Heard], NDArray[np.floating]]
FLOORS = ("audio", "estimators", "theory")


@dataclass(frozen=True)
class _Task:
    """Works out one sound's array, and keeps it in the place that it is told."""

    how: Derivation
    workshop: Workshop

    def __call__(self, job: tuple[Sound, Path]) -> None:
        sound, place = job
        array = np.asarray(self.how(frames_of(sound, self.workshop.ear)), dtype=np.float32)
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        write_bytes(place, buffer.getvalue(), durable=False)


def derived(sounds: Sequence[Sound], how: Derivation, workshop: Workshop) -> list[Array]:
    """The array of every sound, in order.

    Raises
    ------
    RequestError
        One cannot be worked out; the message names it, and why.
    """
    places = [_place(s, how, workshop) for s in sounds]
    missing = [(s, p) for s, p in zip(sounds, places, strict=True) if not p.is_file()]
    done = len(sounds) - len(missing)
    quiet = Workshop(workshop.folder, workshop.stock, 1)
    for outcome in LocalEngine(workshop.jobs).map(_Task(how, quiet), missing):
        if outcome.failure is not None:
            why = f"{outcome.failure.type}: {outcome.failure.message}"
            raise RequestError(f"{outcome.item[0].name}: {how.__name__} failed ({why})")
        done += 1
        workshop.watch(f"working out the {how.__name__.replace('_', ' ')}", done, len(sounds), {})
    return [np.load(place, allow_pickle=False) for place in places]


def _place(sound: Sound, how: Derivation, workshop: Workshop) -> Path:
    frames = workshop.ear.place(sound)
    return frames.with_name(f"{frames.stem}.{how.__name__}-{code_version(how.__module__)}.npy")


@cache
def code_version(module: str) -> str:
    """A short hash of the code of ``FLOORS`` and of a module of ours."""
    digest = hashlib.sha256(module.encode())
    for floor in FLOORS:
        for source in _sources(files(f"mixolydian.{floor}")):
            digest.update(source.read_bytes())
    package, _, name = module.rpartition(".")
    digest.update((files(package) / f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]


def _sources(folder: Traversable) -> list[Traversable]:
    return sorted((p for p in folder.iterdir() if p.name.endswith(".py")), key=lambda p: p.name)
