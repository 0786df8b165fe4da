"""Knobs move inside their sections: open in buildups, close in outros, wander in drops."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.genres import GENRES
from mixolydian.creation.names import STEMS
from tests.creation.pieces import any_genre, arranged, house


def knob(a: Arrangement, target: str, parameter: str) -> tuple[np.ndarray, np.ndarray]:
    points = next(m.points for m in a.automation if (m.target, m.parameter) == (target, parameter))
    times, values = zip(*points, strict=True)
    return np.array(times), np.array(values)


@pytest.mark.parametrize("name", sorted(GENRES))
def test_points_are_in_order_and_in_range(name: str):
    a = arranged(any_genre(name))
    assert len({(m.target, m.parameter) for m in a.automation}) == len(a.automation)
    for m in a.automation:
        assert m.target in STEMS
        assert all(s[0] < t[0] for s, t in pairwise(m.points))
        assert 0 <= m.points[0][0] <= m.points[-1][0] <= a.end
        low, high = (-6, 6) if m.parameter == "cutoff" else (20, 20000)
        assert all(low <= value <= high for _, value in m.points)


@pytest.mark.parametrize("part", ["bass", "chords", "pad", "lead"])
def test_filters_open_through_a_buildup_and_close_in_an_outro(part: str):
    a = arranged(house())
    times, values = knob(a, part, "cutoff")
    for label, way in (("buildup", 1), ("outro", -1)):
        section = next(s for s in a.sections if s.label == label)
        inside = values[(times >= section.start - 1e-5) & (times < section.end - 5e-4)]
        assert len(inside) == 5
        assert np.all(way * np.diff(inside) > 0)


@pytest.mark.parametrize("stem", ["hats", "percussion"])
def test_drums_thin_out_in_buildups_only(stem: str):
    a = arranged(house())
    times, values = knob(a, stem, "highpass")
    for section in a.sections:
        inside = values[(times >= section.start - 1e-5) & (times < section.end - 5e-4)]
        assert (inside.max() > 100) == (section.label == "buildup")


def test_acid_moves_its_filters_further_than_minimal_energy_asks():
    travel = {}
    for name in ("acid", "hip-hop"):
        values = [knob(arranged(any_genre(name, seed=s)), "bass", "cutoff")[1] for s in range(5)]
        travel[name] = np.mean([np.ptp(v) for v in values])
    assert travel["acid"] > travel["hip-hop"]


def test_moods_darken_and_brighten():
    means = [
        knob(arranged(house(mood=mood)), "chords", "cutoff")[1].mean()
        for mood in ("dark", "neutral", "bright")
    ]
    assert means == sorted(means)
    assert means[0] < means[1] < means[2]
