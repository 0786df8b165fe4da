"""`impact`: runs found, tables read strictly, values by hand."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from mixolydian.core.errors import InputError, RequestError, UnreadableError
from mixolydian.workflows.impact import ImpactRequest, impact, read_costs

TABLE = "decision,truth,value\nkeep,music,1\nkeep,speech,-3\ndrop,music,0\ndrop,speech,0\n"


def write_run(folder, sure=0.9, n=40):
    """A run in which the model is right three times of four, always equally sure."""
    right = np.arange(n) % 4 != 0
    truth = np.where(np.arange(n) % 8 < 4, 0, 1)
    said = np.where(right, truth, 1 - truth)
    p = np.where(np.eye(2)[said] > 0, sure, 1 - sure)
    test = {
        "ids": [f"noise-1-{i:06d}" for i in range(n)],
        "groups": [str(i) for i in range(n)],
        "truth": np.eye(2)[truth].tolist(),
        "probabilities": p.tolist(),
    }
    document = {
        "schema": "mixolydian.predictions/1",
        "name": "music",
        "labels": ["music", "speech"],
        "exclusive": True,
        "tests": {"held out": test, "elsewhere": test},
    }
    folder.mkdir(parents=True)
    (folder / "predictions.json").write_text(json.dumps(document))
    return folder


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text(TABLE)
    return path


def test_values_by_hand(settings, tmp_path, table):
    write_run(settings.home / "workshop" / "runs" / "music" / "xgboost-20260101-000000")
    found = impact(ImpactRequest("music", str(table)), settings)
    assert (found.name, found.on, found.impact.n) == ("music", "held out", 40)
    # of 40: 15 of 20 music kept (+1), 5 of 20 speech kept (−3)
    assert found.impact.best.mean == pytest.approx((15 - 5 * 3) / 40)
    assert found.impact.best_threshold > 0.1
    keep, drop = found.impact.always
    assert (keep.value.mean, drop.value.mean) == (pytest.approx((20 - 60) / 40), 0.0)
    assert found.impact.perfect == pytest.approx(0.5)


def test_the_newest_run_counts_whatever_its_learner(settings, table):
    runs = settings.home / "workshop" / "runs" / "music"
    write_run(runs / "xgboost-20260101-000000")
    newest = write_run(runs / "attention-20260301-000000")
    write_run(runs / "perceptron-20260201-000000")
    assert impact(ImpactRequest("music", str(table)), settings).folder == newest


def test_a_run_by_its_folder_and_another_test_set(settings, tmp_path, table):
    folder = write_run(tmp_path / "mine")
    found = impact(ImpactRequest(str(folder), str(table), "elsewhere"), settings)
    assert (found.folder, found.on) == (folder, "elsewhere")
    with pytest.raises(RequestError, match="test set of held out, elsewhere"):
        impact(ImpactRequest(str(folder), str(table), "nowhere"), settings)


def test_the_picture(settings, tmp_path, table):
    folder = write_run(tmp_path / "mine")
    found = impact(
        ImpactRequest(str(folder), str(table), picture=str(tmp_path / "v.svg")), settings
    )
    root = ElementTree.parse(found.picture).getroot()
    assert root.tag.endswith("svg")
    assert "always keep" in "".join(root.itertext())


def test_no_such_run(settings, table):
    with pytest.raises(RequestError, match="there are no runs yet"):
        impact(ImpactRequest("music", str(table)), settings)
    write_run(settings.home / "workshop" / "runs" / "music" / "a-20260101-000000")
    for name in ("genre", "..", "../runs/music"):
        with pytest.raises(RequestError, match="runs of music"):
            impact(ImpactRequest(name, str(table)), settings)


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": "x"}', '{"schema": 1, "labels": 3}'])
def test_predictions_that_are_none(settings, tmp_path, table, text):
    folder = write_run(tmp_path / "mine")
    (folder / "predictions.json").write_text(text)
    with pytest.raises(InputError, match=r"predictions\.json: expected"):
        impact(ImpactRequest(str(folder), str(table)), settings)


def test_predictions_of_other_sizes(settings, tmp_path, table):
    folder = write_run(tmp_path / "mine")
    document = json.loads((folder / "predictions.json").read_text())
    document["tests"]["held out"]["truth"].pop()
    (folder / "predictions.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match="train again"):
        impact(ImpactRequest(str(folder), str(table)), settings)


def test_a_table_in_other_clothes(tmp_path, table):
    other = tmp_path / "other.csv"
    lines = [line.split(",") for line in TABLE.splitlines()]
    swapped = "\r\n".join(";".join(f'"{cell}"' for cell in reversed(line)) for line in lines)
    other.write_bytes("\ufeff".encode() + swapped.upper().encode() + b"\r\n\r\n")
    found, plain = read_costs(other), read_costs(table)
    assert found.values == plain.values
    assert found.truths == ("MUSIC", "SPEECH")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns decision, truth, value; found none"),
        ("what,truth,value\n", "found what, truth, value"),
        (TABLE + "ask,music,cheap\n", "line 6: expected a number as value, found 'cheap'"),
        (TABLE + "ask,music,inf\n", "line 6: expected a number"),
        (TABLE + "ask,music\n", "line 6: expected 3 values, found 2"),
        (TABLE + ",music,1\n", "line 6: the decision or the truth is missing"),
        (TABLE + "ask,music,1\n", "ask × speech is missing"),
        (TABLE + "keep,music,2\n", "more than once"),
    ],
)
def test_tables_that_do_not_hold(tmp_path, text, said):
    path = tmp_path / "costs.csv"
    path.write_text(text)
    with pytest.raises((InputError, RequestError), match=said) as caught:
        read_costs(path)
    assert str(path) in str(caught.value)


def test_a_table_that_cannot_be_read(tmp_path):
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_costs(tmp_path / "none.csv")
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_costs(tmp_path / "x.csv")


def test_unknown_truths_name_the_file_and_the_labels(settings, tmp_path, table):
    folder = write_run(tmp_path / "mine")
    table.write_text(TABLE.replace("speech", "noise"))
    with pytest.raises(RequestError, match=r"costs\.csv: expected the truths music, speech"):
        impact(ImpactRequest(str(folder), str(table)), settings)


@pytest.mark.parametrize("wrong", [("", "c.csv", None, ""), ("m", " "), ("m", "c", None, "v.png")])
def test_refuses(wrong):
    with pytest.raises(RequestError, match="expected"):
        ImpactRequest(*wrong)
