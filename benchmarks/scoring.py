"""One piece's truth and one piece's answers in, named scores out.

Scores are flat: `tempo.within`, `beats.f_measure`, … each in [0, 1] or a plain number. A score
is left out where the truth does not tell, or the question was not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from benchmarks.truth import Piece
from mixolydian.evaluation import beats, chords, drops, key, sections, tempo

EVALUATE: dict[str, Callable[[Any, Any], Any]] = {
    "tempo": tempo.evaluate,
    "beats": beats.evaluate,
    "key": key.evaluate,
    "chords": chords.evaluate,
    "sections": sections.evaluate,
    "drops": drops.evaluate,
}

TABLE = (
    ("tempo.within", "tempo within ±0.1 BPM"),
    ("tempo.within_any_octave", "  octave-free"),
    ("tempo.accuracy1", "tempo Accuracy1"),
    ("tempo.accuracy2", "tempo Accuracy2"),
    ("tempo.local_within", "tempo map within ±0.1 BPM"),
    ("beats.f_measure", "beats F"),
    ("beats.cmlt", "beats CMLt"),
    ("beats.amlt", "beats AMLt"),
    ("beats.downbeat_f", "downbeats F"),
    ("beats.meter", "meter"),
    ("key.exact", "key exact"),
    ("key.weighted", "key weighted"),
    ("chords.majmin", "chords majmin"),
    ("chords.sevenths", "chords sevenths"),
    ("chords.bass", "chords majmin + bass"),
    ("sections.hr_05", "sections HR.5F"),
    ("sections.hr_3", "sections HR3F"),
    ("sections.hr_05_trimmed", "  HR.5F trimmed"),
    ("sections.labels", "sections labels"),
    ("drops.f_01", "drops F 0.1 s"),
    ("drops.f_05", "drops F 0.5 s"),
)
"""Score → its name in tables, in the order they are shown."""

MAIN = {
    "tempo": "tempo.within",
    "beats": "beats.f_measure",
    "key": "key.exact",
    "chords": "chords.majmin",
    "sections": "sections.hr_05",
    "drops": "drops.f_01",
}
"""The score by which each question's worst pieces are found."""

OUTCOME = {
    "tempo": "tempo.accuracy1",
    "beats": "beats.f_measure",
    "key": "key.exact",
    "chords": "chords.majmin",
    "sections": "sections.hr_05",
    "drops": "drops.f_01",
}
"""The score a confidence is compared with: "right by the field's own tolerance"."""

TARGETS = {
    "tempo.within": 0.90,
    "tempo.accuracy1": 0.90,
    "beats.f_measure": 0.90,
    "beats.downbeat_f": 0.80,
    "key.exact": 0.80,
    "chords.majmin": 0.70,
    "sections.hr_05": 0.65,
    "drops.f_01": 0.75,
}
"""What the project set out to reach on clean rendered pieces."""


def score(piece: Piece, answers: Mapping[str, Any], questions: Iterable[str]) -> dict[str, Any]:
    """Scores of `answers` (question → value or None) against the piece's truth."""
    scores: dict[str, Any] = {}
    for question in questions:
        if question not in piece.truth or not _can_be_scored(question, piece.truth[question]):
            continue
        result = asdict(EVALUATE[question](piece.truth[question], answers.get(question)))
        if question == "beats" and _without_positions(answers.get("beats")):
            result["downbeat_f"] = result["meter"] = None
        scores |= {f"{question}.{k}": v for k, v in result.items() if v is not None}
    return scores


def _can_be_scored(question: str, truth: Any) -> bool:
    """Chords and sections need something to be compared with; an empty list of drops counts."""
    return question not in ("chords", "sections") or len(truth) > 0


def _without_positions(value: Any) -> bool:
    """Whether these beats do not tell where the bar starts (some peers)."""
    return value is not None and len(value.times) > 0 and not value.positions.any()
