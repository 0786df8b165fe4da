"""Short-time spectra reduced to what analysis keeps: mel power and spectral shape.

Everything is computed from one STFT of the mono mix at 22 050 Hz (Hann window, 1024
samples = 46 ms, hop 256 = 11.6 ms), frame by frame, so a stream of any length costs
bounded memory beyond the frames it leaves behind. Mel filters are triangles of unit area
on the HTK mel scale (O'Shaughnessy 1987). Descriptors follow Peeters, "A large set of
audio features" (2004); spectral contrast follows Jiang et al. (ICME 2002) in octave bands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft as sp_fft

from mixolydian.audio.frames import Framer, FrameStore

N_FFT = 1024
HOP_LENGTH = 256
N_MELS = 64
MEL_RANGE = (30.0, 11000.0)
SHAPE_STEP = 2
"""Descriptors of spectral shape are taken on every second frame: they change slowly."""
CONTRAST_EDGES = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 11025.0)
ROLLOFF_SHARE = 0.85
_BATCH = 1024
_PART = 16384
"""Frames turned into cepstra at a time: bounds the memory of hours."""
_TINY = np.float32(1e-10)

Float32 = NDArray[np.float32]


def _mel_edges(n_mels: int, frequency_range: tuple[float, float]) -> NDArray[np.float64]:
    """Edges and centres (n_mels + 2,) in Hz, evenly spaced in mel."""
    low, high = (float(2595 * np.log10(1 + f / 700)) for f in frequency_range)
    mel = np.linspace(low, high, n_mels + 2)
    return np.asarray(700 * (10 ** (mel / 2595) - 1))


def mel_filters(
    sample_rate: int, n_fft: int, n_mels: int, frequency_range: tuple[float, float]
) -> Float32:
    """Triangular mel filters (n_mels, 1 + n_fft // 2), each of unit sum.

    Where a triangle is narrower than a bin it is widened to the nearest bins, so that no
    low band is empty.
    """
    edges = _mel_edges(n_mels, frequency_range)
    bin_width = sample_rate / n_fft
    bins = np.arange(1 + n_fft // 2) * bin_width
    centre = edges[1:-1, np.newaxis]
    left = np.maximum(centre - edges[:-2, np.newaxis], bin_width)
    right = np.maximum(edges[2:, np.newaxis] - centre, bin_width)
    slope = np.where(bins < centre, (bins - centre) / left, (centre - bins) / right)
    filters = np.maximum(0.0, 1.0 + slope)
    return np.asarray(filters / filters.sum(axis=1, keepdims=True), dtype=np.float32)


def mel_frequencies(n_mels: int, frequency_range: tuple[float, float]) -> NDArray[np.float64]:
    """Centre frequencies (n_mels,) in Hz of :func:`mel_filters`."""
    return _mel_edges(n_mels, frequency_range)[1:-1]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Frames of one sound.

    `mel` (n_mels, n) power, `rms` and `peak` (n,) linear, all at one frame per
    ``HOP_LENGTH`` samples; the descriptors (m,), `contrast` (7, m) in dB and `mfcc`
    (20, m) on every ``SHAPE_STEP``-th of these frames. Frequencies are in Hz,
    `zero_crossing_rate` is crossings per sample.
    """

    mel: Float32
    rms: Float32
    peak: Float32
    centroid: Float32
    bandwidth: Float32
    rolloff: Float32
    flatness: Float32
    zero_crossing_rate: Float32
    contrast: Float32
    mfcc: Float32


class SpectrumStream:
    """Mono samples in (:meth:`push`), a :class:`Spectrum` out (:meth:`finish`)."""

    def __init__(self, sample_rate: int) -> None:
        self._framer = Framer(N_FFT, HOP_LENGTH)
        self._window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
        self._filters = np.ascontiguousarray(mel_filters(sample_rate, N_FFT, N_MELS, MEL_RANGE).T)
        self._frequencies = np.fft.rfftfreq(N_FFT, 1 / sample_rate).astype(np.float32)
        self._band_starts = np.searchsorted(self._frequencies, CONTRAST_EDGES[:-1])
        self._parity = 0
        self._mel = FrameStore(N_MELS)
        self._level = FrameStore(2)
        self._shape = FrameStore(5 + len(CONTRAST_EDGES) - 1)

    def push(self, y: Float32) -> None:
        """Take the next samples (n,) of the mono mix."""
        self._reduce(self._framer.push(y))

    def finish(self) -> Spectrum:
        """The frames of everything pushed."""
        self._reduce(self._framer.finish())
        mel, level, shape = (s.frames() for s in (self._mel, self._level, self._shape))
        return Spectrum(
            mel=mel,
            rms=level[0],
            peak=level[1],
            centroid=shape[0],
            bandwidth=shape[1],
            rolloff=shape[2],
            flatness=shape[3],
            zero_crossing_rate=shape[4],
            contrast=shape[5:],
            mfcc=mfcc(mel[:, ::SHAPE_STEP]),
        )

    def _reduce(self, frames: Float32) -> None:
        for start in range(0, len(frames), _BATCH):
            self._reduce_batch(frames[start : start + _BATCH])

    def _reduce_batch(self, frames: Float32) -> None:
        centre = frames[:, (N_FFT - HOP_LENGTH) // 2 : (N_FFT + HOP_LENGTH) // 2]
        rms = np.sqrt(np.einsum("ij,ij->i", centre, centre) / HOP_LENGTH)
        peak = np.abs(centre).max(axis=1)
        self._level.append(np.stack([rms, peak]).astype(np.float32))
        spectrum = sp_fft.rfft(frames * self._window, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        self._mel.append((power @ self._filters).T)
        chosen = slice(self._parity, None, SHAPE_STEP)
        self._parity = (self._parity + len(frames)) % SHAPE_STEP
        if len(power[chosen]):
            self._shape.append(self._describe(power[chosen], frames[chosen]))

    def _describe(self, power: Float32, frames: Float32) -> Float32:
        """Rows: centroid, bandwidth, roll-off, flatness, zero crossings, 7 × contrast."""
        magnitude = np.sqrt(power)
        total = magnitude.sum(axis=1) + _TINY
        first = magnitude @ self._frequencies / total
        second = magnitude @ self._frequencies**2 / total
        bandwidth = np.sqrt(np.maximum(0.0, second - first**2))
        cumulative = np.cumsum(magnitude, axis=1)
        below = (cumulative < ROLLOFF_SHARE * cumulative[:, -1:]).sum(axis=1)
        rolloff = self._frequencies[np.minimum(below, len(self._frequencies) - 1)]
        scale = power.mean(axis=1, keepdims=True) + _TINY**2
        relative = power / scale + np.float32(1e-7)
        flatness = np.exp(np.log(relative).mean(axis=1)) / relative.mean(axis=1)
        crossings = (np.diff(np.signbit(frames), axis=1)).mean(axis=1)
        rows = [first, bandwidth, rolloff, flatness, crossings]
        return np.concatenate([np.stack(rows), self._contrast(relative)]).astype(np.float32)

    def _contrast(self, relative: Float32) -> Float32:
        """Octave-band contrast (7, k) in dB: strongest bin over the band's mean."""
        strongest = np.maximum.reduceat(relative, self._band_starts, axis=1)
        widths = np.diff(np.append(self._band_starts, relative.shape[1]))
        mean = np.add.reduceat(relative, self._band_starts, axis=1) / widths
        return np.asarray(10 * np.log10(strongest / mean).T, dtype=np.float32)


def mfcc(mel: Float32, n_mfcc: int = 20) -> Float32:
    """Mel-frequency cepstral coefficients (n_mfcc, n) of mel power (n_mels, n).

    Levels are dB relative to the loudest mel value of the sound, floored at −80 dB, so
    coefficients 1… and their shape do not depend on gain (Davis & Mermelstein 1980).
    """
    top = np.float32(max(float(mel.max(initial=0.0)), float(_TINY) ** 2))
    out = np.empty((n_mfcc, mel.shape[1]), dtype=np.float32)
    for start in range(0, mel.shape[1], _PART):
        part = slice(start, start + _PART)
        decibel = 10 * np.log10(np.maximum(mel[:, part] / top, np.float32(1e-8)))
        out[:, part] = sp_fft.dct(decibel, axis=0, norm="ortho")[:n_mfcc]
    return out
