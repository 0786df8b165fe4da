"""Sets: how fast they are planned, how well they flow and follow the arc, beside simpler ways.

Usage: python -m benchmarks.setlist [--crate SOUNDS ...] [--sizes 100,200,500] [--library 500]
           [--out FILE]

Made crates (`benchmarks/setlist_crates.py`: portraits of club tracks of four to seven minutes in
seven styles, no sound) of each size, three of each; and the sounds of `--crate` (files or folders,
analysed where they are not yet). Per crate a set of 120 minutes with the arc "warmup 30, build 40,
peak 40, close 10" (30 minutes of it where the crate is small) by

- set: `dj.setlist.planning.plan_set`;
- random: as many tracks, drawn and ordered at random, mean of 20;
- bpm_camelot: from each track to the one with the nearest tempo among those within 6 % and at most
  one step on the wheel (where there is none: the nearest of all);
- bpm_camelot_arc: the same, but to the one nearest the wished energy.

and of each: the mean exact `transition_value`, levels off the arc (mean over the time), how many
neighbours cannot run together, and the `cost` by the planner's own objective, worked out exactly.
`lead_over_…`: by how much the set's transitions are worth more (`values`) and its energy is nearer
the arc (`off`, levels), with a 95 % bootstrap interval over tracks, and how many of the crates'
sets are `no_dearer`. Of the sounds of `--crate` six random halves are planned as well. `seconds` is
CPU time of one core; `reading_seconds` is what it takes to read the kept portraits of a crate of
this size. `end_to_end` is the whole command `mixo set` on a library made from the `--crate`s
(`benchmarks/setlist_library.py`), start of the program included: wall clock, CPU of all processes.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

import mixolydian
from benchmarks.setlist_crates import made_crate
from benchmarks.setlist_library import fill_library, timed_verb
from mixolydian.core.types import FloatArray
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
from mixolydian.workflows.shelf import open_library

ARC = "warmup 30, build 40, peak 40, close 10"
DRAWS = 20
GAP = 2
HALVES = 6
PLAIN = ("bpm_camelot", "bpm_camelot_arc")
NEAR_TEMPO = 0.06


@dataclass(frozen=True)
class Worth:
    """A set of track numbers: exact values of its transitions, levels off the arc and minutes per
    track, whether neighbours cannot run together, and what it costs by the planner's objective."""

    values: list[float]
    off: FloatArray
    minutes: FloatArray
    apart: list[bool]
    cost: float

    def summary(self) -> dict[str, float]:
        """Its means."""
        return {
            "transition": float(np.mean(self.values)),
            "levels_off": float((self.off * self.minutes).sum() / self.minutes.sum()),
            "apart": float(np.mean(self.apart)),
            "cost": self.cost,
        }


def worth(crate: Crate, arc: Arc, order: list[int]) -> Worth:
    """What a set of track numbers is worth."""
    tracks = [crate.portraits[i] for i in order]
    n, one = len(crate), np.array(order)
    values = [transition_value(a, b) for a, b in pairwise(tracks)]
    apart = [relate(a, b, Wishes()).way != "locked" for a, b in pairwise(tracks)]
    jumps, known = np.zeros((n, n), dtype=bool), np.zeros((n, n))
    jumps[one[:-1], one[1:]], known[one[:-1], one[1:]] = apart, values
    problem = Problem(crate, arc, Locks(gap=GAP), jumps)
    problem.know(known)
    off = np.abs(crate.levels[one] - arc.level_at(problem.middles(one)))
    return Worth(values, off, crate.minutes[one], apart, problem.cost(one))


def lead(ours: list[Worth], theirs: list[Worth]) -> dict[str, Any]:
    """By how much ours is better: [difference, 95 % bootstrap interval over tracks], and in how
    many crates it costs no more."""
    rng = np.random.default_rng(0)
    found: dict[str, Any] = {}
    for name, sign in (("values", 1.0), ("off", -1.0)):
        a, b = (np.concatenate([getattr(w, name) for w in side]) for side in (ours, theirs))
        draws = [
            sign * float(rng.choice(a, len(a)).mean() - rng.choice(b, len(b)).mean())
            for _ in range(1000)
        ]
        low, high = np.quantile(draws, [0.025, 0.975])
        mean = sign * float(a.mean() - b.mean())
        found[name] = [round(mean, 4), round(float(low), 4), round(float(high), 4)]
    pairs = zip(ours, theirs, strict=True)
    found["no_dearer"] = sum(a.cost <= b.cost + 1e-9 for a, b in pairs)
    return found


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


def compared(tracks: list[Portrait], arc: Arc) -> tuple[dict[str, Any], dict[str, list[Worth]]]:
    """The set and the simpler ways through one crate: the plan's figures, what each is worth."""
    wall, cpu = time.perf_counter(), time.process_time()
    plan = plan_set(tracks, arc, Locks(gap=GAP))
    seconds = time.process_time() - cpu, time.perf_counter() - wall
    crate = crate_of(tracks)
    place = {id(track): i for i, track in enumerate(tracks)}
    order = [place[id(step.portrait)] for step in plan.steps]
    count = len(order)
    ways = {
        "set": [worth(crate, plan.arc, order)],
        "bpm_camelot": [worth(crate, plan.arc, greedy(crate, plan.arc, count, False))],
        "bpm_camelot_arc": [worth(crate, plan.arc, greedy(crate, plan.arc, count, True))],
        "random": [worth(crate, plan.arc, drawn(crate, count, seed)) for seed in range(DRAWS)],
    }
    figures = {
        "chosen": count,
        "minutes": round(plan.minutes, 2),
        "seconds": round(seconds[0], 2),
        "wall_seconds": round(seconds[1], 2),
        "transitions_worked_out": plan.compared,
    }
    return figures, ways


def summed_up(runs: list[tuple[dict[str, Any], dict[str, list[Worth]]]], n: int) -> dict[str, Any]:
    """Means over crates of `n` tracks, and the lead over the plain ways."""
    found: dict[str, Any] = {"crates": len(runs), "tracks": n}
    for name in runs[0][0]:
        found[name] = round(float(np.mean([figures[name] for figures, _ in runs])), 2)
    found["seconds_most"] = max(figures["seconds"] for figures, _ in runs)
    sides = {way: [w for _, ways in runs for w in ways[way]] for way in runs[0][1]}
    for way, side in sides.items():
        rows = [w.summary() for w in side]
        found[way] = {k: round(float(np.mean([row[k] for row in rows])), 4) for k in rows[0]}
    for way in PLAIN:
        found[f"lead_over_{way}"] = lead(sides["set"], sides[way])
    return found


def halves(tracks: list[Portrait], count: int) -> list[list[Portrait]]:
    """`count` crates of a random half of `tracks` each."""
    return [random.Random(seed).sample(tracks, len(tracks) // 2) for seed in range(count)]


def end_to_end(tracks: list[Portrait], size: int) -> dict[str, Any]:
    """The whole command on a library of `size` tracks made from `tracks`, which are analysed: with
    kept portraits, also with a plan of the mix, and without any portrait."""
    with open_library() as catalogue:
        sources = [(catalogue.track(track.track_id), track) for track in tracks]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        crate = fill_library(sources, size, home)
        plan = ("--plan", "--out", str(Path(folder) / "set.m3u8"))
        found = {
            "tracks": size,
            "kept_portraits": timed_verb(crate, home, ARC),
            "with_plan": timed_verb(crate, home, ARC, *plan),
        }
        shutil.rmtree(home / "portraits")
        return found | {"only_analysed": timed_verb(crate, home, ARC)}


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


def _name(argument: str) -> str:
    """Without the folders of one machine."""
    return Path(argument).name if argument.startswith("/") else argument


def _add(rows: list[Any], found: dict[str, Any]) -> None:
    rows.append(found)
    print(json.dumps(found), file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crate", action="append", default=[], help="sounds; again for more")
    parser.add_argument("--sizes", default="100,200,500")
    parser.add_argument("--library", type=int, default=500, help="tracks of the whole command's")
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
        "end_to_end": [],
    }
    for size in map(int, given.sizes.split(",")):
        crates = [made_crate(size, seed) for seed in range(3)]
        found = summed_up([compared(tracks, arc) for tracks in crates], size)
        found["reading_seconds"] = round(reading_seconds(crates[0]), 2)
        _add(result["made"], found)
    every: list[Portrait] = []
    for sounds in given.crate:
        tracks = list({p.track_id: p for p in portraits([sounds]).portraits}.values())
        every += tracks
        short, name = arc.lasting(30), Path(sounds).name
        found = summed_up([compared(tracks, short)], len(tracks))
        _add(result["sounds"], {"name": name, **found})
        runs = [compared(half, short) for half in halves(tracks, HALVES)]
        found = summed_up(runs, len(tracks) // 2)
        _add(result["sounds"], {"name": f"random halves of {name}", **found})
    if every and given.library:
        _add(result["end_to_end"], end_to_end(every, given.library))
    text = json.dumps(result, indent=1) + "\n"
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
