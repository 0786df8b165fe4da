"""The contract of a pretrained embedding, and how its network is loaded and run.

Sound in, one vector per frame out. Windows of the sound go through the network in small
batches, so that memory does not grow with the length of the sound.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import soxr
from numpy.typing import NDArray

from mixolydian.core.errors import EmptySignalError, ModelError
from mixolydian.models.onnx_file import complaint
from mixolydian.models.pretrained.frontend import Float32

FOLDER = Path("models") / "pretrained"
GUIDE = "docs/howto/pretrained-embeddings.md says how"
INSTALL = "pip install 'mixolydian[pretrained]'"
LARGEST = 512 * 2**20
"""bytes; VGGish has 289 MB of weights."""


@dataclass(frozen=True)
class Embedder(ABC):
    """Sound to vectors by a network in the file `path`."""

    name: ClassVar[str]
    sample_rate: ClassVar[int]
    """of what the network was trained on, Hz."""
    patch: ClassVar[tuple[int, ...]]
    """shape of what the network is fed per frame."""
    source: ClassVar[str]
    """where the weights come from, and their licence."""
    batch: ClassVar[int] = 32

    path: Path

    @classmethod
    def found(cls, home: Path) -> Embedder:
        """The embedder with its weights in `home`.

        Raises
        ------
        ModelError
            They are not there; the message says where they come from.
        """
        path = home / FOLDER / f"{cls.name}.onnx"
        if not path.is_file():
            raise ModelError(
                f"{path}: not there; {cls.name} needs its network as an ONNX file: {cls.source}; "
                f"{GUIDE}"
            )
        return cls(path)

    @property
    @abstractmethod
    def dimensions(self) -> int:
        """Numbers of a vector."""

    @property
    @abstractmethod
    def seconds(self) -> float:
        """From one frame to the next."""

    @abstractmethod
    def windows(self, samples: Float32) -> Float32:
        """The windows of sound (n, n_samples) at the network's rate, one per frame, as a view."""

    @abstractmethod
    def patches(self, sound: Float32) -> Float32:
        """What the network is fed, (n, *patch), of windows of sound."""

    def embed(self, samples: NDArray[np.float32], sample_rate: int) -> Float32:
        """Vectors (n_frames, dimensions) of a mono sound of full scale ±1; one frame at least.

        Raises
        ------
        EmptySignalError
            No samples, more than one channel, or samples that are not finite.
        ModelError
            The network's file cannot be used, or is another network.
        """
        windows = self.windows(self._resampled(samples, sample_rate))
        return np.concatenate([self._answer(self.patches(part)) for part in self._parts(windows)])

    def _resampled(self, samples: NDArray[np.float32], sample_rate: int) -> Float32:
        y = np.asarray(samples, dtype=np.float32)
        if y.ndim != 1 or not y.size or sample_rate <= 0 or not np.isfinite(y).all():
            raise EmptySignalError(
                f"{self.name} expects finite mono samples (n,) at a positive rate, "
                f"found shape {y.shape} at {sample_rate} Hz"
            )
        if sample_rate == self.sample_rate:
            return y
        return np.asarray(soxr.resample(y, sample_rate, self.sample_rate), dtype=np.float32)

    def _parts(self, windows: Float32) -> Iterator[Float32]:
        step = self._rows or self.batch
        for start in range(0, len(windows), step):
            yield windows[start : start + step]

    def _answer(self, patches: Float32) -> Float32:
        given = self.session.get_inputs()[0]
        try:
            outputs = self.session.run(None, {given.name: patches.reshape(-1, *self._shape)})
        except _faults() as error:
            line = " ".join(str(error).split())[:200]
            raise ModelError(f"{self.path}: the network cannot be run ({line})") from error
        n = len(patches)
        flat = [np.asarray(o, np.float32).reshape(n, -1) for o in outputs if np.size(o) % n == 0]
        fitting = [vectors for vectors in flat if vectors.shape[1] == self.dimensions]
        if not fitting:
            widths = ", ".join(str(vectors.shape[1]) for vectors in flat)
            raise ModelError(
                f"{self.path}: expected a network that gives {self.dimensions} numbers per frame, "
                f"found {widths}; export the embedding, not the classes; {GUIDE}"
            )
        return fitting[0]

    # ------------------------------------------------------------------ the network's file

    @cached_property
    def session(self) -> Any:
        """The network, loaded when it is first needed, on one thread."""
        content = _content(self.path)
        runtime = _runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            return runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except _faults() as error:
            line = " ".join(str(error).split())[:200]
            raise ModelError(f"{self.path}: cannot be run ({line}); {GUIDE}") from error

    @property
    def _rows(self) -> int | None:
        """How many frames the network takes at once, where that is fixed (to 1)."""
        first = self.session.get_inputs()[0].shape[:1]
        return 1 if first == [1] else None

    @property
    def _shape(self) -> tuple[int, ...]:
        """The shape of one patch as this network wants it: with or without an axis of one."""
        inputs = self.session.get_inputs()
        shape = fitting_shape(inputs[0].shape, self.patch) if len(inputs) == 1 else None
        if shape is not None:
            return shape
        raise ModelError(
            f"{self.path}: expected a network on log-mel patches of shape (n, "
            f"{', '.join(map(str, self.patch))}), found {[i.shape for i in inputs]}; export it "
            f"without its front end; {GUIDE}"
        )


def fitting_shape(declared: list[Any], patch: tuple[int, ...]) -> tuple[int, ...] | None:
    """How a patch is laid out for an input of the `declared` shape; None where it does not fit.

    Sizes are numbers, or names (None) where they are free.
    """
    sizes = [size if isinstance(size, int) and size > 0 else 0 for size in declared]
    if len(sizes) <= len(patch) or sizes[0] > 1:
        return None
    inner = tuple(sizes[1:])
    if math.prod(inner) == math.prod(patch):
        return inner
    guess = (*patch, *[1] * (len(inner) - len(patch)))
    fits = all(size in (0, wanted) for size, wanted in zip(inner, guess, strict=True))
    return guess if fits else None


def _content(path: Path) -> bytes:
    """The bytes of a network that is bearable and no more than a network."""
    try:
        if (size := path.stat().st_size) > LARGEST:
            raise ModelError(
                f"{path}: expected at most {LARGEST // 2**20} MB, found {size / 2**20:.0f} MB"
            )
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror or error})") from error
    if (why := complaint(content)) is not None:
        raise ModelError(f"{path}: cannot be used as a network: {why}; {GUIDE}")
    return content


def _runtime() -> Any:
    """onnxruntime, loaded when it is first needed."""
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise ModelError(f"embeddings need onnxruntime, which is not there; {INSTALL}") from error
    return onnxruntime


def _faults() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: classes of its own, which share no base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = [c for c in vars(state).values() if isinstance(c, type) and issubclass(c, Exception)]
    return (*own, RuntimeError, ValueError)
