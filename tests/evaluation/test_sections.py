"""Boundary hit rates and label agreement on a small form."""

import pytest

from mixolydian.core.types import Section
from mixolydian.evaluation import sections


def form(*parts):
    """Sections from (end, label) pairs."""
    starts = [0.0, *(end for end, _ in parts)]
    return [
        Section(start, end, label, 0.5) for start, (end, label) in zip(starts, parts, strict=False)
    ]


REFERENCE = form((30, "intro"), (60, "drop"), (90, "breakdown"), (120, "outro"))


def test_itself_is_perfect():
    scores = sections.evaluate(REFERENCE, REFERENCE)
    assert scores == sections.SectionScores(1, 1, 1, 1, 1)


def test_a_boundary_two_seconds_late_hits_at_three_seconds_only():
    late = form((32, "intro"), (60, "drop"), (90, "breakdown"), (120, "outro"))
    scores = sections.evaluate(REFERENCE, late)
    assert scores.hr_05 == pytest.approx(4 / 5)
    assert scores.hr_05_trimmed == pytest.approx(2 / 3)
    assert scores.hr_3 == 1
    assert scores.labels == pytest.approx(118 / 120)


def test_one_section_finds_the_outer_boundaries_only():
    scores = sections.evaluate(REFERENCE, form((120, "drop")))
    assert scores.hr_05 == pytest.approx(2 * 2 / 7)
    assert scores.hr_05_trimmed == 0
    assert scores.labels == pytest.approx(0.25)


def test_no_answer_and_no_inner_boundary():
    assert sections.evaluate(REFERENCE, None).hr_05 == 0
    whole = form((10, "verse"))
    assert sections.evaluate(whole, whole).hr_05_trimmed is None
