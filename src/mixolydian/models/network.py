"""A trained network: raw inputs in, logits out, run by onnxruntime on one thread.

Conventions
-----------
The input "input" is float32 (n, …), the optional input "mask" (n, n_frames) is True where there
is sound, the output "scores" is float32 (n, n_labels). The first axis is free. A file is looked
through before it is run (:mod:`~mixolydian.models.onnx_file`); a pickle is never read.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import ModelError
from mixolydian.models.onnx_file import complaint

INPUT, MASK, OUTPUT = "input", "mask", "scores"
LARGEST = 64 * 2**20
"""bytes; a model that ships has a few millions at most."""
BATCH_ROWS, BATCH_NUMBERS = 256, 2_000_000
"""rows, and numbers in them, that go through the network at once: bounds the memory."""
REMEDY = "install it again (mixo models NAME --promote RUN), or train it again (mixo train)"
INSTALL = "pip install onnxruntime"
TYPES = {"tensor(bool)": np.bool_, "tensor(float)": np.float32, "tensor(int64)": np.int64}


@dataclass(frozen=True, eq=False)
class Network:
    """A network that is ready to run; `sha256` and `size` (bytes) are its file's."""

    path: Path
    sha256: str
    size: int
    session: Any

    @classmethod
    def read(cls, path: Path, sha256: str | None = None) -> Network:
        """The network in a file, which must have the hash `sha256` if that is given.

        Raises
        ------
        ModelError
            The file is missing, too large, has another hash, is no ONNX file, is damaged, keeps
            its numbers elsewhere, needs unknown operators, or has other inputs and outputs.
        """
        content = _content(path)
        found = hashlib.sha256(content).hexdigest()
        if sha256 is not None and found != sha256:
            raise ModelError(
                f"{path}: expected the model with sha256 {sha256[:12]}…, found {found[:12]}…: "
                f"the file was changed or damaged; {REMEDY}"
            )
        if (why := complaint(content)) is not None:
            raise ModelError(f"{path}: cannot be used as a model: {why}; {REMEDY}")
        return cls(path, found, len(content), _session(path, content))

    def __call__(
        self, inputs: NDArray[np.float32], mask: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float32]:
        """Logits (n, n_labels) for `inputs` (n, …); without `mask` everything is sound.

        Raises
        ------
        ModelError
            The inputs do not have the shape the network was trained on.
        """
        x = np.ascontiguousarray(inputs, dtype=np.float32)
        rows = max(1, min(BATCH_ROWS, BATCH_NUMBERS // max(1, math.prod(x.shape[1:]))))
        starts = range(0, max(1, len(x)), rows)
        parts = [
            self._run(x[i : i + rows], None if mask is None else mask[i : i + rows]) for i in starts
        ]
        return np.concatenate(parts)

    def _run(self, x: NDArray[np.float32], mask: NDArray[np.bool_] | None) -> NDArray[np.float32]:
        feed: dict[str, NDArray[Any]] = {INPUT: x}
        kinds = {entry.name: entry.type for entry in self.session.get_inputs()}
        if MASK in kinds:
            known = np.ones(x.shape[:2], dtype=np.bool_) if mask is None else mask
            feed[MASK] = np.ascontiguousarray(known, dtype=TYPES[kinds[MASK]])
        try:
            scores = self.session.run([OUTPUT], feed)[0]
        except _faults() as error:
            wanted = {entry.name: entry.shape for entry in self.session.get_inputs()}
            raise ModelError(
                f"{self.path}: expected inputs of shape {wanted}, found {x.shape}; {_line(error)}"
            ) from error
        if scores.ndim != 2:
            raise ModelError(f"{self.path}: expected scores (n, n_labels), found {scores.shape}")
        return np.asarray(scores, dtype=np.float32)


def _content(path: Path) -> bytes:
    """The bytes of a file of bearable size."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ModelError(
                f"{path}: expected a model of at most {LARGEST // 2**20} MB, found "
                f"{size / 2**20:.0f} MB; {REMEDY}"
            )
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror or error}); {REMEDY}") from error


def _session(path: Path, content: bytes) -> Any:
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except _faults() as error:
        raise ModelError(f"{path}: cannot be run as a model ({_line(error)}); {REMEDY}") from error
    if (why := _unlike(session)) is not None:
        raise ModelError(f"{path}: {why}; {REMEDY}")
    return session


def _unlike(session: Any) -> str | None:
    """How the inputs and outputs differ from what a model of ours has."""
    inputs = {entry.name: entry for entry in session.get_inputs()}
    outputs = [entry.name for entry in session.get_outputs()]
    if INPUT not in inputs or not set(inputs) <= {INPUT, MASK} or outputs != [OUTPUT]:
        return (
            f"expected inputs {INPUT} and perhaps {MASK}, and the output {OUTPUT}; "
            f"found {', '.join(inputs)} and {', '.join(outputs)}"
        )
    if inputs[INPUT].type != "tensor(float)":
        return f"expected the input as tensor(float), found {inputs[INPUT].type}"
    if MASK in inputs and inputs[MASK].type not in TYPES:
        return f"expected the mask as one of {', '.join(TYPES)}, found {inputs[MASK].type}"
    if isinstance((inputs[INPUT].shape or [1])[0], int):
        return f"expected a free first axis, found the shape {inputs[INPUT].shape}"
    return None


def _runtime() -> Any:
    """onnxruntime, loaded when the first model is: most verbs never need it."""
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise ModelError(f"models are run by onnxruntime, which is not there; {INSTALL}") from error
    return onnxruntime


def _faults() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: classes of its own, which share no base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = [c for c in vars(state).values() if isinstance(c, type) and issubclass(c, Exception)]
    return (*own, RuntimeError, ValueError)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
