"""Patterns: strokes where they are written, in every meter; bass riffs in their letters."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.creation.patterns import (
    BASS_IDIOMS,
    bars_of,
    bass_riff,
    fitted,
    read_riff,
    strokes,
    written_beats,
)

FOUR, BACKBEAT, OFF = "X...X...X...X...", "....X.......X...", "..x...x...x...x."


def dice(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def positions(pattern: str, meter: int, bar: int = 0, written: int = 4) -> list[float]:
    return [s.position for s in strokes(pattern, bar, meter, dice(), written)]


@pytest.mark.parametrize(
    ("pattern", "meter", "wanted"),
    [
        (FOUR, 4, [0, 1, 2, 3]),
        (FOUR, 3, [0, 1, 2]),
        (FOUR, 5, [0, 1, 2, 3, 4]),
        (FOUR, 7, [0, 1, 2, 3, 4, 5, 6]),
        (FOUR, 6, [0, 3]),
        (BACKBEAT, 4, [1, 3]),
        (BACKBEAT, 3, [1]),
        (BACKBEAT, 5, [1, 3]),
        (BACKBEAT, 7, [1, 3, 5]),
        (BACKBEAT, 6, [3]),
        (OFF, 4, [0.5, 1.5, 2.5, 3.5]),
        (OFF, 6, [2, 5]),
        ("x.x.", 4, [0, 2]),
        ("x..x..x..x..", 4, [0, 1, 2, 3]),
    ],
)
def test_grooves_fit_every_meter(pattern: str, meter: int, wanted: list[float]):
    assert positions(pattern, meter) == wanted


def test_in_six_eight_one_bar_becomes_two():
    kick = "X.........X....."
    assert positions(kick, 6, bar=0) == [0]
    assert positions(kick, 6, bar=1) == [2]
    assert bars_of(f"{FOUR}|{OFF}", 6)[:2] == ("X.....X.....",) * 2
    assert len(bars_of(f"{FOUR}|{OFF}", 6)) == 4


def test_a_pattern_of_the_genres_own_meter_stays_as_it_is():
    assert positions("X.....x.....", 6, written=6) == [0, 3]
    assert positions("x...x...x...", 3, written=3) == [0, 1, 2]
    assert fitted("x...x...x...x...", 3, written_for=3) == ("x...x...x...",)


def test_a_users_pattern_is_read_in_the_meter_of_the_piece():
    assert written_beats("X...X...X...", 3, 4) == 3
    assert written_beats(FOUR, 3, 4) == 4
    assert written_beats("x.x.x.|xx....", 6, 4) == 6


def test_bars_repeat_and_lengths_last_until_the_next_stroke():
    first, second = (strokes("X.x.|xxxx", bar, 4, dice()) for bar in (2, 3))
    assert [(s.position, s.length) for s in first] == [(0, 2), (2, 2)]
    assert len(second) == 4
    assert first[0].velocity > first[1].velocity


def test_a_question_mark_plays_half_of_the_time():
    heard = sum(len(strokes("????", bar, 4, dice(bar))) for bar in range(200))
    assert 330 < heard < 470


@pytest.mark.parametrize("meter", [3, 4, 5, 6, 7])
@pytest.mark.parametrize("idiom", [*BASS_IDIOMS, "acid", "808"])
def test_every_idiom_fits_every_meter(idiom: str, meter: int):
    for seed in range(6):
        riff = bass_riff(idiom, meter, FOUR, dice(seed))
        assert any(riff)
        for bar in riff:
            assert all(0 <= s.position < meter and s.length > 0 for s in bar)
            ends = [s.position + s.length for s in bar]
            starts = [s.position for s in bar[1:]]
            assert all(e <= b + 0.05 for e, b in zip(ends[:-1], starts, strict=True))


def test_a_riff_says_tone_place_and_length():
    (bar,) = read_riff("r---5-..o.a.7.3.", 4, legato=1.0)
    assert [(s.position, s.length, s.tone) for s in bar] == [
        (0, 1, "root"),
        (1, 0.5, "fifth"),
        (2, 0.25, "octave"),
        (2.5, 0.25, "approach"),
        (3, 0.25, "seventh"),
        (3.5, 0.25, "third"),
    ]


def test_held_notes_stay_held_in_six_eight():
    first, second = read_riff("r-------o-------", 6, legato=1.0)
    assert [(s.position, s.length, s.tone) for s in first] == [(0, 6, "root")]
    assert [(s.position, s.length, s.tone) for s in second] == [(0, 6, "octave")]


def test_an_808_lies_under_the_kick():
    (bar,) = bass_riff("808", 4, "X.....X.........", dice())
    assert [s.position for s in bar] == [0, 1.5]
