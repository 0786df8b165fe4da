"""`mixo teach` on the command line."""

from __future__ import annotations

import numpy as np
import pytest

from tests.workflows.shelves import entry, fill

SHIFT = 2.5 * (np.arange(12) < 4)


@pytest.fixture
def library(tmp_path):
    dice = np.random.default_rng(3)
    tracks = [entry(f"warm{n:02d}", vector=dice.normal(size=12) + SHIFT) for n in range(10)]
    tracks += [entry(f"cold{n:02d}", vector=dice.normal(size=12)) for n in range(50)]
    fill(tmp_path / "home" / "library.sqlite", *tracks)


EXAMPLES = [f"warm{n:02d}" for n in range(6)]


def test_teach_search_list_forget(mixo, library):
    ran = mixo("teach", "my warm-up", *EXAMPLES, "--not", "cold01", "--not", "cold02")
    assert (ran.code, ran.err) == (0, "")
    assert "my warm-up: learnt from 6 examples" in ran.out
    assert "warm07" in ran.out or "warm08" in ran.out
    found = {row["title"] for row in mixo("search", 'tag:"my warm-up"', "--json").documents}
    assert found >= set(EXAMPLES)
    assert "'tag:\"my warm-up\"'" in mixo("search", "tag:my warm-up").err
    assert "my warm-up: 6 examples, worn by" in mixo("teach", "--list").out
    assert mixo("teach", "--forget", "my warm-up").out == "Forgotten: my warm-up\n"
    assert "No tag" in mixo("teach", "--list").out


def test_json(mixo, library):
    (taught,) = mixo("teach", "warm", *EXAMPLES, "--json").documents
    assert taught["schema"] == "mixolydian.teach/1"
    assert taught["told_apart"] is True
    assert [e["title"] for e in taught["examples"]] == EXAMPLES
    assert all(0.0 <= s["probability"] <= 1.0 for s in taught["suggestions"] + taught["doubtful"])
    (line,) = mixo("teach", "--list", "--json").documents
    assert (line["tag"], len(line["examples"])) == ("warm", 6)


def test_what_cannot_be_told_is_said(mixo, library):
    ran = mixo("teach", "noise", *(f"cold{n:02d}" for n in range(0, 50, 10)))
    assert ran.code == 0
    assert "cannot be told from the rest" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--list, or --forget NAME"),
        (("tag", "warm01", "--list"), "--list, or --forget NAME"),
        (("tag", "warm01"), "at least 3 examples"),
        (("tag", "nowhere"), "holds no track"),
        (("--forget", "tag"), "none yet"),
    ],
)
def test_wrong_words(mixo, library, words, said):
    ran = mixo("teach", *words)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
