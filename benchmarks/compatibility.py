"""Whether compatibility orders pairs whose order is known, beside Camelot alone.

Usage: python -m benchmarks.compatibility [--pieces 10] [--seconds 48] [--out FILE.json]

A piece is composed; everything else is made from its brief or its sound, analysed from the sound
alone, and matched against it. What is planted, and the grade of each (only the order counts):

========  ============================================  =====
family    copy                                          grade
========  ============================================  =====
tuning    10, 25, 50 cents up, the tempo kept           3 2 0
tempo     3 % faster, 6 % slower, 12 % faster, key kept 3 2 1
key       a fifth down, a semitone up, a tritone up     2 0 0
partner   another piece on the same chords and key      3
          another piece in the key, other chords        2
          the first partner 50 cents up                 0
          the first partner a semitone up               0
========  ============================================  =====

and in every family the piece itself (4). Theory is unambiguous about these: a quarter tone and a
semitone against the same music are the worst there is; how a tritone stands beside a semitone,
or 25 cents beside 6 %, is not said, and "all" (every copy of a piece together) is the harder
and the more debatable order. Spearman's correlation between grade and value is taken per piece
and family; a value that is the same for all copies orders nothing and counts 0. Intervals are
percentiles of a bootstrap over pieces. Baselines use the same analysed keys and tempi: Camelot
alone, and Camelot times the comfort of the stretch.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

import mixolydian
from mixolydian.audio.features import Features
from mixolydian.audio.stretch import stretched
from mixolydian.core.types import Analysis, Signal
from mixolydian.creation.ask import Wish, ask
from mixolydian.creation.brief import Brief
from mixolydian.creation.edit import Changes, edited
from mixolydian.dj.compatibility.harmonic import key_relation
from mixolydian.dj.compatibility.match import match
from mixolydian.dj.compatibility.rhythmic import tempo_relation
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.portraying import portray
from mixolydian.estimators import listen
from mixolydian.training.datasets.composed import composed_item

GENRES = (
    "techno", "house", "deep house", "trance", "tech house", "progressive", "electro",
    "minimal", "breakbeat", "uk garage",
)  # fmt: skip
CHORDS, OTHER_CHORDS = "i VI III VII", "i iv v iv"
COPIES: tuple[tuple[str, str, int], ...] = (
    ("tuning", "10 cents", 3), ("tuning", "25 cents", 2), ("tuning", "50 cents", 0),
    ("tempo", "+3 %", 3), ("tempo", "-6 %", 2), ("tempo", "+12 %", 1),
    ("key", "-5 semitones", 2), ("key", "+1 semitone", 0), ("key", "+6 semitones", 0),
    ("partner", "same chords", 3), ("partner", "other chords", 2),
    ("partner", "same chords, 50 cents", 0), ("partner", "same chords, +1 semitone", 0),
)  # fmt: skip
FAMILIES = ("tuning", "tempo", "key", "partner")
DRAWS = 2000


def portrait(samples: Any, rate: int, name: str) -> Portrait:
    """The portrait of a sound, from the sound alone."""
    features = Features(Signal(samples, rate))
    analysis = Analysis(features.duration, listen(features))
    return portray(features, analysis, track_id=name, path=name, title=name, artist="")


def pieces(brief: Brief, other: Brief) -> dict[str, Portrait]:
    """The piece ("itself") and every copy of it, by name."""
    item = composed_item("a", brief)
    partner = composed_item("b", edited(other, Changes(progression=CHORDS)))
    stranger = composed_item(
        "c", edited(replace(other, seed=other.seed + 1), Changes(progression=OTHER_CHORDS))
    )
    rate = item.sample_rate
    made: dict[str, Callable[[], Any]] = {
        "itself": lambda: item.samples,
        "10 cents": lambda: stretched(item.samples, 1.0, 0.1, rate),
        "25 cents": lambda: stretched(item.samples, 1.0, 0.25, rate),
        "50 cents": lambda: stretched(item.samples, 1.0, 0.5, rate),
        "+3 %": lambda: stretched(item.samples, 1.03, 0.0, rate),
        "-6 %": lambda: stretched(item.samples, 0.94, 0.0, rate),
        "+12 %": lambda: stretched(item.samples, 1.12, 0.0, rate),
        "-5 semitones": lambda: stretched(item.samples, 1.0, -5.0, rate),
        "+1 semitone": lambda: stretched(item.samples, 1.0, 1.0, rate),
        "+6 semitones": lambda: stretched(item.samples, 1.0, 6.0, rate),
        "same chords": lambda: partner.samples,
        "other chords": lambda: stranger.samples,
        "same chords, 50 cents": lambda: stretched(partner.samples, 1.0, 0.5, rate),
        "same chords, +1 semitone": lambda: stretched(partner.samples, 1.0, 1.0, rate),
    }  # fmt: skip
    return {name: portrait(make(), rate, name) for name, make in made.items()}


def judged(a: Portrait, b: Portrait) -> dict[str, float]:
    """Our value and the baselines'."""
    camelot = key_relation(a.key, b.key, 0)[0]
    return {
        "ours": match(a, b).value,
        "camelot": camelot,
        "camelot and bpm": camelot * tempo_relation(a, b).value,
    }


def correlation(grades: Sequence[float], values: Sequence[float]) -> float:
    """Spearman's, 0 where the values order nothing."""
    rounded = np.round(np.asarray(values), 6)
    return 0.0 if np.ptp(rounded) == 0 else float(spearmanr(grades, rounded).statistic)


def scored(found: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """family → judge → correlation, for one piece; "all" takes every copy together."""
    out: dict[str, dict[str, float]] = {}
    for family in (*FAMILIES, "all"):
        rows = [("itself", 4), *((n, g) for f, n, g in COPIES if family in (f, "all"))]
        grades = [g for _, g in rows]
        out[family] = {
            judge: correlation(grades, [found[name][judge] for name, _ in rows])
            for judge in found["itself"]
        }
    return out


def interval(values: Sequence[float]) -> dict[str, float]:
    """Mean with the 95 % interval of a bootstrap."""
    x = np.asarray(values)
    rng = np.random.default_rng(0)
    means = x[rng.integers(0, len(x), (DRAWS, len(x)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {"mean": round(float(x.mean()), 3), "low": round(float(low), 3),
            "high": round(float(high), 3)}  # fmt: skip


def briefs(n: int, seconds: float) -> list[tuple[Brief, Brief]]:
    """Each piece's brief and its partner's: another seed at the same tempo and in the same key."""
    out = []
    for i in range(n):
        genre = GENRES[i % len(GENRES)]
        brief = ask(Wish(genre=genre, seconds=seconds, seed=900 + i, progression=CHORDS))
        other = ask(Wish(genre=genre, seconds=seconds, seed=950 + i, progression=CHORDS))
        other = replace(other, bpm=brief.bpm, tonic=brief.tonic, mode=brief.mode)
        out.append((brief, other))
    return out


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--pieces", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=48.0)
    parser.add_argument("--out", default="benchmarks/results/compatibility.json")
    given = parser.parse_args()
    rows, values, milliseconds = [], [], []
    for brief, other in briefs(given.pieces, given.seconds):
        found = pieces(brief, other)
        itself = found["itself"]
        values.append({name: judged(itself, p) for name, p in found.items()})
        start = time.process_time()
        match(itself, found["same chords"])
        milliseconds.append(1000 * (time.process_time() - start))
        rows.append(scored(values[-1]))
        print(brief.genre, {f: r["ours"] for f, r in rows[-1].items()}, flush=True)
    judges = list(rows[0]["all"])
    result = {
        "made_by": f"python -m benchmarks.compatibility --pieces {given.pieces}",
        "date": datetime.date.today().isoformat(),
        "version": mixolydian.__version__,
        "pieces": given.pieces,
        "pairs": given.pieces * (1 + len(COPIES)),
        "spearman": {
            family: {judge: interval([row[family][judge] for row in rows]) for judge in judges}
            for family in (*FAMILIES, "all")
        },
        "mean_value": {
            name: {judge: round(float(np.mean([v[name][judge] for v in values])), 3)
                   for judge in judges}
            for name in values[0]
        },
        "milliseconds_per_match": round(float(np.median(milliseconds)), 1),
    }  # fmt: skip
    print(json.dumps(result, indent=1))
    Path(given.out).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
