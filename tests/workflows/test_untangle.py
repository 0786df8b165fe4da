"""`untangle`: files in, findings and files out."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile

from mixolydian.core.errors import InputError, RequestError
from mixolydian.dj.document import plan_from_document
from mixolydian.workflows.untangle import UntangleRequest, untangle
from tests.dj.untangling.mixes import SR, faded, track


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a mix, and a crate with its two tracks and one that does not play."""
    place = tmp_path_factory.mktemp("mixes")
    (place / "crate").mkdir()
    for seed in (1, 2, 3):
        soundfile.write(place / "crate" / f"{seed}.wav", track(seed, 30.0), SR)
    mix = faded(track(3, 30.0, 1.02), track(2, 30.0, 0.98), 6.0)
    soundfile.write(place / "mix.wav", mix, SR)
    return place


def test_files_to_findings(place, settings, tmp_path):
    (place / "crate" / "4.wav").write_bytes(b"no sound")
    request = UntangleRequest(
        str(place / "mix.wav"),
        (str(place / "crate"), str(place / "mix.wav"), str(place / "gone.wav")),
        out=str(tmp_path / "plan.json"),
        picture=str(tmp_path / "mix.svg"),
    )
    steps = []
    result = untangle(request, settings, lambda step, share: steps.append(share))
    assert [result.tracks[i].title for i in result.found.order] == ["3", "2"]
    assert {path.rpartition("/")[2] for path in result.failures} == {"4.wav", "gone.wav"}
    assert steps == sorted(steps)
    document = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert len(plan_from_document(document, "plan").tracks) == 2
    assert (tmp_path / "mix.svg").read_text("utf-8").startswith("<svg")
    (place / "crate" / "4.wav").unlink()


def test_the_mix_and_copies_are_left_out(place, settings, tmp_path):
    copy = tmp_path / "copy.wav"
    copy.write_bytes((place / "crate" / "1.wav").read_bytes())
    same = tmp_path / "same.wav"
    same.write_bytes((place / "mix.wav").read_bytes())
    tracks = (str(place / "crate" / "1.wav"), str(copy), str(same))
    result = untangle(UntangleRequest(str(place / "mix.wav"), tracks), settings)
    assert result.found.plays == ()
    assert any("is the same sound as" in note for note in result.notes)
    assert any("is the mix itself" in note for note in result.notes)


def test_no_track_left(place, settings):
    request = UntangleRequest(str(place / "mix.wav"), (str(place / "gone.wav"),))
    with pytest.raises(RequestError, match=r"none that can be used: .*gone\.wav"):
        untangle(request, settings)


def test_a_silent_mix(place, settings, tmp_path):
    soundfile.write(tmp_path / "silent.wav", np.zeros(20 * SR), SR)
    with pytest.raises(InputError, match="silent"):
        untangle(UntangleRequest(str(tmp_path / "silent.wav"), (str(place / "crate"),)), settings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mix": ""},
        {"tracks": ()},
        {"tracks": ("",)},
        {"out": "plan.txt"},
        {"picture": "mix.png"},
        {"jobs": 0},
    ],
)
def test_wrong_requests(wrong):
    with pytest.raises(RequestError):
        UntangleRequest(**{"mix": "mix.wav", "tracks": ("a.wav",)} | wrong)
