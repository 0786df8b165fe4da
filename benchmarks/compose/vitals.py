"""What is measured on stems and mix while they are at hand, long before anyone analyses them.

Conventions
-----------
Samples are float32 (2, n), full scale ±1. Levels are dBFS of RMS, loudness and true peak are
libebur128's (through pyebur128): another's meter than the one the renderer is fitted with.
Third octaves are base-ten bands (IEC 61260-1) from 20 Hz to 16 kHz, long-term means of power
over both channels, in dB against their sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyebur128 import (
    MeasurementMode,
    R128State,
    get_loudness_global,
    get_true_peak,
)

from mixolydian.core.types import FloatArray

CENTRES = 10.0 ** (np.arange(13, 43) / 10)
"""Hz, 20 to 16 000 in thirds of an octave (30,)."""
SILENT = 1e-4
"""A stem that never rises over −80 dBFS says nothing."""
FRAME = 16384
SLICE = 1 << 18


def db(power: Any) -> Any:
    """Power in dB; the tiniest power stands for none."""
    return 10.0 * np.log10(np.maximum(power, 1e-20))


def third_octaves(samples: FloatArray, sample_rate: int) -> NDArray[np.float64]:
    """Long-term level (30,) of each band in dB against all of them; `samples` (channels, n)."""
    window = np.hanning(FRAME).astype(np.float32)
    power = np.zeros(FRAME // 2 + 1)
    for channel in samples:
        for start in range(0, len(channel) - FRAME + 1, FRAME):
            power += np.abs(np.fft.rfft(window * channel[start : start + FRAME])) ** 2
    bands = _band_sums(power, sample_rate / FRAME)
    return np.asarray(db(bands / max(bands.sum(), 1e-20)))


def _band_sums(power: NDArray[np.float64], bin_hz: float) -> NDArray[np.float64]:
    """Power of each third octave; a bin that straddles an edge is shared."""
    edges = np.append(CENTRES, CENTRES[-1] * 10**0.1) * 10**-0.05
    total = np.concatenate([[0.0], np.cumsum(power)])
    at = np.interp(edges / bin_hz + 0.5, np.arange(len(total)), total)
    return np.asarray(np.diff(at))


class Vitals:
    """Collects what is seen of a piece: one stem after another, then the mix."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._stems: dict[str, dict[str, float]] = {}
        self._mix: dict[str, Any] = {}

    def see_stem(self, name: str, stem: FloatArray) -> None:
        """A stem (2, n)."""
        self._stems[name] = {
            "peak_dbfs": round(float(20 * np.log10(max(_peak(stem), 1e-10))), 2),
            "rms_dbfs": round(float(db(np.mean(np.square(stem), dtype=np.float64))), 2),
            "dc": float(f"{_dc(stem):.3g}"),
            "silent": _peak(stem) < SILENT,
        }

    def see_mix(self, mix: FloatArray) -> None:
        """The mastered mix (2, n)."""
        lufs, peak = loudness_and_peak(mix, self._rate)
        self._mix = {
            "clipped": int((np.abs(mix) >= 1.0).sum()),
            "finite": bool(np.isfinite(mix).all()),
            "lufs": round(lufs, 3),
            "true_peak_dbtp": round(peak, 3),
            "dc": float(f"{_dc(mix):.3g}"),
            "seconds": round(mix.shape[1] / self._rate, 2),
            "third_octaves": third_octaves(mix, self._rate).round(2).tolist(),
        }

    def report(self) -> dict[str, Any]:
        """Everything seen, JSON-able."""
        return {"stems": self._stems, "mix": self._mix}


def _peak(y: FloatArray) -> float:
    return float(max(y.max(initial=0.0), -y.min(initial=0.0)))


def _dc(y: FloatArray) -> float:
    """The larger of the channels' mean sample values."""
    return float(np.abs(y.mean(axis=1, dtype=np.float64)).max())


def loudness_and_peak(mix: FloatArray, sample_rate: int) -> tuple[float, float]:
    """(integrated LUFS, true peak dBTP) of (channels, n) by libebur128."""
    mode = MeasurementMode.MODE_I | MeasurementMode.MODE_TRUE_PEAK
    meter = R128State(mix.shape[0], sample_rate, int(mode))
    for start in range(0, mix.shape[1], SLICE):
        block = np.ascontiguousarray(mix[:, start : start + SLICE].T, dtype=np.float32)
        meter.add_frames(block.reshape(-1), len(block))
    peak = max(get_true_peak(meter, channel) for channel in range(mix.shape[0]))
    return float(get_loudness_global(meter)), float(20 * np.log10(max(peak, 1e-10)))
