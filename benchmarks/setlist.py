"""Sets: how fast they are planned, how well they flow and follow the arc, beside simpler ways.

Usage: python -m benchmarks.setlist [--crate SOUNDS ...] [--sizes 100,200,500] [--out FILE]

Made crates (`benchmarks/setlist_crates.py`: portraits of club tracks of four to seven minutes in
seven styles, no sound) of each size, three of each; and the sounds of `--crate` (files or folders,
analysed where they are not yet). Per crate a set of 120 minutes with the arc "warmup 30, build 40,
peak 40, close 10" (30 minutes of it where the crate is small) by

- set: `dj.setlist.planning.plan_set`;
- random: as many tracks, drawn and ordered at random, mean of 20;
- bpm_camelot: from each track to the one with the nearest tempo among those within 6 % and at most
  one step on the wheel (where there is none: the nearest of all);
- bpm_camelot_arc: the same, but to the one nearest the wished energy.

and of each: the mean exact `transition_value`, levels off the arc (mean over the time), and how
many neighbours cannot run together. `seconds` is CPU time of one core; `reading_seconds` is what it
takes to read the kept portraits of a crate of this size.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

import mixolydian
from benchmarks.setlist_crates import made_crate
from mixolydian.dj.portrait import Portrait, from_arrays, to_arrays
from mixolydian.dj.setlist.arc import Arc, parse_arc
from mixolydian.dj.setlist.crate import Crate, crate_of
from mixolydian.dj.setlist.planning import plan_set
from mixolydian.dj.setlist.problem import Locks, Problem
from mixolydian.dj.transitions.candidates import transition_value
from mixolydian.dj.transitions.relation import relate
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.theory.key import wheel_distance
from mixolydian.workflows.portraits import portraits

ARC = "warmup 30, build 40, peak 40, close 10"
DRAWS = 20
NEAR_TEMPO = 0.06


def worth(crate: Crate, arc: Arc, order: list[int]) -> dict[str, float]:
    """What a set of track numbers is worth."""
    tracks = [crate.portraits[i] for i in order]
    n = len(crate)
    problem = Problem(crate, arc, Locks(), np.zeros((n, n), dtype=bool))
    one = np.array(order)
    middles, minutes = problem.middles(one), crate.minutes[one]
    off = np.abs(crate.levels[one] - arc.level_at(middles))
    apart = [relate(a, b, Wishes()).way != "locked" for a, b in pairwise(tracks)]
    return {
        "transition": float(np.mean([transition_value(a, b) for a, b in pairwise(tracks)])),
        "levels_off": float((off * minutes).sum() / minutes.sum()),
        "apart": float(np.mean(apart)),
    }


def drawn(crate: Crate, count: int, seed: int) -> list[int]:
    """`count` tracks at random."""
    return random.Random(seed).sample(range(len(crate)), count)


def greedy(crate: Crate, arc: Arc, count: int, by_arc: bool) -> list[int]:
    """From track to track by tempo and Camelot code, and by the arc where asked."""
    share = np.arange(count) + 0.5
    wished = arc.level_at(share / count * arc.minutes)
    order = [int(np.argmin(np.abs(crate.levels - wished[0])))]
    while len(order) < count:
        left = [i for i in range(len(crate)) if i not in order]
        fitting = [i for i in left if _fits(crate, order[-1], i)]
        steps = np.abs(np.log(crate.bpm / crate.bpm[order[-1]]))
        off = np.abs(crate.levels - wished[len(order)])
        cost = off if by_arc and fitting else steps
        order.append(min(fitting or left, key=lambda i, cost=cost: (cost[i], i)))
    return order


def _fits(crate: Crate, a: int, b: int) -> bool:
    one, other = crate.portraits[a], crate.portraits[b]
    near = abs(np.log(one.bpm / other.bpm)) <= np.log1p(NEAR_TEMPO)
    if one.key is None or other.key is None:
        return bool(near)
    return bool(near) and wheel_distance(one.key, other.key) <= 1


def compared(tracks: list[Portrait], arc: Arc) -> dict[str, Any]:
    """The set and the simpler ways through one crate."""
    wall, cpu = time.perf_counter(), time.process_time()
    plan = plan_set(tracks, arc, Locks(gap=2))
    seconds = time.process_time() - cpu, time.perf_counter() - wall
    crate = crate_of(tracks)
    place = {id(track): i for i, track in enumerate(tracks)}
    order = [place[id(step.portrait)] for step in plan.steps]
    count = len(order)
    randoms = [worth(crate, plan.arc, drawn(crate, count, seed)) for seed in range(DRAWS)]
    ways = {
        "set": worth(crate, plan.arc, order),
        "bpm_camelot": worth(crate, plan.arc, greedy(crate, plan.arc, count, False)),
        "bpm_camelot_arc": worth(crate, plan.arc, greedy(crate, plan.arc, count, True)),
        "random": {name: float(np.mean([r[name] for r in randoms])) for name in randoms[0]},
    }
    return {
        "tracks": len(tracks),
        "chosen": count,
        "minutes": round(plan.minutes, 2),
        "seconds": round(seconds[0], 2),
        "wall_seconds": round(seconds[1], 2),
        "transitions_worked_out": plan.compared,
        **{way: {k: round(v, 4) for k, v in found.items()} for way, found in ways.items()},
    }


def reading_seconds(tracks: list[Portrait]) -> float:
    """CPU seconds to read them as they are kept."""
    with tempfile.TemporaryDirectory() as folder:
        for i, track in enumerate(tracks):
            np.savez(Path(folder) / f"{i}.npz", **to_arrays(track))
        start = time.process_time()
        for i in range(len(tracks)):
            with np.load(Path(folder) / f"{i}.npz", allow_pickle=False) as file:
                from_arrays({name: file[name] for name in file.files})
        return time.process_time() - start


def mean_of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over crates of one size; the slowest of them too."""
    found: dict[str, Any] = {"crates": len(runs), "tracks": runs[0]["tracks"]}
    for name in ("chosen", "minutes", "seconds", "transitions_worked_out"):
        found[name] = round(float(np.mean([run[name] for run in runs])), 2)
    found["seconds_most"] = max(run["seconds"] for run in runs)
    for way in ("set", "bpm_camelot", "bpm_camelot_arc", "random"):
        found[way] = {k: round(float(np.mean([r[way][k] for r in runs])), 4) for k in runs[0][way]}
    return found


def _name(argument: str) -> str:
    """Without the folders of one machine."""
    return Path(argument).name if argument.startswith("/") else argument


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crate", action="append", default=[], help="sounds; again for more")
    parser.add_argument("--sizes", default="100,200,500")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    arc = parse_arc(ARC)
    result: dict[str, Any] = {
        "command": " ".join(["python -m benchmarks.setlist", *map(_name, sys.argv[1:])]),
        "version": mixolydian.__version__,
        "date": datetime.date.today().isoformat(),
        "arc": ARC,
        "made": [],
        "sounds": [],
    }
    for size in map(int, given.sizes.split(",")):
        crates = [made_crate(size, seed) for seed in range(3)]
        found = mean_of([compared(tracks, arc) for tracks in crates])
        found["reading_seconds"] = round(reading_seconds(crates[0]), 2)
        result["made"].append(found)
        print(json.dumps(found), file=sys.stderr, flush=True)
    for sounds in given.crate:
        tracks = list({p.track_id: p for p in portraits([sounds]).portraits}.values())
        found = {"name": Path(sounds).name, **compared(tracks, arc.lasting(30))}
        result["sounds"].append(found)
        print(json.dumps(found), file=sys.stderr, flush=True)
    text = json.dumps(result, indent=1) + "\n"
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
