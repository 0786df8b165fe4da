"""Mastering: the mix bus becomes a finished track of the asked loudness.

Equaliser, bus compression, saturation, a gain and a true-peak limiter. Two numbers are fitted
to what is played, the gains before and after the dynamics (`Master`); with both given, every
sample depends only on sound at most 0.2 s away, so an edited piece keeps its other samples.

Sound is float32 (2, n) at 44.1 kHz, loudness in LUFS (BS.1770), levels in dB.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from mixolydian.audio.limiter import BLOCK, block_peaks, limiter_gains
from mixolydian.core.types import FloatArray
from mixolydian.creation.brief import Mix
from mixolydian.creation.sound.dynamics import (
    block_power,
    compressor_gains,
    heard_power,
    scale,
)
from mixolydian.creation.sound.equalise import colour, remove_rumble
from mixolydian.creation.sound.meter import energies_of, gated, overheard, predicted
from mixolydian.creation.sound.parallel import on_sides
from mixolydian.creation.sound.saturation import add_hiss, saturate
from mixolydian.creation.sound.units import SAMPLE_RATE, gain

ABOVE = 3.5
"""dB by which the loud parts enter the dynamics above the asked loudness: what is to be loud is
driven harder, so that saturation does most of the work and the limiter the rest."""
HOTTEST = -3.0
THRESHOLD = -3.0
"""dB against that level above which the bus compressor works (RMS)."""
MAX_GAIN = 24.0
MAX_HOLD = 3.0
"""dB of power that the limiter may take on average."""
HARDER = 4.0
"""dB by which the sound is driven harder when that is not enough."""
MAX_ATTEMPTS = 6
EXCERPT = 30
"""seconds, the loudest ones, on which a long piece's drive is tried out."""
CLOSER = 0.5
"""share of the difference between them and the piece that the dynamics leave."""


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
    scale(y, made * limiter_gains(peaks * made))
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
    """The dynamics of one side; clipping a lopsided wave makes DC, which goes again."""
    scale(side, gains)
    saturate(side, drive)
    remove_rumble(side)


def _measured(y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Peaks per block and the meter's energies, worked out side by side."""
    with ThreadPoolExecutor(1) as pool:
        energies = pool.submit(energies_of, y)
        return _peaks(y), energies.result()


def _peaks(y: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(*on_sides(lambda side: block_peaks(side, BLOCK), y)))


def _fitted(
    bus: FloatArray, power: FloatArray, level: float, mix: Mix
) -> tuple[FloatArray, FloatArray, Master]:
    """The driven sound, its peaks, and gains that reach the asked loudness."""
    heard = overheard(bus)
    fed = 0.0 if heard is None else round(level - heard.loud, 4)
    n = EXCERPT * SAMPLE_RATE // BLOCK
    if heard is not None and len(power) > 2 * n:
        first = BLOCK * int(np.argmax(np.convolve(power[::64], np.ones(n // 64), "valid")) * 64)
        part = bus[:, first : first + n * BLOCK]
        there = overheard(part) or heard
        louder = CLOSER * (there.whole - heard.whole)
        wanted = replace(mix, loudness=min(mix.loudness + louder, -5.0))
        fed = _until_held(part, block_power(part), fed, level, wanted, MAX_HOLD)[2].input_gain_db
        return _until_held(bus, power, fed, level, mix, 2 * MAX_HOLD)
    return _until_held(bus, power, fed, level, mix, MAX_HOLD)


def _until_held(
    bus: FloatArray, power: FloatArray, fed: float, level: float, mix: Mix, most: float
) -> tuple[FloatArray, FloatArray, Master]:
    """As `_fitted`, from `fed` on; when the limiter would have to hold down more than `most` dB,
    the sound is driven harder instead."""
    for attempt in range(MAX_ATTEMPTS):
        y = _driven(bus, power, fed, level, mix)
        peaks, energies = _measured(y)
        made, held = _made(y, peaks, energies, mix.loudness)
        if held < most or attempt == MAX_ATTEMPTS - 1:
            break
        fed = round(fed + HARDER, 4)
    return y, peaks, Master(fed, made)


def _made(
    y: FloatArray, peaks: FloatArray, energies: FloatArray, wanted: float
) -> tuple[float, float]:
    """dB of gain before the limiter after which the track measures `wanted` LUFS, and the dB
    of power that the limiter then takes."""
    power = heard_power(y)
    if not np.isfinite(gated(energies)):
        return 0.0, 0.0
    low, high = -MAX_GAIN, MAX_GAIN
    for _ in range(16):
        middle = (low + high) / 2
        if predicted(power, energies, peaks, middle) < wanted:
            low = middle
        else:
            high = middle
    made = round((low + high) / 2, 4)
    gains = limiter_gains(peaks * gain(made)).astype(np.float64)
    kept = float(np.sum(power * gains**2) / np.sum(power))
    return made, -10 * float(np.log10(kept))
