"""`mixo impact` on the command line."""

from __future__ import annotations

import pytest

from tests.workflows.test_impact import TABLE, write_run


@pytest.fixture
def run(tmp_path):
    (tmp_path / "costs.csv").write_text(TABLE.replace("-3", "-1"))
    return write_run(tmp_path / "home" / "workshop" / "runs" / "music" / "svm-20260101-000000")


def test_the_table(mixo, run):
    ran = mixo("impact", "music", "--costs", "costs.csv", "--picture", "value.svg")
    assert (ran.code, ran.err) == (0, "")
    assert "music, held out: 40 examples" in ran.out
    assert "else drop" in ran.out
    assert "250.0" in ran.out
    assert "always keep" in ran.out
    assert "Wrote value.svg" in ran.out


def test_json(mixo, run):
    (document,) = mixo("impact", run, "--costs", "costs.csv", "--json").documents
    assert document["schema"] == "mixolydian.impact/1"
    assert document["best"]["value"] == 250.0
    assert len(document["curve"]) == 101
    assert document["always"]["drop"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_errors(mixo, run):
    for arguments in (["genre", "--costs", "costs.csv"], ["music"]):
        ran = mixo("impact", *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.splitlines()) == 1
    assert mixo("impact", "music", "--costs", "none.csv").code == 1
