"""Segments of content: how runs become segments, and how much of a sound is music."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mixolydian.core.types import Estimate, Segment
from mixolydian.estimators.content import (
    labelled_segments,
    music_share,
    silent_stretches,
    too_little_music,
)
from tests import sounds
from tests.estimators.form_sounds import SR


def parts(*words, step=1.0):
    return [Segment(i * step, (i + 1) * step, word) for i, word in enumerate(words)]


def segments(labels, silent=(), shortest=1.0, step=1.0):
    edges = np.arange(len(labels) + 1) * step
    found = labelled_segments(labels, edges, silent, shortest)
    return [(s.start, s.end, s.label) for s in found]


# ---------------------------------------------------------------------------- music


def test_music_singing_and_speech_over_music_are_musical():
    words = ("music", "speech", "speech over music", "noise", "singing", "silence")
    assert music_share(parts(*words)) == pytest.approx(0.5)
    assert music_share([]) == 0.0
    assert music_share([Segment(0.0, 3.0, "music"), Segment(3.0, 4.0, "noise")]) == 0.75


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"music": Estimate(tuple(parts("music", "noise")), 0.9)}, ""),
        (
            {"music": Estimate(tuple(parts("music", "noise", "noise")), 0.9)},
            "only 33% of the sound",
        ),
        ({"music": Estimate(None, reason="silent")}, "not known"),
        ({}, "not known"),
    ],
)
def test_why_there_is_no_music_to_judge(given, says):
    found = too_little_music(given, 0.5)
    assert says in found
    assert bool(found) == bool(says)


# ---------------------------------------------------------------------------- silence


def test_silence_is_long_and_soft():
    y = sounds.noise(6.0)
    y[2 * SR : 4 * SR] = 0.0
    y[5 * SR : round(5.3 * SR)] = 0.0
    heard = sounds.features(y)
    ((start, end),) = silent_stretches(heard, -60.0, 1.0)
    assert (start, end) == pytest.approx((2.0, 4.0), abs=0.15)
    assert len(silent_stretches(heard, -60.0, 0.1)) == 2
    assert silent_stretches(heard, -10.0, 1.0) == [(0.0, heard.duration)]
    assert silent_stretches(sounds.features(sounds.noise(3.0)), -60.0, 0.1) == []


def test_a_sound_may_end_in_silence():
    y = sounds.noise(5.0)
    y[3 * SR :] = 0.0
    heard = sounds.features(y)
    ((_, end),) = silent_stretches(heard, -60.0, 1.0)
    assert end <= heard.duration
    assert end == pytest.approx(heard.duration, abs=0.05)


# ---------------------------------------------------------------------------- segments


def test_equal_neighbours_are_one_segment():
    assert segments(["music", "music", "noise", "noise", "music"]) == [
        (0.0, 2.0, "music"),
        (2.0, 4.0, "noise"),
        (4.0, 5.0, "music"),
    ]


def test_segments_cover_everything_without_a_gap():
    rng = np.random.default_rng(0)
    labels = [str(x) for x in rng.choice(["music", "speech", "noise"], 60)]
    silent = [(3.3, 5.1), (20.25, 21.5)]
    for shortest in (0.0, 1.0, 3.0):
        found = segments(labels, silent, shortest, step=0.5)
        assert found[0][0] == 0.0
        assert found[-1][1] == 30.0
        for before, after in itertools.pairwise(found):
            assert before[1] == after[0]
            assert before[2] != after[2]
        assert len(found) == 1 or min(end - start for start, end, _ in found) >= shortest - 1e-9


def test_silence_is_cut_out_where_it_is():
    assert segments(["music"] * 4, [(1.3, 2.9)]) == [
        (0.0, 1.3, "music"),
        (1.3, 2.9, "silence"),
        (2.9, 4.0, "music"),
    ]


def test_a_short_run_goes_to_the_longer_neighbour():
    labels = ["music"] * 6 + ["speech"] + ["noise"] * 4
    assert segments(labels, shortest=1.0, step=0.5) == [
        (0.0, 3.5, "music"),
        (3.5, 5.5, "noise"),
    ]
    between = ["music"] * 3 + ["speech"] + ["music"] * 3
    assert segments(between, shortest=1.0, step=0.5) == [(0.0, 3.5, "music")]


def test_a_sound_shorter_than_the_shortest_segment_is_one():
    assert segments(["speech"], shortest=5.0) == [(0.0, 1.0, "speech")]
    assert segments(["speech", "music", "music"], shortest=5.0) == [(0.0, 3.0, "music")]
