"""`mixo set` on the command line."""

from __future__ import annotations

import pytest

from mixolydian.app.cli import main as module
from mixolydian.app.cli.setlist import command
from mixolydian.workflows.verbs import VERBS, Verb
from tests.workflows.conftest import write_clicks


@pytest.fixture
def verbs(monkeypatch):
    if all(verb.name != "set" for verb in VERBS):
        verb = Verb("set", str(command.__doc__), file="setlist")
        monkeypatch.setattr(module, "VERBS", (*VERBS, verb))


def test_three_tracks(mixo, verbs, tmp_path):
    for n, name in enumerate(("one", "two", "three")):
        write_clicks(tmp_path / "crate" / f"{name}.wav", 120.0 + n, 300.0 + 40 * n, 12.0)
    locks = ("--start", "two", "--never-next", "two/one", "--out", "set.m3u8")
    ran = mixo("set", "crate", "--arc", "2 1", *locks)
    assert ran.code == 0, ran.err
    assert "3 tracks, 0:" in ran.out
    assert "first, as you asked" in ran.out
    assert "of the 1 minutes wished: the crate has no more" in ran.out
    listed = (tmp_path / "set.m3u8").read_text("utf-8").splitlines()[2::2]
    assert [path.rpartition("/")[2] for path in listed] == ["two.wav", "three.wav", "one.wav"]
    ran = mixo("set", "crate", "--arc", "2 1", "--json")
    (document,) = ran.documents
    assert document["schema"] == "mixolydian.set/1"
    assert [track["transition"] is None for track in document["tracks"]][:2] == [True, False]
    ran = mixo("set", "crate", "--arc", "2 1", *locks)
    assert (ran.code, "is there already" in ran.err) == (1, True)


def test_wrong_words(mixo, verbs):
    ran = mixo("set", "crate", "--arc", "disco 30")
    assert ran.code == 2
    assert "stages are ambient, warmup" in ran.err
