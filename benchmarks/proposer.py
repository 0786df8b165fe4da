"""Whose hands measure better in rendered transitions: the network's or the rule engine's?

Usage: python -m benchmarks.proposer --workshop FOLDER [--model RUN] [--data CORPORA]
       [--pairs 48] [--real 12] [--pieces 24] [--jobs 1] [--out FILE.json]

Without the folder of a run, the network is trained here by its recipe: what does not beat the rule
engine leaves no run.

Composed pieces of a seed that the recipe never learns from, and real electronic tracks (CORPORA/
electronic), become portraits as a user's tracks do. For each pair the rule engine chooses the
place; its curves and the network's are rendered there, some beats of each track around it, and
certified. Reported are means of both and of their paired differences with bootstrap intervals
over crates of pieces, and Wilcoxon's signed rank test. `cost` is the mean of loudness step
(of 3 LU), two basses (of 2 beats) and voices that clash (of 4 s), each at most 1.

"always" takes the network's curves in every pair; "chosen" those that are better by `dj.bandmix`,
as `dj.proposer.Proposer` does. The network becomes the proposer only where the interval of the
cost's difference lies below zero, Wilcoxon's test agrees, and no figure becomes worse; few crates
make intervals too narrow.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scipy.stats import wilcoxon

import mixolydian
from mixolydian.core.settings import read_settings
from mixolydian.dj.bandmix import measure
from mixolydian.dj.certificate import Certificate, certify
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.plan import MixPlan
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.proposer import Answer, controls, proposed
from mixolydian.dj.rendering import render
from mixolydian.evaluation.significance import bootstrap_interval, paired_bootstrap
from mixolydian.models.bundle import read_model
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.places import Case, pairs
from mixolydian.training.portrayed import crates
from mixolydian.training.recipes.transition import (
    CRATE,
    RECIPE,
    SECONDS,
    TEST_SEED,
    cases,
    disturbed,
    judged,
)
from mixolydian.training.sounds import COMPOSED, item_of, rendered
from mixolydian.training.workshop import Workshop
from mixolydian.workflows.portraits import portraits

FIGURES = ("cost", "step", "dip", "bump", "bass", "clash", "together")
LIMITS = {"step": 3.0, "bass": 2.0, "clash": 4.0}
"""LU, beats and seconds that cost a third."""
RULES, ALWAYS, CHOSEN = "rules", "always", "chosen"
Row = dict[str, float]


@dataclass(frozen=True, eq=False)
class Pair:
    """A case of the recipe, with both portraits."""

    case: Case
    portraits: tuple[Portrait, Portrait]


def composed(folder: Path, n: int) -> Path:
    """The folder of `n` unheard pieces, rendered where they are missing."""
    place = folder / "pieces"
    place.mkdir(parents=True, exist_ok=True)
    for sound in rendered(COMPOSED, range(n), TEST_SEED, SECONDS, damaged=False):
        path = place / f"{sound.name}.flac"
        if not path.is_file():
            item = item_of(sound, Stock())
            soundfile.write(path, item.samples.T, item.sample_rate)
    return place


def chosen_pairs(folder: Path, home: Path, most: int, jobs: int, name: str) -> list[Pair]:
    """Up to `most` pairs of the tracks of `folder`, evenly over crates of neighbouring tempo."""
    settings = replace(read_settings(), home=home)
    found = portraits([str(folder)], settings, jobs=jobs).portraits
    known = {p.track_id: p for p in found if p.steady}
    dealt = enumerate(crates(list(known.values()), CRATE))
    places = [case for i, crate in dealt for case in pairs(crate, f"{name} {i}", 1)]
    kept = np.unique(np.linspace(0, len(places) - 1, min(most, len(places))).astype(int))
    return [Pair(places[i], tuple(known[t.track_id] for t in places[i].plan.tracks)) for i in kept]


def made(workshop: Workshop, run: str | None) -> tuple[Answer, dict[str, Any]]:
    """The network, and what is known of it: its figures by the bands on unheard pieces."""
    if run is not None:
        model = read_model(Path(run))
        known = {"bands": model.card.scores, "bands_of_the_rules": model.card.baseline}
        return model.network, {"settings": model.card.settings, "sizes": model.card.sizes, **known}
    how = RECIPE.learner(workshop)
    fitted, sizes = RECIPE.fitted(workshop, how)
    unheard = cases(workshop, TEST_SEED, 1)
    found = {
        "bands": judged(fitted, unheard),
        "bands_of_the_rules": judged(None, unheard),
        "bands_disturbed": judged(fitted, unheard, disturbed),
    }
    sizes = {**sizes, "held out": len(unheard)}
    return fitted.scores, {"settings": dict(vars(how)), "sizes": sizes, **found}


def certified(plan: MixPlan, pair: Pair) -> Certificate:
    """The certificate of a plan's only transition, from its rendered sound."""
    kept: list[Excerpt] = []
    with tempfile.TemporaryDirectory() as folder:
        render(plan, Path(folder) / "mix.wav", workers=1, keep=kept.append)
    return certify(plan, 0, kept[0], pair.portraits)


def row(plan: MixPlan, pair: Pair) -> Row:
    """What is measured of a plan; `together` is worked out from the bands."""
    found, move = certified(plan, pair), plan.transitions[0]
    bands = measure(pair.case.seen, move.outgoing, move.incoming)
    measured = {
        "step": max(found.loudness.dip, found.loudness.bump),
        "dip": found.loudness.dip,
        "bump": found.loudness.bump,
        "bass": found.bass.total,
        "clash": found.voices.clash or 0.0,
        "together": bands.together,
        "passed": float(found.passed),
    }
    cost = float(np.mean([min(1.0, measured[name] / most) for name, most in LIMITS.items()]))
    return {"cost": cost, **measured}


def compared(pair: Pair, network: Answer) -> dict[str, Row]:
    """The rows of one pair: the rule engine's hands, the network's, and the better by the bands."""
    seen, move = pair.case.seen, pair.case.plan.transitions[0]
    outgoing, incoming = controls(seen, proposed(seen, network))
    plan = replace(
        pair.case.plan, transitions=(replace(move, outgoing=outgoing, incoming=incoming),)
    )
    rules, ours = row(pair.case.plan, pair), row(plan, pair)
    better = measure(seen, outgoing, incoming).worth(pair.case.figures) > pair.case.figures.merit
    return {RULES: rules, ALWAYS: ours, CHOSEN: ours if better else rules}


def summary(rows: Sequence[dict[str, Row]], groups: Sequence[str]) -> dict[str, Any]:
    """Means of all three, and both differences to the rule engine with interval and p."""
    out: dict[str, Any] = {"pairs": len(rows)}
    for who in (RULES, ALWAYS, CHOSEN):
        table = {name: [r[who][name] for r in rows] for name in (*FIGURES, "passed")}
        out[who] = {n: _told(bootstrap_interval(v, groups=groups)) for n, v in table.items()}
        if who != RULES:
            out[f"{who} - rules"] = {
                name: _difference(table[name], [r[RULES][name] for r in rows], groups)
                for name in FIGURES
            }
    return out


def _told(found: Any) -> list[float]:
    return [round(x, 4) for x in (found.mean, found.low, found.high)]


def _difference(ours: list[float], theirs: list[float], groups: Sequence[str]) -> dict[str, Any]:
    found = paired_bootstrap(ours, theirs, groups=groups)
    moved = np.array(ours) - np.array(theirs)
    p = float(wilcoxon(moved).pvalue) if np.abs(moved).max() > 0 else 1.0
    return {"mean, low, high": _told(found), "wilcoxon_p": round(p, 5)}


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--workshop", required=True)
    parser.add_argument("--model", help="folder of a run; without, it is trained")
    parser.add_argument("--data", help="folder of corpora")
    parser.add_argument("--pairs", type=int, default=48)
    parser.add_argument("--real", type=int, default=12)
    parser.add_argument("--pieces", type=int, default=24)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", default="benchmarks/results/proposer.json")
    given = parser.parse_args()
    folder = Path(given.workshop)
    workshop = Workshop(folder, jobs=given.jobs)
    network, trained = made(workshop, given.model)
    place = folder / "proposer"
    sets = {"composed": (composed(place, given.pieces), given.pairs)}
    if given.data:
        sets["electronic"] = (Path(given.data) / "electronic", given.real)
    result: dict[str, Any] = {
        "made_by": "python -m benchmarks.proposer --workshop W"
        + (" --model RUN" if given.model else "")
        + (f" --data CORPORA --real {given.real}" if given.data else "")
        + f" --pairs {given.pairs} --pieces {given.pieces}",
        "date": datetime.date.today().isoformat(),
        "version": mixolydian.__version__,
        **trained,
    }
    for name, (sounds, most) in sets.items():
        chosen = chosen_pairs(sounds, place / "home", most, given.jobs, name)
        rows = []
        for pair in chosen:
            rows.append(compared(pair, network))
            print(name, len(rows), "of", len(chosen), pair.case.name, file=sys.stderr, flush=True)
        result[name] = summary(rows, [pair.case.group for pair in chosen])
    print(json.dumps(result, indent=1))
    Path(given.out).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
