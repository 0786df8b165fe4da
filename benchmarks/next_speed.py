"""Speed: what an answer costs in a library of 20,000 tracks that is really there.

The library is written as an analysis would (random answers, vectors of 256 numbers), with 500 lists
of 25 tracks, 200 opinions, and stars and plays of a third of the tracks. Measured in one process:
the first answer, which reads the library and keeps its arrays, the first of a process that finds
them kept, and those after it, each for another track. And the command as a user calls it, the start
of Python included, beside the one that shows a line of the library. Wall-clock time depends on what
else the machine does; each first answer is also given as a multiple of a loaded one.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.commands import mixo
from mixolydian.core.settings import Settings
from mixolydian.core.types import Analysis, Energy, Estimate, FileTags, Summary, Tags, Tempo, Track
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.lists import KeptList, ListEntry, Rating
from mixolydian.library.profile import Opinion
from mixolydian.library.records import FileState
from mixolydian.theory.key import MODES, make_key
from mixolydian.workflows import recommending
from mixolydian.workflows.next import NextRequest, next_track

LISTS, LONG, OPINIONS, VECTOR = 500, 25, 200, 256
ASKED = 100
RUNS = 5


def track(number: int, dice: np.random.Generator) -> Track:
    """A track with random answers."""
    answers: dict[str, Estimate[Any]] = {
        "tempo": Estimate(Tempo(float(dice.uniform(90, 150))), 0.9),
        "key": Estimate(make_key(int(dice.integers(12)), MODES[int(dice.integers(2))]), 0.9),
        "energy": Estimate(Energy(int(dice.integers(1, 11)), [0.0], [0.5]), 0.9),
        "emotion": Estimate(Tags(dict(zip(("happy", "sad", "relaxed", "angry"),
                                          dice.dirichlet(np.ones(4)).round(4).tolist(),
                                          strict=True))), 0.7),
        "timbre": Estimate(Summary({"vector": dice.normal(size=VECTOR).round(4).tolist()}), 0.9),
    }  # fmt: skip
    tags = FileTags(title=f"Track {number:05d}", artist=f"Artist {number % 4000}")
    path = f"/music/{number:05d}.flac"
    return Track(f"{number:032x}", path, 240.0, tags, Analysis(240.0, answers))


def fill(settings: Settings, n: int) -> None:
    """The library."""
    dice = np.random.default_rng(0)
    with Catalogue(settings.catalogue) as catalogue:
        for number in range(n):
            made = track(number, dice)
            catalogue.remember(FileState(made.path, 1, 1), made, {}, "0")
        picks = [dice.choice(n, LONG, replace=False) for _ in range(LISTS)]
        catalogue.keep_lists(
            KeptList(f"{k}", tuple(ListEntry(f"/{p}", f"{p:032x}") for p in row))
            for k, row in enumerate(picks)
        )
        kinds = dice.choice(["like", "skip", "ban"], OPINIONS, p=[0.6, 0.35, 0.05])
        places = dice.integers(0, n, OPINIONS)
        catalogue.say(Opinion(f"{p:032x}", str(k)) for p, k in zip(places, kinds, strict=True))
        rated = {
            f"{p:032x}": Rating(int(dice.integers(1, 6)), int(dice.integers(0, 40)))
            for p in range(0, n, 3)
        }
        catalogue.keep_said(rated, {})


def measure(n: int) -> dict[str, Any]:
    """Milliseconds of wall clock and processor: the first answer, those after it, with opinions."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), jobs=1)
        fill(settings, n)
        dice = np.random.default_rng(1)
        names = [f"/music/{p:05d}.flac" for p in dice.choice(n, ASKED, replace=False)]
        cases: dict[str, Callable[[int], NextRequest]] = {
            "plain": lambda k: NextRequest((names[k],), context="peak"),
            "after twenty tracks": lambda k: NextRequest(
                tuple(names[:20]), avoid_artist_repeat=True
            ),
            "with an opinion": lambda k: NextRequest((names[k],), like=(names[-1 - k],)),
            "with emotion": lambda k: NextRequest((names[k],), emotion="happy"),
        }
        first = _costs(settings, [cases["plain"](0)])
        again = [_first_from_arrays(settings, cases["plain"](k)) for k in range(RUNS)]
        told = {name: _figures(_costs(settings, [make(k) for k in range(30)]))
                for name, make in cases.items()}  # fmt: skip
        shell = _commands(settings, names)
    loaded = told["plain"]["processor ms, median"]
    firsts = {"library read": _figures(first), "arrays kept": _figures(np.concatenate(again))}
    times = {k: round(f["processor ms, median"] / loaded, 1) for k, f in firsts.items()}
    return {"tracks": n, "lists": LISTS, "cores": os.cpu_count(), "first answer": firsts,
            "first answer, in loaded ones": times, "answers": told,
            "command line": shell}  # fmt: skip


def _first_from_arrays(settings: Settings, request: NextRequest) -> np.ndarray:
    """The costs (1, 2) of an answer where nothing is in memory, as in a new process."""
    recommending._MEMORY.clear()
    return _costs(settings, [request])


def _commands(settings: Settings, names: list[str]) -> dict[str, dict[str, float]]:
    """Costs of whole commands, Python's start included."""
    given = {
        "mixo next TRACK --context peak": [["next", n, "--context", "peak"] for n in names[:RUNS]],
        "mixo list --limit 1": [["list", "--limit", "1"]] * RUNS,
    }
    return {
        name: _figures(np.array([_of_command(settings, words) for words in lines]))
        for name, lines in given.items()
    }


def _of_command(settings: Settings, words: list[str]) -> tuple[float, float]:
    """Wall-clock and processor milliseconds of one command."""
    found = mixo(words, settings.home)
    return 1e3 * found.wall_seconds, 1e3 * found.cpu_seconds


def _costs(settings: Settings, requests: list[NextRequest]) -> np.ndarray:
    """Wall-clock and processor milliseconds (n, 2) of each request."""
    found = []
    for request in requests:
        wall, processor = time.perf_counter(), time.process_time()
        next_track(request, settings)
        found.append((time.perf_counter() - wall, time.process_time() - processor))
    return 1e3 * np.array(found)


def _figures(costs: np.ndarray) -> dict[str, float]:
    wall, processor = costs.T
    return {
        "wall ms, median": round(float(np.median(wall)), 1),
        "wall ms, most": round(float(wall.max()), 1),
        "processor ms, median": round(float(np.median(processor)), 1),
        "processor ms, most": round(float(processor.max()), 1),
    }
