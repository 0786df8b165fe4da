"""Render a crate of electronic and pop pieces with exact truth.

``python -m benchmarks.crate.render_electronic --out DIR --pieces 60 --seed 1``

Pieces go through every genre of `creation.genres` and all 24 keys in turn; tempi, forms,
mixes, tuning, swing, drift and silence before the first beat are drawn from the seed
(`training/datasets/briefs.py`, profile BENCHMARK). Every third piece also gets one degraded
copy (64 kbit/s mp3, noise at 10–20 dB, telephone band).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.crate.degrade import VARIANTS, degrade
from benchmarks.crate.store import write_piece
from mixolydian.creation.brief import Brief
from mixolydian.training.datasets.briefs import random_briefs
from mixolydian.training.datasets.composed import composed_item, with_loudness
from mixolydian.training.datasets.profiles import BENCHMARK
from mixolydian.training.datasets.store import write_index


def render_piece(folder: Path, number: int, brief: Brief, degraded: bool) -> list[str]:
    """Render one brief and perhaps a degraded copy; the names of the truth files."""
    name = f"{number:03d}_{brief.genre.replace(' ', '_').replace('&', 'and')}"
    item = with_loudness(composed_item(name, brief))
    names = [write_piece(folder, name, item.samples, item.sample_rate, item.truth)]
    if degraded:
        variant = VARIANTS[(number // 3) % len(VARIANTS)]
        copy = degrade(item.samples, item.sample_rate, variant, brief.seed)
        truth = {**item.truth, "variant": variant}
        names.append(write_piece(folder, f"{name}_{variant}", copy, item.sample_rate, truth))
    return names


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the crate")
    parser.add_argument("--pieces", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", default="60-100", help="shortest-longest piece")
    parser.add_argument("--no-degraded", action="store_true", help="clean pieces only")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Render the crate; returns the exit code."""
    options = _arguments(argv)
    low, high = (float(x) for x in options.seconds.split("-"))
    names: list[str] = []
    briefs = random_briefs(options.pieces, options.seed, (low, high), BENCHMARK)
    facts = {"made_by": "benchmarks.crate.render_electronic", "seed": options.seed}
    for number, brief in enumerate(briefs):
        names += render_piece(
            options.out, number, brief, number % 3 == 0 and not options.no_degraded
        )
        write_index(options.out, names, facts)
        print(f"{number + 1}/{len(briefs)} {names[-1]}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
