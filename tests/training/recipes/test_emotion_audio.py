"""The second emotion recipe: which pieces stand for which emotion, all counting the same."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.training.examples import Examples, one_hot
from mixolydian.training.recipes.emotion_audio import LABELS, MIDDLE, evened, quarter


@pytest.mark.parametrize(
    ("level", "mode", "emotion"),
    [
        (MIDDLE + 2, "major", "happy"),
        (MIDDLE + 2, "minor", "angry"),
        (MIDDLE - 2, "major", "relaxed"),
        (MIDDLE - 2, "minor", "sad"),
        (MIDDLE, "minor", None),
    ],
)
def test_energy_and_mode_make_the_quarters(level, mode, emotion):
    assert quarter({"energy": {"level": level}, "key": {"mode": mode}}) == emotion


@pytest.mark.parametrize("missing", ["energy", "key"])
def test_without_energy_or_key_there_is_no_quarter(missing):
    truth = {"energy": {"level": 9}, "key": {"mode": "major"}}
    assert quarter({**truth, missing: None}) is None


def test_rarer_quarters_come_again_until_all_count_the_same():
    said = ["happy"] * 5 + ["angry"] * 3 + ["sad"] * 2
    names = tuple(f"piece {i}" for i in range(10))
    inputs = np.arange(10, dtype=np.float32)[:, np.newaxis]
    found = evened(Examples(inputs, one_hot(said, LABELS), LABELS, names, names))
    assert np.bincount(found.classes, minlength=4).tolist() == [0, 5, 5, 5]
    assert set(found.ids) == set(names)
    assert all(found.ids[i] == names[int(row[0])] for i, row in enumerate(found.inputs))
