"""Energy: ordered as dancers order music, blind to gain and nearly to mastering."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.estimators.energy import EnergyEstimator, onset_counts
from tests.estimators import form_sounds as fs


def energy_of(y):
    return EnergyEstimator().estimate(fs.listen(y), {}).value


def mean_energy(form, bpm):
    return float(energy_of(fs.render(form, bpm)).curve.mean())


def test_ladder_of_intensity_is_monotone():
    ladder = [
        mean_energy([(6, "pad")], 80.0),
        mean_energy([(8, "kick bass pad")], 118.0),
        mean_energy([(8, "kick hats bass pad")], 132.0),
        mean_energy([(10, "kick hats bass pad roll")], 175.0),
    ]
    assert ladder == sorted(ladder)
    assert ladder[0] < 0.25
    assert ladder[-1] - ladder[0] > 0.25


def test_drop_is_above_breakdown():
    energy = EnergyEstimator().estimate(fs.club(), {}).value
    times = fs.starts(fs.CLUB)

    def inside(part):
        at = (energy.times > times[part] + 1) & (energy.times < times[part + 1] - 1)
        return energy.curve[at].mean()

    assert inside(2) > inside(3) + 0.15


def test_gain_changes_nothing():
    y = fs.render(fs.CLUB[1:4])
    loud, quiet = energy_of(y), energy_of(y / 64)
    assert loud.level == quiet.level
    assert quiet.curve == pytest.approx(loud.curve, abs=1e-5)


def test_saturating_to_a_higher_loudness_moves_it_little():
    y = fs.render([(12, "kick hats bass pad")])
    y = y / np.abs(y).max()
    limited = np.tanh(2.0 * y)
    assert float(np.mean(limited**2) / np.mean(y**2)) > 2.0  # 3 dB louder at the same peak
    assert energy_of(limited).curve.mean() == pytest.approx(energy_of(y).curve.mean(), abs=0.03)


def test_ranges_and_times():
    energy = EnergyEstimator().estimate(fs.club(), {}).value
    assert 1 <= energy.level <= 10
    assert np.all((energy.curve >= 0) & (energy.curve <= 1))
    assert np.diff(energy.times) == pytest.approx(0.5)
    assert energy.times[-1] < fs.club().duration


def test_a_pause_has_no_energy():
    y = np.concatenate([fs.render([(4, "kick hats bass")]), np.zeros(6 * fs.SR)])
    energy = energy_of(y)
    assert energy.curve[-6:].max() < 0.02


def test_onset_counts_find_each_stroke():
    level = np.full(400, -30.0)
    for at in range(20, 400, 40):
        level[at : at + 10] = np.linspace(0, -30, 10)
    assert onset_counts(level, 86.0).sum() == pytest.approx(10, abs=0.5)
