"""Speed without pitch, pitch without speed, and both together (a turntable's way).

Sound is float32 (2, n). `stretched` is a phase vocoder (Signalsmith Stretch, MIT, through
python-stretch): it takes the whole array at once, handles its own latency, and a fixed seed
makes it repeatable. Its own transposition misses low tones by up to 30 cents (measured at
55 Hz), so pitch is moved by stretching further and reading faster, which is exact.

Long frames keep chords clean, short ones keep attacks sharp: what lies below 2800 Hz is
stretched by frames of 120 ms, the rest by frames of 60 ms (attacks of composed pieces then
scatter half as much; short frames throughout leave chords no cleaner than 0 dB).

`interpolated` reads sound at any places between its samples.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import soxr
from numpy.typing import NDArray
from python_stretch.Signalsmith import Stretch
from scipy.signal import oaconvolve

from mixolydian.audio.equaliser import lowpass_taps
from mixolydian.core.errors import RequestError

Float32 = NDArray[np.float32]
FloatArray = NDArray[np.float64]

SEED = 1
PART, PART_WIDTH = 2800.0, 0.006
"""Hz at which the sound is parted, and seconds over which the filter that does it reaches."""
LONG, SHORT = 0.12, 0.06
"""seconds of the frames below and above."""
OVERLAP = 4
"""frames that sound at a time."""
SLOWEST, FASTEST = 0.5, 2.0
LARGEST_SHIFT = 12.0
"""semitones."""
TAPS = 32
PHASES = 4096
"""places between two samples: rounding to the nearest leaves an error below −70 dB."""
BETA = 8.0
"""of the Kaiser window: flat to 17 kHz, side lobes below −80 dB."""
PIECE = 1 << 15


def stretched(y: Float32, speed: float, semitones: float, sample_rate: int) -> Float32:
    """`y` (2, n) at `speed` times its speed and `semitones` higher: (2, round(n / speed)).

    Sample k of the result is what lies at sample k · n / n_result of `y`; attacks keep their
    place within half a millisecond, the phases of low tones do not.

    Raises
    ------
    RequestError
        A speed outside 0.5 to 2, or a shift of more than an octave.
    """
    if not SLOWEST <= speed <= FASTEST or not abs(semitones) <= LARGEST_SHIFT:
        raise RequestError(
            f"expected a speed of {SLOWEST} to {FASTEST} and at most {LARGEST_SHIFT:g} semitones, "
            f"found {speed:g} and {semitones:g}; choose tracks that are nearer to each other"
        )
    ratio = 2.0 ** (semitones / 12.0)
    taps = lowpass_taps(PART, PART_WIDTH, sample_rate)[np.newaxis]
    low = oaconvolve(y, taps, mode="same", axes=1).astype(np.float32)
    out = _vocoded(low, speed / ratio, LONG, sample_rate)
    out += _vocoded(y - low, speed / ratio, SHORT, sample_rate)
    return _of_length(_higher(out, ratio), max(1, round(y.shape[1] / speed)))


def _vocoded(y: Float32, speed: float, block: float, sample_rate: int) -> Float32:
    """`y` at `speed`, by frames of `block` seconds: (2, round(n / speed))."""
    vocoder = Stretch(SEED)
    size = round(block * sample_rate)
    vocoder.configure(len(y), size, round(size / OVERLAP))
    vocoder.setTimeFactor(float(speed))
    out = np.asarray(vocoder.process(np.ascontiguousarray(y)), dtype=np.float32)
    return out[:, : max(1, round(y.shape[1] / speed))]


def _higher(y: Float32, ratio: float) -> Float32:
    """`y` read `ratio` times as fast, everything above the highest frequency left out."""
    if ratio == 1.0:
        return y
    read = soxr.resample(np.ascontiguousarray(y.T), ratio, 1.0, "HQ")
    return np.asarray(read.T, dtype=np.float32)


def _of_length(y: Float32, n: int) -> Float32:
    """`y` cut to `n` samples, or continued by the silence it lacks."""
    return y[:, :n] if y.shape[1] >= n else np.pad(y, ((0, 0), (0, n - y.shape[1])))


def interpolated(y: Float32, places: FloatArray) -> Float32:
    """`y` (2, n) read at `places` (m,), sample numbers with fractions: (2, m).

    A Kaiser-windowed sinc of 32 taps; outside of `y` there is silence. Meant for speeds near
    1: nothing is filtered out before.
    """
    out = np.zeros((len(y), len(places)), dtype=np.float32)
    for start in range(0, len(places), PIECE):
        some = places[start : start + PIECE]
        out[:, start : start + PIECE] = _read(y, some)
    return out


def _read(y: Float32, places: FloatArray) -> Float32:
    """A few `places` at once."""
    steps = np.round(places * PHASES).astype(np.int64)
    whole, phase = steps // PHASES, steps % PHASES
    first = int(whole.min()) - TAPS // 2 + 1
    line = _cut(y, first, int(whole.max()) + TAPS // 2 + 1)
    index = whole - (TAPS // 2 - 1) - first
    out = np.zeros((len(y), len(places)), dtype=np.float32)
    for k, table in enumerate(_kernels()):
        taps = table[phase]
        for side, into in zip(line, out, strict=True):
            into += taps * side[index + k]
    return out


def _cut(y: Float32, start: int, stop: int) -> Float32:
    """Samples `start` to `stop` of `y`, silence where it has none."""
    line = np.zeros((len(y), stop - start), dtype=np.float32)
    part = y[:, max(0, start) : max(0, stop)]
    at = max(0, -start)
    line[:, at : at + part.shape[1]] = part
    return line


@lru_cache(maxsize=1)
def _kernels() -> Float32:
    """(TAPS, PHASES): weight of each neighbour for each place between two samples."""
    fraction = np.arange(PHASES) / PHASES
    place = np.arange(TAPS)[:, np.newaxis] - (TAPS // 2 - 1) - fraction
    inside = np.maximum(0.0, 1.0 - (place / (TAPS / 2)) ** 2)
    taps = np.sinc(place) * np.i0(BETA * np.sqrt(inside)) / np.i0(BETA)
    return np.asarray(taps / taps.sum(axis=0), dtype=np.float32)
