"""The sung voice does what its truth says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Note
from mixolydian.training.datasets.item import SAMPLE_RATE, Request
from mixolydian.training.datasets.melodies import (
    Melody,
    from_somewhere,
    held_notes,
    melody_of,
    random_melody,
)
from mixolydian.training.datasets.singer import (
    KINDS,
    in_range,
    random_singer,
    sing_line,
    with_breaths,
)
from mixolydian.training.datasets.singing import item_of, sing

from .sounds import song


def autocorrelated(y: np.ndarray, rate: int, centre: float, guess: float) -> float:
    """The pitch in Hz of the 60 ms around `centre` seconds, within 3 semitones of `guess`."""
    n = round(0.03 * rate)
    at = round(centre * rate)
    part = y[max(at - n, 0) : at + n] * np.hanning(len(y[max(at - n, 0) : at + n]))
    power = np.abs(np.fft.rfft(part, 8 * n)) ** 2
    lags = np.fft.irfft(power)
    low, high = int(rate / guess / 1.19), int(rate / guess * 1.19) + 2
    k = low + int(np.argmax(lags[low:high]))
    a, b, c = lags[k - 1 : k + 2]
    return rate / (k + 0.5 * (a - c) / (a - 2 * b + c))


@pytest.mark.parametrize("seed", range(6))
def test_the_fundamental_is_the_one_in_the_truth(seed):
    rng = np.random.default_rng(seed)
    singer = random_singer(rng)
    melody = in_range(random_melody(5.0, rng), singer)
    line = sing_line(melody.notes, singer, 5.0, rng)
    y = sing(melody.notes, line, singer, rng)
    errors = []
    for note in melody.notes:
        middle = (note.onset + note.offset) / 2
        hz = 440 * 2 ** ((line.pitch[round(middle * 500)] - 69) / 12)
        errors.append(1200 * np.log2(autocorrelated(y, SAMPLE_RATE, middle, hz) / hz))
    assert np.median(np.abs(errors)) < 12
    assert np.mean(np.abs(errors) < 40) > 0.8


def test_an_item_has_notes_f0_and_a_key():
    rng = np.random.default_rng(3)
    item = item_of(Request("s", (3,), 6.0), random_melody(6.0, rng))
    truth = item.truth
    assert item.samples.shape == (2, 6 * SAMPLE_RATE)
    assert [s["label"] for s in truth["music"]] == ["music"]
    hz, step = np.array(truth["f0"]["hz"]), truth["f0"]["step"]
    assert len(hz) * step == pytest.approx(6.0)
    for note in truth["notes"]:
        assert float(note["pitch"]).is_integer()
        middle = round((note["onset"] + note["offset"]) / 2 / step)
        sung = 69 + 12 * np.log2(hz[middle] / 440)
        assert abs(sung - note["pitch"]) < 1.6
    again = item_of(Request("s", (3,), 6.0), random_melody(6.0, np.random.default_rng(3)))
    np.testing.assert_array_equal(item.samples, again.samples)


def test_intonation_never_reaches_the_next_note():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        singer = random_singer(rng)
        notes = tuple(Note(float(k), k + 0.9, 60.0, 90) for k in range(4))
        line = sing_line(notes, singer, 4.0, rng)
        held = [
            np.median(line.pitch[round((k + 0.45) * 500) : round((k + 0.85) * 500)])
            for k in range(4)
        ]
        assert np.abs(np.array(held) - 60).max() < 0.75


def test_before_and_after_the_notes_there_is_no_voice():
    rng = np.random.default_rng(1)
    notes = (Note(1.0, 2.0, 57.0, 100),)
    line = sing_line(notes, random_singer(rng), 3.0, rng)
    assert line.level[: round(0.98 * 500)].max() == 0
    assert line.level[round(2.15 * 500) :].max() == 0
    assert line.level[round(1.2 * 500) : round(1.8 * 500)].min() > 0.3


def test_melodies_are_brought_into_the_range():
    melody = Melody(tuple(Note(k, k + 1.0, 90.0, 80) for k in range(4)))
    for seed in range(10):
        singer = random_singer(np.random.default_rng(seed))
        low, high, _ = KINDS[singer.kind]
        assert all(low - 3 <= n.pitch <= high + 3 for n in in_range(melody, singer).notes)


def test_breath_is_taken():
    notes = tuple(Note(float(k), k + 1.0, 60.0, 80) for k in range(20))
    breathed = with_breaths(notes, np.random.default_rng(0))
    gaps = [b.onset - a.offset for a, b in pairwise(breathed)]
    assert 2 <= sum(g > 0.1 for g in gaps) <= 9


def test_melodies_are_one_note_at_a_time():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        for melody in (random_melody(20.0, rng), held_notes(4.0, rng), melody_of(song())):
            for a, b in pairwise(melody.notes):
                assert a.onset < a.offset <= b.onset + 1e-9


def test_a_long_melody_is_begun_anywhere_with_a_note_at_once():
    melody = Melody(tuple(Note(30.0 + k, 30.9 + k, 60.0 + k % 5, 80) for k in range(40)))
    pitches = set()
    for seed in range(8):
        part = from_somewhere(melody, 10.0, np.random.default_rng(seed))
        assert 0.1 <= part.notes[0].onset <= 0.8
        assert part.notes[-1].offset >= 9.9
        pitches.add((part.notes[0].pitch, len(part.notes)))
    assert len(pitches) > 3
    with pytest.raises(RequestError, match="found none"):
        item_of(Request("s", (1,), 5.0), melody)
