"""Side-chain: every kick pushes the other stems down and lets them come back.

The gain falls within 3 ms, smoothly, and comes back after `recovery` seconds; the next kick
takes over from wherever the gain is. What a kick does ends with the next one or with its own
recovery, so a moved kick changes nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.units import sample_of

FALL = 132
"""samples in which the gain goes down."""


def push_down(y: FloatArray, times: Sequence[float], depth: float, recovery: float) -> None:
    """Push the stem `y` (2, n) down by the share `depth` at each of `times`, in place."""
    if depth <= 0 or not times:
        return
    m = max(2 * FALL, sample_of(recovery))
    back = (1 - depth * (1 - np.linspace(0, 1, m)) ** 1.5).astype(np.float32)
    fall = (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, FALL + 1)[1:])).astype(np.float32)
    starts = sorted({sample_of(t) for t in times})
    above = 1.0
    for start, following in zip(starts, [*starts[1:], y.shape[1]], strict=True):
        length = min(m, following - start, y.shape[1] - start)
        if length <= 0:
            continue
        shape = back[:length].copy()
        near = min(FALL, length)
        shape[:near] += (np.float32(above) - shape[:near]) * fall[:near]
        y[:, start : start + length] *= shape
        above = float(shape[-1]) if length < m else 1.0
