"""What a DJ's mixer does to a deck: three bands, moving high- and low-pass, echo.

Sound is float32 (2, n), full scale ±1; gains are factors of amplitude. Neutral settings give
back the very samples, so a control may be switched in and out anywhere without a click.

- The bands part at 180 and 2800 Hz by linear-phase filters of finite length whose sum is the
  sound itself; a band at 0 is gone by more than 60 dB in its middle.
- The moving filters have four poles (Butterworth, 24 dB per octave). The sound is cut into
  overlapping frames, each goes through the causal filter of its moment, and what the filters
  change is added; nothing rings for longer than 0.15 s.
- The echo darkens from repeat to repeat and ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.signal import oaconvolve

Float32 = NDArray[np.float32]
FloatArray = NDArray[np.float64]

LOW_MID, MID_HIGH = 180.0, 2800.0
"""Hz at which the bands part."""
WIDTHS = {LOW_MID: 0.046, MID_HIGH: 0.006}
"""seconds over which the filters that part them reach."""
CHUNK = 1 << 18
"""samples worked on at once."""

OPEN_HIGHPASS, OPEN_LOWPASS = 20.0, 20000.0
"""Hz at which, and beyond which, a moving filter lets everything through."""
HOP = 1024
WINDOW = 2 * HOP
SIZE = 8192
BATCH = 32
STEPS_PER_OCTAVE = 48
RESONANCES = (0.541, 1.307)
"""Q of the two halves of a Butterworth filter of four poles."""

FEEDBACK = 0.55
REPEATS = 12
"""after which the echo is 60 dB down."""
DARK = 4000.0
"""Hz above which every repeat loses again; below LOW_MID nothing is repeated."""


# ------------------------------------------------------------------------- three bands


@dataclass(frozen=True, eq=False)
class Bands:
    """Gains (n,) of the low, mid and high band, sample by sample."""

    low: Float32
    mid: Float32
    high: Float32


def equalised(y: Float32, gains: Bands, sample_rate: int) -> Float32:
    """`y` (2, n) with its bands after their `gains`."""
    below = _below(y, gains.low - gains.mid, LOW_MID, sample_rate)
    below += _below(y, gains.mid - gains.high, MID_HIGH, sample_rate)
    return y * gains.high + below


def _below(y: Float32, share: Float32, hz: float, sample_rate: int) -> Float32:
    """What lies below `hz`, times `share` (n,); worked out only where a share is not 0."""
    out = np.zeros_like(y)
    taps = lowpass_taps(hz, WIDTHS[hz], sample_rate)
    half = len(taps) // 2
    for start in range(0, y.shape[1], CHUNK):
        wanted = share[start : start + CHUNK]
        if wanted.any():
            part = _with_margin(y, start, len(wanted), half)
            wet = oaconvolve(part, taps[np.newaxis], mode="valid", axes=1)
            out[:, start : start + CHUNK] = wet * wanted
    return out


def _with_margin(y: Float32, start: int, n: int, half: int) -> Float32:
    """`n` samples from `start` on and `half` more on either side, silence outside of `y`."""
    part = y[:, max(0, start - half) : start + n + half]
    before = max(0, half - start)
    return np.pad(part, ((0, 0), (before, n + 2 * half - before - part.shape[1])))


@lru_cache(maxsize=16)
def lowpass_taps(hz: float, width: float, sample_rate: int) -> Float32:
    """Linear-phase low-pass, −6 dB at `hz`, an odd number of taps over `width` seconds."""
    half = round(width * sample_rate / 2)
    place = np.arange(-half, half + 1)
    taps = np.sinc(2 * hz / sample_rate * place) * np.blackman(2 * half + 1)
    return np.asarray(taps / taps.sum(), dtype=np.float32)


# ---------------------------------------------------------------------- moving filters


def filtered(y: Float32, highpass: Float32, lowpass: Float32, sample_rate: int) -> Float32:
    """`y` (2, n) through filters whose cutoffs in Hz are given sample by sample, (n,) each."""
    n_frames = -(-y.shape[1] // HOP) + 1
    high, low = (_steps(hz, n_frames) for hz in (highpass, lowpass))
    moved = (high > _step(OPEN_HIGHPASS)) | (low < _step(OPEN_LOWPASS))
    out = np.pad(y, ((0, 0), (HOP, SIZE + HOP)))
    padded = out.copy()
    frames = np.flatnonzero(moved)
    for start in range(0, len(frames), BATCH):
        some = frames[start : start + BATCH]
        changes = [_change(int(high[f]), int(low[f]), sample_rate) for f in some]
        _add_change(out, padded, some, changes)
    return np.ascontiguousarray(out[:, HOP : HOP + y.shape[1]])


def _add_change(
    out: Float32, y: Float32, frames: NDArray[np.int64], changes: list[Float32]
) -> None:
    """Add to `out` what the filters change in `frames` of `y`."""
    cut = np.stack([y[:, f * HOP : f * HOP + WINDOW] for f in frames], axis=1) * _window()
    spectra = scipy.fft.rfft(cut, SIZE, axis=2) * np.stack(changes)
    wet = scipy.fft.irfft(spectra, SIZE, axis=2)
    for k, f in enumerate(frames):
        out[:, f * HOP : f * HOP + SIZE] += wet[:, k]


@lru_cache(maxsize=1)
def _window() -> Float32:
    """Frames of this shape, half over each other, sum to 1."""
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


def _step(hz: float) -> int:
    return round(float(np.log2(hz / OPEN_HIGHPASS)) * STEPS_PER_OCTAVE)


def _steps(hz: Float32, n_frames: int) -> NDArray[np.int64]:
    """The cutoff in the middle of each frame in steps above 20 Hz."""
    places = np.minimum(np.arange(n_frames) * HOP, len(hz) - 1)
    inside = np.clip(hz[places].astype(np.float64), OPEN_HIGHPASS, OPEN_LOWPASS)
    return np.round(np.log2(inside / OPEN_HIGHPASS) * STEPS_PER_OCTAVE).astype(np.int64)


@lru_cache(maxsize=512)
def _change(high: int, low: int, sample_rate: int) -> Float32:
    """Complex response (SIZE // 2 + 1,) of both filters, minus 1; `high` and `low` in steps."""
    hz = scipy.fft.rfftfreq(SIZE, 1 / sample_rate)
    response = np.ones(len(hz), dtype=np.complex128)
    if high > _step(OPEN_HIGHPASS):
        ratio = hz / (OPEN_HIGHPASS * 2.0 ** (high / STEPS_PER_OCTAVE))
        for q in RESONANCES:
            response *= -(ratio**2) / _two_poles(ratio, q)
    if low < _step(OPEN_LOWPASS):
        ratio = hz / (OPEN_HIGHPASS * 2.0 ** (low / STEPS_PER_OCTAVE))
        for q in RESONANCES:
            response /= _two_poles(ratio, q)
    return np.asarray(response - 1.0, dtype=np.complex64)


def _two_poles(ratio: FloatArray, q: float) -> NDArray[np.complex128]:
    """Denominator of an analogue filter of two poles at frequencies `ratio` to its cutoff."""
    return 1.0 - ratio**2 + 1j * ratio / q


# -------------------------------------------------------------------------------- echo


def echo_length(delay: int) -> int:
    """Samples that an echo of `delay` samples goes on for."""
    return REPEATS * delay


def echoed(send: Float32, delay: int, sample_rate: int) -> Float32:
    """The echo alone of `send` (2, n): (2, n + echo_length(delay)); `delay` in samples."""
    out = np.zeros((len(send), send.shape[1] + echo_length(delay)), dtype=np.float32)
    heard = np.flatnonzero(send.any(axis=0))
    if not len(heard):
        return out
    first, n = int(heard[0]), int(heard[-1] - heard[0]) + 1
    repeat = np.ascontiguousarray(send[:, first : first + n])
    repeat = repeat - _below(repeat, np.ones(n, dtype=np.float32), LOW_MID, sample_rate)
    taps = FEEDBACK * lowpass_taps(DARK, 0.0015, sample_rate)[np.newaxis]
    for k in range(1, REPEATS + 1):
        repeat = oaconvolve(repeat, taps, mode="same", axes=1)
        out[:, first + k * delay : first + k * delay + n] += repeat
    return out
