"""When the strokes of a deck sound: attack times near given moments, far finer than a frame.

Conventions
-----------
Sound is float32 (channels, n); times are seconds from its first sample, resolved to a fraction
of a sample. Looked at is the energy in two bands, 200-2800 Hz and above: a time stretcher keeps
attacks there within a fraction of a millisecond but moves the phases of the bass, so waveforms
are never correlated and the bass is not asked.

An attack is where the energy of the next 5 ms stands highest over that of the 10 ms before; its
time is where the energy last passes a tenth of the way up to its peak. A soft stroke therefore
comes a little later than a hard one that begins with it: what is measured is when the ear gets
it (compare Vos & Rasch 1981, perceptual onset as a threshold relative to the peak).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import butter, sosfilt

from mixolydian.core.types import FloatArray

BANDS = ("mid", "high")
SMALLEST_RISE = 6.0
"""dB over the 10 ms before: noise never reaches it, a stroke in dense sound does."""
_SPLIT = (200.0, 2800.0)
_SMOOTHING, _AFTER, _BEFORE, _GAP = 0.001, 0.005, 0.010, 0.001
_LEVEL = 0.1
"""share of the way from the level before to the peak."""
_FAINT = 30.0
"""dB below the deck's loud moments under which nothing is a stroke."""
_FLOOR = 1e-6
"""of the loud moments: what lies below (or digital silence) counts as this."""


@dataclass(frozen=True, eq=False)
class Envelope:
    """Energy (n,) of one band over time, with its running sum (n + 1,)."""

    energy: FloatArray
    total: FloatArray
    loud: float
    """95th percentile of the energy in 5 ms."""
    sample_rate: float

    def mean(self, start: NDArray[Any], length: float) -> FloatArray:
        """Mean energy of the `length` seconds from sample `start` (any shape), 0 outside."""
        width = round(length * self.sample_rate)
        first = np.clip(start, 0, len(self.energy)).astype(int)
        last = np.clip(start + width, 0, len(self.energy)).astype(int)
        return np.asarray((self.total[last] - self.total[first]) / width)


def envelopes(sound: NDArray[np.float32], sample_rate: int) -> dict[str, Envelope]:
    """The envelope of each of ``BANDS``."""
    return {
        name: envelope_of(_energy(sosfilt(sos, sound, axis=1)), sample_rate)
        for name, sos in filters(sample_rate).items()
    }


def filters(sample_rate: int) -> dict[str, FloatArray]:
    """Second-order sections that leave each of ``BANDS``."""
    edge = min(_SPLIT[1], 0.4 * sample_rate)
    mid = butter(2, (_SPLIT[0], edge), "bandpass", fs=sample_rate, output="sos")
    high = butter(2, edge, "highpass", fs=sample_rate, output="sos")
    return dict(zip(BANDS, (mid, high), strict=True))


def _energy(band: FloatArray) -> FloatArray:
    return np.asarray(np.square(band, dtype=np.float64).sum(axis=0))


def envelope_of(energy: FloatArray, sample_rate: float) -> Envelope:
    """The envelope of a band whose `energy` (n,) comes `sample_rate` times a second."""
    energy = np.maximum(uniform_filter1d(energy, round(_SMOOTHING * sample_rate) | 1), 0.0)
    total = np.concatenate([[0.0], np.cumsum(energy)])
    step = max(1, round(_AFTER * sample_rate))
    frames = np.diff(total[::step]) / step
    sounding = frames[frames > 0]
    loud = float(np.percentile(sounding, 95)) if sounding.size else 0.0
    return Envelope(energy, total, loud, sample_rate)


def attacks(envelope: Envelope, near: FloatArray, reach: FloatArray) -> FloatArray:
    """Time of the strongest attack within `reach` seconds of each moment `near` (n,), or NaN."""
    if envelope.loud <= 0.0:
        return np.full(len(near), np.nan)
    pairs = zip(near, reach, strict=True)
    return np.array([_attack(envelope, float(t), float(r)) for t, r in pairs])


def _attack(envelope: Envelope, near: float, reach: float) -> float:
    rate = envelope.sample_rate
    places = np.arange(round((near - reach) * rate), round((near + reach) * rate) + 1)
    if not places.size or places[0] < 0 or places[-1] >= len(envelope.energy):
        return float("nan")
    floor = _FLOOR * envelope.loud
    after = 10 * np.log10(envelope.mean(places, _AFTER) + floor)
    gone = places - round((_BEFORE + _GAP) * rate)
    before = 10 * np.log10(envelope.mean(gone, _BEFORE) + floor)
    rise = after - before
    faint = after < 10 * np.log10(envelope.loud) - _FAINT
    rise = np.where(faint, -np.inf, rise)
    best = int(np.argmax(rise + 0.5 * after))
    if rise[best] < SMALLEST_RISE:
        return float("nan")
    return _passing(envelope, int(places[best]))


def _passing(envelope: Envelope, place: int) -> float:
    """Where the energy last passes a tenth of the way up to the peak round sample `place`."""
    rate, energy = envelope.sample_rate, envelope.energy
    first = max(0, place - round(0.004 * rate))
    piece = energy[first : place + round(0.006 * rate)]
    before = float(envelope.mean(np.array(first - round(0.008 * rate)), 0.008))
    top = int(np.argmax(piece))
    level = before + _LEVEL * (float(piece[top]) - before)
    below = np.flatnonzero(piece[: top + 1] < level)
    if not below.size or below[-1] == top:
        return float("nan")
    i = int(below[-1])
    share = (level - piece[i]) / (piece[i + 1] - piece[i])
    return float((first + i + share) / rate)
