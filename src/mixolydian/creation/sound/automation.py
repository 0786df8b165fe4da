"""Automation: knobs in motion, on whole stems.

Gain moves sample by sample. The filters of a stem work on frames of fixed places: each frame
is cut out by a Hann window, convolved with the causal filter of its moment (by FFT, padded),
and the frames overlap into each other, so the filter moves without steps, rings for less than
a tenth of a second and leaves no bit behind. Only moments where the knob is turned are touched.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.fft

from mixolydian.core.types import FloatArray
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
GAIN_STEP = 64


def curve(automation: Automation, times: FloatArray) -> FloatArray:
    """Values of the knob at `times` in seconds, held outside its points."""
    at = [time for time, _ in automation.points]
    return np.interp(times, at, [value for _, value in automation.points])


def knob(automations: Sequence[Automation], target: str, parameter: str) -> Automation | None:
    """The automation of `parameter` of `target`; the last one when there are several."""
    found = [a for a in automations if (a.target, a.parameter) == (target, parameter)]
    return found[-1] if found and found[-1].points else None


def apply(y: FloatArray, stem: str, automations: Sequence[Automation]) -> FloatArray:
    """The stem `y` (2, n) with its gain and filters in motion; `y` is overwritten."""
    for kind in ("highpass", "lowpass"):
        found = knob(automations, stem, kind)
        if found is not None:
            y = sweep(y, found, kind)
    found = knob(automations, stem, "gain")
    if found is not None:
        ride(y, found)
    return y


def ride(y: FloatArray, automation: Automation) -> None:
    """Move the gain of `y` (2, n) in place, in dB, linearly over every 1.5 ms."""
    n_steps = y.shape[1] // GAIN_STEP + 2
    db = curve(automation, np.arange(n_steps) * (GAIN_STEP / SAMPLE_RATE))
    gains = (10.0 ** (db / 20.0)).astype(np.float32)
    scale_steps(y, gains, GAIN_STEP)


def scale_steps(y: FloatArray, gains: FloatArray, step: int) -> None:
    """Multiply `y` (2, n) in place by a gain that is `gains[k]` at sample k·`step` and moves in
    straight lines between; stretches of gain 1 are left alone."""
    ramp = np.arange(step, dtype=np.float32) / np.float32(step)
    many = 512
    for first in range(0, len(gains) - 1, many):
        some = gains[first : first + many + 1]
        if len(some) < 2 or np.all(some == 1):
            continue
        line = some[:-1, np.newaxis] + np.diff(some)[:, np.newaxis] * ramp
        stretch = y[:, first * step : first * step + line.size]
        stretch *= line.reshape(-1)[: stretch.shape[1]]


def sweep(y: FloatArray, automation: Automation, kind: str) -> FloatArray:
    """`y` (2, n) through a moving filter of four poles; a new array where it moves."""
    n = y.shape[1]
    n_frames = n // HOP + 2
    middles = np.arange(n_frames) * (HOP / SAMPLE_RATE)
    cutoffs = np.clip(curve(automation, middles), 20.0, 20000.0)
    steps = np.round(np.log2(cutoffs / 20.0) * STEPS_PER_OCTAVE).astype(int)
    neutral = round(np.log2(OPEN[kind] / 20.0) * STEPS_PER_OCTAVE)
    if np.all(steps == neutral):
        return y
    padded = np.zeros((2, (n_frames + 5) * HOP), dtype=np.float32)
    padded[:, HOP : HOP + n] = y
    out = np.zeros_like(padded)
    for first in range(0, n_frames, BATCH):
        _batch(padded, out, steps[first : first + BATCH], first, kind, neutral)
    return out[:, HOP : HOP + n]


def _batch(
    padded: FloatArray, out: FloatArray, steps: FloatArray, first: int, kind: str, neutral: int
) -> None:
    """Overlap-add up to `BATCH` frames from frame `first` on."""
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    frames = np.zeros((2, BATCH, SIZE if np.any(steps != neutral) else WINDOW), dtype=np.float32)
    for k in range(len(steps)):
        start = (first + k) * HOP
        frames[:, k, :WINDOW] = padded[:, start : start + WINDOW] * window
    if np.any(steps != neutral) and frames.any():
        spectra = scipy.fft.rfft(frames, axis=2)
        for k, step in enumerate(steps):
            if step != neutral:
                spectra[:, k] *= _response(kind, int(step))
        changed = scipy.fft.irfft(spectra, SIZE, axis=2)
        moved = np.flatnonzero(steps != neutral)
        frames[:, moved] = changed[:, moved]
    for k in range(len(steps)):
        start = (first + k) * HOP
        stretch = out[:, start : start + frames.shape[2]]
        stretch += frames[:, k, : stretch.shape[1]]


def _response(kind: str, step: int) -> FloatArray:
    cutoff = 20.0 * 2.0 ** (step / STEPS_PER_OCTAVE)
    hz = scipy.fft.rfftfreq(SIZE, 1 / SAMPLE_RATE)
    make = highpass_response if kind == "highpass" else lowpass_response
    cutoff = min(cutoff, 0.45 * SAMPLE_RATE)
    response = make(hz, cutoff, 0.54) * make(hz, cutoff, 1.31)
    return np.asarray(response, dtype=np.complex64)
