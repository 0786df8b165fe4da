"""`mixo tune` on the command line."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("optuna")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument"),
        (["no-such-recipe"], "expected a recipe of"),
        (["music", "--trials", "0"], "at least 1 trial"),
        (["music", "--data", "nowhere"], "folder of corpora"),
        (["music", "--seed", "-1"], "seed of 0 or more"),
        (["music", "--jobs", "0"], "at least 1 job"),
        (["music", "--model", "crystal-ball"], "expected a model of"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(mixo, arguments, says):
    ran = mixo("tune", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1
