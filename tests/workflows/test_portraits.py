"""Portraits: made once, made anew when an answer changes, failures named one by one."""

import os

import numpy as np
import pytest
import soundfile

from mixolydian.workflows.correct import CorrectRequest, correct
from mixolydian.workflows.portraits import portraits
from mixolydian.workflows.portrayed import Portraits
from tests.workflows.conftest import SAMPLE_RATE, write_clicks


def test_made_once_and_anew_after_a_correction(settings, tmp_path):
    track = write_clicks(tmp_path / "a.wav", 120.0, seconds=12.0)
    shares = []
    (first,) = portraits([str(track)], settings, tick=shares.append).entries
    assert first.failure is None
    assert first.portrait.steady
    assert first.portrait.bpm == pytest.approx(120.0, abs=0.05)
    assert first.portrait.title == "a"
    assert shares[-1] == 1.0
    kept = settings.home / "portraits" / f"{first.portrait.track_id}.npz"
    before = kept.stat().st_mtime_ns
    (again,) = portraits(["a"], settings).entries
    assert kept.stat().st_mtime_ns == before
    assert (again.portrait.onsets == first.portrait.onsets).all()
    correct(CorrectRequest(str(track), bpm=240.0), settings)
    (faster,) = portraits([str(track)], settings).entries
    assert faster.portrait.bpm == pytest.approx(240.0, abs=0.05)
    assert faster.portrait.grid_confidence == 1.0
    assert not np.isnan(first.portrait.strokes).all()
    assert np.isnan(faster.portrait.strokes).all(), "a grid set by hand is not moved"


def test_failures_are_named_and_the_rest_goes_on(settings, tmp_path):
    good = write_clicks(tmp_path / "good.wav", 125.0, seconds=10.0)
    short = write_clicks(tmp_path / "short.wav", seconds=4.0)
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(10 * SAMPLE_RATE, dtype=np.float32), SAMPLE_RATE)
    (tmp_path / "broken.wav").write_bytes(b"RIFF no sound")
    names = ["good.wav", "short.wav", "silent.wav", "broken.wav", "gone.wav"]
    found = portraits([str(tmp_path / name) for name in names], settings).entries
    assert [f.asked for f in found] == [str(tmp_path / name) for name in names]
    assert found[0].portrait is not None
    assert found[0].path == str(good)
    assert "at least 8 s" in found[1].failure.message
    assert "silence" in found[2].failure.message
    assert found[3].failure is not None
    assert "gone.wav" in found[4].failure.message
    assert str(short) == found[1].path
    whole = Portraits(found)
    assert len(whole.portraits) == 1
    assert [u.path for u in whole.unusable] == [f.path for f in found[1:]]


def test_a_changed_file_is_analysed_anew_and_it_is_said(settings, tmp_path):
    track = write_clicks(tmp_path / "a.wav", 120.0, seconds=10.0)
    (first,) = portraits([str(track)], settings).entries
    write_clicks(track, 100.0, seconds=11.0)
    os.utime(track, ns=(1, 1))
    (second,) = portraits([str(track)], settings).entries
    assert first.notes == ()
    assert "changed" in second.notes[0]
    assert "a.wav: changed" in Portraits((second,)).notes[0]
    assert second.portrait.bpm == pytest.approx(100.0, abs=0.05)
    assert second.portrait.track_id != first.portrait.track_id


def test_folders_and_a_damaged_keep(settings, tmp_path, crate):
    write_clicks(crate / "four.wav", 140.0, seconds=9.0)
    found = portraits([str(crate)], settings).entries
    assert [os.path.basename(f.path) for f in found] == [
        "four.wav",
        "one.wav",
        "three.wav",
        "two.wav",
    ]
    good = found[0].portrait
    kept = settings.home / "portraits" / f"{good.track_id}.npz"
    kept.write_bytes(b"no zip")
    (again,) = portraits([str(crate / "four.wav")], settings).entries
    assert again.portrait.bpm == good.bpm
    empty = tmp_path / "empty"
    empty.mkdir()
    (nothing,) = portraits([str(empty)], settings).entries
    assert "found none" in nothing.failure.message
