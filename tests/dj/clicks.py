"""Tracks of clicks on known grids, written as wav, and how far what is heard lies from a beat."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from mixolydian.audio.io import track_id
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import PlannedTrack

RATE = 44100


def click_sound(grid: Grid, seconds: float, seed: int = 0, rate: int = RATE) -> np.ndarray:
    """(2, n): a sharp click and a short low tone on every beat of `grid`."""
    n = round(seconds * rate)
    y = np.zeros(n + rate, dtype=np.float64)
    rng = np.random.default_rng(seed)
    t = np.arange(2400) / rate
    hit = np.sin(2 * np.pi * 60 * t) * np.exp(-t / 0.02) + 0.0
    hit[:600] += rng.standard_normal(600) * np.exp(-np.arange(600) / 90)
    for beat in range(int(np.ceil(grid.beat_at(0.0))), int(grid.beat_at(seconds)) + 1):
        at = round(grid.time_at(beat) * rate)
        if 0 <= at < n:
            y[at : at + len(hit)] += 0.15 * hit
    return np.stack([y[:n], y[:n]]).astype(np.float32)


def click_track(
    folder: Path, name: str, grid: Grid, seconds: float, rate: int = RATE, **placed: object
) -> PlannedTrack:
    """The track of clicks on `grid`, written and planned."""
    path = folder / f"{name}.wav"
    soundfile.write(path, click_sound(grid, seconds, len(name), rate).T, rate, "FLOAT")
    values = {
        "path": str(path),
        "track_id": track_id(path),
        "title": name,
        "duration": seconds,
        "grid": grid,
        "at": 0.0,
        "start": 0.0,
        "end": float(np.floor(grid.beat_at(seconds))),
    }
    return PlannedTrack(**(values | placed))  # type: ignore[arg-type]


def attack_offsets(y: np.ndarray, rate: int, times: np.ndarray, reach: float = 0.06) -> np.ndarray:
    """Milliseconds by which the attack near each of `times` lies late; y is (2, n).

    An attack is where the sharpness first exceeds a third of its largest near the beat.
    """
    sharp = np.abs(np.diff(y.mean(axis=0), 2))
    width = round(reach * rate)
    offsets = []
    for time in times:
        at = time * rate
        first = round(at) - width
        if first < 0 or first + 2 * width > len(sharp):
            continue
        near = sharp[first : first + 2 * width]
        onset = int(np.argmax(near > near.max() / 3))
        offsets.append((first + onset + 1 - at) / rate * 1000)
    return np.array(offsets)
