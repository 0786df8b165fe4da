"""Real sounds for the comparison of music detection: recordings nobody learnt from, as clips.

Emotify (400 tracks of classical, electronic, pop and rock; here 280), the examples of librosa,
sung clips of voice_to_midi (16 kHz) and UltraStar songs: for evaluation only. Each file gives
its middle clip (songs of UltraStar all of theirs); clips of 4 s are strung together. What is
shorter than a clip has silence after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from mixolydian.audio.features import ANALYSIS_RATE, Features
from mixolydian.audio.io import read
from mixolydian.core.types import Signal
from mixolydian.training.clips import Clip, clips_of
from mixolydian.training.summaries import SECONDS

SPARE = 0.1
"""seconds a clip is cut longer than it must be, since frames need whole windows."""
NO_MUSIC = ("198-209", "3436-", "5703-", "bird-whistling", "humpback", "pibble")
"""librosa_data: three readings of books, a robin, a whale, a dog; the rest is music."""
SOUNDS = (".ogg", ".opus", ".flac", ".wav", ".mp3")
Mono = NDArray[np.float32]


def mono(path: Path, rate: int = ANALYSIS_RATE) -> Mono:
    """A file's sound (n,) at `rate`."""
    signal = read(path)
    found = signal.samples.mean(axis=0)
    return np.asarray(soxr.resample(found, signal.sample_rate, rate), dtype=np.float32)


def middle(y: Mono, seconds: float, rate: int = ANALYSIS_RATE) -> Mono:
    """The middle of a sound; silence behind what is too short."""
    n = round(seconds * rate)
    start = max(0, (len(y) - n) // 2)
    return np.pad(y[start : start + n], (0, max(0, n - len(y))))


def heard_clips(y: Mono, music: bool, name: str, origin: str) -> list[Clip]:
    """The whole clips of a sound at the analysis rate."""
    return clips_of(Features(Signal(y, ANALYSIS_RATE)), music, f"{origin}/{name}", name, origin)


def files(folder: Path) -> list[Path]:
    """The sounds under a folder."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in SOUNDS)


def real_clips(evaluate: Path, step: int = 1) -> Iterator[Clip]:
    """Clips of every corpus that is at hand; of emotify one file in `step`."""
    for path in files(evaluate / "emotify")[::step]:
        yield from heard_clips(middle(mono(path), SECONDS + SPARE), True, path.stem, "emotify")
    for path in files(evaluate / "librosa_data"):
        music = not any(part in path.name for part in NO_MUSIC)
        yield from heard_clips(_filled(mono(path)), music, path.stem, "librosa")
    yield from _sung(files(evaluate / "voice_to_midi")[:: max(1, step // 2)])
    for path in files(evaluate / "ultrastar"):
        yield from heard_clips(mono(path), True, path.parent.name, "ultrastar")


def _filled(y: Mono) -> Mono:
    return np.pad(y, (0, max(0, round((SECONDS + SPARE) * ANALYSIS_RATE) - len(y))))


def _sung(paths: Sequence[Path]) -> Iterator[Clip]:
    """Sung clips of 4 s, three to a clip of 10 s."""
    for at in range(0, len(paths) - 2, 3):
        y = np.concatenate([mono(path) for path in paths[at : at + 3]])
        yield from heard_clips(y, True, paths[at].stem, "voice_to_midi")
