"""How long a beat is, where two tracks meet: from the onsets of the mix alone.

Which multiple of the beat is told does not matter here, for transitions last powers of two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.untangling.heard import MEL_RATE, Float32

SHORTEST, LONGEST = 0.33, 0.68
"""seconds of a beat."""
MULTIPLES = (1, 2, 4, 8, 16, 32)
_STEP = 5e-4

Float = NDArray[np.float64]


def beat_length(mel: Float32) -> float:
    """Seconds of a beat of `mel` power (64, n): the period whose multiples all return best."""
    flux = _flux(mel)
    n = len(flux)
    spectrum = np.fft.rfft(flux, 2 * n)
    again = np.fft.irfft(np.abs(spectrum) ** 2)[:n] / np.arange(n, 0, -1)
    periods = SHORTEST * (1.0 + _STEP) ** np.arange(int(np.log(LONGEST / SHORTEST) / _STEP))
    score = np.zeros(len(periods))
    for k in MULTIPLES:
        lags = k * periods * MEL_RATE
        score += np.interp(lags, np.arange(n // 2), again[: n // 2], right=0.0)
    return float(periods[int(score.argmax())])


def _flux(mel: Float32) -> Float:
    """Rise of the level (n,), its mean taken away."""
    floor = 1e-6 * float(np.percentile(mel, 99)) + 1e-20
    rise = np.maximum(np.diff(np.log(mel + floor), axis=1), 0.0).sum(axis=0, dtype=np.float64)
    rise = np.convolve(rise, np.hanning(5) / np.hanning(5).sum(), mode="same")
    return np.asarray(rise - rise.mean())
