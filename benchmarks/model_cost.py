"""What the trained models cost: their share of an analysis's CPU time, and their bytes.

Usage: python -m benchmarks.model_cost [--minutes 3] [--repeats 5] [--out FILE.json]

A composed piece is analysed from its file again and again (decoding, frames, all questions), and
then the questions that models answer are asked once more on the same frames. The share is the
median CPU time of these over that of the whole; one thread. Ratios, for machines differ.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import soundfile

import mixolydian
from mixolydian.core.settings import read_settings
from mixolydian.creation.ask import Wish, ask
from mixolydian.estimators import default, listen
from mixolydian.models.store import Store
from mixolydian.training.datasets.composed import composed_item
from mixolydian.workflows.listening import gather

QUESTIONS = ("music", "genre", "emotion", "timbre")
TARGET_SHARE, TARGET_BYTES = 0.15, 10_000_000


def spent(work: Callable[[], Any]) -> float:
    """CPU seconds of `work`."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measured(path: str, repeats: int) -> dict[str, Any]:
    """Median CPU seconds of the analysis and of each question a model answers."""
    features, _, _ = gather(path)
    answers = listen(features)
    whole = [spent(lambda: listen(gather(path)[0])) for _ in range(repeats)]
    parts = {
        question: median(
            spent(lambda q=question: default(q).estimate(features, answers))  # type: ignore[misc]
            for _ in range(repeats)
        )
        for question in QUESTIONS
    }
    total = median(whole)
    return {
        "cpu_seconds": round(total, 3),
        "share": {question: round(each / total, 4) for question, each in parts.items()},
        "share_of_all": round(sum(parts.values()) / total, 4),
        "real_time": round(features.duration / total, 1),
    }


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", default="benchmarks/results/model_cost.json")
    given = parser.parse_args()
    item = composed_item("piece", ask(Wish(genre="house", seconds=60 * given.minutes, seed=3)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "piece.flac"
        soundfile.write(path, item.samples.T, item.sample_rate)
        found = measured(str(path), given.repeats)
    shipped = Store(read_settings().home).installed()
    size = {m.name: m.card.bytes for m in shipped if m.current and m.card is not None}
    result = {
        "made_by": "python -m benchmarks.model_cost",
        "date": datetime.date.today().isoformat(),
        "version": mixolydian.__version__,
        "minutes": given.minutes,
        **found,
        "bytes": size,
        "bytes_together": sum(size.values()),
        "targets": {"share_of_all": TARGET_SHARE, "bytes_together": TARGET_BYTES},
    }
    print(json.dumps(result, indent=1))
    Path(given.out).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
