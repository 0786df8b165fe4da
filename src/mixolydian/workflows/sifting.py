"""Which tracks are of an emotion, and why the others are not: an answer, a limit, a gap.

Tempi in BPM, energy 1–10, confidences in [0, 1].
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Estimate, Tags
from mixolydian.library.query import NumberTerm, parse_query
from mixolydian.library.records import TrackRow
from mixolydian.theory.key import parse_key

UNSURE, UNTOLD, UNASKED = "unsure", "untold", "unasked"
OTHER, LIMITS, MISSING = "other", "limits", "missing"
LONG, APART, SPARE = "long", "apart", "spare"
LEFT_OUT = {
    UNSURE: "not sure enough",
    UNTOLD: "the emotion cannot be told",
    UNASKED: "never asked for the emotion",
    OTHER: "heard as another emotion",
    LIMITS: "outside the limits of energy or tempo, or these are not known",
    MISSING: "the file is gone",
    LONG: "longer than the time wanted",
    APART: "no small enough step of tempo leads there",
    SPARE: "would fit as well, but is not needed",
}
"""Why a track is left out → the same in words."""
LOWEST_ENERGY, HIGHEST_ENERGY = 1, 10


@dataclass(frozen=True)
class Limits:
    """What a track must keep to; a limited fact must be known."""

    confidence: float
    energies: tuple[int, int] = (LOWEST_ENERGY, HIGHEST_ENERGY)
    tempi: tuple[tuple[float, float], ...] = ()
    """Closed ranges, one of which holds the tempo; any tempo when empty."""
    tempo_known: bool = False

    def hold(self, row: TrackRow) -> bool:
        """Whether energy and tempo of `row` are within the limits."""
        low, high = self.energies
        if (low, high) != (LOWEST_ENERGY, HIGHEST_ENERGY) and (
            row.energy is None or not low <= row.energy <= high
        ):
            return False
        if row.bpm is None:
            return not (self.tempi or self.tempo_known)
        bpm = row.bpm
        return not self.tempi or any(a <= bpm <= b for a, b in self.tempi)


def tempo_ranges(text: str) -> tuple[tuple[float, float], ...]:
    """The ranges of tempo that `text` stands for, as after `bpm:` in a search; none if empty."""
    if not text.strip():
        return ()
    terms = parse_query(f"bpm:{text.strip()}", lambda key: parse_key(key).camelot).terms
    if len(terms) != 1 or not isinstance(terms[0], NumberTerm):
        raise RequestError(f"expected a tempo or a range of tempi such as 50-80, found {text!r}")
    return terms[0].ranges


@dataclass(frozen=True)
class Candidate:
    """A track, the probability of its emotion, and how sure that answer is."""

    row: TrackRow
    probability: float
    confidence: float
    human: bool
    """Whether a human said so."""


@dataclass(frozen=True)
class Sifted:
    """The tracks of one emotion, surest first, and how many were `left_out` and why."""

    candidates: tuple[Candidate, ...]
    left_out: Counter[str] = field(default_factory=Counter)
    refusal: str = ""
    """The reason most often given where the emotion could not be told."""


def sift(
    rows: Iterable[TrackRow],
    answers: Mapping[str, Estimate[Any]],
    emotion: str,
    limits: Limits,
) -> Sifted:
    """The tracks whose answer is `emotion` and that keep to `limits`."""
    kept: list[Candidate] = []
    left_out: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for row in rows:
        answer = answers.get(row.track_id)
        found = None if answer is None else _heard(row, answer)
        reason = _reason(answer, found, emotion, limits)
        if reason:
            left_out[reason] += 1
        elif found is not None:
            kept.append(found[1])
        if reason == UNTOLD and answer is not None and answer.reason:
            refusals[answer.reason] += 1
    kept.sort(key=lambda c: (-c.confidence, -c.probability, c.row.track_id))
    refusal = refusals.most_common(1)[0][0] if refusals else ""
    return Sifted(tuple(kept), left_out, refusal)


def _heard(row: TrackRow, answer: Estimate[Any]) -> tuple[str, Candidate] | None:
    """The most probable emotion and how sure it is; None when it cannot be told."""
    tags = answer.value
    if not isinstance(tags, Tags) or not tags.probabilities:
        return None
    label, probability = max(tags.probabilities.items(), key=lambda item: item[1])
    sure = probability if answer.confidence is None else answer.confidence
    return label, Candidate(row, probability, 1.0 if answer.is_human else sure, answer.is_human)


def _reason(
    answer: Estimate[Any] | None,
    found: tuple[str, Candidate] | None,
    emotion: str,
    limits: Limits,
) -> str:
    """Why a track is left out; empty when it is not."""
    if answer is None:
        return UNASKED
    if found is None:
        return UNTOLD
    if found[0] != emotion:
        return OTHER
    if found[1].confidence < limits.confidence:
        return UNSURE
    if found[1].row.missing:
        return MISSING
    return "" if limits.hold(found[1].row) else LIMITS
