"""Sounds of recipes: where their frames are kept, hearing many, and going on past failures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from mixolydian.core.errors import MixolydianError, RequestError
from mixolydian.training import sounds
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.frames import read_frames
from mixolydian.training.sounds import (
    Ear,
    Sound,
    frames_of,
    hear,
    heard,
    item_of,
    mel_of,
    rendered,
)
from tests.training.datasets.sounds import RATE, clicks

SCENE = Sound("ambience", 3, 7, 5.0)


@pytest.fixture
def ear(tmp_path):
    return Ear(tmp_path / "work")


@pytest.fixture
def recording(tmp_path):
    """A file of known content."""
    path = tmp_path / "take.wav"
    soundfile.write(path, clicks().T, RATE)
    facts = (("content", "music"), ("group", "someone"))
    return Sound("open/music", path=str(path), facts=facts)


@pytest.mark.parametrize(
    "change",
    [{"number": 4}, {"seed": 8}, {"seconds": 6.0}, {"damaged": False}, {"source": "singing"}],
)
def test_another_sound_is_kept_elsewhere(ear, change):
    assert ear.place(SCENE) == ear.place(replace(SCENE))
    assert ear.place(replace(SCENE, **change)) != ear.place(SCENE)


def test_changed_code_looks_elsewhere(ear, monkeypatch):
    before = ear.place(SCENE)
    monkeypatch.setattr(sounds, "frames_version", lambda: "other")
    assert ear.place(SCENE).name == before.name
    assert ear.place(SCENE).parent != before.parent


def test_a_changed_file_is_another_sound(ear, recording):
    before = ear.place(recording)
    soundfile.write(recording.path, clicks().T * 0.5, RATE)
    assert ear.place(recording) != before


def test_a_sound_is_a_function_of_its_numbers():
    first, again = (item_of(SCENE, Stock()) for _ in range(2))
    np.testing.assert_array_equal(first.samples, again.samples)
    assert first.name.startswith(SCENE.name)
    other = item_of(replace(SCENE, seed=8), Stock())
    assert other.samples.shape != first.samples.shape or (other.samples != first.samples).any()


def test_a_composed_piece_says_where_it_comes_from():
    piece = Sound(sounds.COMPOSED, 1, 5, 5.0, damaged=False)
    truth = item_of(piece, Stock()).truth
    assert (truth["source"], truth["number"], truth["set_seed"]) == ("composed", 1, 5)
    assert truth["style"]


def test_a_file_is_heard_with_its_facts(recording):
    found = heard(recording, Stock())
    assert found.truth == {"content": "music", "group": "someone"}
    assert found.features.duration == pytest.approx(6.0)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MixolydianError, match=r"gone\.wav"):
        heard(Sound("x", path=str(tmp_path / "gone.wav")), Stock())


def test_a_missing_corpus_is_named(tmp_path):
    with pytest.raises(RequestError, match="pop909"):
        heard(Sound("pop909", 0, 0, 5.0), Stock(tmp_path))


def test_frames_are_computed_once(ear, recording, monkeypatch):
    first = frames_of(recording, ear)
    monkeypatch.setattr(sounds, "heard", None)
    again = frames_of(recording, ear)
    assert again.truth == first.truth
    np.testing.assert_allclose(again.features.rms, first.features.rms, atol=1e-3)
    mel, truth = mel_of(recording, ear)
    assert mel.shape == first.features.mel.shape
    assert truth == first.truth


def test_mel_of_a_sound_not_heard_yet(ear, recording):
    mel, _ = mel_of(recording, ear)
    assert ear.place(recording).is_file()
    np.testing.assert_array_equal(mel, read_frames(ear.place(recording)).features.mel)


@pytest.mark.parametrize("read", [frames_of, mel_of])
def test_torn_frames_are_made_again(ear, recording, read):
    frames_of(recording, ear)
    place = ear.place(recording)
    place.write_bytes(place.read_bytes()[:1000])
    read(recording, ear)
    assert read_frames(place).truth["content"] == "music"


def test_hearing_goes_on_past_a_sound_that_fails(ear, recording, tmp_path):
    (tmp_path / "bad.wav").write_bytes(b"no sound" * 20)
    bad = Sound("open/music", path=str(tmp_path / "bad.wav"))
    seen = []
    failed = list(hear([bad, SCENE, recording], ear, lambda done, of: seen.append((done, of))))
    ((sound, failure),) = failed
    assert sound == bad
    assert "bad.wav" in failure.message
    assert ear.place(SCENE).is_file()
    assert ear.place(recording).is_file()
    assert not ear.place(bad).exists()
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    seen.clear()
    assert not list(hear([SCENE, recording], ear, lambda done, of: seen.append((done, of))))
    assert seen == [(2, 2)], "nothing is left to do"


def test_sounds_by_number():
    found = rendered("ambience", range(2, 4), 9, 5.0, damaged=False)
    assert [s.number for s in found] == [2, 3]
    assert {(s.seed, s.seconds, s.damaged) for s in found} == {(9, 5.0, False)}
    assert found[0].name == "ambience-9-000002"
    assert Sound("open/x", path="/far/away/take.wav").name == "open/x/take.wav"
