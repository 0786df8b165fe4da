"""Constant-Q magnitude, tuning, and chroma: where on the keyboard the sound has its energy.

Conventions
-----------
Input is mono float32 at 22 050 Hz. Frame i is centred on sample `i * HOP_LENGTH`, zeros
stand before the start and after the end, and `n_frames = 1 + n_samples // HOP_LENGTH`.
Bin k of the constant-Q matrix lies at `F_MIN * 2 ** (k / BINS_PER_OCTAVE)` Hz: three bins
to a semitone, bin 0 on A0 at A4 = 440 Hz. A sine of amplitude a gives about a.
Chroma has 12 rows, row 0 = C. Tuning is in cents relative to A4 = 440 Hz.

Why two ways of measuring
-------------------------
Below 440 Hz neighbouring semitones are only a few Hz apart: there each bin has its own
windowed sinusoid (Brown 1991), on sound decimated by 16. Above, a 0.37 s spectrum is far
finer than a third of a semitone; the *largest* line inside each bin is taken instead of
their sum, so that a steady tone stands out of hiss by the fine spectrum's own margin.

Chroma follows Mauch & Dixon (ISMIR 2010, "Approximate note transcription for the improved
identification of difficult chords"): whiten, then explain the spectrum by non-negative
amounts of harmonic notes, so that overtones do not count as notes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mixolydian.audio.frames import FrameStore

FloatMatrix = NDArray[np.float32]

SAMPLE_RATE = 22050
HOP_LENGTH = 2048
BINS_PER_OCTAVE = 36
F_MIN = 27.5
N_BINS = 270
"""7.5 octaves: A0 (27.5 Hz) to D#8 (4.9 kHz)."""

_N_LOW = 4 * BINS_PER_OCTAVE
_DECIMATION = 16
_BINS_PER_SEMITONE = BINS_PER_OCTAVE // 12
_LOW_RATE = SAMPLE_RATE / _DECIMATION
_LOW_FRAME = 1024
_LOW_Q = 88.0
_TAPS = 16 * _DECIMATION
_N_FFT = 8192
_PAD = _LOW_FRAME // 2 * _DECIMATION + _TAPS // 2
_CHUNK = 64
_CHUNK_SAMPLES = (_CHUNK - 1) * HOP_LENGTH + 2 * _PAD

TREBLE = (40.0, 52.0, 84.0, 96.0)
BASS = (20.0, 24.0, 50.0, 62.0)
"""Registers as MIDI pitches, see :func:`fold`."""

_PART = 2048
"""Frames whitened at a time: bounds the memory of hours."""
_LOWEST_PITCH = 21
_N_NOTES = 84
_N_HARMONICS = 12
_HARMONIC_DECAY = 0.8
_N_UPDATES = 25


def bin_frequencies(n_bins: int = N_BINS) -> NDArray[np.float64]:
    """Centre frequencies in Hz, (n_bins,)."""
    return np.asarray(F_MIN * 2.0 ** (np.arange(n_bins) / BINS_PER_OCTAVE))


def _low_pass() -> FloatMatrix:
    """Kaiser-windowed sinc, 80 dB down where the decimated spectrum would fold onto 440 Hz."""
    t = np.arange(_TAPS) - _TAPS // 2
    cutoff = 0.5 / _DECIMATION
    taps = 2 * cutoff * np.sinc(2 * cutoff * t) * np.kaiser(_TAPS, 8.0)
    return np.asarray(taps / taps.sum(), dtype=np.float32).reshape(-1, _DECIMATION)


def _low_kernels() -> FloatMatrix:
    """Windowed cosines and sines, (_LOW_FRAME, 2 * _N_LOW), scaled to sine amplitude."""
    t = (np.arange(_LOW_FRAME) - _LOW_FRAME // 2) / _LOW_RATE
    kernels = np.zeros((_LOW_FRAME, 2 * _N_LOW))
    for k, f in enumerate(bin_frequencies(_N_LOW)):
        length = min(_LOW_FRAME / _LOW_RATE, _LOW_Q / f)
        window = np.where(np.abs(t) < length / 2, 0.5 + 0.5 * np.cos(2 * np.pi * t / length), 0.0)
        window *= 2.0 / window.sum()
        kernels[:, k] = window * np.cos(2 * np.pi * f * t)
        kernels[:, _N_LOW + k] = window * np.sin(2 * np.pi * f * t)
    return kernels.astype(np.float32)


def _high_edges() -> NDArray[np.int64]:
    """First spectrum line of each bin above 440 Hz, and the end of the last, (n + 1,)."""
    k = np.arange(_N_LOW, N_BINS + 1) - 0.5
    return np.round(F_MIN * 2.0 ** (k / BINS_PER_OCTAVE) * _N_FFT / SAMPLE_RATE).astype(np.int64)


class ConstantQStream:
    """Constant-Q magnitude of sound that arrives in blocks.

    The sound is cut into fixed chunks of frames inside, so the result does not depend on
    the sizes of the blocks, and no more than one chunk (6 s) of sound is held.
    """

    def __init__(self) -> None:
        window = np.hanning(_N_FFT + 1)[:-1]
        self._window = (window * 2.0 / window.sum()).astype(np.float32)
        self._low_pass = _low_pass()
        self._kernels = _low_kernels()
        self._edges = _high_edges()
        self._pending: list[FloatMatrix] = [np.zeros(_PAD, dtype=np.float32)]
        self._n_pending = _PAD
        self._n_samples = 0
        self._done = FrameStore(N_BINS)
        self._n_done = 0

    def push(self, y: NDArray[Any]) -> None:
        """Take the next mono samples, (n,) at 22 050 Hz."""
        block = np.asarray(y, dtype=np.float32).ravel()
        self._n_samples += block.size
        self._append(block)

    def finish(self) -> FloatMatrix:
        """The whole matrix, float32 (n_bins, n_frames); the stream takes no more sound."""
        n_frames = 1 + self._n_samples // HOP_LENGTH
        self._append(np.zeros(2 * _PAD, dtype=np.float32))
        while self._n_done < n_frames:
            self._append(np.zeros(_CHUNK_SAMPLES, dtype=np.float32))
        return self._done.frames()[:, :n_frames]

    def _append(self, block: FloatMatrix) -> None:
        self._pending.append(block)
        self._n_pending += block.size
        if self._n_pending < _CHUNK_SAMPLES:
            return
        y = np.concatenate(self._pending)
        start = 0
        while y.size - start >= _CHUNK_SAMPLES:
            self._done.append(self._chunk(y[start : start + _CHUNK_SAMPLES]).T)
            self._n_done += _CHUNK
            start += _CHUNK * HOP_LENGTH
        self._pending = [y[start:].copy()]
        self._n_pending = y.size - start

    def _chunk(self, y: FloatMatrix) -> FloatMatrix:
        """(_CHUNK_SAMPLES,) -> (_CHUNK, N_BINS)."""
        return np.concatenate([self._low(y), self._high(y)], axis=1)

    def _low(self, y: FloatMatrix) -> FloatMatrix:
        rows = y.reshape(-1, _DECIMATION)  # (n, 16): polyphase decimation in one product
        partial = rows @ self._low_pass.T
        n = rows.shape[0] - self._low_pass.shape[0] + 1
        low = np.zeros(n, dtype=np.float32)
        for j in range(self._low_pass.shape[0]):
            low += partial[j : j + n, j]
        frames = _frames(low, _LOW_FRAME, HOP_LENGTH // _DECIMATION)
        parts = frames @ self._kernels
        return np.asarray(np.hypot(parts[:, :_N_LOW], parts[:, _N_LOW:]))

    def _high(self, y: FloatMatrix) -> FloatMatrix:
        frames = _frames(y[_PAD - _N_FFT // 2 :], _N_FFT, HOP_LENGTH)
        first, last = self._edges[0], self._edges[-1]
        lines = np.abs(scipy.fft.rfft(frames * self._window, axis=1)[:, first:last])
        return np.maximum.reduceat(lines, self._edges[:-1] - first, axis=1).astype(np.float32)


def _frames(y: FloatMatrix, length: int, hop_length: int) -> FloatMatrix:
    """The chunk's frames, (_CHUNK, length), without copying."""
    view = np.lib.stride_tricks.sliding_window_view(y, length)
    return np.asarray(view[::hop_length][:_CHUNK])


# --------------------------------------------------------------------------- tuning


def estimate_tuning(cq: FloatMatrix) -> float:
    """Deviation from A4 = 440 Hz in cents, in [−50, 50), of a constant-Q matrix.

    Every spectral peak between 110 and 440 Hz, where bins respond smoothly to pitch and kick
    drums end, is located by a parabola through its logarithm. The peaks' deviations are
    averaged on the circle of one semitone (Mauch & Dixon 2010), each weighted by the square
    of how far it stands out of its surroundings. 0 when there is no peak.
    """
    reference = _reference(cq)
    vector = sum(
        (
            _deviation(cq[:, start : start + _PART], reference)
            for start in range(0, cq.shape[1], _PART)
        ),
        start=0j,
    )
    if abs(vector) <= 1e-9:
        return 0.0
    cents = 100 * float(np.angle(vector)) / (2 * np.pi)
    return cents - 100 if cents >= 50 else cents


def _deviation(part: FloatMatrix, reference: float) -> complex:
    """Sum of the peaks as vectors whose angle turns once per semitone."""
    low = 2 * BINS_PER_OCTAVE
    weight = _whiten(part[: _N_LOW + BINS_PER_OCTAVE // 2], reference)[low : _N_LOW - 1] ** 2
    level = np.log(part[low - 1 : _N_LOW] + np.float32(1e-2 * reference))
    below, middle, above = level[:-2], level[1:-1], level[2:]
    peaks = (middle > below) & (middle >= above)
    bend = np.where(peaks, 2 * middle - below - above, 1.0)
    offset = np.where(peaks, 0.5 * (above - below) / bend, 0.0)
    bins = np.arange(low, _N_LOW - 1)[:, np.newaxis] + offset
    turn = np.exp(2j * np.pi * bins / _BINS_PER_SEMITONE)
    return complex(np.sum(np.where(peaks, weight, 0.0) * turn))


# --------------------------------------------------------------------------- chroma


def note_salience(cq: FloatMatrix, tuning: float = 0.0) -> FloatMatrix:
    """How strongly each of the 84 notes from A0 upwards sounds, float32 (84, n_frames).

    Unit: standard deviations of the spectrum around it, so gain does not matter; hiss and
    silence give about 0. `tuning` (cents) comes from :func:`estimate_tuning`.
    """
    reference = _reference(cq)
    dictionary = _note_dictionary()
    parts = [
        _explain(_semitones(_whiten(cq[:, start : start + _PART], reference), tuning), dictionary)
        for start in range(0, cq.shape[1], _PART)
    ]
    return np.concatenate(parts, axis=1)


def chroma(cq: FloatMatrix, tuning: float = 0.0) -> FloatMatrix:
    """Chroma (12, n_frames) of what sounds above about E2, row 0 = C, in note salience."""
    return fold(note_salience(cq, tuning), TREBLE)


def bass_chroma(cq: FloatMatrix, tuning: float = 0.0) -> FloatMatrix:
    """Chroma (12, n_frames) of what sounds below about C4, in note salience."""
    return fold(note_salience(cq, tuning), BASS)


def fold(salience: FloatMatrix, register: tuple[float, float, float, float]) -> FloatMatrix:
    """Sum note salience (84, n) to chroma (12, n) over a register.

    The register is given as MIDI pitches: weights rise from the first to the second and
    fall from the third to the fourth, as raised cosines.
    """
    silent_below, full_from, full_to, silent_above = register
    pitch = np.arange(salience.shape[0]) + _LOWEST_PITCH
    rise = np.clip((pitch - silent_below) / (full_from - silent_below), 0, 1)
    fall = np.clip((silent_above - pitch) / (silent_above - full_to), 0, 1)
    weights = (np.sin(rise * np.pi / 2) * np.sin(fall * np.pi / 2)) ** 2
    matrix = np.zeros((12, pitch.size), dtype=np.float32)
    matrix[pitch % 12, np.arange(pitch.size)] = weights
    return np.asarray(matrix @ salience)


def _reference(cq: FloatMatrix) -> float:
    """A floor 60 dB below the loud frames' strongest bin: what lies under it is not music."""
    return 1e-3 * float(np.percentile(cq.max(axis=0), 90)) + 1e-9


def _whiten(part: FloatMatrix, reference: float) -> FloatMatrix:
    """What rises above the octave around it, in standard deviations of that octave."""
    size = BINS_PER_OCTAVE + 1
    rise = part - uniform_filter1d(part, size, axis=0, mode="nearest")
    variance = uniform_filter1d(rise * rise, size, axis=0, mode="nearest")
    deviation = np.sqrt(np.maximum(variance, 0)) + np.float32(reference)
    return np.asarray(np.maximum(rise, 0) / deviation)


def _semitones(whitened: FloatMatrix, tuning: float) -> FloatMatrix:
    """Retune and add the three bins of each semitone, the middle one in full: (90, n)."""
    position = np.arange(-1, whitened.shape[0] + 1) + tuning * BINS_PER_OCTAVE / 1200
    below = np.floor(position).astype(int)
    share = (position - below).astype(np.float32)[:, np.newaxis]
    last = whitened.shape[0] - 1
    bins = whitened[np.clip(below, 0, last)] * (1 - share)
    bins += whitened[np.clip(below + 1, 0, last)] * share
    return np.asarray(0.5 * bins[0:-2:3] + bins[1:-1:3] + 0.5 * bins[2::3])


def _note_dictionary() -> FloatMatrix:
    """Whitened spectrum (90 semitones) of each of the 84 notes, columns of unit length."""
    n_semitones = N_BINS // _BINS_PER_SEMITONE
    dictionary = np.zeros((n_semitones, _N_NOTES))
    for harmonic in range(1, _N_HARMONICS + 1):
        step = 12 * np.log2(harmonic)
        nearest = round(step)
        # a partial between two semitones (the 7th, the 11th) falls partly outside its bins
        amount = _HARMONIC_DECAY ** (harmonic - 1) * (1 - 2 * abs(step - nearest))
        notes = np.arange(min(_N_NOTES, n_semitones - nearest))
        dictionary[notes + nearest, notes] += amount
    dictionary = _leakage(n_semitones) @ dictionary
    return np.asarray(dictionary / np.linalg.norm(dictionary, axis=0), dtype=np.float32)


def _leakage(n_semitones: int) -> NDArray[np.float64]:
    """Response of semitone k to a tone on semitone j: in the bass the windows are too short
    to part neighbours, and a note's dictionary entry has to know it."""
    frequency = F_MIN * 2.0 ** (np.arange(n_semitones) / 12)
    length = np.minimum(_LOW_FRAME / _LOW_RATE, _LOW_Q / frequency)
    x = (frequency[:, np.newaxis] - frequency[np.newaxis, :]) * length[:, np.newaxis]
    x = np.where(np.abs(np.abs(x) - 1) < 1e-6, 1 + 1e-6, x)
    response = np.abs(np.sinc(x) / (1 - x * x))  # spectrum of a Hann window
    response[np.abs(x) > 2] = 0
    return np.asarray(response)


def _explain(semitones: FloatMatrix, dictionary: FloatMatrix) -> FloatMatrix:
    """Non-negative least squares by multiplicative updates (Lee & Seung 2001), (84, n)."""
    gram = dictionary.T @ dictionary
    match = dictionary.T @ semitones
    notes = match.copy()
    for _ in range(_N_UPDATES):
        notes *= match / (gram @ notes + np.float32(1e-6))
    return np.asarray(notes)
