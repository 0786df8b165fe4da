"""`mixo match` on the command line."""

from __future__ import annotations

import pytest

from mixolydian.app.cli import main as module
from mixolydian.workflows.verbs import VERBS, Verb
from tests.workflows.conftest import write_clicks


@pytest.fixture
def tracks(tmp_path, monkeypatch):
    if all(verb.name != "match" for verb in VERBS):
        monkeypatch.setattr(module, "VERBS", (*VERBS, Verb("match", "Compare two tracks.")))
    write_clicks(tmp_path / "north.wav", 120.0, seconds=10.0)
    write_clicks(tmp_path / "south.wav", 126.0, seconds=10.0)


def test_the_parts_and_json(mixo, tracks):
    ran = mixo("match", "north.wav", "south.wav")
    assert ran.code == 0
    assert "A  north, 1" in ran.out
    for part in ("harmonic", "rhythmic", "energy", "timbre"):
        assert part in ran.out
    (document,) = mixo("match", "north", "south", "--at-a", "0:00-0:08", "--json").documents
    assert document["schema"] == "mixolydian.match/1"
    assert 0 <= document["value"] <= 1
    assert "both are the same sound" in mixo("match", "north", "north").out
    wrong = mixo("match", "north", "south", "--at-a", "later")
    assert (wrong.code, wrong.out) == (2, "")
    assert len(wrong.err.splitlines()) == 1
