"""Speed: what `mixo compose` takes, from the shell to the last file, for 3:00 and 8:00.

Usage: python -m benchmarks.compose.speed --out FILE.json [--genres techno,trance] [--repeat 3]

Each run is a new process that writes everything the command writes by default (mix, stems,
MIDI, truth, picture, project). Wall seconds, CPU seconds (user + system, children included)
and the largest resident set of any process. The fastest run of `--repeat` is the figure,
and the slowest is kept beside it; nothing else should run meanwhile.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.commands import mixo
from benchmarks.compose import document

MINUTES = (3, 8)
TARGETS = {"3": {"wall_seconds": 6.0}, "8": {"wall_seconds": 15.0}, "peak_mib": 1536}


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    written_mib: float
    files: int


def compose(genre: str, minutes: int, seed: int, extra: Sequence[str]) -> Cost:
    """Run the real command once in an empty folder."""
    with tempfile.TemporaryDirectory() as home:
        out = Path(home) / "piece"
        words = ["compose", "--genre", genre, "--minutes", str(minutes), "--seed", str(seed)]
        took = mixo([*words, "--out", str(out), *extra], Path(home))
        written = [p.stat().st_size for p in out.rglob("*") if p.is_file()]
    costs = took.wall_seconds, took.cpu_seconds, took.peak_mib
    return Cost(*costs, sum(written) / 2**20, len(written))


def figures(costs: Sequence[Cost]) -> dict[str, Any]:
    """The fastest run, and the slowest wall beside it."""
    best = min(costs, key=lambda c: c.wall_seconds)
    return {
        "wall_seconds": round(best.wall_seconds, 2),
        "slowest_wall_seconds": round(max(c.wall_seconds for c in costs), 2),
        "cpu_seconds": round(best.cpu_seconds, 2),
        "peak_mib": round(max(c.peak_mib for c in costs)),
        "written_mib": round(best.written_mib),
        "files": best.files,
    }


def main() -> int:
    """Run, print and write; 1 when a target is missed."""
    line = document.parser("speed", "7", crate=False)
    line.set_defaults(genres="techno,trance,drum & bass")
    line.add_argument("--repeat", type=int, default=3, help="runs of each")
    line.add_argument("--extra", default="", help="more words for the command")
    args = line.parse_args()
    seed = document.seeds_of(args.seeds)[0]
    extra = shlex.split(args.extra)
    runs: dict[str, dict[str, Any]] = {}
    for genre in document.genres_of(args.genres):
        for minutes in MINUTES:
            costs = [compose(genre, minutes, seed, extra) for _ in range(args.repeat)]
            runs.setdefault(str(minutes), {})[genre] = figures(costs)
            print(genre, f"{minutes}:00", runs[str(minutes)][genre])
    document.write("speed", args.out, {"targets": TARGETS, "minutes": runs})
    slow = [
        f"{genre} {minutes}:00"
        for minutes, rows in runs.items()
        for genre, row in rows.items()
        if row["wall_seconds"] > TARGETS[minutes]["wall_seconds"]  # type: ignore[index]
        or row["peak_mib"] > TARGETS["peak_mib"]
    ]
    print("".join(f"over its target: {s}\n" for s in slow), end="")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
