"""The gate: what a model must show before it answers for users.

Everything is read from its card; nothing is run. All demands are looked at, so that a refusal
names every reason at once. Without intervals or figures a demand is not met: what was not
measured is not assumed.

Where the figures come from: the deciding metric, with its interval and the baseline's, on the
card's first test set; robustness from `facts["robustness"]` (kind of damage → the metric on
damaged inputs) and from test sets whose name begins with "damaged"; fairness from the F1 of
each label on the first test set. A recipe may set stricter limits in `facts["limits"]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mixolydian.core.errors import ModelError
from mixolydian.models.card import Card, Headline, figure

DAMAGED = "damaged"


@dataclass(frozen=True)
class Limits:
    """What may be lost at most."""

    drop: float = 0.10
    """of the metric, by damaging the inputs."""
    gap: float = 0.25
    """of F1, between the best and the worst label."""
    milliseconds: float = 50.0
    """per example, one thread."""


@dataclass(frozen=True)
class Check:
    """One demand: whether it is met, and the `found` figures in words."""

    name: str
    passed: bool
    found: str

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def checks(card: Card, current: Card | None = None) -> tuple[Check, ...]:
    """Every demand on a model that is to take the place of `current`."""
    limits = limits_of(card)
    return (
        _beats_baseline(card),
        _holds_its_place(card, current),
        _robustness(card, limits),
        _fairness(card, limits),
        _latency(card, limits),
        _traceability(card),
    )


def refuse_unfit(card: Card, current: Card | None = None) -> tuple[Check, ...]:
    """The checks, all of them met.

    Raises
    ------
    ModelError
        Some are not; all of these are named.
    """
    found = checks(card, current)
    failed = [f"{check.name}: {check.found}" for check in found if not check.passed]
    if failed:
        raise ModelError(
            f"{card.name} cannot be promoted: {'; '.join(failed)} (train it again, or keep the "
            "present model)"
        )
    return found


def limits_of(card: Card) -> Limits:
    """The limits for a model: the house's, or stricter ones of its recipe."""
    house, own = Limits(), _mapping(card, "limits")
    return Limits(
        **{
            f.name: min(getattr(house, f.name), own.get(f.name, float("inf")))
            for f in fields(house)
        }
    )


def _beats_baseline(card: Card) -> Check:
    ours, theirs = card.headline(), card.headline(baseline=True)
    name = "performance over the baseline"
    if ours is None or theirs is None or ours.low is None:
        return Check(name, False, f"{card.metric} with its interval, or the baseline's, is missing")
    better = ours.low > theirs.value
    return Check(
        name, better, f"{_figure(ours)} {'over' if better else 'not over'} {theirs.value:.3f}"
    )


def _holds_its_place(card: Card, current: Card | None) -> Check:
    name = "performance beside the current model"
    pairs = [] if current is None else _in_common(card, current)
    if not pairs:
        none = "none is current" if current is None else "no test set in common"
        return Check(name, True, none)
    ours, theirs = pairs[0]
    worse = (ours.value if ours.high is None else ours.high) < theirs.value
    verdict = "significantly worse than" if worse else "against"
    return Check(name, not worse, f"{_figure(ours)} {verdict} {theirs.value:.3f}")


def _in_common(card: Card, current: Card) -> list[tuple[Headline, Headline]]:
    """Both models' deciding figure on each test set that both were given."""
    if card.metric != current.metric:
        return []
    both = ((card.headline(test), current.headline(test)) for test in card.scores)
    return [(ours, theirs) for ours, theirs in both if ours is not None and theirs is not None]


def _robustness(card: Card, limits: Limits) -> Check:
    clean, damaged = card.headline(), _damaged(card)
    if clean is None or not damaged:
        return Check("robustness", False, "no score on damaged inputs (a test set, or a fact)")
    kind, worst = min(damaged.items(), key=lambda item: item[1])
    drop = clean.value - worst
    return _limited("robustness", drop, limits.drop, f"{card.metric} lost on {kind}")


def _damaged(card: Card) -> dict[str, float]:
    """Kind of damage → the deciding metric."""
    stated = _mapping(card, "robustness")
    found = {kind: value for kind, value in stated.items() if isinstance(value, int | float)}
    for test in card.scores:
        measured = card.headline(test)
        if test.startswith(DAMAGED) and measured is not None:
            found[test] = measured.value
    return found


def _mapping(card: Card, fact: str) -> dict[str, Any]:
    found = card.facts.get(fact)
    return found if isinstance(found, dict) else {}


def _fairness(card: Card, limits: Limits) -> Check:
    if not card.labels:
        return Check("fairness between classes", True, "it has no classes")
    first: Mapping[str, Any] = next(iter(card.scores.values()), {})
    rows = [row for row in first.get("per_class", ()) if row.get("f1") is not None]
    if not rows:
        return Check("fairness between classes", False, "the F1 of each label is missing")
    worst, best = (pick(rows, key=lambda row: row["f1"]) for pick in (min, max))
    words = f"F1 between {best['label']} and {worst['label']}"
    return _limited("fairness between classes", best["f1"] - worst["f1"], limits.gap, words)


def _latency(card: Card, limits: Limits) -> Check:
    if card.milliseconds is None:
        return Check("latency", False, "the time of one example is missing")
    return _limited("latency", card.milliseconds, limits.milliseconds, "ms an example")


def _limited(name: str, value: float, limit: float, words: str) -> Check:
    within = value <= limit
    return Check(name, within, f"{value:.3f} {words} ({'at most' if within else 'over'} {limit:g})")


def _traceability(card: Card) -> Check:
    needed = ("data", "sizes", "command", "code", "made", "weights")
    missing = [name for name in needed if not getattr(card, name)]
    found = f"the card does not state {', '.join(missing)}" if missing else card.command
    return Check("traceability", not missing, found)


def _figure(found: Headline) -> str:
    return f"{found.metric} {figure(found)} on {found.test}"
