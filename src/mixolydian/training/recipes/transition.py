"""The recipe of the proposer: fader, EQ and filters of a transition, from both tracks' beats.

It learns from places that the rule engine finds between composed pieces (`training.places`): to
imitate its best hands, and beyond that what the certificate measures, worked out from the bands
(`learners.handover`). It is judged on pairs of pieces it has not heard, at the place the rule
engine likes best: is what it proposes better by `dj.bandmix` than the rule engine's own curves,
which are the baseline? What decides in the end are certificates of rendered sound:
``python -m benchmarks.proposer``.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.dj.bandmix import Figures, measure
from mixolydian.dj.proposer import COLUMNS, MODEL, SIDE_COLUMNS, controls
from mixolydian.evaluation.significance import bootstrap_interval
from mixolydian.models.card import Card
from mixolydian.models.store import write_bundle
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Fitted, Job, Learner
from mixolydian.training.places import LENGTH, Case, examples_of, pairs
from mixolydian.training.portrayed import crates, portrayed
from mixolydian.training.recipe import NOTHING, Recipe, RunResult, chosen
from mixolydian.training.sounds import COMPOSED, rendered
from mixolydian.training.splits import refuse_leaks, split
from mixolydian.training.workshop import Workshop

SEED, TEST_SEED = 71, 72
N_PIECES = {SEED: 96, TEST_SEED: 36}
SECONDS = 110.0
CRATE = 6
"""pieces of neighbouring tempo that are mixed with each other, and with no others: the group."""
PLACES = 5
"""of a pair that are learnt from."""
QUICK = 8
"""a quick run takes one piece in so many."""
METRIC, HELD_OUT = "merit", "held out"
Judged = Mapping[str, Any]


@dataclass(frozen=True)
class TransitionRecipe(Recipe):
    """See the module's text."""

    name: ClassVar[str] = MODEL
    question: ClassVar[str] = "transition"
    summary: ClassVar[str] = "How the hands move in a transition, from both tracks beat by beat."
    inputs: ClassVar[str] = "two tracks in beats"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {"dual-attention": {}}
    baseline: ClassVar[str] = "the rule engine"
    metric: ClassVar[str] = METRIC
    target: ClassVar[float] = 0.96
    data: ClassVar[tuple[str, ...]] = ("pieces composed and rendered by Mixolydian (own)",)
    not_for: ClassVar[tuple[str, ...]] = (
        "choosing where two tracks meet: that is the rule engine's",
        "loops, echoes, cuts, and tracks without a steady beat",
    )

    def examples(self, workshop: Workshop) -> Examples:
        """Its targets are hands, not labels: what scores labels cannot score them."""
        raise RequestError("the recipe transition learns hands, not labels: only `mixo train` does")

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """See :meth:`examples`."""
        raise RequestError(
            "the recipe transition is judged by what a mix measures: `mixo train` by bands, "
            "python -m benchmarks.proposer by its certificates"
        )

    def make(
        self, workshop: Workshop, model: str | None = None, settings: Mapping[str, Any] = NOTHING
    ) -> RunResult:
        """Train, judge and write the network; its outputs are hands, not labels."""
        started = time.monotonic()
        how = self.learner(workshop, model, settings)
        fitted, sizes = self.fitted(workshop, how)
        unheard = cases(workshop, TEST_SEED, 1)
        scores, baseline = judged(fitted, unheard), judged(None, unheard)
        _must_beat(how, scores, baseline)
        robust = {"bands off by 3 dB": judged(fitted, unheard, disturbed)["values"][METRIC]}
        card = _card(self, how, {**sizes, HELD_OUT: len(unheard)}, scores, baseline)
        card = replace(card, facts={**card.facts, "robustness": robust})
        place = workshop.folder / "runs" / self.name
        folder = place / f"{how.name}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
        card = write_bundle(folder, card, fitted.onnx())
        return RunResult(folder, card, {}, {}, time.monotonic() - started)

    def learner(
        self, workshop: Workshop, model: str | None = None, settings: Mapping[str, Any] = NOTHING
    ) -> Learner:
        """The learner of a run; a quick one has few epochs."""
        return chosen(self, model, {"epochs": 3, **settings} if workshop.quick else settings)

    def fitted(self, workshop: Workshop, how: Learner) -> tuple[Fitted, dict[str, int]]:
        """The network, whatever it reaches, and how many examples it learnt from."""
        pool = examples_of(cases(workshop, SEED, PLACES))
        refuse_leaks(pool, examples_of(cases(workshop, TEST_SEED, 1)), self.name)
        parts = split(pool, (0.85, 0.15, 0.0), workshop.seed)
        train, valid = pool.take(parts.train), pool.take(parts.valid)
        folder = workshop.folder / "runs" / self.name / f"{how.name}-unfinished"
        found = how.fit(train, valid, Job(workshop.seed, str(folder), workshop.watch))
        shutil.rmtree(folder, ignore_errors=True)
        return found, {"train": len(train), "valid": len(valid)}


def cases(workshop: Workshop, seed: int, places: int) -> list[Case]:
    """The cases of one side, `places` for each pair."""
    n = N_PIECES[seed] // (QUICK if workshop.quick else 1)
    sounds = rendered(COMPOSED, range(n), seed, SECONDS, damaged=False)
    found = crates(portrayed(sounds, workshop), CRATE)
    return [case for i, crate in enumerate(found) for case in pairs(crate, f"{seed}/{i}", places)]


# ------------------------------------------------------------------------- judging


def disturbed(example: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An input whose bands and onsets are measured wrong; where it is padding, it stays so."""
    noise = rng.normal(0.0, 1.0, example.shape).astype(np.float32)
    spread = np.zeros(COLUMNS, dtype=np.float32)
    for base in (0, SIDE_COLUMNS):
        spread[base : base + 4], spread[base + 6 : base + 9] = 3.0, 0.2
    return np.asarray(example + noise * spread)


def judged(fitted: Fitted | None, unheard: Sequence[Case], harm: Any = None) -> Judged:
    """Means and intervals of the figures of proposals, or (None) of the rule engine's hands."""
    found = [_figures(fitted, case, harm) for case in unheard]
    rows = [{**figures.to_json(), METRIC: worth} for figures, worth in found]
    groups = np.array([case.group for case in unheard])
    intervals = {
        name: bootstrap_interval([row[name] for row in rows], groups=groups) for name in rows[0]
    }
    return {
        "values": {name: interval.mean for name, interval in intervals.items()},
        "intervals": {name: [i.low, i.high] for name, i in intervals.items()},
    }


def _figures(fitted: Fitted | None, case: Case, harm: Any) -> tuple[Figures, float]:
    """What a case measures, and its worth beside the rule engine's."""
    rules = case.figures
    if fitted is None:
        return rules, rules.merit
    inputs = examples_of([case]).inputs[:, : len(case.seen.beats)]
    if harm is not None:
        inputs = harm(inputs, np.random.default_rng(0))
    hands = fitted.scores(inputs)[0].reshape(-1, 2, 6).astype(np.float64)
    found = measure(case.seen, *controls(case.seen, hands))
    return found, found.worth(rules)


def _must_beat(how: Learner, scores: Judged, baseline: Judged) -> None:
    ours, theirs = scores["values"][METRIC], baseline["values"][METRIC]
    if not ours > theirs:
        raise RequestError(
            f"{MODEL}: {how.name} does not beat the rule engine on {HELD_OUT}: {METRIC} {ours:.3f} "
            f"against {theirs:.3f}; nothing was written: try other settings, or more pieces"
        )


def _card(
    which: TransitionRecipe,
    how: Learner,
    sizes: Mapping[str, int],
    scores: Judged,
    baseline: Judged,
) -> Card:
    return which.card(
        learner=how.name,
        settings=vars(how),
        input_shape=(LENGTH, COLUMNS),
        sizes=sizes,
        scores={HELD_OUT: dict(scores)},
        baseline={HELD_OUT: dict(baseline)},
        facts={"metric": METRIC, "target": which.target, "about": which.summary},
    )


RECIPE = TransitionRecipe()
