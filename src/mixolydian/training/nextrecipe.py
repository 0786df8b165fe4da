"""How a model of what comes next is made out of the user's own sets, for its recipes.

    sets → split by group, the newest held out → learn → weight chosen on the validation sets →
    beside what is shipped, and the baselines, on the sets held out → network, card

What is judged is `mixo next` with the model as one more voice. A run that is not better than each
baseline beyond its interval is an error: it says the figures, and nothing is written.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.dj.recommending.learned import Voice, likenesses, voice
from mixolydian.dj.recommending.shelf import Shelf
from mixolydian.evaluation.significance import Difference
from mixolydian.models.card import Card
from mixolydian.models.network import Network
from mixolydian.models.store import write_bundle
from mixolydian.training import nextjudging as judging
from mixolydian.training.examples import Examples
from mixolydian.training.learners.base import Job, Learner
from mixolydian.training.played import Played, disturbed, played
from mixolydian.training.recipe import NOTHING, PARITY, Recipe, RunResult, chosen
from mixolydian.training.workshop import Workshop

HELD_OUT, METRIC, OURS = "held-out sets", "ndcg_gain", "as shipped"
"""The metric: NDCG@10 of `mixo next` with the model less that without it, set by set."""


@dataclass(frozen=True)
class Verdict:
    """The figures on the sets held out: with the model, alone, and of each baseline; how much
    better (`over`) than each; the gain on disturbed answers; and the weight."""

    weight: float
    joined: Mapping[str, Any]
    alone: Mapping[str, Any]
    baselines: Mapping[str, Mapping[str, Any]]
    over: Mapping[str, Difference]
    disturbed: float

    @property
    def better(self) -> bool:
        """Whether it beats every baseline beyond the interval."""
        return self.weight > 0.0 and all(each.low > 0.0 for each in self.over.values())

    def words(self) -> str:
        """The figures in a line."""
        told = [f"{name} {found['ndcg'][0]:.3f}" for name, found in self.baselines.items()]
        over = self.over[OURS]
        return (
            f"NDCG@10 {self.joined['ndcg'][0]:.3f} beside {', '.join(told)}; alone "
            f"{self.alone['ndcg'][0]:.3f}; gain {over.mean:+.3f} ({over.low:+.3f} to "
            f"{over.high:+.3f})"
        )


@dataclass(frozen=True)
class NextRecipe(Recipe):
    """Base of the recipes of what comes next."""

    question: ClassVar[str] = "next"
    inputs: ClassVar[str] = "tracks of a set, by number, key, tempo, energy and sound"
    baseline: ClassVar[str] = OURS
    metric: ClassVar[str] = METRIC
    data: ClassVar[tuple[str, ...]] = ("playlists and histories of the library (the user's own)",)
    not_for: ClassVar[tuple[str, ...]] = (
        "other people's libraries: it knows the tracks and habits of one",
        "tracks whose sound is described by another embedding than it was trained with",
    )
    ships: ClassVar[bool] = False

    def examples(self, workshop: Workshop) -> Examples:
        """There are no labels to learn from."""
        raise RequestError(f"{self.name} learns from sets, not labels: only `mixo train` makes it")

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """See :meth:`examples`."""
        raise RequestError(f"{self.name} is judged by held-out sets: only `mixo train` does it")

    def make(
        self, workshop: Workshop, model: str | None = None, settings: Mapping[str, Any] = NOTHING
    ) -> RunResult:
        """Learn, judge, and write what is better than what is shipped.

        Raises
        ------
        RequestError
            Too few sets, an unknown setting, or no gain.
        """
        started = time.monotonic()
        how = chosen(self, model, {"epochs": 3, **settings} if workshop.quick else settings)
        known = played(workshop.home, self.name)
        place = workshop.folder / "runs" / self.name
        unfinished = place / f"{how.name}-unfinished"
        fitted = self.learnt(how, known, Job(workshop.seed, str(unfinished), workshop.watch))
        verdict = judged(known, self.name, fitted, workshop.seed)
        shutil.rmtree(unfinished, ignore_errors=True)
        self._must_be_better(how, known, verdict)
        folder = place / f"{how.name}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
        card = write_bundle(folder, self._card(how, known, fitted.columns, verdict), fitted.onnx())
        _must_agree(folder, fitted, known.shelf)
        return RunResult(folder, card, {}, {}, time.monotonic() - started)

    def learnt(self, how: Learner, known: Played, job: Job) -> Any:
        """The fitted network (`learners.nextlearner.FittedNext`), whatever it reaches."""
        learn: Any = how  # loaded when it is asked for: recipes can be looked at without torch
        return learn.learn(known.crate, known.valid, job)

    def _must_be_better(self, how: Learner, known: Played, verdict: Verdict) -> None:
        if not verdict.better:
            raise RequestError(
                f"{self.name}: {how.name} is not better beyond doubt on {len(known.held_out)} "
                f"held-out sets: {verdict.words()}; nothing was written: `mixo next` goes on "
                "without it; import more sets, or try other settings"
            )

    def _card(self, how: Learner, known: Played, columns: int, verdict: Verdict) -> Card:
        facts = {
            "metric": METRIC,
            "about": self.summary,
            "weight": verdict.weight,
            "robustness": {"keys and energies wrong": verdict.disturbed},
            "alone": dict(verdict.alone),
            "beside": {name: dict(found) for name, found in verdict.baselines.items()},
            "tracks": list(known.shelf.ids),
            "likenesses": likenesses(known.shelf, known.shelf.ids),
        }
        sizes = {"train": len(known.train), "valid": len(known.valid)}
        return self.card(
            learner=how.name,
            settings=vars(how),
            input_shape=(10, columns),
            sizes={**sizes, HELD_OUT: len(known.held_out)},
            scores={HELD_OUT: _told(verdict.joined, verdict.over[OURS])},
            baseline={HELD_OUT: _told(verdict.baselines[OURS], None)},
            command=f"mixo train {self.name} --model {how.name}",
            facts=facts,
        )


def judged(known: Played, name: str, ask: Any, seed: int = 0) -> Verdict:
    """What a network is worth as a voice: its weight by the validation sets, figures held out."""
    shelf, before = known.shelf, (*known.train, *known.valid)
    speaker = voice(name, ask, shelf.ids, 1.0, shelf)
    chosen_on = judging.questions(known.valid)
    weight = judging.best_weight(shelf, judging.company_of(shelf, known.train), speaker, chosen_on)
    asked = judging.questions(known.held_out, known.groups)
    ours, joined = _pair(shelf, before, speaker, asked, weight)
    systems = judging.baselines(shelf, before)
    others = {each: judging.answers(system, asked) for each, system in systems.items()} | {
        OURS: ours
    }
    harmed = disturbed(shelf, np.random.default_rng(seed))
    wrong = _pair(harmed, before, voice(name, ask, shelf.ids, 1.0, harmed), asked, weight)
    return Verdict(
        weight,
        judging.figures(joined, asked, shelf.n),
        judging.figures(judging.answers(judging.alone(speaker), asked), asked, shelf.n),
        {each: judging.figures(found, asked, shelf.n) for each, found in others.items()},
        {each: judging.beside(joined, found, asked) for each, found in others.items()},
        judging.beside(wrong[1], wrong[0], asked).mean,
    )


def _pair(
    shelf: Shelf, sets: Any, speaker: Voice, asked: judging.Questions, weight: float
) -> tuple[judging.Places, judging.Places]:
    """The answers as shipped, and with the voice."""
    company = judging.company_of(shelf, sets)
    plain, joined = judging.together(shelf, company, speaker, asked, (0.0, weight))
    return plain, joined


def _told(found: Mapping[str, Any], gain: Difference | None) -> dict[str, Any]:
    """Figures as a card holds them; without a gain they are those to be beaten."""
    values = {METRIC: gain.mean if gain else 0.0} | {k: found[k][0] for k in ("ndcg", "recall")}
    intervals = {k: found[k][1:] for k in ("ndcg", "recall")}
    if gain:
        intervals[METRIC] = [gain.low, gain.high]
    return {"values": {**values, "coverage": found["coverage"]}, "intervals": intervals}


def _must_agree(folder: Path, fitted: Any, shelf: Shelf) -> None:
    """The network as it ships looks for the same tracks as the fitted one."""
    rows = voice("", fitted, shelf.ids, 0.0, shelf).shown[: judging.TOP][np.newaxis]
    ours, theirs = fitted(rows), Network.read(folder / "model.onnx")(rows)
    apart = float(np.abs(ours - theirs).max() / max(1.0, np.abs(ours).max()))
    if not apart <= 10.0 * PARITY:
        shutil.rmtree(folder, ignore_errors=True)
        raise RequestError(
            f"{folder}: the exported network differs from the fitted one by {apart:.2g} (at most "
            f"{10.0 * PARITY:g}); nothing was written"
        )
