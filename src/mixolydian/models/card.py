"""The model card: what a model is, what it learnt from, how good it is, what it is not for.

The idea is that of Mitchell et al., Model Cards for Model Reporting (FAT* 2019). A card is data:
`card.json` beside the network, read back by whoever runs it, and `card.md` for people. Scores
are what `evaluation.classification.Scores.to_json` gives, per test set; the first set decides.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from mixolydian.core.errors import ModelError
from mixolydian.models.calibration import Calibration

SCHEMA = "mixolydian.model-card/1"
METRIC = "macro_f1"
"""what decides unless the card's facts name another metric."""
Plain = dict[str, Any]


@dataclass(frozen=True)
class Headline:
    """The figure that decides: `metric` on test set `test`, its 95 % interval [low, high] (None
    where the data give none)."""

    test: str
    metric: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Card:
    """What is known of a model. Mappings hold plain JSON values."""

    name: str
    question: str
    recipe_version: str
    learner: str
    settings: Plain
    labels: tuple[str, ...]
    """none where the output is no set of labels (an embedding)."""
    exclusive: bool
    inputs: str
    """what it is fed, in a word or two."""
    input_shape: tuple[int, ...]
    """of one example."""
    data: tuple[str, ...]
    """what it was trained on, each with its licence."""
    sizes: Plain
    """examples per part."""
    scores: Plain
    baseline: Plain
    calibration: Calibration
    not_for: tuple[str, ...]
    command: str
    """makes the model again."""
    made: str = ""
    """date, UTC."""
    code: str = ""
    """version of the program that made it."""
    weights: str = ""
    """sha256 of model.onnx."""
    bytes: int = 0
    milliseconds: float | None = None
    """to run the network on one example, one thread."""
    thresholds: Plain = field(default_factory=dict)
    """label → least probability at which it is said."""
    facts: Plain = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, Mapping):
                object.__setattr__(self, entry.name, plain(value))
            elif isinstance(value, list | tuple):
                object.__setattr__(self, entry.name, tuple(value))

    @property
    def metric(self) -> str:
        """The metric that decides."""
        return str(self.facts.get("metric", METRIC))

    def headline(self, test: str | None = None, baseline: bool = False) -> Headline | None:
        """The deciding figure on a test set, by default the first; None where there is none."""
        scores = self.baseline if baseline else self.scores
        name = next(iter(self.scores), "") if test is None else test
        found = scores.get(name)
        return None if found is None else _headline(name, self.metric, found)

    def to_json(self) -> Plain:
        """As plain values."""
        values = {entry.name: plain(getattr(self, entry.name)) for entry in fields(self)}
        return {"schema": SCHEMA, **values, "calibration": self.calibration.to_json()}

    @classmethod
    def from_json(cls, document: Any) -> Card:
        """What :meth:`to_json` gave.

        Raises
        ------
        ModelError
            It is no card, or one of another version.
        """
        if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
            raise ModelError(f"expected a model card ({SCHEMA}), found {str(document)[:60]!r}")
        known = {
            entry.name: document[entry.name] for entry in fields(cls) if entry.name in document
        }
        try:
            _check(known)
            return cls(**{**known, "calibration": Calibration.from_json(known["calibration"])})
        except (TypeError, ValueError, KeyError) as error:
            raise ModelError(f"a model card is not whole ({error}); install it again") from error

    def markdown(self) -> str:
        """The card for people to read."""
        return "\n".join(_page(self)) + "\n"


def plain(value: Any) -> Any:
    """`value` in JSON's types; a number that is not finite is None."""
    if isinstance(value, Calibration):
        return value.to_json()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


_TEXTS = ("name", "question", "recipe_version", "learner", "inputs", "command", "weights")
_ROWS = ("labels", "input_shape", "data", "not_for")
_MAPPINGS = ("settings", "sizes", "scores", "baseline", "calibration", "thresholds", "facts")


def _check(values: Mapping[str, Any]) -> None:
    kinds = ((_TEXTS, str), (_ROWS, list), (_MAPPINGS, Mapping))
    for names, kind in kinds:
        for name in names:
            if not isinstance(values[name], kind):
                raise ValueError(f"{name} is {str(values[name])[:40]!r}")
    if not all(isinstance(label, str) for label in values["labels"]):
        raise ValueError(f"labels are {values['labels']}")


def _headline(test: str, metric: str, scores: Mapping[str, Any]) -> Headline | None:
    """Reads {"values": {metric: …}, "intervals": {metric: [low, high]}}."""
    value = scores.get("values", {}).get(metric)
    if not isinstance(value, int | float):
        return None
    low, high = scores.get("intervals", {}).get(metric) or (None, None)
    return Headline(test, metric, float(value), low, high)


def _page(card: Card) -> Iterable[str]:
    yield f"# {card.name}: {card.question}\n"
    yield f"- learner: {card.learner}, recipe version {card.recipe_version}"
    how_many = "one" if card.exclusive else "any number"
    yield f"- labels: {', '.join(card.labels)} ({how_many} of them)"
    yield f"- fed with: {card.inputs}, {' × '.join(map(str, card.input_shape))} numbers an example"
    yield f"- size: {card.bytes / 1e6:.2f} MB, sha256 `{card.weights}`"
    if card.milliseconds is not None:
        yield f"- time: {card.milliseconds:.2f} ms an example"
    yield f"- calibration: {card.calibration.kind}"
    yield f"- made: {card.made or 'unknown'}, by version {card.code or 'unknown'}: `{card.command}`"
    yield from _listed("What it learnt from", card.data)
    yield from _listed("What it is not for", card.not_for)
    yield "\n## How good it is\n"
    yield f"| test set | examples | {card.metric} (95 % interval) | baseline |\n|---|---|---|---|"
    for test in card.scores:
        ours, theirs = card.headline(test), card.headline(test, baseline=True)
        size = card.sizes.get(test, "–")
        yield f"| {test} | {size} | {figure(ours)} | {figure(theirs, False)} |"
    yield from _table("Thresholds", card.thresholds)
    yield from _table("Settings", card.settings)


def figure(found: Headline | None, interval: bool = True) -> str:
    """`0.931 (0.915–0.946)`, or a dash."""
    if found is None:
        return "–"
    known = interval and found.low is not None and found.high is not None
    around = f" ({found.low:.3f}–{found.high:.3f})" if known else ""
    return f"{found.value:.3f}{around}"


def _listed(title: str, lines: Iterable[str]) -> Iterable[str]:
    yield f"\n## {title}\n"
    yield from ([f"- {line}" for line in lines] or ["- not stated"])


def _table(title: str, values: Mapping[str, Any]) -> Iterable[str]:
    if values:
        yield f"\n## {title}\n"
        yield from (f"- {name}: {json.dumps(value)}" for name, value in values.items())
