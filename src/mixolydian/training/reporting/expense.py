"""What a model costs: time and memory of the network as it ships, on one thread.

Times are medians over repeats on the machine that made the report, without the time to hear the
sound. The peak is that of the whole run, in bytes, where the system tells it.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.models.network import Network
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Fitted

BATCH = 64
REPEATS = 15


def expense(folder: Path, fitted: Fitted, examples: Examples) -> dict[str, Any]:
    """Milliseconds per example, one by one and in batches of 64; bytes of the model and the run."""
    file = folder / "model.onnx"
    network = Network.read(file) if file.is_file() else None
    rows = np.resize(np.arange(len(examples)), BATCH)
    batch = examples.take(rows)
    scored = fitted.scores if network is None else network
    single = _milliseconds(lambda: scored(batch.inputs[:1]))
    many = _milliseconds(lambda: scored(batch.inputs)) / BATCH
    return {
        "single_ms": round(single, 4),
        "batch_ms": round(many, 4),
        "batch": BATCH,
        "of": "model in memory" if network is None else "network as it ships",
        "model_bytes": None if network is None else network.size,
        "run_peak_bytes": peak_bytes(),
    }


def _milliseconds(run: Callable[[], object]) -> float:
    run()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


def peak_bytes() -> int | None:
    """The most memory this process has had; None on systems that do not tell."""
    try:
        resource = importlib.import_module("resource")
    except ModuleNotFoundError:
        return None
    peak = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak if sys.platform == "darwin" else 1024 * peak
