"""Modes: their scales, their families."""

from __future__ import annotations

import pytest

from mixolydian.theory.key import scale
from mixolydian.theory.mode import MODES, SCALES, family, mode_scale


@pytest.mark.parametrize("mode", MODES)
def test_a_scale_has_seven_rising_tones_on_its_tonic(mode: str):
    steps = SCALES[mode]
    assert len(steps) == 7
    assert steps[0] == 0
    assert sorted(set(steps)) == list(steps)
    assert steps[-1] < 12


@pytest.mark.parametrize(
    ("mode", "parent_step"),
    [
        ("dorian", 2),
        ("phrygian", 4),
        ("lydian", 5),
        ("mixolydian", 7),
        ("minor", 9),
        ("locrian", 11),
    ],
)
def test_church_modes_are_the_major_scale_from_another_tone(mode: str, parent_step: int):
    assert set(mode_scale(parent_step, mode)) == set(mode_scale(0, "major"))


def test_harmonic_minor_raises_the_seventh():
    raised = set(SCALES["harmonic minor"]) - set(SCALES["minor"])
    assert raised == {11}


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_major_and_minor_agree_with_the_keys(mode: str):
    assert set(mode_scale(3, mode)) == set(scale(3, mode))


def test_families_follow_the_third():
    assert {mode for mode in MODES if family(mode) == "major"} == {"major", "lydian", "mixolydian"}


def test_a_mode_moves_with_its_tonic():
    assert mode_scale(9, "minor") == (9, 11, 0, 2, 4, 5, 7)
