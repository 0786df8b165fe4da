"""Speech, ambience and mixtures: what sounds when is what the truth says."""

from __future__ import annotations

import shutil
from itertools import pairwise

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.training.datasets import ambience, espeak, mixture, speech
from mixolydian.training.datasets.backing import random_song
from mixolydian.training.datasets.item import SAMPLE_RATE, Request
from mixolydian.training.datasets.noise_events import EVENTS
from mixolydian.training.datasets.noises import STEADY, murmur
from mixolydian.training.datasets.sentences import LANGUAGES, remarks, sentence

SPOKEN = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng here")


def test_sentences_are_whole_in_every_language():
    rng = np.random.default_rng(0)
    for language in LANGUAGES:
        said = {sentence(language, rng) for _ in range(40)}
        assert len(said) > 15
        assert not any("<" in s or "  " in s for s in said)
        assert all(s[-1] in ".?" for s in said)
    assert remarks("de", 3, rng).count(" ") > 6


def test_labels_of_speech_and_music_cover_everything():
    rows = speech.labelled([(1.0, 4.0), (6.0, 8.0)], [(3.0, 7.0)], 10.0)
    assert [(s.start, s.end, s.label) for s in rows] == [
        (0.0, 1.0, "silence"), (1.0, 3.0, "speech"), (3.0, 4.0, "speech over music"),
        (4.0, 6.0, "music"), (6.0, 7.0, "speech over music"), (7.0, 8.0, "speech"),
        (8.0, 10.0, "silence"),
    ]  # fmt: skip
    assert [s.label for s in speech.labelled([(0.0, 9.99)], [], 10.0, "noise")] == ["speech"]


def test_a_missing_espeak_is_named_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    espeak.program.cache_clear()
    with pytest.raises(RequestError, match="espeak-ng on the PATH, found none: install it"):
        espeak.speak("good morning", espeak.Speaker("en-us", "m1", 50, 160))
    espeak.program.cache_clear()


@SPOKEN
def test_turns_are_where_the_voice_is():
    talked = speech.talk(10.0, np.random.default_rng(5))
    assert len(talked.turns) >= 2
    inside = np.zeros(len(talked.samples), dtype=bool)
    for turn in talked.turns:
        first, last = (round(t * SAMPLE_RATE) for t in (turn.start, turn.end))
        inside[first:last] = True
        assert np.abs(talked.samples[first : first + 400]).max() > 0
    assert np.abs(talked.samples[~inside]).max(initial=0.0) < 1e-3
    assert np.abs(talked.samples[inside]).max() > 0.05


@SPOKEN
def test_speech_items_are_labelled_to_the_end():
    labels = set()
    for seed in range(6):
        item = speech.item_of(Request("s", (seed,), 8.0))
        rows = item.truth["music"]
        labels |= {s["label"] for s in rows}
        assert rows[0]["start"] == 0.0
        assert rows[-1]["end"] == pytest.approx(8.0)
        assert all(a["end"] == b["start"] for a, b in pairwise(rows))
        assert item.samples.shape == (2, 8 * SAMPLE_RATE)
        assert np.abs(item.samples).max() <= 1.0
        if item.stems:
            total = np.sum(list(item.stems.values()), axis=0)
            np.testing.assert_allclose(total, item.samples, atol=1e-5)
    assert {"speech", "speech over music"} <= labels


@pytest.mark.parametrize("name", sorted({**STEADY, **EVENTS}))
def test_noises_sound_and_can_be_made_again(name):
    make = {**STEADY, **EVENTS}[name]
    for rate in (16_000, 44_100):
        y = make(2 * rate, rate, np.random.default_rng(4))
        assert y.shape == (2 * rate,)
        assert y.dtype == np.float32
        assert np.isfinite(y).all()
        assert 0.05 < np.abs(y).max() < 4
        np.testing.assert_array_equal(y, make(2 * rate, rate, np.random.default_rng(4)))


def test_a_murmur_has_the_pitch_of_a_voice():
    y = murmur(3 * SAMPLE_RATE, SAMPLE_RATE, np.random.default_rng(1))
    spectrum = np.abs(np.fft.rfft(y)) ** 2
    hz = np.fft.rfftfreq(len(y), 1 / SAMPLE_RATE)
    assert spectrum[(hz > 80) & (hz < 4000)].sum() > 0.9 * spectrum.sum()


def test_scenes_are_noise_and_never_digital_silence():
    for seed in range(6):
        item = ambience.item_of(Request("a", (seed,), 3.0))
        assert [s["label"] for s in item.truth["music"]] == ["noise"]
        assert item.truth["ambience"]
        blocks = np.abs(item.samples[0][: 30 * 4410].reshape(30, 4410)).max(axis=1)
        assert blocks.min() > 0


@SPOKEN
def test_mixtures_change_where_they_say():
    item = mixture.item_of(Request("m", (11,), 40.0))
    rows = item.truth["music"]
    assert len({s["label"] for s in rows}) >= 2
    assert rows[-1]["end"] == pytest.approx(40.0)
    total = np.sum(list(item.stems.values()), axis=0)
    np.testing.assert_allclose(total, item.samples, atol=1e-4)
    for row in rows:
        first, last = (round(t * SAMPLE_RATE) for t in (row["start"], row["end"]))
        others = [
            y for n, y in item.stems.items() if n != row["label"] and row["label"] != "silence"
        ]
        if last - first > SAMPLE_RATE:
            assert all(np.abs(y[:, first + 9 : last - 9]).max() < 1e-6 for y in others)


def test_backing_music_has_chords_on_its_bars():
    song = random_song(20.0, np.random.default_rng(2))
    assert song.beats[-1] > 20
    downbeats = song.beats[song.positions == 1]
    starts = np.array([c.start for c in song.chords])
    assert np.abs(starts[:, None] - downbeats[None, :]).min(axis=1).max() < 1e-9
