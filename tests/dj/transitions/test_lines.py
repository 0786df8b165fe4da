"""The lines of a track."""

from __future__ import annotations

import numpy as np

from mixolydian.dj.transitions.lines import LABELS, lines_of, points_in, points_out
from tests.dj.transitions.made import track


def test_phrases_are_the_strongest_lines_and_eights_come_next():
    lines = lines_of(track())
    beats = np.array([0.0, 64.0, 96.0, 128.0, 112.0, 104.0, 100.0, 98.0, 1e6])
    assert lines.strength_at(beats).tolist() == [1.0, 1.0, 1.0, 0.7, 0.5, 0.25, 0.12, 0.0, 0.0]


def test_labels_follow_the_sections():
    found = lines_of(track()).label_at(np.array([0.0, 63.0, 64.0, 97.0, 500.0]))
    assert [LABELS[i] for i in found] == ["intro", "intro", "buildup", "drop", "outro"]


def test_points_lie_on_strong_lines_of_the_right_part_of_the_track():
    a = track()
    lines = lines_of(a)
    for points in (points_in(a), points_out(a)):
        assert (lines.strength_at(points) >= 0.65).all()
    assert points_in(a).max() <= 0.75 * a.n_beats
    assert points_out(a).min() >= 0.25 * a.n_beats
    assert {0.0, 96.0} <= set(points_in(a))
    assert 448.0 in points_out(a)


def test_silence_at_the_ends_does_not_count():
    level = np.zeros(512)
    level[:10], level[500:] = -60.0, -60.0
    lines = lines_of(track(level=level))
    assert (lines.first, lines.last) == (8.0, 500.0)


def test_a_track_without_phrases_has_points_all_the_same():
    bare = track(steady=False, sections=(), drops=())
    assert len(points_out(bare)) > 2
    assert len(points_in(bare)) > 0
