"""Mastering: the mix bus becomes a finished track of the asked loudness.

Equaliser, bus compression, saturation, a gain and a true-peak limiter. Two numbers are fitted
to what is played, the gains before and after the dynamics (`Master`); with both given, every
sample depends only on sound at most 0.2 s away, so an edited piece keeps its other samples.
Gains are worked out per block of 64 samples; every moving average is a finite sum.

Sound is float32 (2, n) at 44.1 kHz, loudness in LUFS (BS.1770), levels in dB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyebur128 import MeasurementMode, R128State, get_loudness_window
from scipy.ndimage import convolve1d, minimum_filter1d

from mixolydian.audio.loudness import integrated_loudness
from mixolydian.core.types import FloatArray
from mixolydian.creation.brief import Mix
from mixolydian.creation.sound.automation import scale_steps
from mixolydian.creation.sound.equalise import colour, remove_rumble
from mixolydian.creation.sound.parallel import on_sides
from mixolydian.creation.sound.saturation import add_hiss, saturate
from mixolydian.creation.sound.truepeak import block_peaks
from mixolydian.creation.sound.units import SAMPLE_RATE, gain

BLOCK = 64
"""samples per step of every gain computer (1.5 ms)."""
ABOVE = 3.5
"""dB by which the loud parts enter the dynamics above the asked loudness: what is to be loud is
driven harder, so that saturation does most of the work and the limiter the rest."""
HOTTEST = -3.0
THRESHOLD = -3.0
"""dB against that level above which the bus compressor works (RMS)."""
SMOOTH = 7
"""blocks over which the compressor hears (10 ms)."""
RELEASE = 83
"""blocks over which it moves (120 ms)."""
CEILING = -1.25
"""dBTP the limiter aims at; what a meter reads stays below −1."""
LOOK = 25
"""blocks of the limiter's window (36 ms): down before a peak, back after it."""
STEP = 4410
"""samples between two readings of the loudness meter."""
QUIETEST = -60.0
"""LUFS below which a bus counts as silence."""
PIECE = 1 << 16
MAX_GAIN = 24.0
MAX_HOLD = 3.0
"""dB of power that the limiter may take on average."""
HARDER = 4.0
"""dB by which the sound is driven harder when that is not enough, twice that when far off."""
MAX_ATTEMPTS = 6


@dataclass(frozen=True)
class Master:
    """The two numbers of the master that are fitted to the piece, in dB."""

    input_gain_db: float
    output_gain_db: float


def master(bus: FloatArray, mix: Mix, fixed: Master | None = None) -> tuple[FloatArray, Master]:
    """The mastered `bus` (2, n) and its gains; the bus is overwritten.

    With `fixed` nothing is measured and the given gains are used.
    """
    on_sides(lambda side: _equalised(side, mix), bus)
    power = block_power(bus)
    level = min(mix.loudness + ABOVE, HOTTEST)
    if fixed:
        y, gains = _driven(bus, power, fixed.input_gain_db, level, mix), fixed
        peaks = _peaks(y)
    else:
        y, peaks, gains = _fitted(bus, power, level, mix)
    made = gain(gains.output_gain_db)
    _scale(y, made * limiter_gains(peaks * made))
    return y, gains


def _equalised(side: FloatArray, mix: Mix) -> None:
    remove_rumble(side)
    colour(side, mix.tilt, mix.air)


def _driven(bus: FloatArray, power: FloatArray, fed: float, level: float, mix: Mix) -> FloatArray:
    """A copy of `bus` after the gain `fed`, compression, saturation and hiss."""
    heard = power * gain(fed - level - THRESHOLD) ** 2
    gains = gain(fed) * compressor_gains(heard, 1 + 2 * mix.drive)
    y = bus.copy()
    on_sides(lambda side: _press(side, gains, mix.drive), y)
    add_hiss(y, mix.hiss + level)
    return y


def _press(side: FloatArray, gains: FloatArray, drive: float) -> None:
    _scale(side, gains)
    saturate(side, drive)


def _peaks(y: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(*on_sides(lambda side: block_peaks(side, BLOCK), y)))


def _fitted(
    bus: FloatArray, power: FloatArray, level: float, mix: Mix
) -> tuple[FloatArray, FloatArray, Master]:
    """The driven sound, its peaks, and gains that reach the asked loudness; when the limiter
    would have to hold down more than `MAX_HOLD` dB, the sound is driven harder instead."""
    fed = _fed(bus, level)
    for attempt in range(MAX_ATTEMPTS):
        y = _driven(bus, power, fed, level, mix)
        peaks = _peaks(y)
        made, held = _made(y, peaks, mix.loudness)
        if held < MAX_HOLD or attempt == MAX_ATTEMPTS - 1:
            break
        fed = round(fed + HARDER * (2 if held > 3 * MAX_HOLD else 1), 4)
    return y, peaks, Master(fed, made)


def _scale(y: FloatArray, gains: FloatArray) -> None:
    scale_steps(y, np.append(gains, gains[-1:]), BLOCK)


def block_power(y: FloatArray) -> FloatArray:
    """Mean square over both channels of each block, (n_blocks,); the last may be short."""
    n_blocks = -(-y.shape[1] // BLOCK)
    power = np.zeros(n_blocks, dtype=np.float32)
    for start in range(0, y.shape[1], PIECE):
        stretch = y[:, start : start + PIECE]
        whole = stretch[:, : stretch.shape[1] - stretch.shape[1] % BLOCK].reshape(2, -1, BLOCK)
        first = start // BLOCK
        power[first : first + whole.shape[1]] = np.einsum("cbs,cbs->b", whole, whole)
    if y.shape[1] % BLOCK:
        power[-1] = np.sum(y[:, -(y.shape[1] % BLOCK) :] ** 2)
    return np.asarray(power / np.float32(2 * BLOCK))


def heard_power(y: FloatArray) -> FloatArray:
    """Mean square of each block without most of what lies below 300 Hz, (n_blocks,): roughly
    what the loudness meter hears of it."""
    power = block_power(y).astype(np.float64)
    for side in y:
        whole = side[: len(side) - len(side) % BLOCK].reshape(-1, BLOCK)
        power[: len(whole)] -= 0.45 * np.einsum("bs->b", whole).astype(np.float64) ** 2 / BLOCK**2
    return np.asarray(np.maximum(power, 0) + 1e-20)


def _fed(y: FloatArray, wanted: float) -> float:
    """dB that bring the loud parts to `wanted` LUFS: the loudest tenth of what is heard in a
    sample of half a second out of every two."""
    heard = []
    for start in range(0, max(1, y.shape[1] - SAMPLE_RATE // 2), 2 * SAMPLE_RATE):
        stretch = y[:, start : start + SAMPLE_RATE // 2]
        meter = R128State(2, SAMPLE_RATE, int(MeasurementMode.MODE_M))
        meter.add_frames(np.ascontiguousarray(stretch.T).reshape(-1), stretch.shape[1])
        heard.append(get_loudness_window(meter, 400))
    playing = [level for level in heard if level > max(QUIETEST, max(heard) - 30)]
    return round(wanted - float(np.quantile(playing, 0.9)), 4) if playing else 0.0


def compressor_gains(power: FloatArray, ratio: float) -> FloatArray:
    """Gain per block of a bus compressor that hears `power` (n_blocks,), its threshold 1."""
    near = convolve1d(power.astype(np.float64), np.full(SMOOTH, 1 / SMOOTH), mode="nearest")
    over = np.maximum(0.0, 10 * np.log10(near + 1e-12))
    window = np.hanning(RELEASE + 2)[1:-1]
    reduction = convolve1d(over, window / window.sum(), mode="nearest") * (1 - 1 / ratio)
    return np.asarray(10 ** (-reduction / 20), dtype=np.float32)


# --------------------------------------------------------------------------- the limiter


def limiter_gains(peaks: FloatArray) -> FloatArray:
    """Gain per block that keeps `peaks` (n_blocks,) under the ceiling, moving smoothly."""
    needed = np.minimum(1.0, gain(CEILING) / np.maximum(peaks, 1e-9).astype(np.float64))
    held = minimum_filter1d(needed, LOOK + 2, mode="nearest")
    window = np.hanning(LOOK + 2)[1:-1]
    gains = convolve1d(held, window / window.sum(), mode="nearest")
    return np.asarray(gains, dtype=np.float32)


def _made(y: FloatArray, peaks: FloatArray, wanted: float) -> tuple[float, float]:
    """dB of gain before the limiter after which the track measures `wanted` LUFS, and the dB
    of power that the limiter then takes."""
    energies, power = _meter(y), heard_power(y)
    if not np.isfinite(_gated(energies)):
        return 0.0, 0.0
    low, high = -MAX_GAIN, MAX_GAIN
    for _ in range(16):
        middle = (low + high) / 2
        if _predicted(power, energies, peaks, middle) < wanted:
            low = middle
        else:
            high = middle
    made = round((low + high) / 2, 4)
    gains = limiter_gains(peaks * gain(made)).astype(np.float64)
    kept = float(np.sum(power * gains**2) / np.sum(power))
    return made, -10 * float(np.log10(kept))


def _meter(y: FloatArray) -> FloatArray:
    """K-weighted power of every 0.1 s of `y`, both channels together, (n_steps,)."""
    meter = R128State(2, SAMPLE_RATE, int(MeasurementMode.MODE_M))
    readings = []
    for start in range(0, y.shape[1] - STEP + 1, STEP):
        stretch = np.ascontiguousarray(y[:, start : start + STEP].T).reshape(-1)
        meter.add_frames(stretch, STEP)
        readings.append(get_loudness_window(meter, 100))
    return np.asarray(10.0 ** ((np.array(readings) + 0.691) / 10.0))


def _gated(energies: FloatArray) -> float:
    """Integrated loudness of the power of 0.1 s steps; −inf when nothing passes the gates."""
    if len(energies) < 4:
        return float("-inf")
    momentary = (energies[:-3] + energies[1:-2] + energies[2:-1] + energies[3:]) / 4
    return integrated_loudness(momentary)


def _predicted(power: FloatArray, energies: FloatArray, peaks: FloatArray, db: float) -> float:
    """LUFS after a gain of `db` and the limiter, from the powers before."""
    gains = (gain(db) * limiter_gains(peaks * gain(db))).astype(np.float64)
    per_step = (np.arange(len(gains)) * BLOCK) // STEP
    before = np.bincount(per_step, power)[: len(energies)]
    after = np.bincount(per_step, power * gains**2)[: len(energies)]
    return _gated(energies * after / before)
