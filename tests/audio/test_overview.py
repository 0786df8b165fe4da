"""The waveform overview: sizes, bands of known sound, and what must not change it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.audio.overview import BANDS, waveform, waveform_of_blocks
from mixolydian.core.types import Signal

RATE = 22050


def tone(frequency: float, seconds: float = 2.0, level: float = 0.5) -> NDArray[np.float32]:
    t = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * frequency * t)).astype(np.float32)


def picture(y: NDArray[np.float32], max_columns: int = 200) -> dict[str, list[int]]:
    return waveform(Features(Signal(y, RATE)), max_columns)


@pytest.mark.parametrize(("frequency", "band"), [(80.0, "low"), (800.0, "mid"), (6000.0, "high")])
def test_a_tone_shows_in_its_band(frequency: float, band: str) -> None:
    shown = picture(tone(frequency))
    inner = slice(5, -5)
    assert min(shown[band][inner]) > 200
    for other in set(BANDS) - {band}:
        assert max(shown[other][inner]) < 0.25 * min(shown[band][inner])


def test_columns_are_whole_numbers_and_no_more_than_asked_for() -> None:
    for max_columns in (1, 7, 200, 10_000):
        shown = picture(tone(440.0), max_columns)
        assert shown["n_columns"] == min(max_columns, 1 + 2 * RATE // 256)
        for name in ("peak", *BANDS):
            assert len(shown[name]) == shown["n_columns"]
            assert all(0 <= x <= 255 for x in shown[name])
    assert json.loads(json.dumps(shown)) == shown


def test_the_loud_part_is_where_it_is() -> None:
    y = np.concatenate([tone(200, 3.0, 0.05), tone(200, 1.0, 0.8)])
    shown = picture(y, 100)
    assert max(shown["peak"][:73]) < 20
    assert min(shown["peak"][77:]) > 240
    assert shown["duration"] == 4.0


def test_gain_does_not_change_the_picture() -> None:
    rng = np.random.default_rng(1)
    y = (0.3 * rng.standard_normal(RATE * 2)).clip(-1, 1).astype(np.float32)
    loud, soft = picture(y), picture(y * np.float32(0.25))
    for name in ("peak", *BANDS):
        np.testing.assert_allclose(loud[name], soft[name], atol=1)


def test_silence_is_flat() -> None:
    shown = picture(np.zeros(RATE, dtype=np.float32))
    assert all(set(shown[name]) == {0} for name in ("peak", *BANDS))


def test_one_sample_has_a_picture() -> None:
    assert picture(np.full(1, 0.5, dtype=np.float32))["n_columns"] == 1


def test_blocks_give_the_same_picture() -> None:
    rng = np.random.default_rng(2)
    stereo = (0.2 * rng.standard_normal((2, 3 * 44100))).astype(np.float32)
    whole = waveform(Features(Signal(stereo, 44100)), 100)
    blocks = [stereo[:, i : i + 9999] for i in range(0, stereo.shape[1], 9999)]
    parts = waveform_of_blocks(iter(blocks), 44100, 100)
    assert parts["duration"] == whole["duration"]
    for name in ("peak", *BANDS):
        np.testing.assert_allclose(parts[name], whole[name], atol=1)
