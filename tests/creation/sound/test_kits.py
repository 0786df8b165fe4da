"""Drum strokes begin at once, die away, and depend on nothing but seed, lane and variant."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.names import STEM_OF_LANE
from mixolydian.creation.sound.kits import KITS, Kit
from mixolydian.creation.sound.units import SAMPLE_RATE

LANES = tuple(STEM_OF_LANE)


@pytest.mark.parametrize("name", sorted(KITS))
def test_strokes_begin_on_their_first_sample_and_die_away(name: str):
    kit = Kit(name, 1)
    for lane in LANES:
        for velocity in (0.3, 1.0):
            y = kit.stroke(lane, velocity)
            assert y.dtype == np.float32, lane
            assert np.isfinite(y).all(), lane
            peak = np.abs(y).max()
            assert np.abs(y[: SAMPLE_RATE // 200]).max() > 0.25 * peak, lane
            assert abs(y[-1]) < 0.003 * peak, lane
            assert abs(y.mean()) < 0.03 * np.sqrt(np.mean(y**2)), lane


def test_a_stroke_does_not_depend_on_what_was_played_before():
    played = Kit("breaks", 7)
    for lane in ("kick", "hat", "snare"):
        played.stroke(lane, 0.9, 1)
    np.testing.assert_array_equal(
        played.stroke("snare", 0.9, 2), Kit("breaks", 7).stroke("snare", 0.9, 2)
    )


def test_velocity_changes_the_tone_and_variants_differ_a_little():
    kit = Kit("909", 3)
    hard, soft = (kit.stroke("snare", v) for v in (1.0, 0.3))
    ratio = [np.abs(np.diff(y)).mean() / np.abs(y).mean() for y in (hard, soft)]
    assert ratio[1] < ratio[0]
    assert not np.array_equal(kit.stroke("hat", 1.0, 0), kit.stroke("hat", 1.0, 1))


def test_seeds_choose_among_designs():
    assert len({Kit("techno", seed).design("kick") for seed in range(12)}) == 12
    tones = {type(Kit("minimal", seed).design("hat")).__name__ for seed in range(12)}
    assert len(tones) > 1


def test_an_unknown_kit_is_refused_with_what_there_is():
    with pytest.raises(RequestError, match="techno"):
        Kit("kitchen", 0)
