"""Clips: frames strung and added as sounds would be, labels by the half of the clip."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import soundfile

from mixolydian.audio.features import ANALYSIS_RATE, Features
from mixolydian.core.types import Signal
from mixolydian.training import clips as made_by
from mixolydian.training.clips import (
    MUSICAL,
    POOLED,
    Frames,
    Known,
    added,
    clips,
    clips_of,
    read_clips,
    string_clips,
    strung,
    unseen,
    write_clips,
)
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.frames import Heard
from mixolydian.training.sounds import frames_of
from mixolydian.training.summaries import FRAMES, NAMES, SECONDS, summary
from mixolydian.training.workshop import Workshop

RATE = ANALYSIS_RATE


def noise(seconds, seed=0, gain=0.1):
    return np.random.default_rng(seed).normal(0, gain, int(seconds * RATE)).astype(np.float32)


def tone(seconds, hertz=440.0, gain=0.2):
    t = np.arange(int(seconds * RATE)) / RATE
    return (gain * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def features(y):
    return Features(Signal(y, RATE))


def db(x):
    return 10 * np.log10(np.asarray(x) + 1e-9)


def test_sounds_added_as_frames_are_near_the_sound_of_both():
    a, b = noise(10.1, 1), tone(10.1)
    frames = [Frames.of(features(y)) for y in (a, b)]
    over = 10 * np.log10(frames[0].loud / frames[1].loud)
    sum_of_frames, both = added(*frames, over), Frames.of(features(a + b))
    inner = slice(10, -10)
    off = db(sum_of_frames.mel[:, inner].mean(axis=1)) - db(both.mel[:, inner].mean(axis=1))
    assert np.abs(off).max() < 1.0
    assert sum_of_frames.rms[inner].mean() == pytest.approx(both.rms[inner].mean(), rel=0.03)
    assert sum_of_frames.centroid.mean() == pytest.approx(both.centroid.mean(), rel=0.25)


@pytest.mark.parametrize("over", [-10.0, 20.0])
def test_the_first_sound_is_so_much_over_the_second(over):
    a, b = Frames.of(features(noise(10.1, 1))), Frames.of(features(noise(10.1, 2, 0.01)))
    rest = added(a, b, over).mel - a.mel
    assert db(a.mel.sum() / rest.sum()) == pytest.approx(over, abs=0.3)


def test_frames_stand_for_the_sound():
    whole = features(noise(10.1))
    own, cut = summary(whole), summary(Frames.of(whole).features())
    onsets = NAMES.index("onsets")
    np.testing.assert_allclose(np.delete(cut, onsets), np.delete(own, onsets), atol=0.15)
    assert Frames.of(whole).mel.shape == (64, FRAMES)


def test_strung_sounds_stand_at_one_level():
    parts = [Frames.of(features(noise(3, 1, 0.3))), Frames.of(features(noise(3, 2, 0.003)))]
    found = strung(parts)
    n = parts[0].rms.size
    assert found.mel.shape[1] == sum(p.rms.size + 8 for p in parts)
    assert found.rms[:n].mean() == pytest.approx(found.rms[n + 8 : -8].mean(), rel=0.1)
    assert found.centroid.size * 2 == found.rms.size


def test_short_sounds_of_a_group_become_clips():
    heard = [Heard(features(noise(4, i)), {"content": "speech"}) for i in range(6)]
    found = string_clips(heard, "speech/somebody", np.random.default_rng(0))
    assert [clip.music for clip in found] == [False, False]
    assert found[0].power.shape == (POOLED, 64)
    assert found[0].row.shape == (len(NAMES),)
    assert (found[0].group, found[0].origin) == ("speech/somebody", "open/speech")
    assert string_clips([], "speech/nobody", np.random.default_rng(0)) == []


def test_share_counts_what_sounds_in_the_clip():
    rows = ((0.0, 4.0, "speech"), (4.0, 11.0, "speech over music"), (11.0, 20.0, "music"))
    know = Known(2, "g", rows, {})
    assert know.share(0, MUSICAL) == pytest.approx((SECONDS - 4) / SECONDS)
    assert know.share(1, ("speech",)) == pytest.approx((11 - SECONDS) / SECONDS)
    assert know.share(0, ("noise",)) == 0.0


def test_clips_come_back_as_they_were_kept(tmp_path):
    made = clips_of(features(noise(20.1)), True, "g", "name", "origin")
    write_clips(tmp_path / "kept.npz", made)
    back = read_clips(tmp_path / "kept.npz")
    assert [c.name for c in back] == ["name#0", "name#1"]
    assert back[0].music is True
    np.testing.assert_allclose(db(back[1].power), db(made[1].power), atol=0.3)
    np.testing.assert_array_equal(back[1].row, made[1].row)


# ------------------------------------------------------------------------------ the whole way


def written(path, y):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, y, RATE)


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    data = tmp_path / "open"
    written(data / "electronic/game/one.wav", tone(21))
    written(data / "electronic/torus-trooper/two.wav", tone(11, 300))
    written(data / "speech/prompts/long.wav", noise(11, 3))
    written(data / "nonmusic/game/wind.wav", noise(12, 4))
    for i in range(4):
        written(data / f"nonmusic/supertux/{i}.wav", noise(3, i))
    monkeypatch.setattr(made_by, "sounds", lambda workshop, seed: [])
    monkeypatch.setattr(made_by, "heard_all", lambda wanted, workshop: wanted)
    monkeypatch.setattr(
        made_by, "derived", lambda s, how, w: [how(frames_of(x, w.ear)).astype("f4") for x in s]
    )
    monkeypatch.setitem(made_by.N_MIXED, made_by.SEED, 6)
    return Workshop(tmp_path / "work", Stock(data), 1)


def test_clips_of_a_folder(workshop):
    found = clips(workshop, held_out=False)
    by = {}
    for clip in found:
        by.setdefault((clip.origin, clip.music), []).append(clip)
    count = {key: len(value) for key, value in by.items()}
    assert count == {
        ("open/electronic", True): 2,
        ("open/speech", False): 1,
        ("open/nonmusic", False): 1,
        ("speech over music", True): 3,
        ("speech over noise", False): 3,
    }
    assert all(np.isfinite(clip.row).all() for clip in found)
    assert by["speech over music", True][0].group == "electronic/game"


def test_held_out_clips_share_no_group_and_are_kept(workshop, monkeypatch):
    tests = unseen(workshop)
    assert {clip.group for clip in tests["recordings"]} == {
        "electronic/torus-trooper",
        "nonmusic/supertux",
    }
    assert tests["rendered"] == []
    monkeypatch.setattr(made_by, "string_clips", partial(pytest.fail, "worked out again"))
    again = unseen(workshop)
    assert [c.name for c in again["recordings"]] == [c.name for c in tests["recordings"]]
