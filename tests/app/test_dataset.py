"""`mixo dataset render` on the command line."""

from __future__ import annotations

import pytest


def test_items_are_counted_then_kept(mixo):
    arguments = ("dataset", "render", "--tracks", "1", "--seconds", "5-6", "--out", "set")
    ran = mixo(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("1 items, 0.1 minutes")
    (document,) = mixo(*arguments, "--json").documents
    assert document["schema"] == "mixolydian.dataset-item/1"
    assert (document["name"], document["kept"], document["errors"]) == ("songs_000000", True, [])
    assert "(1 were there)" in mixo(*arguments).out
    other = mixo(*arguments, "--seed", "2")
    assert other.code == 2
    assert "other settings" in other.err


def test_a_failure_is_named(mixo, tmp_path):
    (tmp_path / "set" / "songs_000000.flac").mkdir(parents=True)
    arguments = ("dataset", "render", "--tracks", "1", "--seconds", "5", "--out", "set")
    ran = mixo(*arguments)
    assert ran.code == 1
    assert "songs_000000" in ran.err
    assert "1 failed" in ran.out
    ran = mixo(*arguments, "--json")
    assert ran.code == 1
    assert ran.documents[0]["errors"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["dataset"],
        ["dataset", "paint"],
        ["dataset", "render"],
        ["dataset", "render", "--out", ""],
        ["dataset", "render", "--out", "x", "--kind", "songz"],
        ["dataset", "render", "--out", "x", "--seconds", "long"],
        ["dataset", "render", "--out", "x", "--format", "m4a"],
        ["dataset", "render", "--out", "x", "--tracks", "0"],
    ],
    ids=" ".join,
)
def test_wrong_usage(mixo, arguments):
    ran = mixo(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("mixo: ")
    assert len(ran.err.splitlines()) == 1
