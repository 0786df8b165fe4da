"""The benchmark of taught tags, on a stand-in of the table."""

from __future__ import annotations

import json

import numpy as np
from benchmarks.taught_tags import TABLE, figures, lesson, main, read_table, taught


def stand_in(folder):
    dice = np.random.default_rng(0)
    lines = ["filename,length,a,b,c,d,e,f,label"]
    for n in range(120):
        genre = ("blues", "rock", "jazz")[n % 3]
        values = dice.normal(size=6) + 2.0 * (np.arange(6) // 2 == n % 3)
        lines.append(f"{genre}.{n},1,{','.join(f'{v:.5f}' for v in values)},{genre}")
    path = folder / TABLE
    path.parent.mkdir(parents=True)
    path.write_text("\n".join([*lines, lines[-1]]) + "\n")
    return path


def test_copies_are_dropped(tmp_path):
    features, genres = read_table(stand_in(tmp_path))
    assert features.shape == (120, 6)
    assert sorted(set(genres)) == ["blues", "jazz", "rock"]


def test_a_row_of_the_table(tmp_path):
    features, genres = read_table(stand_in(tmp_path))
    one = lesson(features, genres == "jazz", np.flatnonzero(genres == "jazz")[:8])
    assert one.told
    assert len(one.right) == 112
    assert one.right.sum() == 32
    row = figures(taught(features, genres, 8, 0.1, 2))
    assert row["tags"] == 6
    assert row["doubtful"]["precision"] > 0.6


def test_it_is_written(tmp_path):
    stand_in(tmp_path)
    out = tmp_path / "out.json"
    assert main(["--data", str(tmp_path), "--draws", "1", "--out", str(out)]) == 0
    assert set(json.loads(out.read_text())["examples"]["5"]) >= {"share_0.1", "random_told_apart"}
