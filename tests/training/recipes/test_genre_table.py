"""The table of broad genres: a stand-in of a few rows, copies kept together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("torch")

from benchmarks import genre_table as bench
from mixolydian.core.errors import InputError, RequestError
from mixolydian.training.datasets.sources import Stock
from mixolydian.training.recipes.genre_table import FILE, FOLDER, GENRES, RECIPE
from mixolydian.training.workshop import Workshop

PER_GENRE = 12
COLUMNS = tuple("abcdefghijkl")


def lines(rng):
    """Rows that tell most genres apart; the last of each genre is a copy of its first."""
    yield f"filename,length,{','.join(COLUMNS)},label"
    for g, genre in enumerate(GENRES):
        rows = rng.normal(size=(PER_GENRE, len(COLUMNS))) * 0.4
        rows[:, :3] += [g % 4, g // 4, g % 3]
        rows[-1] = rows[0]
        for i, row in enumerate(rows):
            yield f"{genre}.{i:05d}.wav,1000,{','.join(map(str, row))},{genre}"


@pytest.fixture
def data(tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / FILE).write_text("\n".join(lines(np.random.default_rng(0))))
    return tmp_path


def workshop(data, **options):
    return Workshop(data / "workshop", Stock(data), 1, **options)


def test_examples(data):
    found = RECIPE.examples(workshop(data))
    assert found.labels == GENRES
    assert found.names == COLUMNS
    assert len(found) == 120
    assert found.groups[0] == found.groups[11]
    assert RECIPE.tests(workshop(data)) == {}
    assert not RECIPE.ships


def test_no_data_or_a_foreign_label(data):
    with pytest.raises(RequestError, match="gtzan_features"):
        RECIPE.examples(Workshop(Path()))
    path = data / FOLDER / FILE
    path.write_text(path.read_text().replace("wav,1000", "wav,0").replace(",rock", ",polka"))
    with pytest.raises(InputError, match="found 'polka'"):
        RECIPE.examples(workshop(data))


def test_the_benchmark(data, tmp_path, capsys):
    out = tmp_path / "table.json"
    words = ["--data", str(data), "--repeats", "2", "--folds", "3", "--out", str(out)]
    assert bench.main([*words, "--models", "dummy,logistic-regression"]) == 0
    result = json.loads(out.read_text())
    assert result["copies"]["rows"] == 20
    dummy, ours = (result["models"][m] for m in ("dummy", "logistic-regression"))
    assert dummy["accuracy"]["value"] < 0.2 < ours["accuracy"]["low"] <= ours["accuracy"]["value"]
    assert ours["by_rows"].keys() == set(bench.METRICS)
    assert str(data) not in result["command"]
