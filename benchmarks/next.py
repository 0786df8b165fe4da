"""What comes next: taste on held-out listeners, sequence on simulated sets, and speed.

Usage: python -m benchmarks.next taste|sets|speed|learned [--data DIR] [--out FILE.json]

DIR holds `lastfm_hetrec/user_artists.dat`. The parts are reported apart, for they say different
things: taste is of real listeners and of artists, sets are of tracks and simulated
(`benchmarks/next_sets.py` says how, and what that is worth). Results of the other parts in the file
are kept.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mixolydian
from benchmarks import next_sets, next_speed, next_taste

OF_DATA = ("taste", "learned")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure one part and write it into the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("part", choices=("taste", "sets", "speed", "learned"))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--tracks", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/next.json"))
    options = parser.parse_args(arguments)
    if options.part in OF_DATA and options.data is None:
        parser.error(f"expected --data DIR for {options.part}")
    found = _measured(options)
    document = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    document[options.part] = about(options.part) | found
    options.out.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))
    return 0


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    if options.part == "taste":
        return next_taste.measure(options.data)
    if options.part == "learned":
        # torch is needed for nothing else here
        return importlib.import_module("benchmarks.next_learned").measure(options.data)
    return next_sets.measure() if options.part == "sets" else next_speed.measure(options.tracks)


def about(part: str) -> dict[str, Any]:
    """What the figures are of."""
    data = " --data DIR" if part in OF_DATA else ""
    return {
        "command": f"python -m benchmarks.next {part}{data}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"mixolydian": mixolydian.__version__, "python": platform.python_version()},
    }


if __name__ == "__main__":
    sys.exit(main())
