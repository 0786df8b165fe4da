"""The loudness meter of the master, and what it would read after a gain and the limiter.

Loudness in LUFS (BS.1770; the K-weighting is libebur128's), gains in dB, sound float32 (2, n)
at 44.1 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyebur128 import MeasurementMode, R128State, get_loudness_window

from mixolydian.audio.limiter import BLOCK, limiter_gains
from mixolydian.audio.loudness import integrated_loudness
from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.units import SAMPLE_RATE, gain

STEP = 4410
"""samples between two readings."""
QUIETEST = -60.0
"""LUFS below which a sound counts as silence."""


@dataclass(frozen=True)
class Hearing:
    """A quick impression of a sound: LUFS of its loud parts and of the whole."""

    loud: float
    whole: float


def overheard(y: FloatArray) -> Hearing | None:
    """The loudest tenth of what is heard in half a second out of every two, and the gated mean
    of it all; None for silence."""
    heard = []
    for start in range(0, max(1, y.shape[1] - SAMPLE_RATE // 2), 2 * SAMPLE_RATE):
        stretch = y[:, start : start + SAMPLE_RATE // 2]
        meter = R128State(2, SAMPLE_RATE, int(MeasurementMode.MODE_M))
        meter.add_frames(np.ascontiguousarray(stretch.T).reshape(-1), stretch.shape[1])
        heard.append(get_loudness_window(meter, 400))
    playing = [level for level in heard if level > max(QUIETEST, max(heard) - 30)]
    if not playing:
        return None
    powers = 10.0 ** ((np.array(playing) + 0.691) / 10.0)
    return Hearing(float(np.quantile(playing, 0.9)), integrated_loudness(powers))


def energies_of(y: FloatArray) -> FloatArray:
    """K-weighted power of every 0.1 s of `y`, both channels together, (n_steps,)."""
    meter = R128State(2, SAMPLE_RATE, int(MeasurementMode.MODE_M))
    readings = []
    for start in range(0, y.shape[1] - STEP + 1, STEP):
        stretch = np.ascontiguousarray(y[:, start : start + STEP].T).reshape(-1)
        meter.add_frames(stretch, STEP)
        readings.append(get_loudness_window(meter, 100))
    return np.asarray(10.0 ** ((np.array(readings) + 0.691) / 10.0))


def gated(energies: FloatArray) -> float:
    """Integrated loudness of the power of 0.1 s steps; −inf when nothing passes the gates."""
    if len(energies) < 4:
        return float("-inf")
    momentary = (energies[:-3] + energies[1:-2] + energies[2:-1] + energies[3:]) / 4
    return integrated_loudness(momentary)


def predicted(power: FloatArray, energies: FloatArray, peaks: FloatArray, db: float) -> float:
    """LUFS after a gain of `db` and the limiter, from the powers before."""
    gains = (gain(db) * limiter_gains(peaks * gain(db))).astype(np.float64)
    per_step = (np.arange(len(gains)) * BLOCK) // STEP
    before = np.bincount(per_step, power)[: len(energies)]
    after = np.bincount(per_step, power * gains**2)[: len(energies)]
    return gated(energies * after / before)
