"""Items on disk: whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from mixolydian.core.errors import StorageError
from mixolydian.training.datasets.store import is_done, read_truth, write_index, write_item

from .sounds import RATE, click_item


def test_an_item_is_written_with_its_stems(tmp_path):
    item = click_item()
    item = replace(item, stems={"left": 0.5 * item.samples, "right": 0.5 * item.samples})
    path = write_item(tmp_path, item, stems=True)
    truth = read_truth(path)
    assert truth["schema"] == "mixolydian.truth/1"
    y, rate = soundfile.read(tmp_path / truth["path"])
    assert rate == truth["sample_rate"] == RATE
    np.testing.assert_allclose(y.T, item.samples, atol=2e-5)
    stems = [soundfile.read(tmp_path / f)[0] for f in truth["stems"].values()]
    np.testing.assert_allclose(sum(stems), y, atol=1e-4)
    assert not [p for p in tmp_path.rglob("*") if "part" in p.name]


def test_an_item_is_done_when_truth_and_sound_are_there(tmp_path):
    assert not is_done(tmp_path, "clicks")
    path = write_item(tmp_path, click_item(), "wav")
    assert is_done(tmp_path, "clicks")
    text = path.read_text()
    path.write_text(text[: len(text) // 2])
    assert not is_done(tmp_path, "clicks")
    path.write_text(text)
    (tmp_path / "clicks.wav").unlink()
    assert not is_done(tmp_path, "clicks")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write clicks"):
        write_item(tmp_path / "file", click_item())


def test_the_index_lists_the_truths(tmp_path):
    write_index(tmp_path, ["b.json", "a.json"], {"seed": 3})
    index = json.loads((tmp_path / "index.json").read_text())
    assert index["pieces"] == ["a.json", "b.json"]
    assert index["seed"] == 3
