"""Automation: knobs in motion, on whole stems.

Gain moves sample by sample. The filters of a stem work on frames of fixed places: each frame
is cut out by a Hann window, convolved with the causal filter of its moment (by FFT, padded),
and the frames overlap into each other, so the filter moves without steps, rings for less than
a tenth of a second and leaves no bit behind. Only moments where the knob is turned are touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import scipy.fft

from mixolydian.audio.limiter import scale_steps
from mixolydian.core.types import FloatArray, IntArray
from mixolydian.creation.arrangement import Automation
from mixolydian.creation.sound.filters import highpass_response, lowpass_response
from mixolydian.creation.sound.units import SAMPLE_RATE

HOP = 2048
WINDOW = 2 * HOP
SIZE = 4 * HOP
BATCH = 16
"""frames transformed together; always at the same places, so that a frame's rounding does not
depend on its neighbours."""
OPEN = {"highpass": 20.0, "lowpass": 20000.0}
"""Hz at which a filter does nothing."""
STEPS_PER_OCTAVE = 12
NEUTRAL = -1
GAIN_STEP = 64


def curve(automation: Automation, times: FloatArray) -> FloatArray:
    """Values of the knob at `times` in seconds, held outside its points."""
    at = [time for time, _ in automation.points]
    return np.interp(times, at, [value for _, value in automation.points])


def knob(automations: Sequence[Automation], target: str, parameter: str) -> Automation | None:
    """The automation of `parameter` of `target`; the last one when there are several."""
    found = [a for a in automations if (a.target, a.parameter) == (target, parameter)]
    return found[-1] if found and found[-1].points else None


def apply(y: FloatArray, stem: str, automations: Sequence[Automation]) -> None:
    """Move gain and filters of the stem `y` (2, n), in place."""
    for kind in ("highpass", "lowpass"):
        found = knob(automations, stem, kind)
        if found is not None:
            sweep(y, found, kind)
    found = knob(automations, stem, "gain")
    if found is not None:
        ride(y, found)


def ride(y: FloatArray, automation: Automation) -> None:
    """Move the gain of `y` (2, n) in place, in dB, linearly over every 1.5 ms."""
    n_steps = y.shape[1] // GAIN_STEP + 2
    db = curve(automation, np.arange(n_steps) * (GAIN_STEP / SAMPLE_RATE))
    gains = (10.0 ** (db / 20.0)).astype(np.float32)
    scale_steps(y, gains, GAIN_STEP)


def sweep(y: FloatArray, automation: Automation, kind: str) -> None:
    """Send `y` (2, n) through a moving filter of four poles, in place.

    Frame f lies around sample f · `HOP` and sounds from hop f − 1 to hop f + 2.
    """
    n_hops = -(-y.shape[1] // HOP)
    steps = _steps(automation, -(-(n_hops + 1) // BATCH) * BATCH, kind)
    moved = np.convolve(steps != NEUTRAL, np.ones(4))[1 : len(steps) + 1] > 0
    carry = np.zeros((2, 3 * HOP), dtype=np.float32)
    for first in range(0, len(steps), BATCH):
        hops = range(max(0, first - 1), first + BATCH - 1)
        if moved[max(0, first - 1) : first + BATCH + 2].any():
            wet = _frames(_stretch(y, first), steps[first : first + BATCH], kind)
            wet[:, : 3 * HOP] += carry
            carry = wet[:, -3 * HOP :]
            for hop in hops:
                if moved[hop]:
                    into = y[:, hop * HOP : (hop + 1) * HOP]
                    at = (hop - first + 1) * HOP
                    into[:] = wet[:, at : at + into.shape[1]]
        else:
            carry = np.zeros((2, 3 * HOP), dtype=np.float32)


def _steps(automation: Automation, n: int, kind: str) -> IntArray:
    """The cutoff of each frame in steps of `STEPS_PER_OCTAVE` above 20 Hz, or `NEUTRAL`."""
    cutoffs = np.clip(curve(automation, np.arange(n) * (HOP / SAMPLE_RATE)), 20.0, 20000.0)
    steps = np.round(np.log2(cutoffs / 20.0) * STEPS_PER_OCTAVE).astype(np.int64)
    steps[steps == round(np.log2(OPEN[kind] / 20.0) * STEPS_PER_OCTAVE)] = NEUTRAL
    return np.asarray(steps)


def _stretch(y: FloatArray, first: int) -> FloatArray:
    """What `BATCH` frames from frame `first` on see of `y`: (2, (BATCH + 1) · HOP)."""
    seen = np.zeros((2, (BATCH + 1) * HOP), dtype=np.float32)
    start = (first - 1) * HOP
    part = y[:, max(0, start) : start + seen.shape[1]]
    at = max(0, -start)
    seen[:, at : at + part.shape[1]] = part
    return seen


def _frames(seen: FloatArray, steps: IntArray, kind: str) -> FloatArray:
    """`BATCH` frames of `seen` after their filters, overlapped: (2, (BATCH + 3) · HOP)."""
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    frames = np.zeros((2, BATCH, SIZE), dtype=np.float32)
    for k in range(BATCH):
        frames[:, k, :WINDOW] = seen[:, k * HOP : k * HOP + WINDOW] * window
    moved = np.flatnonzero(steps != NEUTRAL)
    if len(moved) and frames.any():
        spectra = scipy.fft.rfft(frames, axis=2)
        for frame in moved:
            spectra[:, frame] *= _response(kind, int(steps[frame]))
        frames[:, moved] = scipy.fft.irfft(spectra, SIZE, axis=2)[:, moved]
    out = np.zeros((2, (BATCH + 3) * HOP), dtype=np.float32)
    for k in range(BATCH):
        out[:, k * HOP : k * HOP + SIZE] += frames[:, k]
    return out


@lru_cache(maxsize=256)
def _response(kind: str, step: int) -> FloatArray:
    """Complex response (SIZE // 2 + 1,) of a Butterworth filter of four poles."""
    cutoff = min(20.0 * 2.0 ** (step / STEPS_PER_OCTAVE), 0.45 * SAMPLE_RATE)
    hz = scipy.fft.rfftfreq(SIZE, 1 / SAMPLE_RATE)
    make = highpass_response if kind == "highpass" else lowpass_response
    return np.asarray(make(hz, cutoff, 0.541) * make(hz, cutoff, 1.307), dtype=np.complex64)
