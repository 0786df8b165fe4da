"""Genres: can they be told apart, and do the seeds of one genre differ?

Usage: python -m benchmarks.compose.genres --crate DIR --out FILE.json [--seeds 1-16] [--jobs 2]

What our analysis hears of every piece (tempo, an average bar's groove, timbre, spectral
balance, dynamics; `features`) goes to a linear discriminant (`classifier`),
trained on the odd seeds and asked about the even ones. Distances are Euclidean between
standardised feature vectors, divided by √d so that 1 is a standard deviation per feature;
as a yardstick, each genre's first piece is encoded as mp3 at 128 kbit/s and its distance to
itself measured: two seeds must lie much further apart than two encodings of one track.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.compose import document
from benchmarks.compose.classifier import best_shrinkage, train
from benchmarks.compose.hearing import hear, listen_to
from benchmarks.compose.pieces import Order, fill, mapped

Array = NDArray[np.float64]
TARGET = 0.90
BIT_RATE = 128_000
MIN_RATIO = 3.0
"""How many times further apart than two encodings the nearest seeds of a genre must lie."""


@dataclass(frozen=True, eq=False)
class Table:
    """Feature vectors `x` (n, d) of pieces with their genres and seeds."""

    x: Array
    genres: tuple[str, ...]
    seeds: Array

    def rows(self, chosen: NDArray[np.bool_]) -> tuple[Array, list[str]]:
        """Vectors and genres of the chosen pieces."""
        return self.x[chosen], [g for g, take in zip(self.genres, chosen, strict=True) if take]


def read(orders: Sequence[Order], jobs: int) -> Table:
    """What is heard of every piece."""
    x = np.array([heard.vector for heard in hear(list(orders), jobs)])
    return Table(x, tuple(o.genre for o in orders), np.array([o.seed for o in orders]))


# --------------------------------------------------------------------- telling apart


def told_apart(table: Table) -> dict[str, Any]:
    """Accuracy on the even seeds, and who is taken for whom."""
    odd = table.seeds % 2 == 1
    x, y = table.rows(odd)
    held, truth = table.rows(~odd)
    shrinkage = best_shrinkage(x, y)
    told = train(x, y, shrinkage).told(held)
    right = sum(t == g for t, g in zip(told, truth, strict=True))
    confusion = {g: Counter(t for t, h in zip(told, truth, strict=True) if h == g) for g in truth}
    return {
        "trained_on": len(y),
        "asked_about": len(truth),
        "features": int(table.x.shape[1]),
        "shrinkage": shrinkage,
        "accuracy": round(right / len(truth), 4),
        "confusion": {g: dict(row.most_common()) for g, row in confusion.items()},
        "mistaken": [
            f"{g} {int(s)} taken for {t}"
            for g, s, t in zip(truth, table.seeds[~odd], told, strict=True)
            if t != g
        ],
    }


# -------------------------------------------------------------------------- distances


def distances(a: Array, b: Array) -> Array:
    """RMS difference per feature (n, m) between rows of `a` (n, d) and `b` (m, d)."""
    return np.asarray(np.sqrt(((a[:, np.newaxis] - b[np.newaxis]) ** 2).mean(axis=2)))


def neighbours(table: Table, encoded: dict[str, Array]) -> dict[str, Any]:
    """Genre → nearest neighbours within and beyond it, and the distance of two encodings."""
    centre, scale = table.x.mean(axis=0), np.maximum(table.x.std(axis=0), 1e-9)
    z = (table.x - centre) / scale
    apart = distances(z, z)
    np.fill_diagonal(apart, np.inf)
    names = np.array(table.genres)
    result = {}
    for genre in dict.fromkeys(table.genres):
        own, other = names == genre, names != genre
        within, beyond = apart[np.ix_(own, own)].min(axis=1), apart[np.ix_(own, other)].min(axis=1)
        first = int(np.flatnonzero(own)[0])
        same = distances(z[first : first + 1], ((encoded[genre] - centre) / scale)[np.newaxis])
        result[genre] = {
            "nearest_within": round(float(within.min()), 3),
            "median_nearest_within": round(float(np.median(within)), 3),
            "nearest_beyond": round(float(beyond.min()), 3),
            "median_nearest_beyond": round(float(np.median(beyond)), 3),
            "two_encodings": round(float(same[0, 0]), 3),
        }
    return result


def encode(order: Order) -> Array:
    """The feature vector of a piece after mp3 at 128 kbit/s."""
    copy = order.folder / f"{order.name}.mp3"
    _as_mp3(order.sound, copy)
    vector = np.array(listen_to(copy)["vector"])
    copy.unlink()
    return vector


def _as_mp3(source: Path, path: Path) -> None:
    samples, rate = soundfile.read(source, dtype="float32", always_2d=True)
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=rate, layout="stereo")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout="stereo"
        )
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


# ----------------------------------------------------------------------------- report


def show(report: dict[str, Any]) -> None:
    """Print accuracy, mistakes and distances."""
    told = report["told_apart"]
    print(f"accuracy {told['accuracy']:.3f} of {told['asked_about']}, {told['features']} features")
    print("".join(f"  {line}\n" for line in told["mistaken"]), end="")
    columns = list(next(iter(report["neighbours"].values())))
    print(f"{'':14}" + "".join(c.rjust(24) for c in columns))
    for genre, row in report["neighbours"].items():
        print(f"{genre:14}" + "".join(f"{v:24.3f}" for v in row.values()))


def main() -> int:
    """Compose, hear, tell apart, print and write; 1 when a target is missed."""
    args = document.parser("genres", "1-16").parse_args()
    genres = document.genres_of(args.genres)
    orders = fill(args.crate, genres, document.seeds_of(args.seeds), args.jobs)
    table = read(orders, args.jobs)
    first = [next(o for o in orders if o.genre == genre) for genre in genres]
    encoded = dict(zip(genres, mapped(encode, first, args.jobs, "encoding"), strict=True))
    report = {
        "pieces": len(orders),
        "target": TARGET,
        "told_apart": told_apart(table),
        "neighbours": neighbours(table, encoded),
    }
    show(report)
    document.write("genres", args.out, report)
    near = report["neighbours"].values()
    distinct = all(row["nearest_within"] > MIN_RATIO * row["two_encodings"] for row in near)
    return int(report["told_apart"]["accuracy"] < TARGET or not distinct)


if __name__ == "__main__":
    sys.exit(main())
