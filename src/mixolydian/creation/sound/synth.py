"""Voices: one note in, stereo samples out.

Subtractive voices are in `subtractive`. FM voices follow Chowning, "The Synthesis of Complex
Audio Spectra by Means of Frequency Modulation" (JAES 1973).

Samples are float32 (2, n) at 44.1 kHz; a note begins on its first sample.
"""

from __future__ import annotations

import numpy as np
import scipy.fft

from mixolydian.core.types import FloatArray
from mixolydian.creation.sound import shaping
from mixolydian.creation.sound.shaping import OVERSAMPLING, decimated
from mixolydian.creation.sound.strike import Strike as Strike
from mixolydian.creation.sound.strike import phase
from mixolydian.creation.sound.subtractive import render_subtractive
from mixolydian.creation.sound.units import SAMPLE_RATE as SAMPLE_RATE
from mixolydian.creation.sound.voices import Voice
from mixolydian.creation.sound.waves import HIGHEST

FADE = 256
"""samples of the fade that closes every note."""


def envelope(voice: Voice, n_hold: int, n: int) -> FloatArray:
    """Attack, exponential decay to the sustain level, release after `n_hold` samples (n,)."""
    t = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE)
    fall = np.exp(-t / np.float32(max(voice.decay / 2, 1e-3)))
    level = voice.sustain + (1 - voice.sustain) * fall
    rise = max(1, round(voice.attack * SAMPLE_RATE))
    level[:rise] *= (np.arange(1, min(rise, n) + 1, dtype=np.float32)) / np.float32(rise)
    tail = n - n_hold
    if tail > 0:
        level[n_hold:] *= np.exp(-t[:tail] / np.float32(voice.release / 4))
        fade = min(tail, FADE)
        level[n - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.asarray(level, dtype=np.float32)


def render_note(voice: Voice, strike: Strike, seed: int = 0) -> FloatArray:
    """One note held for `strike.held` seconds, plus its release: float32 (2, n)."""
    n_hold = max(1, round(strike.held * SAMPLE_RATE))
    n = n_hold + round(voice.release * SAMPLE_RATE) + 64
    hz = strike.hz * 2.0**voice.octave
    if voice.wave == "fm":
        y = _fm(voice, strike, hz, n)
    else:
        y = render_subtractive(voice, strike, hz, n, seed)
    y = _with_extras(y, voice, strike, hz, seed)
    level = envelope(voice, n_hold, n)
    if voice.drive:
        y = shaping.distort(y, voice.drive)
    y = shaping.without_dc(y * level, level)
    return np.asarray(shaping.chorus(y, voice.chorus), dtype=np.float32)


def _with_extras(y: FloatArray, voice: Voice, strike: Strike, hz: float, seed: int) -> FloatArray:
    """`y` with the sub oscillator, breath and the tick of the attack."""
    n = y.shape[1]
    if voice.sub:
        turns = phase(voice, strike, hz / 2, n)
        y = y + np.float32(voice.sub) * _sine(turns)
    if voice.noise or voice.click:
        breath = shaping.noise(n, seed + round(hz * 16))
        level = np.full(n, voice.noise, dtype=np.float32)
        m = min(n, 2048)
        decay = np.exp(-np.arange(m, dtype=np.float32) / 160)
        level[:m] += np.float32(voice.click) * decay
        y = y + level * breath
    return y


def _sine(turns: FloatArray) -> FloatArray:
    """Sine of `turns` (cycles), float32; wrapped first, because float32 is short of digits."""
    wrapped = (turns - np.floor(turns)).astype(np.float32)
    return np.asarray(np.sin(np.float32(2 * np.pi) * wrapped))


# --------------------------------------------------------------------------- FM


def _fm(voice: Voice, strike: Strike, hz: float, n: int) -> FloatArray:
    """Two-operator FM, the modulator's index decaying; (2, n).

    When side bands would reach past 20 kHz it is worked out at four times the rate.
    """
    turns, index = phase(voice, strike, hz, n), _index(voice, strike, n)
    highest = float(index.max())
    reach = hz * (1 + voice.ratio * (highest + 3 + 2 * highest ** (1 / 3)))
    if reach < HIGHEST:
        mono = _modulated(turns, index, voice.ratio)
    else:
        m = scipy.fft.next_fast_len((n + 256) // 2, real=True) * 2
        at = np.arange(OVERSAMPLING * m) / OVERSAMPLING
        finer = np.interp(at, np.arange(n), turns), np.interp(at, np.arange(n), index)
        mono = decimated(_modulated(finer[0], finer[1].astype(np.float32), voice.ratio))[:n]
    return np.stack([mono, mono])


def _index(voice: Voice, strike: Strike, n: int) -> FloatArray:
    """Modulation index (n,): falling from the attack, moved by the cutoff's automation."""
    t = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE)
    share = np.minimum(1, t / np.float32(max(strike.held, 1e-3)))
    octaves = np.float32(strike.opening) + np.float32(strike.closing - strike.opening) * share
    fall = np.exp(-t / np.float32(voice.index_decay)) + np.float32(0.12)
    return np.asarray(np.float32(voice.index) * fall * np.exp2(np.float32(0.5) * octaves))


def _modulated(turns: FloatArray, index: FloatArray, ratio: float) -> FloatArray:
    return _sine(turns + (index / np.float32(2 * np.pi)) * _sine(ratio * turns))
