"""Voices: one note in, stereo samples out.

A subtractive voice reads single cycles that have already been filtered (`waves`). FM voices
follow Chowning, "The Synthesis of Complex Audio Spectra by Means of Frequency Modulation"
(JAES 1973).

Samples are float32 (2, n) at 44.1 kHz; a note begins on its first sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.core.types import FloatArray, IntArray
from mixolydian.creation.sound import shaping
from mixolydian.creation.sound.units import SAMPLE_RATE as SAMPLE_RATE
from mixolydian.creation.sound.voices import Voice
from mixolydian.creation.sound.waves import (
    CUTOFFS,
    HIGHEST,
    N_CUTOFFS,
    OCTAVES_PER_CUTOFF,
    cycle,
)

TURN = 2.0**32
"""one cycle in the integers that count phase (they wrap around by themselves)."""
FADE = 256
"""samples of the fade that closes every note."""


@dataclass(frozen=True)
class Strike:
    """One note for a voice: what decides its samples, and nothing else.

    `hz` the pitch, `held` seconds until the release, `opening` and `closing` octaves added to
    the cutoff at the note's start and end (in a straight line between), `source` the pitch in
    Hz from which it slides (0: none).
    """

    hz: float
    held: float
    opening: float = 0.0
    closing: float = 0.0
    source: float = 0.0


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
        y = _subtractive(voice, strike, hz, n, seed)
    y = _with_extras(y, voice, strike, hz, seed)
    level = envelope(voice, n_hold, n)
    if voice.drive:
        y = shaping.without_dc(shaping.distort(y, voice.drive) * level, level)
    else:
        y = y * level
    return np.asarray(shaping.chorus(y, voice.chorus), dtype=np.float32)


def _with_extras(y: FloatArray, voice: Voice, strike: Strike, hz: float, seed: int) -> FloatArray:
    """`y` with the sub oscillator, breath and the tick of the attack."""
    n = y.shape[1]
    if voice.sub:
        phase = _phase(voice, strike, hz / 2, n)
        y = y + np.float32(voice.sub) * _sine(phase)
    if voice.noise or voice.click:
        breath = shaping.noise(n, seed + round(hz * 16))
        level = np.full(n, voice.noise, dtype=np.float32)
        m = min(n, 2048)
        decay = np.exp(-np.arange(m, dtype=np.float32) / 160)
        level[:m] += np.float32(voice.click) * decay
        y = y + level * breath
    return y


# --------------------------------------------------------------------------- phase


def _is_steady(voice: Voice, strike: Strike) -> bool:
    return not (voice.glide or voice.vibrato or (strike.source and voice.slide))


def _phase(voice: Voice, strike: Strike, hz: float, n: int) -> FloatArray:
    """Phase in cycles (n,) of an oscillator at `hz`; sample 0 is one step in, so that even a
    sine is heard on its first sample."""
    t = np.arange(1, n + 1, dtype=np.float64) / SAMPLE_RATE
    if _is_steady(voice, strike):
        return t * hz
    return np.cumsum(_bend(voice, strike, n)) * (hz / SAMPLE_RATE)


def _bend(voice: Voice, strike: Strike, n: int) -> FloatArray:
    """Frequency ratio (n,) against the note's pitch: slide, glide and a vibrato fading in."""
    t = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE)
    octaves = np.zeros(n, dtype=np.float32)
    if strike.source and voice.slide:
        distance = np.float32(np.log2(strike.source / strike.hz))
        octaves += distance * np.exp(-t / np.float32(voice.slide / 3))
    elif voice.glide:
        octaves -= np.float32(voice.glide / 1200) * np.exp(-t / np.float32(voice.glide_time))
    if voice.vibrato:
        depth = np.float32(voice.vibrato / 1200) * np.minimum(1, t / np.float32(0.4))
        octaves += depth * np.sin(np.float32(2 * np.pi * 5.3) * t)
    return np.asarray(np.exp2(octaves), dtype=np.float64)


def _sine(phase: FloatArray) -> FloatArray:
    """Sine of a phase in cycles, float32; wrapped first, because float32 is short of digits."""
    wrapped = (phase - np.floor(phase)).astype(np.float32)
    return np.asarray(np.sin(np.float32(2 * np.pi) * wrapped))


# --------------------------------------------------------------------------- FM


def _fm(voice: Voice, strike: Strike, hz: float, n: int) -> FloatArray:
    """Two-operator FM, the modulator's index decaying; (2, n)."""
    phase = _phase(voice, strike, hz, n)
    t = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE)
    opened = np.float32(2.0 ** (0.5 * strike.opening))
    highest = max(0.0, (HIGHEST - hz) / (voice.ratio * hz) - 1)
    index = voice.index * (np.exp(-t / np.float32(voice.index_decay)) + np.float32(0.12))
    index = np.minimum(index * opened, np.float32(highest))
    turn = (index / np.float32(2 * np.pi)) * _sine(voice.ratio * phase)
    mono = _sine(phase + turn)
    return np.stack([mono, mono])


# --------------------------------------------------------------------------- subtractive


def _cutoff_path(voice: Voice, strike: Strike, hz: float, n: int) -> FloatArray:
    """Fractional row of `CUTOFFS` (n,) that the filter follows; (1,) when it stands still."""
    moving = bool(voice.sweep or voice.wobble or strike.opening != strike.closing)
    t = np.arange(n if moving else 1, dtype=np.float32) / np.float32(SAMPLE_RATE)
    octaves: FloatArray = np.full(len(t), strike.opening, dtype=np.float32)
    if strike.opening != strike.closing:
        share = np.minimum(1, t / np.float32(max(strike.held, 1e-3)))
        octaves += np.float32(strike.closing - strike.opening) * share
    if voice.sweep:
        octaves += np.float32(voice.sweep) * np.exp(-t / np.float32(voice.sweep_decay))
    if voice.wobble:
        turns = np.float32(2 * np.pi * voice.wobble_rate)
        octaves += np.float32(voice.wobble) * np.sin(turns * t - np.float32(0.6))
    rest = voice.cutoff * (hz / 220.0) ** voice.keytrack
    lowest = np.float32(np.log2(rest / CUTOFFS[0]) / OCTAVES_PER_CUTOFF)
    row = lowest + octaves / np.float32(OCTAVES_PER_CUTOFF)
    return np.asarray(np.clip(row, 0, N_CUTOFFS - 1.001), dtype=np.float32)


def _waves_of(voice: Voice) -> tuple[str, ...]:
    return tuple(f"vox {v}" for v in voice.vowels) if voice.wave == "vox" else (voice.wave,)


def _subtractive(voice: Voice, strike: Strike, hz: float, n: int, seed: int) -> FloatArray:
    """Unison oscillators reading filtered cycles, spread over the stereo field; (2, n)."""
    path = _cutoff_path(voice, strike, hz, n)
    first, last = int(path.min()), int(path.max()) + 1
    vowels = _waves_of(voice)
    cycles = [
        cycle(wave, round(hz, 3), voice.lowcut, round(voice.resonance, 3), row)
        for wave in vowels
        for row in range(first, last + 1)
    ]
    places = _places(voice, strike, hz, n, len(cycles[0]), seed)
    if len(path) == 1:
        path = np.broadcast_to(path, (n,))
    if len(vowels) == 1 and float(path[0]) == float(path[-1]) and first + 1 == last:
        return _spread(voice, [_still(cycles, float(path[0]) - first, at) for at in places])
    bank = _Bank(np.concatenate(cycles), len(cycles[0]), last - first + 1)
    rows = path - np.float32(first)
    morph = _morph(voice, len(vowels), n)
    return _spread(voice, [bank.read(at, rows, morph) for at in places])


def _still(cycles: list[FloatArray], share: float, at: IntArray) -> FloatArray:
    """The sound of a filter that stands still between two cutoffs."""
    table = cycles[0] + np.float32(share) * (cycles[1] - cycles[0])
    return np.asarray(table.take(at))


def _morph(voice: Voice, n_vowels: int, n: int) -> FloatArray | None:
    """Fractional vowel (n,), or None when there is one; it comes and goes between the last two."""
    if n_vowels == 1:
        return None
    t = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE * voice.morph)
    return np.asarray(np.minimum(t, np.float32(n_vowels - 1.001)))


@dataclass(frozen=True)
class _Bank:
    """Cycles laid end to end: `rows` cutoffs for each vowel, `size` samples each."""

    flat: FloatArray
    size: int
    rows: int

    def read(self, at: IntArray, row: FloatArray, vowel: FloatArray | None) -> FloatArray:
        """Samples at places `at` (n,) of the cycles, between the rows and between the vowels."""
        if vowel is None:
            return self._between_rows(at, row)
        whole = vowel.astype(np.int64)
        step = self.rows * self.size
        low = self._between_rows(at + whole * step, row)
        high = self._between_rows(at + (whole + 1) * step, row)
        return np.asarray(low + (vowel - whole).astype(np.float32) * (high - low))

    def _between_rows(self, at: IntArray, row: FloatArray) -> FloatArray:
        whole = row.astype(np.int64)
        place = at + whole * self.size
        low = self.flat.take(place)
        place += self.size
        high = self.flat.take(place)
        return np.asarray(low + (row - whole.astype(np.float32)) * (high - low))


def _places(
    voice: Voice, strike: Strike, hz: float, n: int, size: int, seed: int
) -> list[IntArray]:
    """For each unison voice the sample of the cycle that is heard, (n,) integers."""
    rng = np.random.default_rng([seed, round(hz * 100)])
    shift = 32 - (size.bit_length() - 1)
    bend = None if _is_steady(voice, strike) else np.cumsum(_bend(voice, strike, n))
    places: list[IntArray] = []
    for offset in _offsets(voice):
        step = hz * 2.0 ** (voice.detune * offset / 1200) / SAMPLE_RATE
        start = int(rng.integers(1 << 32)) if voice.unison > 1 else 0
        if bend is None:
            phase = np.arange(1, n + 1, dtype=np.uint32) * np.uint32(round(step * TURN))
        else:
            phase = (bend * (step * TURN)).astype(np.uint64).astype(np.uint32)
        phase += np.uint32(start)
        phase >>= np.uint32(shift)
        places.append(phase.astype(np.int64))
    return places


def _offsets(voice: Voice) -> FloatArray:
    return np.linspace(-1, 1, voice.unison) if voice.unison > 1 else np.zeros(1)


def _spread(voice: Voice, sounds: list[FloatArray]) -> FloatArray:
    """Unison voices (n,) placed from left to right with equal power; (2, n)."""
    out = np.zeros((2, len(sounds[0])), dtype=np.float32)
    for offset, y in zip(_offsets(voice), sounds, strict=True):
        pan = 0.5 + 0.5 * voice.width * offset
        out[0] += y * np.float32(np.sqrt((1 - pan) / voice.unison))
        out[1] += y * np.float32(np.sqrt(pan / voice.unison))
    return out
