"""Waves: the harmonics of every oscillator, and single cycles of them behind a filter.

A single cycle is a harmonic spectrum that has already been through the low-pass, one per
cutoff; sweeping the filter means reading between two of them. Nothing is filtered sample by
sample and nothing aliases, because no cycle holds a harmonic above 19 kHz.

Frequencies in Hz, levels linear. Cycles are float32; they are read at the nearest sample, so
they are long: 2¹⁵ samples below 200 Hz, 2¹⁴ above (noise below −60 dB).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray

HIGHEST = 19000.0
N_CUTOFFS = 48
CUTOFFS = np.geomspace(50.0, 18000.0, N_CUTOFFS)
OCTAVES_PER_CUTOFF = float(np.log2(CUTOFFS[1] / CUTOFFS[0]))

FORMANTS = {
    "a": ((730, 1.0), (1090, 0.5), (2440, 0.12), (3400, 0.06)),
    "e": ((530, 1.0), (1840, 0.3), (2480, 0.18), (3500, 0.06)),
    "i": ((300, 1.0), (2290, 0.25), (3010, 0.2), (3600, 0.08)),
    "o": ((500, 1.0), (880, 0.45), (2540, 0.05), (3300, 0.04)),
    "u": ((320, 1.0), (800, 0.25), (2240, 0.03), (3200, 0.02)),
}
"""(Hz, level) of each vowel's resonances, after Peterson & Barney (JASA 1952)."""

DRAWBARS = {1: 1.0, 2: 0.8, 3: 0.55, 4: 0.45, 6: 0.25, 8: 0.22, 10: 0.1, 12: 0.08}


def _odd(k: FloatArray) -> FloatArray:
    return np.asarray(k % 2)


def _pulse(k: FloatArray, duty: float) -> FloatArray:
    return np.asarray(np.abs(np.sin(np.pi * k * duty)) / k)


def _only(k: FloatArray, levels: dict[int, float]) -> FloatArray:
    return np.array([levels.get(int(i), 0.0) for i in k])


WAVES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "saw": lambda k: 1 / k,
    "square": lambda k: _odd(k) / k,
    "pulse": lambda k: _pulse(k, 0.27),
    "triangle": lambda k: _odd(k) / k**2,
    "sine": lambda k: np.where(k == 1, 1.0, 0.0),
    "organ": lambda k: _only(k, DRAWBARS),
    "string": lambda k: 2 * _pulse(k, 0.137) / k**0.1,
    "upright": lambda k: 2 * _pulse(k, 0.21) / k**0.6,
    "piano": lambda k: _pulse(k, 0.125) * (1.0 + 0.4 * np.cos(k * 2.4)) / k**0.15,
    "reed": lambda k: (_odd(k) + 0.25) / k**1.4,
    "clav": lambda k: _pulse(k, 0.09) * (1 + 0.8 * np.cos(k)) * 1.5,
    "brass": lambda k: np.minimum(1.0, 0.35 + 0.2 * k) / k**0.95,
    "hoover": lambda k: (_pulse(k, 0.18) + 0.7 * _pulse(k, 0.41)) * 1.1,
    "glass": lambda k: _only(k, {1: 1.0, 3: 0.12, 4: 0.25, 7: 0.08, 9: 0.1, 13: 0.05}),
    "hollow": lambda k: _odd(k) / k**1.2 + _only(k, {2: 0.2, 6: 0.12}),
    "sync": lambda k: 1.2 * np.exp(-(((k - 3.4) / 2.2) ** 2)) + 0.6 / k,
}
"""name → levels (n,) of harmonics k = 1…n."""


def vowel_amplitudes(vowel: str, freqs: FloatArray) -> FloatArray:
    """Levels of partials at `freqs` Hz of a voice singing `vowel`: a falling source through
    four resonances of 80–160 Hz bandwidth."""
    gains = np.full(len(freqs), 0.02)
    for hz, level in FORMANTS[vowel]:
        gains += level / (1 + ((freqs - hz) / (60 + 0.04 * hz)) ** 2)
    return np.asarray(3 * gains / np.arange(1, len(freqs) + 1) ** 0.6)


def harmonic_amplitudes(wave: str, hz: float, n: int) -> FloatArray:
    """Levels of harmonics 1…n (n,) of a named wave whose fundamental is `hz`; the waves
    ``vox a`` to ``vox u`` are sung vowels."""
    k = np.arange(1, n + 1, dtype=np.float64)
    if wave.startswith("vox "):
        return vowel_amplitudes(wave[-1], hz * k)
    return np.asarray(WAVES[wave](k))


def lowpass_response(hz: FloatArray, cutoff: float, resonance: float) -> FloatArray:
    """Complex response of a four-pole low-pass: one resonant pair, one plain pair."""
    x = hz / cutoff
    resonant = 1.0 / (1 - x**2 + 1j * x / resonance)
    plain = 1.0 / (1 - x**2 + 1j * x / 0.6)
    return np.asarray(resonant * plain)


@lru_cache(maxsize=64)
def cycle(wave: str, hz: float, lowcut: float, resonance: float, row: int) -> FloatArray:
    """A single cycle (2¹⁴ or 2¹⁵,) of `wave` at `hz` through the filter at ``CUTOFFS[row]``."""
    size = cycle_size(hz)
    n = int(max(1, min(size // 2 - 1, HIGHEST / hz)))
    freqs = hz * np.arange(1, n + 1)
    spectrum = np.zeros(size // 2 + 1, dtype=np.complex64)
    thin = 1 / np.sqrt(1 + (lowcut / freqs) ** 4)
    response = lowpass_response(freqs, float(CUTOFFS[row]), resonance)
    spectrum[1 : n + 1] = -1j * harmonic_amplitudes(wave, hz, n) * thin * response
    table = scipy.fft.irfft(spectrum, size) * np.float32(size / 2)
    table.setflags(write=False)
    return np.asarray(table)


def cycle_size(hz: float) -> int:
    """Samples of a cycle at `hz`."""
    return 1 << (15 if hz < 200 else 14)


@lru_cache(maxsize=512)
def cycle_pair(
    wave: str, hz: float, lowcut: float, resonance: float, row: int
) -> NDArray[np.complex64]:
    """Two neighbouring cycles side by side, ``CUTOFFS[row]`` real and the next one imaginary, so
    that reading between them takes one look-up."""
    low, high = (cycle(wave, hz, lowcut, resonance, r) for r in (row, row + 1))
    pair = (low + 1j * high).astype(np.complex64)
    pair.setflags(write=False)
    return pair
