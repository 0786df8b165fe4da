"""The state of a data set, in Python and on the command line."""

from __future__ import annotations

import json

import pytest
import typer

from mixolydian.app.cli.dataset_status import command
from mixolydian.core.errors import RequestError, UnreadableError
from mixolydian.workflows.dataset_status import DatasetStatusRequest, dataset_status


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "set"
    for name in ("house/one.wav", "house/two.wav", "techno/three.wav"):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return place


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path / "home"))


def test_status_and_what_changed(folder, settings):
    first = dataset_status(DatasetStatusRequest(str(folder)), settings)
    assert (first.last, bool(first.diff), first.files) == ("", False, 3)
    assert first.counts == {"house": 2, "techno": 1}
    (folder / "house/one.wav").write_text("changed")
    second = dataset_status(DatasetStatusRequest(str(folder)), settings)
    assert second.last == first.version
    assert second.diff.changed == ("house/one.wav",)
    third = dataset_status(DatasetStatusRequest(str(folder)), settings)
    assert not third.diff
    since = dataset_status(DatasetStatusRequest(str(folder), first.version[:8]), settings)
    assert since.diff == second.diff


def test_nothing_is_written_into_the_folder(folder, settings):
    before = sorted(folder.rglob("*"))
    dataset_status(DatasetStatusRequest(str(folder)), settings)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("wrong", [("", ""), ("x", "abc"), ("x", "XYZ123")])
def test_wrong_requests(wrong):
    with pytest.raises(RequestError):
        DatasetStatusRequest(*wrong)


def test_no_such_folder_or_version(folder, settings):
    with pytest.raises(UnreadableError):
        dataset_status(DatasetStatusRequest(str(folder / "none")), settings)
    with pytest.raises(RequestError, match="none yet"):
        dataset_status(DatasetStatusRequest(str(folder), "abcd"), settings)


def test_the_command_line(folder, home, capsys):
    command(str(folder))
    (folder / "house/two.wav").rename(folder / "techno/2.wav")
    (folder / "techno/3.wav").write_text("techno/three.wav")
    command(str(folder))
    said = capsys.readouterr().out
    assert "First version seen." in said
    assert "house/two.wav → techno/2.wav" in said
    assert "Sounds: techno 3, house 1" in said
    assert "techno/3.wav = techno/three.wav" in said


def test_leaks_are_an_error_of_the_set(folder, home, capsys):
    for part in ("train", "test"):
        (folder / part).mkdir()
        (folder / part / "same.wav").write_text("same")
    with pytest.raises(typer.Exit) as end:
        command(str(folder), json=True)
    assert end.value.exit_code == 1
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "mixolydian.dataset-status/1"
    assert document["leaks"][0]["paths"] == ["test/same.wav", "train/same.wav"]
    assert document["version"]
