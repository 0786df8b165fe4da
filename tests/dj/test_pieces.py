"""Pieces: few joins, speeds near enough, nothing left out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.pieces import LONGEST, TOLERANCE, Piece, pieces
from mixolydian.dj.plan import Loop
from mixolydian.dj.timeline import clock, played
from tests.dj.plans import track


def cut(planned, tempo: Curve, beats: float) -> list[Piece]:
    mix = clock(tempo, beats)
    return pieces(played(planned, mix), mix, 4)


def check_whole(found: list[Piece]) -> None:
    for a, b in pairwise(found):
        assert a.end == pytest.approx(b.start, abs=1e-9)
        assert a.source[1] == pytest.approx(b.source[0], abs=1e-6)


def test_one_tempo_is_one_piece():
    (piece,) = cut(track(126.0), Curve.constant(128.0), 128)
    assert piece.speed == pytest.approx(128 / 126)
    assert not piece.is_plain


def test_a_ramp_is_a_few_pieces_of_nearly_constant_speed():
    ramp = Curve(((0.0, 124.0), (128.0, 128.0)))
    found = cut(track(124.0), ramp, 128)
    check_whole(found)
    assert 5 <= len(found) <= 9
    for piece in found:
        speeds = np.array([s.speed for s in piece.stretches]) / piece.speed
        assert (speeds >= 1 / TOLERANCE - 1e-9).all()
        assert (speeds <= TOLERANCE + 1e-9).all()


def test_a_jittering_grid_does_not_make_a_piece_of_every_beat():
    rng = np.random.default_rng(1)
    beats = np.arange(65.0)
    grid = Grid(beats * 0.5 + rng.normal(0, 0.001, 65), beats)
    found = cut(track(120.0, 64, grid=grid), Curve.constant(121.0), 64)
    check_whole(found)
    assert len(found) < 20


def test_long_stretches_are_cut_on_downbeats():
    mix = clock(Curve.constant(120.0), 1600)
    found = pieces(played(track(119.0, 1600), mix), mix, 4)
    check_whole(found)
    assert max(p.end - p.start for p in found) <= LONGEST + 4
    for piece in found[1:]:
        assert mix.beat_at(piece.start) % 4 == pytest.approx(0, abs=1e-6)


def test_a_loop_parts_pieces():
    found = cut(track(120.0, 32, loops=(Loop(8.0, 4.0, 3),)), Curve.constant(120.0), 40)
    assert [p.source[0] for p in found] == pytest.approx([0.0, 4.0, 4.0])
    assert all(p.is_plain for p in found)


def test_the_source_goes_on_at_both_ends_of_a_piece():
    ramp = Curve(((0.0, 120.0), (8.0, 120.5)))
    (piece,) = cut(track(120.0, 8), ramp, 8)
    times = np.array([piece.start - 0.1, piece.start, piece.end, piece.end + 0.1])
    places = piece.source_at(times)
    assert places[1] == pytest.approx(piece.source[0])
    assert places[2] == pytest.approx(piece.source[1])
    assert places[3] - places[2] == pytest.approx(0.1, rel=0.01)
    assert places[1] - places[0] == pytest.approx(0.1, rel=0.01)
