"""A track's sound on disk, as a mix needs it: stereo, float32, at the mix's sample rate.

Decoded once, block by block, into a raw file of frames (n, 2) that is mapped into memory, so
that a track of any length costs no more memory than what is being played of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from mixolydian.audio.io import SoundHasher, open_audio, shown
from mixolydian.core.errors import InputError, StorageError

Float32 = NDArray[np.float32]
SIDE = float(np.sqrt(0.5))
"""weight of what is in the middle or behind: a mono file is then as loud on two channels as it
measures on one."""
LFE = 3
"""channel that is left out when there are more than four."""
BLOCK = 10.0
"""seconds decoded at once."""


class Source:
    """Frames (n, 2) of a track, silence before and after."""

    def __init__(self, path: Path) -> None:
        self._frames = np.memmap(path, dtype=np.float32, mode="r").reshape(-1, 2)

    def read(self, start: int, stop: int) -> Float32:
        """Samples `start` to `stop`, (2, stop − start)."""
        out = np.zeros((2, stop - start), dtype=np.float32)
        part = self._frames[max(0, start) : max(0, stop)].T
        at = max(0, -start)
        out[:, at : at + part.shape[1]] = part
        return out


def unpack(path: str, track_id: str, sample_rate: int, raw: Path) -> Source:
    """Decode the sound of `path` into the file `raw`.

    Raises
    ------
    InputError
        The sound is not the one the plan was made for (`track_id`), or what reading it raises.
    StorageError
        The disk is full.
    """
    with open_audio(path) as stream:
        hasher = SoundHasher(stream.sample_rate, stream.n_channels)
        blocks = (stereo(block) for block in stream.blocks(BLOCK, hasher))
        try:
            with raw.open("wb") as file:
                for block in _resampled(blocks, stream.sample_rate, sample_rate):
                    file.write(np.ascontiguousarray(block.T).data)
        except OSError as error:
            raise StorageError(f"{raw}: cannot be written ({error}); free some space") from error
    if hasher.hexdigest() != track_id:
        raise InputError(
            f"{shown(path)}: expected the sound that the plan was made for ({track_id}), found "
            f"another ({hasher.hexdigest()}); analyse it again and plan the mix anew"
        )
    return Source(raw)


def stereo(block: Float32) -> Float32:
    """Two channels (2, n) from any number (c, n): front left and right, the others shared."""
    if len(block) == 2:
        return block
    if len(block) == 1:
        return np.repeat(block * np.float32(SIDE), 2, axis=0)
    others = [k for k in range(2, len(block)) if not (len(block) > 4 and k == LFE)]
    left = block[0] + SIDE * sum(block[k] for k in others if k == 2 or k % 2 == 0)
    right = block[1] + SIDE * sum(block[k] for k in others if k == 2 or k % 2 == 1)
    return np.stack([left, right]).astype(np.float32)


def _resampled(blocks: Iterator[Float32], rate: int, wanted: int) -> Iterator[Float32]:
    """`blocks` (2, n) at the sample rate `wanted`."""
    if rate == wanted:
        yield from blocks
        return
    resampler = soxr.ResampleStream(rate, wanted, 2, dtype="float32", quality="VHQ")
    for block in blocks:
        yield resampler.resample_chunk(np.ascontiguousarray(block.T)).T
    yield resampler.resample_chunk(np.zeros((0, 2), dtype=np.float32), last=True).T
