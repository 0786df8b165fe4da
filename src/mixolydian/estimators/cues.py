"""Cue points: where a DJ would mix in, meet the drops and breakdowns, and mix out.

Every cue is the start of a section, so it lies on a bar line. What DJs mark (M-DJCUE: about
100 tracks, three annotators each) is mostly the first beat of a phrase with a steady groove
near the start, and the start of the last groove before the track thins out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.audio.features import Features
from mixolydian.core.types import Cue, Drop, Estimate, Section
from mixolydian.estimators.base import Estimator, Given, unanswered

KINDS = ("mix-in", "drop", "breakdown", "mix-out")


@dataclass(frozen=True)
class CuesEstimator(Estimator):
    """Cues from sections and drops; see the module's text."""

    question: ClassVar[str] = "cues"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("beats", "sections", "drops")

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """Cues in order of time; without sections there are none to place."""
        estimate = given.get("sections")
        sections = estimate.value if estimate is not None else None
        if not sections:
            return unanswered("cue points are section starts, and no sections are known")
        drops = _values(given, "drops")
        cues = [
            Cue(mix_in(sections), "mix-in"),
            *(Cue(drop.time, "drop") for drop in drops),
            *(Cue(time, "breakdown") for time in breakdowns(sections)),
        ]
        out = mix_out(sections)
        if out > cues[0].time:
            cues.append(Cue(out, "mix-out"))
        confidence = None if estimate is None else estimate.confidence
        ordered = tuple(sorted(cues, key=lambda c: (c.time, KINDS.index(c.kind))))
        return Estimate(ordered, confidence=confidence)


def _values(given: Given, question: str) -> tuple[Drop, ...]:
    estimate = given.get(question)
    return tuple(estimate.value or ()) if estimate is not None else ()


def mix_in(sections: tuple[Section, ...]) -> float:
    """Start of the first section with a groove: half of the track's highest energy.

    A longer beatless start is skipped, since there is nothing to beat-match to; when no
    groove begins in the first third, the track's own start is the cue.
    """
    top = max(s.energy for s in sections)
    third = sections[0].start + (sections[-1].end - sections[0].start) / 3
    for section in sections:
        if section.start > third:
            break
        if section.energy >= 0.5 * top:
            return section.start
    return sections[0].start


def breakdowns(sections: tuple[Section, ...]) -> list[float]:
    """Starts of the parts called breakdown or bridge; neighbours count once."""
    empty = ("breakdown", "bridge")
    previous = ("", *(s.label for s in sections[:-1]))
    return [
        s.start
        for s, before in zip(sections, previous, strict=True)
        if s.label in empty and before not in empty
    ]


def mix_out(sections: tuple[Section, ...]) -> float:
    """Start of the outro, else of the last section that still has a groove."""
    top = max(s.energy for s in sections)
    outro = [s.start for s in sections if s.label == "outro"]
    if outro:
        return outro[-1]
    groove = [s.start for s in sections if s.energy >= 0.5 * top]
    return groove[-1] if groove else sections[-1].start
