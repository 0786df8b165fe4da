"""Whether a learned sequence or graph model makes what is shipped better: the recipes' learners.

Usage: python -m benchmarks.next learned --data DIR

Sets: in simulated worlds 1 to 3 (`next_sets`; settings were chosen in world 0) both models learn
from the DJs learnt from; the DJs settings are chosen on say when to stop and what the model weighs
as a voice of `mixo next`; the DJs asked are met once. Tracks have no artists there, so the graph is
one of tracks and sets. Taste: the graph model over listeners and artists (`next_taste`), a listener
as a heap without order; beside it, and added to, `dj/recommending/company.py`. Needs torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import sparse

from benchmarks import next_sets, next_taste
from benchmarks.next_ranking import Answers, beside, figures, scored, top
from mixolydian.dj.recommending.company import Company, learn
from mixolydian.dj.recommending.learned import CALM, Voice, content, voice, with_voices
from mixolydian.dj.recommending.recommend import Weighed, Wish, weigh
from mixolydian.training import nextjudging as judging
from mixolydian.training.learners.base import Job
from mixolydian.training.learners.nextlearner import NextLearner
from mixolydian.training.learners.nextmodels import LightGraph, SelfAttention
from mixolydian.training.played import Crate, Ints

MODELS: dict[str, NextLearner] = {"sequence": SelfAttention(), "graph": LightGraph()}
OF_TASTE = LightGraph(
    ordered=False, epochs=60, batch=256, patience=15, layers=2, size=128, lr=5e-3, l2=0.01
)
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
"""what the graph model may count beside company, in taste."""
FEW = {"learnt": 25, "fitted": 8, "asked": 60}
"""DJs, of four sets each."""
LONG = 50
"""artists of a listener that the graph model sees."""


# ---------------------------------------------------------------------- sets


@dataclass(frozen=True, eq=False)
class World:
    """One world's answers, also out of the new tracks to the questions about them."""

    answers: dict[str, Answers]
    among_new: dict[str, Answers]
    asked: judging.Questions
    new: np.ndarray
    weights: dict[str, float]
    n_new: int


def world(seed: int) -> World:
    """Both models learnt, weighed and asked in the world of this seed."""
    dice = np.random.default_rng(seed)
    made = next_sets.world(dice)
    found = next_sets.sets(dice, made)
    shelf, rows = made.seen, {kind: _ints(of) for kind, of in found.rows.items()}
    crate = Crate(content(shelf), tuple(rows["learnt"]), np.zeros((0, 2), np.int64))
    company = judging.company_of(shelf, rows["learnt"])
    chosen_on, asked = (_asked(next_sets.questions(found, kind)) for kind in ("fitted", "asked"))
    plain = [weigh(shelf, Wish(played), company, None) for played in asked.played]
    voices: dict[str, Voice] = {}
    for name, how in MODELS.items():
        fitted = how.learn(crate, rows["fitted"], Job(seed))
        raw = voice(name, fitted, shelf.ids, 1.0, shelf)
        voices[name] = replace(raw, weight=judging.best_weight(shelf, company, raw, chosen_on))
    systems: dict[str, Sequence[Voice]] = {"ours": ()}
    systems |= {f"ours + {name}": (each,) for name, each in voices.items()}
    systems["ours + both"] = tuple(voices.values())
    answers = {name: _answers(plain, those, asked) for name, those in systems.items()}
    for name, each in voices.items():
        answers[f"{name} alone"] = judging.answers(judging.alone(each), asked)
    new = made.new[asked.next]
    only_new = [replace(w, out=w.out | ~made.new) for w, n in zip(plain, new, strict=True) if n]
    of_new = judging.Questions(
        tuple(p for p, n in zip(asked.played, new, strict=True) if n),
        asked.next[new],
        asked.groups[new],
    )
    among = {name: _answers(only_new, those, of_new) for name, those in systems.items()}
    weights = {name: each.weight for name, each in voices.items()}
    return World(answers, among, asked, new, weights, int(made.new.sum()))


def _ints(rows: Sequence[np.ndarray]) -> list[Ints]:
    return [row.astype(np.int64) for row in rows]


def _asked(found: next_sets.Questions) -> judging.Questions:
    return judging.Questions(tuple(found.played), found.next, found.djs)


def _answers(
    weighed: Sequence[Weighed], voices: Sequence[Voice], asked: judging.Questions
) -> Answers:
    pairs = zip(weighed, asked.played, strict=True)
    return np.array([with_voices(each, voices, played).best(judging.TOP) for each, played in pairs])


def of_sets(seeds: Sequence[int]) -> dict[str, Any]:
    """The figures of all worlds together."""
    worlds = [world(seed) for seed in seeds]
    tracks, n = next_sets.TRACKS, next_sets.TRACKS * len(worlds)
    following = np.concatenate([w.asked.next + k * tracks for k, w in enumerate(worlds)])
    djs = np.concatenate([w.asked.groups + 1000 * k for k, w in enumerate(worlds)])
    new = np.concatenate([w.new for w in worlds])
    hidden, of_new = [np.array([t]) for t in following], [np.array([t]) for t in following[new]]
    answers = _joined([w.answers for w in worlds])
    among = _joined([w.among_new for w in worlds])
    n_new = sum(w.n_new for w in worlds)
    return {
        "worlds": list(seeds),
        "questions": [len(hidden), len(of_new)],
        "figures": {k: figures(a, hidden, n, djs) for k, a in answers.items()},
        "ndcg less ours": {
            k: beside(a, answers["ours"], hidden, djs) for k, a in answers.items() if k != "ours"
        },
        "new tracks among new": {k: figures(a, of_new, n_new, djs[new]) for k, a in among.items()},
        "weights": [w.weights for w in worlds],
    }


def of_few(seeds: Sequence[int]) -> dict[str, Any]:
    """The same with 100 sets to learn from."""
    many, next_sets.DJS = next_sets.DJS, FEW
    try:
        return of_sets(seeds)
    finally:
        next_sets.DJS = many


def _joined(parts: Sequence[dict[str, Answers]]) -> dict[str, Answers]:
    """Worlds side by side: tracks of world k count from k · TRACKS."""
    return {
        name: np.concatenate([part[name] + k * next_sets.TRACKS for k, part in enumerate(parts)])
        for name in parts[0]
    }


# ---------------------------------------------------------------------- taste


def of_taste(data: Path, how: NextLearner = OF_TASTE, seed: int = 0) -> dict[str, Any]:
    """The graph model, company, and both, on the listeners asked."""
    train, chosen_on, asked = next_taste.split(next_taste.read(data / next_taste.FILE))
    dice = np.random.default_rng(seed)
    sets, stop = ([_few(row, dice) for row in part] for part in (train, chosen_on.known))
    nothing = np.zeros((train.shape[1], 1), dtype=np.float32)
    crate = Crate(nothing, tuple(sets), np.zeros((0, 2), dtype=np.int64))
    fitted = how.learn(crate, stop, Job(seed))
    rows = np.arange(1, crate.n + 1, dtype=np.float32)[:, np.newaxis]
    shown = np.concatenate([rows, nothing], axis=1)
    found = fitted(shown[:, np.newaxis])
    size = (found.shape[1] - 1) // 2
    speaker = Voice("graph", 1.0, shown, found[:, size:-1], found[:, -1], fitted)
    company = learn([row.indices for row in train], crate.n)
    parts = {}
    for name, part in (("chosen on", chosen_on), ("asked", asked)):
        told = _of_graph(speaker, part.known, dice), _of_company(company, part.known)
        parts[name] = told
    share = max(SHARES, key=lambda s: _gain(s, parts["chosen on"], chosen_on))
    graph, near = parts["asked"]
    answers = {
        "graph model": top(graph, asked.known),
        "ours": top(near, asked.known),
        "ours + graph": top(near + share * graph, asked.known),
    }
    return {
        "share": share,
        "ndcg where chosen": round(_gain(share, parts["chosen on"], chosen_on), 4),
        "epochs": len(fitted.history),
        "figures": {name: figures(a, asked.hidden, crate.n) for name, a in answers.items()},
        "ndcg less ours": {
            name: beside(a, answers["ours"], asked.hidden)
            for name, a in answers.items()
            if name != "ours"
        },
    }


def _few(row: Any, dice: np.random.Generator) -> Ints:
    return dice.permutation(row.indices)[:LONG].astype(np.int64)


def _gain(share: float, told: tuple[np.ndarray, np.ndarray], part: next_taste.Part) -> float:
    graph, near = told
    return float(scored(top(near + share * graph, part.known), part.hidden)["ndcg"].mean())


def _of_graph(speaker: Voice, known: sparse.csr_matrix, dice: np.random.Generator) -> np.ndarray:
    """Worths (m, n) in [0, 1], as of a voice."""
    scores = np.array([speaker.scores(_few(row, dice).tolist()) for row in known])
    scores = np.where(known.toarray() > 0, -np.inf, scores)
    return np.exp((scores - scores.max(axis=1, keepdims=True)) / CALM)


def _of_company(company: Company, known: sparse.csr_matrix) -> np.ndarray:
    """Scores (m, n), about 1 for the tenth best of each row."""
    return np.array([company.nearness(row, np.inf) for row in known.toarray()])


def measure(data: Path, seeds: Sequence[int] = next_sets.SEEDS) -> dict[str, Any]:
    """Both models beside what is shipped, the two worlds of questions apart."""
    torch.set_num_threads(1)
    return {
        "sets": of_sets(seeds),
        "taste": of_taste(data),
        "sets, 100 learnt from": of_few(seeds),
    }
