"""Which track a moment of the mix might be, at which speed: every moment against every track.

The mix is cut into chunks of 12 s. A chunk is played at each of 17 speeds and correlated with
every moment of a track by fast Fourier transform; a likeness is a cosine in [−1, 1] over all
dimensions and frames of the chunk. Key-lock leaves a frame's spectrum as it is, so a stretched
track lies on a straight line whose slope is its speed (own seconds per second of the mix).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from mixolydian.dj.untangling.frames import sampled
from mixolydian.dj.untangling.heard import Float32

RATE = 10.0
"""coarse frames per second of the track."""
CHUNK_SECONDS = 12.0
"""of the track; in the mix this over the speed."""
HOP = 3.0
"""seconds of the mix from chunk to chunk."""
WIDEST = 0.125
SPEEDS: NDArray[np.float64] = np.exp(np.linspace(-1, 1, 17) * np.log(1 + WIDEST))
_LENGTH = round(CHUNK_SECONDS * RATE)
_BATCH = 24


@dataclass(frozen=True, eq=False)
class Probe:
    """A track ready to be correlated with: its spectrum (d, f) and the norm (n,) of what lies
    under a chunk centred on each of its n coarse frames."""

    spectrum: NDArray[np.complex64]
    norms: Float32
    size: int

    @property
    def n(self) -> int:
        """Coarse frames of the track."""
        return len(self.norms)


def probe(frames: Float32) -> Probe:
    """Of a track's decorrelated `frames` (d, n) at the mel rate."""
    coarse = sampled(frames, RATE)
    half = _LENGTH // 2
    padded = np.pad(coarse, ((0, 0), (half, _LENGTH - half)))
    power = np.concatenate([[0.0], np.cumsum(np.square(padded, dtype=np.float64).sum(axis=0))])
    under = power[_LENGTH:] - power[:-_LENGTH]
    usual = float(np.median(under)) if under.size else 0.0
    norms = np.sqrt(np.maximum(under, 0.1 * usual) + 1e-9)[: coarse.shape[1]]
    size = fft.next_fast_len(padded.shape[1], real=True)
    spectrum = np.asarray(fft.rfft(padded, size, axis=1), dtype=np.complex64)
    return Probe(spectrum, norms.astype(np.float32), size)


def centres(duration: float) -> NDArray[np.float64]:
    """Seconds of the mix on which chunks are centred."""
    return np.arange(HOP, max(duration - HOP, HOP + 1e-6), HOP)


def chunks(frames: Float32, speed: float, times: NDArray[np.float64]) -> Float32:
    """Chunks (c, d, 120) of the mix's `frames` (d, n, mel rate) around `times`, as they would
    be if the track ran at `speed`; silence beyond the ends."""
    coarse = np.pad(sampled(frames, RATE * speed), ((0, 0), (_LENGTH, 2 * _LENGTH)))
    starts = np.round(times * speed * RATE).astype(np.int64) - _LENGTH // 2 + _LENGTH
    starts = np.minimum(starts, coarse.shape[1] - _LENGTH)
    return np.stack([coarse[:, i : i + _LENGTH] for i in starts])


def likeness(block: Float32, track: Probe) -> Float32:
    """Cosine (c, n) of each chunk (c, d, 120) centred on each coarse frame of `track`."""
    spectra = np.conj(fft.rfft(block, track.size, axis=2))
    products = np.einsum("cdf,df->cf", spectra, track.spectrum, optimize=True)
    found = fft.irfft(products, track.size, axis=1)[:, : track.n]
    norms = np.sqrt(np.square(block).sum(axis=(1, 2)))[:, np.newaxis]
    return np.asarray(found / (np.maximum(norms, 1e-3) * track.norms), dtype=np.float32)


def best_likeness(
    frames: Float32,
    tracks: Sequence[Probe],
    times: NDArray[np.float64],
    tick: Callable[[float], None] | None = None,
) -> Float32:
    """Largest likeness (tracks, speeds, times) of the mix around `times` to any moment."""
    found = np.zeros((len(tracks), len(SPEEDS), len(times)), dtype=np.float32)
    for s, speed in enumerate(SPEEDS):
        for part in parts(len(times)):
            block = chunks(frames, speed, times[part])
            for k, track in enumerate(tracks):
                found[k, s, part] = likeness(block, track).max(axis=1, initial=-1.0)
        if tick is not None:
            tick((s + 1) / len(SPEEDS))
    return found


def parts(n: int) -> Iterator[slice]:
    """`n` chunks in portions that fit in the cache."""
    for start in range(0, n, _BATCH):
        yield slice(start, min(start + _BATCH, n))
