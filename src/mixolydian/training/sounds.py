"""The sounds that recipes learn from: rendered on demand, or files; heard once and kept.

A :class:`Sound` says where a sound comes from. A rendered one is a function of its source,
number and seed, so nothing but its frames need be kept: whoever wants to listen to it renders
it again (:func:`item_of`). :func:`hear` computes the frames of many, in worker processes, and
keeps them; what is there already is not computed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.audio.io import open_audio
from mixolydian.core.types import Signal
from mixolydian.engines.local import Failure, LocalEngine
from mixolydian.training.datasets import profiles
from mixolydian.training.datasets.augment import augment
from mixolydian.training.datasets.briefs import random_brief
from mixolydian.training.datasets.composed import composed_item
from mixolydian.training.datasets.item import Item
from mixolydian.training.datasets.sources import Stock, render
from mixolydian.training.frames import (
    BROKEN,
    Heard,
    frames_version,
    read_frames,
    read_mel,
    write_frames,
)

COMPOSED = "composed"
RENEW_AFTER = 60
"""sounds after which a worker is replaced: long lives fragment its memory."""
PROFILES = {
    "wide": profiles.WIDE,
    "benchmark": profiles.BENCHMARK,
}


@dataclass(frozen=True)
class Sound:
    """Where one sound comes from.

    Either rendered, by `source` ("composed" or one of `training.datasets.sources`), `number`,
    `seed`, `seconds`, `damaged` and (for composed pieces) `profile`; or the file `path`.
    `facts` are what is known of a file beforehand (its class, its speaker).
    """

    source: str
    number: int = 0
    seed: int = 0
    seconds: float = 30.0
    damaged: bool = True
    profile: str = "benchmark"
    path: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=())

    @property
    def name(self) -> str:
        """A name one can read."""
        return f"{self.source}/{Path(self.path).name}" if self.path else self._rendered_name()

    def _rendered_name(self) -> str:
        return f"{self.source}-{self.seed}-{self.number:06d}"


@dataclass(frozen=True)
class Ear:
    """Where frames are kept (`folder`), what there is to render with, and how many processes."""

    folder: Path
    stock: Stock = field(default_factory=Stock)
    jobs: int = 1
    item_seconds: float = 900.0

    def place(self, sound: Sound) -> Path:
        """The file of a sound's frames; a file's name follows its content."""
        deciding = asdict(sound)
        if sound.path:
            deciding["content"] = _digest(Path(sound.path))
        text = json.dumps(deciding, sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:20]
        return self.folder / "frames" / frames_version() / key[:2] / f"{key}.npz"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def item_of(sound: Sound, stock: Stock) -> Item:
    """The sound itself, rendered."""
    if sound.source != COMPOSED:
        rendered = render(
            sound.source, sound.number, sound.seed, sound.seconds, stock, sound.damaged
        )
        return rendered
    brief = random_brief(sound.number, sound.seed, sound.seconds, PROFILES[sound.profile])
    item = composed_item(sound.name, brief)
    facts = {"source": COMPOSED, "number": sound.number, "set_seed": sound.seed}
    item = replace(item, truth={**item.truth, **facts})
    rng = np.random.default_rng([sound.seed, sound.number, 9])
    return augment(item, rng) if sound.damaged else item


def heard(sound: Sound, stock: Stock) -> Heard:
    """The frames of a sound and what is true of it.

    Raises
    ------
    MixolydianError
        It cannot be rendered (a program or a corpus is missing), read or decoded.
    """
    if not sound.path:
        item = item_of(sound, stock)
        return Heard(Features(Signal(item.samples, item.sample_rate)), item.truth)
    with open_audio(sound.path) as audio:
        features = Features.from_blocks(audio.blocks(), audio.sample_rate, audio.n_channels)
    return Heard(features, dict(sound.facts))


def _keep(stock: Stock, job: tuple[Sound, Path]) -> None:
    sound, place = job
    write_frames(place, heard(sound, stock))


def hear(
    sounds: Sequence[Sound], ear: Ear, watch: Callable[[int, int], None] = lambda done, of: None
) -> Iterator[tuple[Sound, Failure]]:
    """Compute and keep the frames of `sounds`; yields the sounds that could not be heard.

    `watch` is told (done, of how many) as the work goes on.
    """
    missing = [(s, p) for s in sounds if not (p := ear.place(s)).is_file()]
    done = len(sounds) - len(missing)
    watch(done, len(sounds))
    engine = LocalEngine(ear.jobs, ear.item_seconds, renew_after=RENEW_AFTER)
    for outcome in engine.map(partial(_keep, ear.stock), missing):
        done += 1
        watch(done, len(sounds))
        if outcome.failure is not None:
            yield outcome.item[0], outcome.failure


def frames_of(sound: Sound, ear: Ear) -> Heard:
    """The kept frames of a sound, computed now where there are none (or none that are whole)."""
    place = ear.place(sound)
    with suppress(*BROKEN):
        return read_frames(place)
    result = heard(sound, ear.stock)
    write_frames(place, result)
    return result


def rendered(
    source: str, numbers: range, seed: int, seconds: float, **settings: Any
) -> list[Sound]:
    """Sounds of a source, by number."""
    return [Sound(source, n, seed, seconds, **settings) for n in numbers]


def mel_of(sound: Sound, ear: Ear) -> tuple[NDArray[np.float32], Mapping[str, Any]]:
    """Mel power (64, n) of a sound that was heard, and the truth about it."""
    place = ear.place(sound)
    with suppress(*BROKEN):
        return read_mel(place)
    frames_of(sound, ear)
    return read_mel(place)
