"""Which moments of a track follow each other in the mix: the best paths by dynamic programming.

A path goes from chunk to chunk; it may go on at nearly the speed it has (the tempo may move), or
break off and start anew elsewhere, at a price. So of many places that look alike (loops of eight
bars) the line is taken that explains most chunks in a row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.dj.untangling.heard import Float32
from mixolydian.dj.untangling.searching import HOP, RATE, SPEEDS, Probe, chunks, likeness, parts

THRESHOLD = 0.30
"""likeness above which a chunk speaks for a track."""
STRONG = 0.42
"""likeness above which it is worth looking at a track more closely."""
START = 1.2
"""price of a new path, in likeness."""
LEAST = 0.8
"""support (likeness over the threshold, summed) of a path worth keeping."""
MOST_SPEEDS = 7
_SLACK = 1
"""coarse frames a path may deviate from its speed per hop."""
_NEW = -1


@dataclass(frozen=True, eq=False)
class Trace:
    """Seconds `times` of the mix, the track's `own` seconds then, and how alike (n,) each."""

    times: NDArray[np.float64]
    own: NDArray[np.float64]
    likeness: NDArray[np.float64]
    speeds: NDArray[np.float64]

    @property
    def support(self) -> float:
        """How much it explains, in chunks."""
        return float(np.sum(self.likeness - THRESHOLD))


def worth(best: Float32) -> NDArray[np.int64]:
    """Speeds worth tracing of a track whose largest likeness is `best` (speeds, times)."""
    winner, height = best.argmax(axis=0), best.max(axis=0)
    weight = np.bincount(winner, np.maximum(height - STRONG, 0.0), minlength=len(SPEEDS))
    spread = np.convolve(weight, [0.5, 1.0, 0.5], mode="same")
    chosen = np.argsort(-spread, kind="stable")[:MOST_SPEEDS]
    return np.sort(chosen[spread[chosen] > 0])


def trace(frames: Float32, track: Probe, times: NDArray[np.float64], best: Float32) -> list[Trace]:
    """The paths of `track` in the mix's `frames` (d, n), strongest evidence `best` given."""
    speeds = worth(best)
    if not len(speeds):
        return []
    alike = np.empty((len(times), len(speeds), track.n), dtype=np.float32)
    for i, s in enumerate(speeds):
        for part in parts(len(times)):
            alike[part, i] = likeness(chunks(frames, SPEEDS[s], times[part]), track)
    return [t for t in _paths(alike, speeds, times) if t.support >= LEAST]


def _paths(alike: Float32, speeds: NDArray[np.int64], times: NDArray[np.float64]) -> list[Trace]:
    """Best way through `alike` (times, speeds, frames), cut where it starts anew."""
    n_times, n_speeds, n = alike.shape
    came = np.empty((n_times, n_speeds, n), dtype=np.int8)
    before = np.full(n_times, _NEW, dtype=np.int64)
    value = np.full((n_speeds, n), -np.inf, dtype=np.float32)
    best, best_at = 0.0, _NEW
    tops = []
    for c in range(n_times):
        ahead, way = _ahead(value, speeds)
        fresh = ahead < best - START
        came[c] = np.where(fresh, _NEW, way)
        before[c] = best_at
        value = np.where(fresh, np.float32(best - START), ahead) + alike[c] - THRESHOLD
        top = int(value.argmax())
        tops.append(top)
        if value.flat[top] > best:
            best, best_at = float(value.flat[top]), c
    return _walk(alike, came, before, tops, best_at, speeds, times)


def _ahead(value: Float32, speeds: NDArray[np.int64]) -> tuple[Float32, NDArray[np.int8]]:
    """Best value to come from, and the way: 3 × (speed before − speed + 1) + (slack + 1)."""
    n_speeds, n = value.shape
    out = np.full_like(value, -np.inf)
    way = np.zeros(value.shape, dtype=np.int8)
    for i in range(n_speeds):
        shift = round(float(SPEEDS[speeds[i]]) * HOP * RATE)
        for j in (i, i - 1, i + 1):
            if not 0 <= j < n_speeds or abs(int(speeds[j]) - int(speeds[i])) > 1:
                continue
            for slack in range(-_SLACK, _SLACK + 1):
                step = shift + slack
                if step >= n:
                    continue
                from_there = value[j, : n - step] - np.float32(1e-3 * (i != j))
                better = from_there > out[i, step:]
                out[i, step:][better] = from_there[better]
                way[i, step:][better] = 3 * (j - i + 1) + slack + 1
    return out, way


def _walk(
    alike: Float32,
    came: NDArray[np.int8],
    before: NDArray[np.int64],
    tops: list[int],
    last: int,
    speeds: NDArray[np.int64],
    times: NDArray[np.float64],
) -> list[Trace]:
    """Back from the best end; one trace per unbroken run, in the order of the mix."""
    found: list[Trace] = []
    n = alike.shape[2]
    c = last
    while c != _NEW:
        i, frame = divmod(tops[c], n)
        steps = []
        while True:
            steps.append((times[c], (frame + 0.5) / RATE, alike[c, i, frame], SPEEDS[speeds[i]]))
            way = int(came[c, i, frame])
            if way == _NEW:
                break
            shift = round(float(SPEEDS[speeds[i]]) * HOP * RATE)
            j, slack = way // 3 - 1, way % 3 - 1
            frame, i, c = frame - shift - slack, i + j, c - 1
        found.append(Trace(*np.array(steps[::-1], dtype=np.float64).T))
        c = int(before[c])
    return found[::-1]
