"""Drums: grooves on the grid, rolls that grow, fills at the ends of phrases, half time."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import make_grid
from mixolydian.creation.names import STEM_OF_LANE
from mixolydian.creation.percussion import brief_groove
from tests.creation.pieces import any_genre, arranged, house, with_settings

BEAT = 60 / 123.45


def beats_of(brief: Brief, lane: str, first: int, last: int) -> np.ndarray:
    """Beats within bars [first, last) at which `lane` is struck."""
    times = make_grid(brief).times
    hits = [h.time for h in arranged(brief).drums.get(lane, ())]
    beats = np.interp(hits, times, np.arange(len(times)))
    return beats[(beats > first * brief.meter - 0.02) & (beats < last * brief.meter - 0.02)]


def test_without_swing_and_jitter_kicks_are_on_sixteenths():
    grid = np.arange(28 * 16) * BEAT / 4
    for hit in arranged(house()).drums["kick"]:
        assert np.abs(grid - hit.time).min() < 1e-9


def test_swing_moves_the_offbeats_only():
    straight, swung = arranged(house()), arranged(house(swing=1 / 3))
    for lane, hits in straight.drums.items():
        for a, b in zip(hits, swung.drums[lane], strict=True):
            odd = round(a.time / BEAT * 4) % 2
            assert b.time - a.time == pytest.approx(odd * BEAT / 12, abs=1e-6)


def test_jitter_stays_small_and_moves_strokes():
    a, b = arranged(house()).drums["hat"], arranged(house(jitter=5.0)).drums["hat"]
    late = np.array([y.time - x.time for x, y in zip(a, b, strict=True)])
    assert 0.002 < late.std() < 0.008
    assert np.abs(late).max() <= 0.03


@pytest.mark.parametrize("name", sorted(GENRES))
def test_every_groove_has_every_layer(name: str):
    stems = {STEM_OF_LANE[lane] for lane in brief_groove(any_genre(name))}
    assert stems == {"kick", "snare", "hats", "percussion"}


def test_a_lane_plays_what_is_set():
    brief = with_settings(house(), ("kick.pattern", "X.....X.........|X..............."))
    assert list(beats_of(brief, "kick", 8, 10) - 32) == pytest.approx([0, 1.5, 4])


@pytest.mark.parametrize("meter", [3, 5, 6, 7])
def test_a_lane_set_in_the_meter_of_the_piece_is_read_in_it(meter: int):
    pattern = "X" + "." * (2 * meter - 3) + "x."
    brief = with_settings(house(meter=meter), ("cowbell.pattern", pattern))
    if "cowbell" in arranged(brief).drums:
        struck = beats_of(brief, "cowbell", 9, 10) - 9 * meter
        assert list(struck) == pytest.approx([0, meter - 1])


@pytest.mark.parametrize("meter", [3, 4, 5, 6, 7])
@pytest.mark.parametrize("bars", [1, 2, 4, 8, 16])
def test_a_roll_gets_denser_and_louder_and_stops_before_the_drop(meter: int, bars: int):
    brief = any_genre("house", meter=meter, form=(("buildup", bars), ("drop", 4)))
    beats = beats_of(brief, "snare", 0, bars)
    pulse = 2 if meter == 6 else 1
    gaps = np.diff(beats)
    assert np.all(np.diff(gaps) <= 1e-6)
    assert beats[-1] < bars * meter - pulse
    if bars >= 4:
        assert gaps[0] == pytest.approx(pulse)
        assert gaps[-1] == pytest.approx(pulse / 4)
    hits = [h.velocity for h in arranged(brief).drums["snare"][: len(beats)]]
    third = max(1, len(hits) // 3)
    assert np.mean(hits[:third]) < np.mean(hits[-third:])


def test_the_kick_rests_before_the_drop():
    for seed in range(8):
        brief = house(seed=seed)
        assert not len(beats_of(brief, "kick", 7, 8)[beats_of(brief, "kick", 7, 8) >= 31])


def test_fills_end_phrases():
    fills = []
    for seed in range(20):
        brief = with_settings(
            any_genre("house", form=(("drop", 16),), seed=seed),
            ("snare.pattern", "................"),
        )
        fills += list(beats_of(brief, "snare", 0, 16) / 4)
    assert fills
    assert all(int(bar) % 4 == 3 and bar % 1 >= 0.5 for bar in fills)


def test_half_time_puts_the_snare_on_three():
    brief = house(half_time=True, form=(("drop", 8),))
    lane = "snare" if len(beats_of(brief, "snare", 1, 2)) else "clap"
    assert list(beats_of(brief, lane, 1, 2) - 4) == pytest.approx([2])
    assert set(np.round(beats_of(brief, "kick", 0, 8) % 4, 3)) <= {0.0, 0.75, 1.5, 2.5}


def test_a_long_drop_is_entered_with_a_crash():
    assert beats_of(house(), "crash", 8, 9)[0] == pytest.approx(32)


def test_louder_sections_are_played_louder():
    quiet, loud = (
        np.mean(
            [h.velocity for h in arranged(house(form=(("drop", 8),), energy=(e,))).drums["hat"]]
        )
        for e in (0.2, 1.0)
    )
    assert quiet < loud
