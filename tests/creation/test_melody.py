"""A phrase has a motif that returns, a contour by step, and an ending that comes home."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mixolydian.creation.melody import (
    FORMS,
    HIGHEST,
    HOME,
    LOWEST,
    RHYTHMS,
    contour,
    doubled,
    in_rhythm,
    insisted,
    melody_phrase,
    ornamented,
    skeleton,
)


def dice(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


PHRASES = [
    (bars, meter, step, melody_phrase(bars, meter, step, dice(seed)))
    for seed, (bars, meter, step) in enumerate(
        (b, m, s) for b in FORMS for m in (3, 4, 5, 6, 7) for s in RHYTHMS
    )
]


def test_phrases_fill_their_bars_in_every_meter():
    for bars, meter, _, phrase in PHRASES:
        assert len(phrase) == bars
        for bar in phrase:
            assert bar
            assert all(0 <= s.position < meter and s.length > 0 for s in bar)
            for a, b in pairwise(bar):
                assert a.position + a.length <= b.position + 1e-9


def test_phrases_stay_within_a_ninth_and_end_at_home():
    for _, meter, _, phrase in PHRASES:
        degrees = [s.degree for bar in phrase for s in bar]
        assert LOWEST <= min(degrees) <= max(degrees) <= HIGHEST
        last = phrase[-1][-1]
        assert last.degree in HOME
        assert last.strong
        assert last.position + last.length > 0.9 * meter


def test_the_motif_returns_and_its_variation_keeps_the_rhythm():
    for bars, _, _, phrase in PHRASES:
        if bars >= 4:
            assert phrase[0] == phrase[2]
            assert [s.position for s in phrase[0]] == [s.position for s in phrase[1]]
            assert phrase[0] != phrase[1]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 9, 16])
def test_contours_move_by_step_and_leap_once(n: int):
    for seed in range(50):
        degrees = contour(n, dice(seed))
        assert len(degrees) == n
        moves = np.abs(np.diff(degrees))
        assert (moves > 1).sum() <= 1
        assert moves.max(initial=0) <= 4


def test_phrases_differ_from_seed_to_seed():
    assert len({melody_phrase(4, 4, 0.5, dice(seed)) for seed in range(60)}) >= 59


def test_a_skeleton_holds_the_strong_notes():
    for _, meter, _, phrase in PHRASES:
        for bar in phrase:
            bones = skeleton(bar, meter)
            assert {s.position for s in bones} <= {s.position for s in bar}
            last = bones[-1]
            assert last.position + last.length == pytest.approx(
                last.position + 0.95 * (meter - last.position)
            )


def test_ornaments_keep_the_notes_they_turn():
    phrase = melody_phrase(4, 4, 1.0, dice(1))
    busy = ornamented(phrase, dice(2))
    assert sum(map(len, busy)) > sum(map(len, phrase))
    for plain, turned in zip(phrase, busy, strict=True):
        assert {(s.position, s.degree) for s in plain} <= {(s.position, s.degree) for s in turned}


def test_a_second_voice_goes_with_strong_notes():
    for bar in doubled(melody_phrase(4, 4, 0.5, dice(3)), 7):
        assert all(s.also == ((7,) if s.strong else ()) for s in bar)


def test_insisting_climbs_and_gets_shorter():
    bar = melody_phrase(1, 4, 0.5, dice(4))[0]
    rows = insisted(bar, 8, 4)
    assert len(rows) == 8
    assert [row[0].degree - bar[0].degree for row in rows] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert [s.position for s in rows[-1]] == [
        p + half for half in (0, 2) for p in (s.position for s in bar if s.position < 2)
    ]


def test_a_written_rhythm_takes_the_contour():
    phrase = melody_phrase(2, 4, 0.5, dice(5))
    degrees = [s.degree for bar in phrase for s in bar]
    (row,) = in_rhythm(phrase, (((0.0, 1.0), (1.5, 0.5), (3.0, 1.0)),))
    assert [(s.position, s.length) for s in row] == [(0.0, 1.0), (1.5, 0.5), (3.0, 1.0)]
    assert [s.degree for s in row] == [degrees[i % len(degrees)] for i in range(3)]
