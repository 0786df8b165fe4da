"""Transitions: how fast they are searched, where they lie, and what they are worth.

Usage: python -m benchmarks.planning SOUNDS [SOUNDS ...] [--truth FOLDER] [--pairs 60] [--out FILE]

SOUNDS are files or folders, analysed where they are not yet (`MIXOLYDIAN_HOME` says which library).
FOLDER has an arrangement.json for composed ones, named like the sound. For pairs drawn at random
the best transition is sought and counted:

- speed: candidates per second of one core (CPU time), everything included;
- on_phrase: both tracks stand on a phrase line (a phrase's start, or a multiple of 8 bars within
  one) where they meet, by our analysis; with truth, by the composer's phrases to within 20 ms, and
  on a line of 4 bars, on a downbeat. They meet where the transition begins, or where a drop lies;
- parts: means over the pairs.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

import mixolydian
from mixolydian.dj.checks import check
from mixolydian.dj.planner import plan_mix
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.timeline import clock_of
from mixolydian.dj.transitions.candidates import Candidate, candidates, search, transition_value
from mixolydian.dj.transitions.lines import lines_of
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.workflows.portraits import portraits

NEAR = 0.02
"""seconds within which a place is on a line."""
STRONG = 0.65
Truths = dict[str, dict[str, Any]]


def drawn(tracks: list[Portrait], count: int) -> list[tuple[Portrait, Portrait]]:
    """`count` ordered pairs of different tracks, the same every time."""
    every = [(a, b) for a in tracks for b in tracks if a is not b]
    return random.Random(5).sample(every, min(count, len(every)))


def speeds(pairs: list[tuple[Portrait, Portrait]]) -> dict[str, Any]:
    """Candidates per second of the search alone and with the best told apart, ms of a value."""
    numbers, alone, told, quick = [], [], [], []
    for a, b in pairs:
        start = time.process_time()
        found = search(a, b, Wishes())
        numbers.append(found.n_candidates)
        alone.append(time.process_time() - start)
        start = time.process_time()
        candidates(a, b)
        told.append(time.process_time() - start)
        start = time.process_time()
        transition_value(a, b)
        quick.append(1e3 * (time.process_time() - start))
    return {
        "candidates_per_pair_median": int(np.median(numbers)),
        "per_second_scored": round(sum(numbers) / sum(alone)),
        "per_second_scored_sorted_and_told": round(sum(numbers) / sum(told)),
        "transition_value_ms_median": round(float(np.median(quick)), 2),
        "transition_value_ms_p95": round(float(np.percentile(quick, 95)), 2),
    }


def places(one: Candidate) -> tuple[float, float]:
    """Own beats of both tracks where they meet."""
    form, space = one.template, one.search.space
    out = one.out_start + form.anchor * space.bar_a
    return out, one.in_start + (form.anchor - form.enters) * space.bar_b


def on_own_lines(one: Candidate) -> bool:
    """Whether both stand on a strong line of their portraits."""
    tracks = one.search.space.a, one.search.space.b
    strong = [
        lines_of(track).strength_at(np.array(beat)) >= STRONG
        for track, beat in zip(tracks, places(one), strict=True)
    ]
    return bool(all(strong))


def bar_in_phrase(track: Portrait, beat: float, truth: dict[str, Any]) -> int | None:
    """Bars since the composer's phrase began at own `beat`; None off the downbeats."""
    beats = truth["beats"]
    downbeats = np.array(beats["times"])[np.array(beats["positions"]) == 1]
    # where the last bar ends is a line too
    downbeats = np.append(downbeats, 2 * downbeats[-1] - downbeats[-2])
    second = float(track.grid.time_at(beat))
    bar = int(np.argmin(np.abs(downbeats - second)))
    if abs(downbeats[bar] - second) > NEAR:
        return None
    begun = [p["time"] for p in beats["phrases"]] + [s["start"] for s in truth["sections"]]
    starts = [int(np.argmin(np.abs(downbeats - time))) for time in begun]
    if bar == len(downbeats) - 1:
        return 0
    return bar - max((s for s in starts if s <= bar), default=0)


def on_true_lines(chosen: list[Candidate], truths: Truths) -> dict[str, Any]:
    """Shares of places (two per pair) on the composer's downbeats, 4-bar and phrase lines."""
    found = []
    for one in chosen:
        for track, beat in zip((one.search.space.a, one.search.space.b), places(one), strict=True):
            if Path(track.path).stem in truths:
                found.append(bar_in_phrase(track, beat, truths[Path(track.path).stem]))
    if not found:
        return {}
    return {
        "places": len(found),
        "downbeat": round(float(np.mean([k is not None for k in found])), 4),
        "line_of_4_bars": round(float(np.mean([k is not None and k % 4 == 0 for k in found])), 4),
        "phrase_line": round(float(np.mean([k is not None and k % 8 == 0 for k in found])), 4),
    }


def worth(chosen: list[Candidate]) -> dict[str, Any]:
    """Kinds, score, and the parts' means."""
    names = list(chosen[0].parts)
    return {
        "kinds": dict(Counter(one.kind for one in chosen).most_common()),
        "score": round(float(np.mean([one.score for one in chosen])), 4),
        "parts": {n: round(float(np.mean([one.parts[n] for one in chosen])), 4) for n in names},
        "transposed": round(float(np.mean([one.shift != 0 for one in chosen])), 4),
        "on_phrase_by_our_analysis": round(float(np.mean([*map(on_own_lines, chosen)])), 4),
    }


def whole_mix(tracks: list[Portrait]) -> dict[str, Any]:
    """A plan of all tracks in their order."""
    start = time.process_time()
    plan = plan_mix(tracks)
    seconds = time.process_time() - start
    check(plan, "plan")
    return {
        "tracks": len(tracks),
        "minutes": round(float(clock_of(plan).time_at(plan.n_beats)) / 60, 1),
        "planned_in_seconds": round(seconds, 2),
        "kinds": dict(Counter(t.kind for t in plan.transitions).most_common()),
        "score": round(float(np.mean([t.score or 0.0 for t in plan.transitions])), 4),
    }


def measured(tracks: list[Portrait], count: int, truths: Truths) -> dict[str, Any]:
    """Everything about a set of tracks."""
    pairs = drawn(tracks, count)
    best = [found[0] for a, b in pairs if (found := candidates(a, b, most=1))]
    together = [one for one in best if one.relation.way == "locked"]
    return {
        "tracks": len(tracks),
        "pairs": len(pairs),
        "run_together": len(together),
        "speed": speeds(pairs),
        "all": worth(best),
        "together": worth(together) if together else {},
        "by_the_composer": on_true_lines(best, truths),
        "mix": whole_mix(tracks),
    }


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("sounds", nargs="+")
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--out", default="benchmarks/results/planning.json")
    given = parser.parse_args()
    truths: Truths = {}
    for path in sorted(given.truth.glob("*.json")) if given.truth else ():
        truths[path.stem] = json.loads(path.read_text("utf-8"))
    tracks = portraits(given.sounds, jobs=1).portraits
    sets = {
        "composed": [t for t in tracks if Path(t.path).stem in truths],
        "recorded": [t for t in tracks if Path(t.path).stem not in truths],
    }
    result = {
        "made_by": "python -m benchmarks.planning SOUNDS --truth FOLDER",
        "date": datetime.date.today().isoformat(),
        "version": mixolydian.__version__,
        **{name: measured(some, given.pairs, truths) for name, some in sets.items() if some},
    }
    print(json.dumps(result, indent=1))
    Path(given.out).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
