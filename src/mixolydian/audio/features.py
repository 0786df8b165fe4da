"""One shared front end: everything estimators look at, each computed at most once.

:class:`Features` is a lazy, memoised view of one sound. It is made either from a
:class:`~mixolydian.core.types.Signal` (each family of frames is computed when first asked
for) or from a stream of blocks (every family in one pass, the sound itself is not kept, so
hours fit in bounded memory). Both give the same frames.

Analysis runs on the mean of the channels, resampled to 22 050 Hz. Rates:

====================  ==========================  ======================
family                attributes                  frames per second
====================  ==========================  ======================
spectrum              mel, rms, peak, onset_*     ``mel_rate`` 86.13
spectral shape        centroid … contrast, mfcc   ``spectral_rate`` 43.07
constant-Q            constant_q, chroma, …       ``chroma_rate``
loudness              loudness                    one measurement
====================  ==========================  ======================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from mixolydian.audio import chroma as chroma_module
from mixolydian.audio import onset, spectrum
from mixolydian.audio.loudness import LoudnessMeasurement, LoudnessStream
from mixolydian.core.types import Signal

ANALYSIS_RATE = 22050
BLOCK_SECONDS = 10.0
SILENCE_PEAK = 1e-4
"""A sound whose peak stays under −80 dBFS is treated as silent."""
EDGE_FRAMES = 6
"""Frames in which the start and the end of a constant ring in the resampler."""

Float32 = NDArray[np.float32]


class _Stream(Protocol):
    def push(self, y: Any, /) -> None: ...
    def finish(self) -> Any: ...


_MONO_STREAMS: dict[str, Callable[[], _Stream]] = {
    "spectrum": lambda: spectrum.SpectrumStream(ANALYSIS_RATE),
    "constant_q": lambda: chroma_module.ConstantQStream(),
}
FAMILIES = (*_MONO_STREAMS, "loudness")


def _mono_blocks(blocks: Iterable[Float32], sample_rate: int) -> Iterator[Float32]:
    """The mean of the channels at the analysis rate, block by block.

    The resampler's output is independent of the blocks' length.
    """
    resampler = soxr.ResampleStream(sample_rate, ANALYSIS_RATE, 1, dtype="float32", quality="HQ")
    for block in blocks:
        yield resampler.resample_chunk(np.ascontiguousarray(block.mean(axis=0)))
    yield resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True)


class Features:
    """A lazy view of one Signal; see the module's table for what it holds.

    Public array attributes are read-only by convention: they are shared by every estimator.
    """

    mel_rate = ANALYSIS_RATE / spectrum.HOP_LENGTH
    spectral_rate = ANALYSIS_RATE / (spectrum.HOP_LENGTH * spectrum.SHAPE_STEP)
    chroma_rate = ANALYSIS_RATE / chroma_module.HOP_LENGTH

    def __init__(self, signal: Signal) -> None:
        self._signal: Signal | None = signal
        self.sample_rate = signal.sample_rate
        self.n_channels = signal.n_channels
        self.duration = signal.duration
        self._families: dict[str, Any] = {}
        self._running: dict[str, NDArray[np.float64]] = {}

    @classmethod
    def from_blocks(cls, blocks: Iterable[Float32], sample_rate: int, n_channels: int) -> Features:
        """Every family in one pass over `blocks`, each float32 (n_channels, n)."""
        features = cls.__new__(cls)
        features._signal = None
        features.sample_rate = sample_rate
        features.n_channels = n_channels
        features._families = {}
        features._running = {}
        features.duration = features._run(blocks, FAMILIES) / sample_rate
        return features

    @classmethod
    def from_families(
        cls, families: Mapping[str, Any], sample_rate: int, n_channels: int, duration: float
    ) -> Features:
        """Frames that were computed before and kept; every one of ``FAMILIES``."""
        features = cls.__new__(cls)
        features._signal = None
        features.sample_rate = sample_rate
        features.n_channels = n_channels
        features.duration = duration
        features._families = dict(families)
        features._running = {}
        return features

    @property
    def families(self) -> Mapping[str, Any]:
        """Every family's frames, computed now where they were not."""
        return {name: self._family(name) for name in FAMILIES}

    def _run(self, blocks: Iterable[Float32], families: Iterable[str]) -> int:
        """Compute `families` from `blocks`; the number of samples seen."""
        wanted = set(families)
        mono = {name: make() for name, make in _MONO_STREAMS.items() if name in wanted}
        loudness = LoudnessStream(self.sample_rate, self.n_channels)
        n_samples = 0

        def tapped() -> Iterator[Float32]:
            nonlocal n_samples
            for block in blocks:
                n_samples += block.shape[1]
                if "loudness" in wanted:
                    loudness.push(block)
                yield block

        for y in _mono_blocks(tapped(), self.sample_rate) if mono else tapped():
            for stream in mono.values():
                stream.push(y)
        self._families |= {name: stream.finish() for name, stream in mono.items()}
        if "loudness" in wanted:
            self._families["loudness"] = loudness.finish()
        return n_samples

    def _family(self, name: str) -> Any:
        if name not in self._families:
            self._run(self._signal_blocks(), [name])
        return self._families[name]

    def _signal_blocks(self) -> Iterator[Float32]:
        if self._signal is None:
            return
        step = int(BLOCK_SECONDS * self.sample_rate)
        for start in range(0, self._signal.samples.shape[1], step):
            yield self._signal.samples[:, start : start + step]

    # ------------------------------------------------------------------ spectrum
    @property
    def spectrum(self) -> spectrum.Spectrum:
        """Mel power, levels and spectral shape, see :class:`spectrum.Spectrum`."""
        result: spectrum.Spectrum = self._family("spectrum")
        return result

    @property
    def mel(self) -> Float32:
        """Mel power (64, n), 30–11 000 Hz, at ``mel_rate``."""
        return self.spectrum.mel

    @property
    def rms(self) -> Float32:
        """Level (n,), linear, of the mono mix at ``mel_rate``."""
        return self.spectrum.rms

    @property
    def peak(self) -> Float32:
        """Largest absolute sample (n,) of the mono mix at ``mel_rate``."""
        return self.spectrum.peak

    @property
    def centroid(self) -> Float32:
        """Spectral centroid (m,) in Hz at ``spectral_rate``."""
        return self.spectrum.centroid

    @property
    def bandwidth(self) -> Float32:
        """Spectral bandwidth (m,) in Hz at ``spectral_rate``."""
        return self.spectrum.bandwidth

    @property
    def rolloff(self) -> Float32:
        """Frequency (m,) in Hz under which 85 % of the magnitude lies."""
        return self.spectrum.rolloff

    @property
    def flatness(self) -> Float32:
        """Spectral flatness (m,) in [0, 1]: 1 for white noise."""
        return self.spectrum.flatness

    @property
    def zero_crossing_rate(self) -> Float32:
        """Zero crossings per sample (m,)."""
        return self.spectrum.zero_crossing_rate

    @property
    def contrast(self) -> Float32:
        """Octave-band spectral contrast (7, m) in dB."""
        return self.spectrum.contrast

    @property
    def mfcc(self) -> Float32:
        """MFCC (20, m), level-free except coefficient 0."""
        return self.spectrum.mfcc

    @cached_property
    def is_silent(self) -> bool:
        """Whether no sample rises over −80 dBFS, or all stand still (a constant, DC)."""
        moving = int((self.peak > 1.02 * self.rms + 1e-6).sum())
        still = moving <= EDGE_FRAMES and float(np.median(self.peak)) > SILENCE_PEAK
        return still or bool(self.peak.max(initial=0.0) < SILENCE_PEAK)

    # ------------------------------------------------------------------ onsets
    @cached_property
    def _onsets_and_texture(self) -> tuple[Float32, Float32]:
        return onset.onsets_and_texture(self.mel)

    @property
    def texture(self) -> Float32:
        """Mel level in dB in 16 coarse bands (16, n): what sounds, roughly."""
        return self._onsets_and_texture[1]

    @cached_property
    def sharp_onset_bands(self) -> Float32:
        """``onset_bands`` (5, n) less their slow swell: attacks only."""
        return onset.sharpen(self.onset_bands, self.mel_rate)

    @property
    def onset_bands(self) -> Float32:
        """Onset strength (5, n) per frequency band at ``mel_rate``."""
        return self._onsets_and_texture[0]

    @cached_property
    def onset_envelope(self) -> Float32:
        """Onset strength (n,) over all bands at ``mel_rate``."""
        return onset.onset_envelope(self.onset_bands, self.mel_rate)

    def running_sum(self, attribute: str) -> NDArray[np.float64]:
        """Cumulative sums (r, n + 1) of the frames of `attribute`: any stretch's mean."""
        if attribute not in self._running:
            frames = getattr(self, attribute)
            total = np.zeros((frames.shape[0], frames.shape[1] + 1))
            np.cumsum(frames, axis=1, dtype=np.float64, out=total[:, 1:])
            self._running[attribute] = total
        return self._running[attribute]

    # ------------------------------------------------------------------ pitch
    @property
    def constant_q(self) -> Float32:
        """Constant-Q magnitude (n_bins, k) at ``chroma_rate``."""
        result: Float32 = self._family("constant_q")
        return result

    @cached_property
    def tuning(self) -> float:
        """Deviation from A4 = 440 Hz in cents, within [−50, 50)."""
        return chroma_module.estimate_tuning(self.constant_q)

    @cached_property
    def salience(self) -> Float32:
        """How strongly each of the 84 notes from A0 up sounds (84, k), tuning corrected."""
        return chroma_module.note_salience(self.constant_q, self.tuning)

    @cached_property
    def chroma(self) -> Float32:
        """Chroma (12, k), pitch class 0 = C, tuning corrected."""
        return chroma_module.fold(self.salience, chroma_module.TREBLE)

    @cached_property
    def bass_chroma(self) -> Float32:
        """Chroma (12, k) of the bass register."""
        return chroma_module.fold(self.salience, chroma_module.BASS)

    # ------------------------------------------------------------------ loudness
    @property
    def loudness(self) -> LoudnessMeasurement:
        """EBU R128 measurement of all channels at the file's own rate."""
        result: LoudnessMeasurement = self._family("loudness")
        return result
