"""Arcs in words and in numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixolydian.core.errors import RequestError
from mixolydian.dj.setlist.arc import WORDS, parse_arc


def test_stages_without_a_comma():
    with pytest.raises(RequestError, match="parted by commas"):
        parse_arc("warmup 30 build 40")


def test_words_and_minutes():
    arc = parse_arc("warmup 30, build 40, Peak 40 min, closing 10")
    assert [stage.name for stage in arc.stages] == ["warmup", "build", "peak", "close"]
    assert arc.minutes == 120
    assert arc.level_at(np.array([0.0, 15.0, 50.0, 90.0, 120.0])).tolist() == pytest.approx(
        [3.0, 4.0, 6.5, 9.0, 3.0]
    )
    assert (arc.stage_at(29.9), arc.stage_at(30.0), arc.stage_at(500.0)) == (
        "warmup", "build", "close",
    )  # fmt: skip


def test_numbers_ways_and_plateaus():
    arc = parse_arc("3 30, 4-8 40, plateau 20, 5 → 2 10")
    levels = [(stage.begin, stage.end) for stage in arc.stages]
    assert levels == [(3, 3), (4, 8), (8, 8), (5, 2)]
    assert parse_arc("plateau 20").stages[0].begin == 6.0


def test_stages_are_spelt_in_several_ways():
    arc = parse_arc("Warm Up 5, build-up 5,PEAK 5, Breakdown 5 min, cool  down 5m, closing 5")
    names = [stage.name for stage in arc.stages]
    assert names == ["warmup", "build", "peak", "break", "cooldown", "close"]


def test_another_length_and_another_range():
    arc = parse_arc("warmup 30, peak 30")
    assert arc.lasting(90).minutes == pytest.approx(90)
    assert arc.lasting(90).level_at(np.array([22.5])) == pytest.approx(4.0)
    fitted = arc.between(5.0, 7.0)
    assert (fitted.stages[0].begin, fitted.stages[1].end) == (5.0, 7.0)
    assert parse_arc("6 30").between(5.0, 7.0).stages[0].begin == 6.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected stages"),
        ("warmup", "expected stages"),
        ("30", "expected stages"),
        ("party 30", "stages are ambient, warmup"),
        ("11 30", "energy goes from 1 to 10"),
        ("0-5 30", "energy goes from 1 to 10"),
        ("peak 0", "more than 0"),
        ("peak 9999", "at most 1440"),
        ("peak 1000, build 1000", "at most 1440"),
        ("warmup 30,, peak 3", "expected stages"),
    ],
)
def test_what_is_no_arc(text, said):
    with pytest.raises(RequestError, match=said):
        parse_arc(text)


@given(
    st.lists(
        st.tuples(st.sampled_from([*WORDS, "plateau", "7"]), st.floats(0.5, 200.0)), min_size=1,
        max_size=6,
    ),
    st.floats(0.0, 1500.0),
)  # fmt: skip
def test_every_minute_has_a_level_on_the_scale(stages, minute):
    arc = parse_arc(", ".join(f"{name} {minutes:.3f}" for name, minutes in stages))
    assert 1.0 <= float(arc.level_at(np.array(minute))) <= 10.0
    assert arc.knots[-1][0] == pytest.approx(arc.minutes)
