"""Cues follow from sections and drops."""

from __future__ import annotations

from mixolydian.core.types import Drop, Estimate, Section
from mixolydian.estimators.cues import CuesEstimator, mix_in, mix_out
from tests.estimators import form_sounds as fs

SECTIONS = (
    Section(0.0, 15.0, "intro", 0.2),
    Section(15.0, 30.0, "verse", 0.7),
    Section(30.0, 45.0, "breakdown", 0.2),
    Section(45.0, 52.0, "buildup", 0.3),
    Section(52.0, 82.0, "drop", 0.9),
    Section(82.0, 97.0, "outro", 0.6),
)


def cues_of(sections, drops=()):
    given = {"sections": Estimate(sections, confidence=0.8), "drops": Estimate(drops)}
    return CuesEstimator().estimate(fs.club(), given)


def test_all_four_kinds_in_order():
    cues = cues_of(SECTIONS, (Drop(52.003, 0.9),)).value
    assert [(c.time, c.kind) for c in cues] == [
        (15.0, "mix-in"),
        (30.0, "breakdown"),
        (52.003, "drop"),
        (82.0, "mix-out"),
    ]


def test_mix_in_falls_back_to_the_start():
    late = (Section(1.0, 60.0, "intro", 0.1), Section(60.0, 90.0, "drop", 0.9))
    assert mix_in(late) == 1.0


def test_mix_out_without_outro_is_the_last_groove():
    assert mix_out(SECTIONS[:-1]) == 52.0


def test_one_section_has_no_mix_out():
    cues = cues_of((Section(0.0, 60.0, "verse", 0.5),)).value
    assert [c.kind for c in cues] == ["mix-in"]


def test_without_sections_it_cannot_tell():
    estimate = CuesEstimator().estimate(fs.club(), {"sections": Estimate(None, reason="short")})
    assert estimate.value is None
    assert "sections" in estimate.reason
