"""What a leak is worth: where there is nothing to learn, only copies can be known."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("torch")

from benchmarks import leaks


def test_copies_on_both_sides_are_recognised(tmp_path):
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.normal(size=(40, 12)), 2, axis=0)
    labels = np.repeat(rng.permutation(["a", "b"] * 20), 2)
    lines = [f"{','.join(map(str, r))},{label}" for r, label in zip(rows, labels, strict=True)]
    table = tmp_path / "table.csv"
    table.write_text("\n".join([",".join("qrstuvwxyz12") + ",label", *lines]))
    out = tmp_path / "leaks.json"
    words = ["--table", str(table), "--label", "label", "--repeats", "2", "--models", "svm"]
    assert leaks.main([*words, "--out", str(out)]) == 0
    found = json.loads(out.read_text())
    assert (found["rows"], found["rows_with_a_copy"], found["groups"]) == (80, 80, 40)
    together, apart = found["models"]["svm"].values()
    assert together["accuracy"] < 0.7
    assert apart["accuracy_on_copies"] > together["accuracy_on_copies"] + 0.2
    assert str(tmp_path) not in found["command"]
