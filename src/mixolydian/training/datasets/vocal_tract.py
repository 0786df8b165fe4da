"""A voice from a source and a filter: glottal pulses through moving formants.

The source is the derivative of a glottal flow after Rosenberg, "Effect of Glottal Pulse Shape
on the Quality of Natural Vowels" (JASA 1971), read from band-limited cycles so that nothing
aliases. The filter is a cascade of five resonances (Fant, "Acoustic Theory of Speech
Production", 1960) applied to overlapping frames, so that formants can move. Formants of adult
men after Peterson & Barney (JASA 1952); a smaller head shifts them up by `size`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Mono = NDArray[np.float32]
FORMANTS: dict[str, tuple[float, ...]] = {
    "a": (730, 1090, 2440, 3400, 4500),
    "e": (530, 1840, 2480, 3500, 4500),
    "i": (285, 2290, 3010, 3600, 4600),
    "o": (520, 850, 2410, 3300, 4400),
    "u": (310, 870, 2240, 3200, 4300),
    "y": (300, 1750, 2200, 3300, 4400),
    "@": (500, 1500, 2500, 3500, 4500),
    "m": (260, 1050, 2200, 3100, 4200),
}
"""Hz of the first five resonances; m stands for all hums through the nose."""
BANDWIDTHS = np.array([70.0, 90.0, 130.0, 180.0, 250.0], dtype=np.float32)
TABLE = 4096
LEVELS = 16
LOWEST = 50.0
FRAME, HOP, SIZE = 1024, 256, 2048


@dataclass(frozen=True)
class Throat:
    """What is fixed in a voice: `size` of the formants, how the folds close, and its faults.

    `open_share` of each cycle the glottis is open; `dull` Hz above which the source falls a
    further 6 dB per octave, `ring` dB by which a trained or pressed voice is brighter above
    2 kHz; `jitter` cents and `shimmer` dB from cycle to cycle; `rough` 0–1
    weakens every other cycle; `breath` is the level of the noise beside the tone, linear.
    """

    size: float = 1.0
    open_share: float = 0.6
    dull: float = 6000.0
    ring: float = 6.0
    jitter: float = 8.0
    shimmer: float = 0.3
    rough: float = 0.0
    breath: float = 0.02


@lru_cache(maxsize=64)
def _cycles(open_share: float, sample_rate: int) -> Mono:
    """Band-limited cycles (LEVELS, TABLE) for fundamentals half an octave apart."""
    t = np.arange(TABLE) / TABLE
    rise, close = 0.66 * open_share, 0.34 * open_share
    flow = np.where(t < rise, 0.5 - 0.5 * np.cos(np.pi * t / rise), 0.0)
    falling = (t >= rise) & (t < rise + close)
    flow = np.where(falling, np.cos(0.5 * np.pi * (t - rise) / close), flow)
    spectrum = scipy.fft.rfft(flow) * np.arange(TABLE // 2 + 1) * 1j
    spectra = np.tile(spectrum, (LEVELS, 1))
    for level in range(LEVELS):
        highest = LOWEST * 2 ** ((level + 1) / 2)
        spectra[level, int(0.45 * sample_rate / highest) :] = 0
    cycles = scipy.fft.irfft(spectra, TABLE, axis=1)
    return np.asarray(cycles / np.abs(cycles).max(), dtype=np.float32)


def glottal_source(
    hz: NDArray[np.float64], throat: Throat, sample_rate: int, rng: np.random.Generator
) -> Mono:
    """Pulses (n,) at the fundamental `hz` (n,), with jitter, shimmer, roughness and breath."""
    n = len(hz)
    knots = np.arange(0, n + 220, 220)
    wander = np.interp(np.arange(n), knots, rng.normal(0, throat.jitter / 1200, len(knots)))
    phase = np.cumsum(hz * 2.0**wander) / sample_rate + rng.random()
    turn = phase.astype(np.int64)
    level = np.clip(2 * np.log2(hz / LOWEST), 0, LEVELS - 1).astype(np.int64)
    place = ((phase - turn) * TABLE).astype(np.int64)
    pulses = _cycles(round(throat.open_share, 2), sample_rate).reshape(-1)[level * TABLE + place]
    strength = 10 ** (rng.normal(0, throat.shimmer, turn[-1] + 2) / 20)
    strength[1::2] *= 1 - 0.7 * throat.rough
    # air rushing through a slit hisses: its spectrum rises by 6 dB per octave
    air = throat.breath * np.diff(rng.standard_normal(n + 1).astype(np.float32))
    air *= np.where(phase - turn < throat.open_share, 1.0, 0.35).astype(np.float32)
    return np.asarray(pulses * strength[turn].astype(np.float32) + air, dtype=np.float32)


def through_tract(y: Mono, formants: NDArray[np.float64], throat: Throat, sample_rate: int) -> Mono:
    """`y` (n,) through resonances at `formants` (n_frames, 5) Hz, one row per HOP samples."""
    frames = len(formants)
    padded = np.pad(y, (FRAME // 2, FRAME + HOP * frames))
    index = HOP * np.arange(frames)[:, None] + np.arange(FRAME)[None, :]
    window = np.hanning(FRAME + 1)[:-1].astype(np.float32) / 2
    out = np.zeros(HOP * frames + SIZE, dtype=np.float32)
    for start in range(0, frames, 512):
        rows = slice(start, start + 512)
        spectra = scipy.fft.rfft(padded[index[rows]] * window, SIZE, axis=1)
        spectra *= _responses(formants[rows].astype(np.float32), throat, sample_rate)
        _overlap_add(out, scipy.fft.irfft(spectra, SIZE, axis=1), start)
    return out[FRAME // 2 : FRAME // 2 + len(y)]


def _overlap_add(out: Mono, blocks: Mono, start: int) -> None:
    """Blocks (k, SIZE) a HOP apart added into `out` from frame `start` on."""
    k = len(blocks)
    parts = blocks.reshape(k, SIZE // HOP, HOP)
    for step in range(SIZE // HOP):
        first = (start + step) * HOP
        out[first : first + k * HOP] += parts[:, step].reshape(-1)


@lru_cache(maxsize=64)
def _upper(sample_rate: int, size: float) -> NDArray[np.complex64]:
    """Response of the resonances above the fifth, which do not move: one per kHz up to 12."""
    hz = scipy.fft.rfftfreq(SIZE, 1 / sample_rate)
    product = np.ones(len(hz), dtype=np.complex128)
    for centre in size * np.arange(5500.0, 12_000.0, 1000.0):
        product *= centre**2 / (centre**2 - hz**2 + 1j * 0.12 * centre * hz)
    # those above hold the level up, as Fant's correction for the higher poles does
    product *= 1 + (hz / (9000 * size)) ** 2
    return np.asarray(np.where(hz < 12_500 * size, product, 0), dtype=np.complex64)


def _responses(formants: Mono, throat: Throat, sample_rate: int) -> NDArray[np.complex64]:
    """Complex responses (k, SIZE / 2 + 1) of the cascades, one at 0 Hz."""
    hz = scipy.fft.rfftfreq(SIZE, 1 / sample_rate).astype(np.float32)
    upper = _upper(sample_rate, round(throat.size, 2)) / (1 + 1j * hz / throat.dull)
    upper *= 1 + (10 ** (throat.ring / 20) - 1) * hz**2 / (hz**2 + 1800**2)
    known = slice(0, int(np.searchsorted(hz, 12_500 * throat.size)))
    x, fixed = hz[known], upper[known].astype(np.complex64)
    product = np.tile(fixed, (len(formants), 1))
    for column, width in zip(formants.T, BANDWIDTHS, strict=True):
        centre = column[:, None] ** 2
        product *= centre / (centre - x**2 + 1j * width * (1 + column[:, None] / 4000) * x)
    out = np.zeros((len(formants), len(hz)), dtype=np.complex64)
    out[:, known] = product
    return out
