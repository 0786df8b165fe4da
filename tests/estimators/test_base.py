"""The base of estimators: refusing, signing, and knowing what is still current."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from mixolydian.core.types import Estimate, Tempo
from mixolydian.estimators.base import Estimator, fingerprint, unanswered
from tests import sounds


@dataclass(frozen=True)
class Constant(Estimator):
    question: ClassVar[str] = "tempo"
    version: ClassVar[str] = "7"
    needs: ClassVar[tuple[str, ...]] = ("beats",)
    min_seconds: ClassVar[float] = 2.0

    bpm: float = 120.0

    def answer(self, features, given):
        return Estimate(Tempo(self.bpm), 0.5)


SOUND = sounds.features(sounds.noise(3.0))


def test_the_base_itself_cannot_be_built():
    with pytest.raises(TypeError, match="abstract"):
        Estimator()


def test_an_answer_is_signed():
    given = {"beats": unanswered("unknown"), "key": unanswered("unknown")}
    p = Constant().estimate(SOUND, given, "id").provenance
    assert (p.source, p.version, p.settings, p.input) == ("Constant", "7", {"bpm": 120.0}, "id")
    assert p.given == {"beats": fingerprint("beats", given["beats"])}


def test_a_refusal_is_signed_too():
    estimate = Constant().estimate(sounds.features(np.zeros(3 * sounds.SR)))
    assert estimate.value is None
    assert "silent" in estimate.reason
    assert estimate.provenance.source == "Constant"


def test_too_short_a_sound_is_refused():
    estimate = Constant().estimate(sounds.features(sounds.noise(1.0)))
    assert estimate.value is None
    assert "at least 2 s" in estimate.reason
    assert "1.00 s" in estimate.reason


def test_fingerprints_tell_answers_apart():
    a = Estimate(Tempo(120.0), 0.5)
    assert fingerprint("tempo", a) == fingerprint("tempo", Estimate(Tempo(120.0), 0.5))
    for other in (Estimate(Tempo(121.0), 0.5), replace(a, confidence=0.6), unanswered("no")):
        assert fingerprint("tempo", a) != fingerprint("tempo", other)


def test_current_until_a_setting_the_version_the_input_or_a_need_changes():
    given = {"beats": unanswered("unknown")}
    estimate = Constant().estimate(SOUND, given, "id")
    assert Constant().is_current(estimate, given, "id")
    assert not Constant(bpm=90.0).is_current(estimate, given, "id")
    assert not Constant().is_current(estimate, given, "other")
    assert not Constant().is_current(estimate, {"beats": unanswered("other")}, "id")
    assert not Constant().is_current(estimate, {}, "id")
    newer = type("Constant", (Constant,), {"version": "8"})
    assert not newer().is_current(estimate, given, "id")
