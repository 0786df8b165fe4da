"""What is worked out from frames: once, in order, and again when the code changes."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixolydian.core.errors import RequestError
from mixolydian.training import derived as derived_module
from mixolydian.training.derived import FLOORS, code_version, derived
from mixolydian.training.sounds import Sound, frames_of
from mixolydian.training.workshop import Workshop
from tests.training.datasets.sounds import RATE, clicks


def level(heard):
    return np.array([heard.features.rms.max(), heard.features.duration])


def fussy(heard):
    if heard.truth["group"] == "b":
        raise ValueError("not this one")
    return np.zeros(1)


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path / "work", jobs=1, home=tmp_path)


@pytest.fixture
def sounds(tmp_path):
    found = []
    for name, gain in (("a", 1.0), ("b", 0.5), ("c", 0.25)):
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, gain * clicks().T, RATE, subtype="FLOAT")
        found.append(Sound("own", path=str(path), facts=(("group", name),)))
    return found


def test_arrays_come_in_order_and_are_kept(workshop, sounds):
    told = []
    watching = Workshop(
        workshop.folder,
        jobs=1,
        home=workshop.home,
        watch=lambda what, done, of, _: told.append((what, done, of)),
    )
    found = derived(sounds, level, watching)
    assert [a.dtype for a in found] == [np.float32] * 3
    peaks = np.array([a[0] for a in found])
    np.testing.assert_allclose(peaks / peaks[0], [1.0, 0.5, 0.25], rtol=0.01)
    assert told == [("working out the level", n, 3) for n in (1, 2, 3)]
    place = derived_module._place(sounds[1], level, workshop)
    np.save(place, np.array([7.0], dtype=np.float32))
    again = derived(sounds[::-1], level, watching)
    assert again[1].tolist() == [7.0], "read, not worked out again"
    np.testing.assert_array_equal(again[2], found[0])
    assert len(told) == 3


def test_a_sound_that_fails_is_named_with_the_reason(workshop, sounds):
    for sound in sounds:
        frames_of(sound, workshop.ear)
    with pytest.raises(RequestError, match=r"own/b\.wav: fussy failed \(ValueError: not this one"):
        derived(sounds, fussy, workshop)
    assert len(derived(sounds[::2], fussy, workshop)) == 2


def test_changed_code_works_it_out_again(workshop, sounds, monkeypatch):
    before = derived_module._place(sounds[0], level, workshop)
    assert before.parent == workshop.ear.place(sounds[0]).parent
    monkeypatch.setattr(derived_module, "code_version", lambda module: "other")
    assert derived_module._place(sounds[0], level, workshop) != before
    assert derived_module._place(sounds[0], fussy, workshop) != before


@pytest.mark.parametrize("floor", FLOORS)
def test_the_version_follows_the_floors_below(floor, tmp_path, monkeypatch):
    def copy(package):
        folder = tmp_path / package
        if not folder.exists():
            shutil.copytree(Path(str(files(package))), folder)
        return folder

    monkeypatch.setattr(derived_module, "files", copy)
    before = code_version.__wrapped__("mixolydian.estimators.style")
    assert before == code_version("mixolydian.estimators.style")
    with (tmp_path / f"mixolydian.{floor}" / "__init__.py").open("a") as code:
        code.write("# changed\n")
    assert code_version.__wrapped__("mixolydian.estimators.style") != before


def test_the_version_follows_the_module_itself():
    names = ("mixolydian.training.sounds", "mixolydian.training.frames")
    assert len({code_version(name) for name in names}) == 2
