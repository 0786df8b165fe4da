"""Pulses as a ruler, and the beat and bar of known drums."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import TempoSegment
from mixolydian.estimators import grid, metre
from tests import sounds

PULSES = metre.Pulses(np.array([1.0, 1.5, 2.0, 3.0]))


def test_phase_counts_pulses_and_goes_on_beyond_them():
    times = np.array([0.5, 1.0, 1.25, 2.5, 3.0, 4.0])
    assert PULSES.phase(times) == pytest.approx([-1, 0, 0.5, 2.5, 3, 4])


def test_at_is_the_inverse_of_phase():
    phase = np.linspace(-3, 7, 41)
    assert PULSES.phase(PULSES.at(phase)) == pytest.approx(phase)


@pytest.mark.parametrize("meter", [3, 4, 5, 6, 7])
def test_the_template_fits_the_evidence(meter):
    evidence = metre.bar_evidence(sounds.groove(120.0), metre.Pulses(sounds.steady(120, 40)), meter)
    assert evidence.shape == (len(metre.EVIDENCE), 4 * meter)
    assert metre.template(meter).shape == (evidence.size,)
    assert (np.linalg.norm(evidence, axis=1) <= 1 + 1e-9).all()


def test_rotation_k_puts_slot_k_on_the_downbeat():
    evidence = np.arange(8.0).reshape(2, 4)
    turned = metre.rotations(evidence)
    assert turned[1].tolist() == [1, 2, 3, 0, 5, 6, 7, 4]


@pytest.mark.parametrize("late", [0, 1, 2, 3])
def test_the_downbeat_is_found_from_any_pulse(late):
    pulses = metre.Pulses(sounds.steady(120, 40)[late:])
    scores = metre.phase_scores(sounds.groove(120.0), pulses, 4)
    assert scores.argmax() == 4 * (-late % 4)


@pytest.mark.parametrize("sixteenths", [0, 1, 2, 3])
@pytest.mark.parametrize("error", [-0.015, 0.0, 0.015])
def test_anchors_are_moved_onto_the_beat(sixteenths, error):
    features = sounds.groove(100.0)
    anchor = sixteenths * 0.15 + error
    rough = grid.Trace((TempoSegment(0.0, features.duration, 100.0, anchor),), 1.0)
    found = metre.locate(features, rough).segments[0].anchor
    assert (found + 0.3) % 0.6 - 0.3 == pytest.approx(0.0, abs=0.005)


@pytest.mark.parametrize("meter", [3, 4])
def test_a_piece_is_most_like_itself_bars_later(meter):
    times = sounds.steady(120, 40)
    y = sounds.play(times, meter=meter)
    similar = metre.bar_similarity(sounds.features(y), metre.Pulses(times))
    inside = [similar[k - 1] for k in range(1, meter)]
    assert similar[meter - 1] > np.mean(inside)
    assert similar[4 * meter - 1 if meter == 4 else 11] == similar.max()


def test_a_good_tempo_fits_better_than_a_bad_one():
    good, bad = (metre.fit(sounds.groove(120.0), bpm) for bpm in (120.0, 113.0))
    assert good[1] > 0.9 > bad[1]
    assert good[2] > bad[2]
