"""Subtractive voices: unison oscillators that read cycles behind a moving filter.

The path of the filter is a row of `waves.CUTOFFS`, with fractions; a sample lies between the
cycles of the two nearest rows. Notes are worked on in pieces that fit the processor's cache.
Samples are float32 (2, n) at 44.1 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray, IntArray
from mixolydian.creation.sound.strike import Strike, bend, is_steady
from mixolydian.creation.sound.units import SAMPLE_RATE
from mixolydian.creation.sound.voices import Voice
from mixolydian.creation.sound.waves import (
    CUTOFFS,
    N_CUTOFFS,
    OCTAVES_PER_CUTOFF,
    cycle_pair,
    cycle_size,
)

TURN = 2.0**32
"""one cycle in the integers that count phase (they wrap around by themselves)."""
PIECE = 8192


@dataclass(frozen=True)
class _Oscillator:
    """One of the unison voices: `step` in turns per sample, where it starts, how loud per side."""

    step: float
    start: int
    left: np.float32
    right: np.float32


def render_subtractive(voice: Voice, strike: Strike, hz: float, n: int, seed: int) -> FloatArray:
    """The oscillators of one note through their filter, before the envelope; (2, n)."""
    waves = tuple(f"vox {v}" for v in voice.vowels) if voice.wave == "vox" else (voice.wave,)
    bank = _Bank(waves, round(hz, 3), voice.lowcut, round(voice.resonance, 3))
    path, morph = _cutoff_path(voice, strike, hz, n), _morph(len(waves), voice, n)
    bent = None if is_steady(voice, strike) else np.cumsum(bend(voice, strike, n))
    out = np.zeros((2, n), dtype=np.float32)
    oscillators = _oscillators(voice, hz, seed)
    still = bank.still(float(path[0])) if len(path) == 1 and morph is None else None
    for first in range(0, n, PIECE):
        span = slice(first, min(first + PIECE, n))
        view = still or bank.view(path[span] if len(path) > 1 else path, morph, span)
        for one in oscillators:
            y = view.read(_places(one, span, bent, bank.size))
            out[0, span] += one.left * y
            out[1, span] += one.right * y
    return out


# --------------------------------------------------------------------------- phase


def _oscillators(voice: Voice, hz: float, seed: int) -> list[_Oscillator]:
    """The unison voices, placed from left to right with equal power."""
    rng = np.random.default_rng([seed, round(hz * 100)])
    offsets = np.linspace(-1, 1, voice.unison) if voice.unison > 1 else np.zeros(1)
    found = []
    for offset in offsets:
        step = hz * 2.0 ** (voice.detune * offset / 1200) / SAMPLE_RATE
        start = int(rng.integers(1 << 32)) if voice.unison > 1 else 0
        pan = 0.5 + 0.5 * voice.width * offset
        left, right = np.sqrt((1 - pan) / voice.unison), np.sqrt(pan / voice.unison)
        found.append(_Oscillator(step, start, np.float32(left), np.float32(right)))
    return found


def _places(one: _Oscillator, span: slice, bent: FloatArray | None, size: int) -> IntArray:
    """The sample of the cycle that is heard at each sample of `span`; a note's first sample is
    one step into the cycle, so that it is heard."""
    if bent is None:
        at = np.arange(span.start + 1, span.stop + 1, dtype=np.uint32)
        at *= np.uint32(round(one.step * TURN))
    else:
        at = (bent[span] * (one.step * TURN)).astype(np.uint64).astype(np.uint32)
    at += np.uint32(one.start)
    at >>= np.uint32(33 - size.bit_length())
    return at.astype(np.int64)


# --------------------------------------------------------------------------- the filter's way


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


def _morph(n_vowels: int, voice: Voice, n: int) -> FloatArray | None:
    """Fractional vowel (n,), from each to the next and staying at the last; None for one."""
    if n_vowels == 1:
        return None
    t = np.arange(n, dtype=np.float32) / np.float32(SAMPLE_RATE * voice.morph)
    return np.asarray(np.minimum(t, np.float32(n_vowels - 1.001)))


# --------------------------------------------------------------------------- cycles


@dataclass(frozen=True)
class _View:
    """What one piece of a note needs of the bank: cycles end to end, and where to read."""

    flat: NDArray[Any]
    offset: IntArray | None = None
    share: FloatArray | None = None
    blend: FloatArray | None = None
    stride: int = 0
    """from a vowel to the next one."""

    def read(self, at: IntArray) -> FloatArray:
        """The sound at places `at` of the cycle."""
        if self.offset is not None:
            at = at + self.offset
        low = self._between_rows(at)
        if self.blend is None:
            return low
        high = self._between_rows(at + self.stride)
        return np.asarray(low + self.blend * (high - low))

    def _between_rows(self, at: IntArray) -> FloatArray:
        found = self.flat.take(at)
        if self.share is None:
            return np.asarray(found)
        return np.asarray(found.real + self.share * (found.imag - found.real))


@dataclass(frozen=True)
class _Bank:
    """The cycles of one pitch of one voice."""

    waves: tuple[str, ...]
    hz: float
    lowcut: float
    resonance: float

    @property
    def size(self) -> int:
        """Samples of a cycle."""
        return cycle_size(self.hz)

    def _pair(self, vowel: int, row: int) -> NDArray[np.complex64]:
        return cycle_pair(self.waves[vowel], self.hz, self.lowcut, self.resonance, row)

    def still(self, row: float) -> _View:
        """The one cycle of a filter that stands still."""
        pair = self._pair(0, int(row))
        return _View(pair.real + np.float32(row - int(row)) * (pair.imag - pair.real))

    def view(self, path: FloatArray, morph: FloatArray | None, span: slice) -> _View:
        """The cycles for the stretch `span` of a note whose filter follows `path`."""
        rows = path.astype(np.int64)
        share = path - rows.astype(np.float32)
        first, last = int(rows.min()), int(rows.max())
        n_rows = last - first + 1
        if morph is None:
            flat = _joined([self._pair(0, row) for row in range(first, last + 1)])
            return _View(flat, (rows - first) * self.size if n_rows > 1 else None, share)
        vowels = morph[span].astype(np.int64)
        low, high = int(vowels.min()), int(vowels.max()) + 1
        flat = _joined(
            [self._pair(v, r) for v in range(low, high + 1) for r in range(first, last + 1)]
        )
        offset = ((vowels - low) * n_rows + rows - first) * self.size
        blend = morph[span] - vowels.astype(np.float32)
        return _View(flat, offset, share, blend, n_rows * self.size)


def _joined(pairs: list[NDArray[np.complex64]]) -> NDArray[np.complex64]:
    return pairs[0] if len(pairs) == 1 else np.concatenate(pairs)
