"""The certificate of a transition: everything measured from its sound, nothing from its plan.

The plan says which samples to look at (where the clock of the mix has its beats, where the
transition starts) and which track a deck plays; every figure comes from the decks and the mix
as they sound. What cannot be measured is None with a reason. docs/certificate.md tells what
each figure means. The document of a mix is ``{"schema", "mix", "transitions": [...]}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.dj.certifying.bass import bass_of
from mixolydian.dj.certifying.faults import faults_of
from mixolydian.dj.certifying.levels import levels_of
from mixolydian.dj.certifying.measures import (
    Bass,
    BeatTiming,
    Check,
    Faults,
    LoudnessCourse,
    Place,
    Tonality,
    Voices,
    from_json,
    to_json,
)
from mixolydian.dj.certifying.place import place_of
from mixolydian.dj.certifying.scene import scene_of
from mixolydian.dj.certifying.timing import time_beats
from mixolydian.dj.certifying.tonality import tonality_of
from mixolydian.dj.certifying.verdict import checks_of
from mixolydian.dj.certifying.voices import voices_of
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.plan import MixPlan
from mixolydian.dj.portrait import Portrait

SCHEMA = "mixolydian.certificate/1"


@dataclass(frozen=True)
class Certificate:
    """What was measured of transition `index`, from second `start` to `end` of the mix."""

    index: int
    outgoing: str
    """titles."""
    incoming: str
    kind: str
    start: float
    end: float
    beats: BeatTiming
    place: Place
    bass: Bass
    voices: Voices
    loudness: LoudnessCourse
    key: Tonality
    faults: Faults
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed (some may not have been possible)."""
        return not self.failed

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.passed is False)

    @property
    def words(self) -> str:
        """One line of verdict."""
        if self.failed:
            return "failed: " + "; ".join(check.words for check in self.failed)
        unknown = [check.name for check in self.checks if check.passed is None]
        told = "; ".join(check.words for check in self.checks if check.passed)
        return f"passed: {told}" + (f" (cannot tell: {', '.join(unknown)})" if unknown else "")

    def to_json(self) -> dict[str, Any]:
        """The certificate as plain values; the figures most asked for stand at the top."""
        document: dict[str, Any] = to_json(self)
        offset, place = document["beats"]["offset"], document["place"]
        names = {"from": document.pop("outgoing"), "to": document.pop("incoming")}
        top = {
            "index": document.pop("index"),
            **names,
            **{name: document.pop(name) for name in ("kind", "start", "end")},
            "passed": self.passed,
            "words": self.words,
            "beat_offset_ms": offset,
            "drift_ms_per_minute": document["beats"]["drift"],
            "measured_beats": 0 if offset is None else offset["n"],
            "on_phrase": place["on_phrase"],
            "bass_overlap_beats": document["bass"]["total"],
            "vocal_clash_s": document["voices"]["clash"],
            "loudness_step_lu": document["loudness"]["step"],
            "camelot_steps": document["key"]["camelot_steps"],
            "clipped_samples": document["faults"]["clipped_samples"],
            "clicks": len(self.faults.clicks),
        }
        return top | document

    @classmethod
    def from_json(cls, document: Any) -> Certificate:
        """The inverse of :meth:`to_json`.

        Raises
        ------
        RequestError
            It is not a certificate.
        """
        if not isinstance(document, Mapping):
            raise RequestError("expected the certificate of a transition")
        given = dict(document)
        given |= {"outgoing": given.get("from"), "incoming": given.get("to")}
        return from_json(cls, given)


def certify(
    plan: MixPlan,
    index: int,
    excerpt: Excerpt,
    portraits: Sequence[Portrait] | None = None,
) -> Certificate:
    """Measure transition `index` of `plan` from its sound.

    `portraits` are those of the plan's tracks in their order; without them phrases, voices and
    the loudness against the track cannot be told.
    """
    scene = scene_of(plan, index, excerpt, portraits)
    beats, place, bass = time_beats(scene), place_of(scene), bass_of(scene)
    loudness, faults = levels_of(scene), faults_of(scene)
    start, end = (float(scene.clock.time_at(b)) for b in _edges(plan, index))
    return Certificate(
        index, plan.tracks[index].title, plan.tracks[index + 1].title,
        plan.transitions[index].kind, start, end,
        beats, place, bass, voices_of(scene), loudness, tonality_of(scene), faults,
        checks_of(beats, place, bass, loudness, faults),
    )  # fmt: skip


def _edges(plan: MixPlan, index: int) -> tuple[float, float]:
    return plan.transitions[index].start, plan.transitions[index].end


def document(mix: str, certificates: Sequence[Certificate]) -> dict[str, Any]:
    """The certificate of a mix called `mix`: what goes into ``<mix>.certificate.json``."""
    return {
        "schema": SCHEMA,
        "mix": mix,
        "passed": all(c.passed for c in certificates),
        "transitions": [c.to_json() for c in certificates],
    }


def certificates_of(document: Any) -> tuple[Certificate, ...]:
    """The inverse of :func:`document`.

    Raises
    ------
    RequestError
        It is not the certificate of a mix.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise RequestError(f"expected a certificate of schema {SCHEMA}")
    return tuple(Certificate.from_json(item) for item in document.get("transitions", ()))
