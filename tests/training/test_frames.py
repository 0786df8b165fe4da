"""Frames on disk: what estimators look at comes back, to half precision, and no code with it."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from mixolydian.audio.features import Features
from mixolydian.audio.spectrum import Spectrum
from mixolydian.core.types import Signal
from mixolydian.estimators import listen
from mixolydian.training import frames
from mixolydian.training.frames import Heard, frames_version, read_frames, read_mel, write_frames
from tests.training.datasets.sounds import RATE, clicks

TRUTH = {"style": "house", "music": [{"start": 0.0, "end": 6.0, "label": "music"}]}


@pytest.fixture(scope="module")
def features():
    return Features(Signal(clicks(), RATE))


@pytest.fixture
def kept(features, tmp_path):
    write_frames(tmp_path / "deep" / "x.npz", Heard(features, TRUTH))
    return tmp_path / "deep" / "x.npz"


@pytest.mark.parametrize("name", ["mel", "rms", "peak", "flatness", "constant_q"])
def test_powers_come_back_within_a_twentieth_of_a_decibel(kept, features, name):
    before, after = getattr(features, name), getattr(read_frames(kept).features, name)
    assert after.shape == before.shape
    assert (after >= 0).all()
    audible = before > 100 * frames.FLOOR
    assert audible.any()
    assert np.abs(10 * np.log10(after[audible] / before[audible])).max() < 0.05
    assert np.abs(after - before)[~audible].max(initial=0.0) < 10 * frames.FLOOR


@pytest.mark.parametrize("name", ["centroid", "bandwidth", "rolloff", "mfcc", "contrast"])
def test_the_other_frames_come_back_within_half_precision(kept, features, name):
    before, after = getattr(features, name), getattr(read_frames(kept).features, name)
    np.testing.assert_allclose(after, before, rtol=2e-3, atol=2e-3 * np.abs(before).max())


def test_facts_and_truth_come_back_exactly(kept, features):
    found = read_frames(kept)
    assert found.truth == TRUTH
    assert found.features.duration == features.duration
    assert (found.features.sample_rate, found.features.n_channels) == (RATE, 2)
    for name, value in vars(features.loudness).items():
        np.testing.assert_allclose(getattr(found.features.loudness, name), value, rtol=1e-6)


def test_estimators_hear_the_same(kept, features):
    wanted = ("tempo", "loudness")
    before = listen(features, questions=wanted)
    after = listen(read_frames(kept).features, questions=wanted)
    assert after["tempo"].value.bpm == pytest.approx(before["tempo"].value.bpm, rel=1e-3)
    assert after["loudness"].value.lufs == pytest.approx(before["loudness"].value.lufs, abs=0.05)


def test_the_mel_alone_is_that_of_everything(kept):
    mel, truth = read_mel(kept)
    np.testing.assert_array_equal(mel, read_frames(kept).features.mel)
    assert truth == TRUTH


def test_what_cannot_be_held_in_half_precision_is_bounded(features, tmp_path):
    rows = {name: getattr(features.spectrum, name) for name in Spectrum.__dataclass_fields__}
    rows["centroid"] = np.full_like(rows["centroid"], 1e9)
    loud = Features.from_families(
        {**features.families, "spectrum": Spectrum(**rows)}, RATE, 2, features.duration
    )
    write_frames(tmp_path / "x.npz", Heard(loud, {}))
    assert np.isfinite(read_frames(tmp_path / "x.npz").features.centroid).all()


def test_a_torn_file_is_noticed(kept):
    kept.write_bytes(kept.read_bytes()[:1000])
    for read in (read_frames, read_mel):
        with pytest.raises(frames.BROKEN):
            read(kept)


def test_pickles_are_not_read(kept):
    with np.load(kept, allow_pickle=False) as file:
        arrays = dict(file)
    np.savez(kept, **(arrays | {"mel": np.array([{"a": 1}], dtype=object)}))
    with pytest.raises(ValueError, match="pickle"):
        read_frames(kept)


def test_the_version_follows_the_code(monkeypatch, tmp_path):
    for source in files("mixolydian.audio").iterdir():
        if source.name.endswith(".py"):
            (tmp_path / source.name).write_bytes(source.read_bytes())
    before = frames_version()
    monkeypatch.setattr(frames, "files", lambda package: tmp_path)
    assert frames_version.__wrapped__() == before
    with (tmp_path / "spectrum.py").open("a") as code:
        code.write("# changed\n")
    assert frames_version.__wrapped__() != before
