"""The contract of every estimator: one musical question, one answer with its grounds.

An estimator is a frozen dataclass whose fields are its settings. It names its `question`,
its `version` and what it `needs` (questions whose answers it builds on), and implements
:meth:`Estimator.answer`. The base class refuses what nobody can answer (silence, a click)
with a reason, and signs each answer with its provenance.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from mixolydian.audio.features import Features
from mixolydian.core.convert import estimate_to_json, plain, provenance_to_json
from mixolydian.core.types import Estimate, Provenance

Given = Mapping[str, Estimate[Any]]


def unanswered(reason: str) -> Estimate[Any]:
    """The answer "cannot tell", with its mandatory reason."""
    return Estimate(None, reason=reason)


def fingerprint(question: str, estimate: Estimate[Any]) -> str:
    """A short hash of an estimate: equal fingerprints mean the same answer was given."""
    document = estimate_to_json(question, estimate)
    text = json.dumps(document, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Estimator(ABC):
    """Base of all estimators; see the module's text."""

    question: ClassVar[str]
    version: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    min_seconds: ClassVar[float] = 0.0
    """Shorter sounds are refused with a reason."""

    @abstractmethod
    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """The estimate for `features`, building on `given`; provenance is added by the base."""

    def estimate(
        self, features: Features, given: Given | None = None, track_id: str = ""
    ) -> Estimate[Any]:
        """Answer the question for one sound, signed with provenance."""
        given = {} if given is None else given
        refusal = self.refusal(features)
        answer = unanswered(refusal) if refusal else self.answer(features, given)
        return replace(answer, provenance=self.provenance(given, track_id))

    def refusal(self, features: Features) -> str | None:
        """Why this sound cannot be answered at all, or None."""
        if features.duration < self.min_seconds:
            return (
                f"needs at least {self.min_seconds:g} s of sound, found {features.duration:.2f} s"
            )
        if features.is_silent:
            return "the sound is silent: no sample over -80 dBFS, or nothing but a constant"
        return None

    def weights(self) -> str | None:
        """The sha256 of the trained model it answers with, where there is one."""
        return None

    def provenance(self, given: Given, track_id: str = "") -> Provenance:
        """What an answer of this estimator, built on `given`, rests on."""
        grounds = {q: fingerprint(q, given[q]) for q in self.needs if q in given}
        return Provenance(
            source=type(self).__name__,
            version=self.version,
            settings=plain(asdict(self)),
            weights=self.weights(),
            input=track_id,
            given=grounds,
        )

    def is_current(self, estimate: Estimate[Any], given: Given, track_id: str = "") -> bool:
        """Whether `estimate` is what this estimator would say again (equal provenance)."""
        if estimate.provenance is None:
            return False
        wanted = provenance_to_json(self.provenance(given, track_id))
        return provenance_to_json(estimate.provenance) == wanted
