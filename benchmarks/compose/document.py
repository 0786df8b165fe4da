"""The document a benchmark commits: what was run, when, on what, and what came out."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import mixolydian
from benchmarks.compose.hearing import analysis
from benchmarks.compose.pieces import REQUIRED, composer


def parser(name: str, seeds: str, crate: bool = True) -> argparse.ArgumentParser:
    """A command line with what all these benchmarks share."""
    made = argparse.ArgumentParser(prog=f"python -m benchmarks.compose.{name}")
    if crate:
        made.add_argument("--crate", type=Path, required=True, help="folder that keeps the pieces")
    made.add_argument("--genres", default=",".join(REQUIRED), help="genres, comma-separated")
    made.add_argument("--seeds", default=seeds, help="first-last")
    made.add_argument("--jobs", type=int, default=2, help="processes")
    made.add_argument("--out", type=Path, help="write the JSON report here")
    return made


def seeds_of(text: str) -> range:
    """ "1-8" → 1, 2, … 8; one number is that seed alone."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def genres_of(text: str) -> tuple[str, ...]:
    """Names of genres; one that is not known is a mistake of the command line."""
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in REQUIRED]
    if unknown:
        raise SystemExit(f"--genres: expected some of {', '.join(REQUIRED)}; found {unknown[0]!r}")
    return names


def write(name: str, out: Path | None, result: dict[str, Any]) -> None:
    """Write `result` under a head that says how it came about."""
    if out is None:
        return
    head = {
        "command": command(name, sys.argv[1:]),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "composer": composer(),
        "analysis": analysis(),
        "versions": {
            "mixolydian": mixolydian.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "machine": {"processor": platform.machine(), "cores": os.cpu_count()},
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(head | result, indent=1, ensure_ascii=False) + "\n", "utf-8")


def command(name: str, words: Sequence[str]) -> str:
    """The command line; folders of one machine become names that stand for them."""
    shown = [Path(w).name.upper() if w.startswith(("/", "..", "~")) else w for w in words]
    return shlex.join(["python", "-m", f"benchmarks.compose.{name}", *shown])
