"""The report's three files: complete, plain, the page drawn from the JSON and safe."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from mixolydian.core.errors import StorageError
from mixolydian.training.reporting import tables
from mixolydian.training.reporting.page import page
from mixolydian.training.reporting.report import write_report

VOID = {"meta", "br"}


class Balanced(HTMLParser):
    """Fails on an element that is closed by another's end."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def written(make_report, tmp_path):
    path = write_report(tmp_path, make_report())
    return json.loads((tmp_path / "report.json").read_text()), path.read_text(encoding="utf-8")


def test_the_json_holds_everything(written):
    report, _ = written
    assert report["schema"] == "mixolydian.report/1"
    assert list(report["tests"]) == ["held out", "elsewhere"]
    test = report["tests"]["held out"]
    assert test["scores"]["values"]["macro_f1"] > 0.5
    assert {"raw", "calibrated"} == set(test["reliability"])
    assert test["risk_coverage"]["coverage"][-1] == 1.0
    assert test["risk_coverage"]["risk"][-1] == pytest.approx(
        1 - test["scores"]["values"]["accuracy"], abs=1e-3
    )
    assert test["uncertainty"]["auroc_spread"] > 0.5
    assert [p["share"] for p in report["learning_curve"]["points"]] == [0.125, 0.25, 0.5, 1.0]
    assert [row["name"] for row in report["importances"]] == ["fast", "low", "bright", "loud"]
    assert report["cost"]["single_ms"] > 0
    assert report["map"]["method"] == "PCA"
    assert len(report["map"]["points"]) == 28


def test_predictions_hold_what_was_said(make_report, tmp_path):
    report = make_report()
    write_report(tmp_path, report)
    found = json.loads((tmp_path / "predictions.json").read_text())
    held = found["tests"]["held out"]
    assert found["labels"] == list(report.card.labels)
    assert held["ids"] == list(report.tested["held out"].examples.ids)
    assert np.allclose(held["probabilities"], report.tested["held out"].probabilities, atol=1e-6)
    assert np.allclose(held["truth"], report.tested["held out"].examples.targets)


def test_most_wrong_and_most_doubtful(written, make_report):
    report, _ = written
    tested = make_report().tested["held out"]
    p = dict(zip(tested.examples.ids, tested.probabilities, strict=True))
    wrong, doubtful = (report["tests"]["held out"][name] for name in ("wrong", "doubtful"))
    assert all(row["truth"] != row["said"] for row in wrong)
    n_wrong = round((1 - tested.scores.value("accuracy")) * len(tested.examples))
    assert len(wrong) == min(12, n_wrong)
    assert len(doubtful) == 12
    assert p[doubtful[0]["id"]].max() < np.median(tested.probabilities.max(axis=1))


def test_the_page_is_whole_fetches_nothing_and_runs_nothing(written):
    _, text = written
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    assert not {"script", "img", "link", "iframe"} & set(parser.seen)
    assert not re.findall(r'(?:src|href)="(?!file://)', text)
    assert "default-src 'none'" in text
    assert "wild <b>" not in text
    assert "wild &lt;b&gt;" in text
    assert "nan" not in re.findall(r'="([^"]*)"', text)


def test_a_path_can_be_opened():
    row = {"origin": "", "truth": [], "said": ["<x>"], "probabilities": {}}
    text = tables.examples([{**row, "id": "/music/a & b.wav"}, {**row, "id": "noise-1-000002"}])
    assert '<a href="file:///music/a%20%26%20b.wav"><code>/music/a &amp; b.wav</code></a>' in text
    assert "<td><code>noise-1-000002</code></td><td>none</td><td>&lt;x&gt;</td>" in text


def test_the_page_is_drawn_from_the_json_alone(written):
    report, text = written
    assert page(report) == text


def test_labels_that_do_not_exclude_each_other(make_report, tmp_path):
    text = write_report(tmp_path, make_report(exclusive=False)).read_text(encoding="utf-8")
    assert "Right and wrong" in text
    assert "What is taken for what" not in text


def test_no_uncertainty_no_picture_of_it(make_report, tmp_path):
    text = write_report(tmp_path, make_report(spreads=False)).read_text(encoding="utf-8")
    assert "does not know" not in text


def test_what_takes_long_is_followed(make_report, tmp_path):
    told = []
    write_report(tmp_path, make_report(watch=lambda what, *more: told.append(what)))
    assert "learning curve" in told


def test_a_folder_that_cannot_be_written_to(make_report, tmp_path):
    (tmp_path / "predictions.json").mkdir()
    with pytest.raises(StorageError, match=r"predictions\.json"):
        write_report(tmp_path, make_report())
