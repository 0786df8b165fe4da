"""Data sets: rendered once, gone on with, never mixed with another recipe."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mixolydian.audio import io
from mixolydian.audio.loudness import measure_loudness
from mixolydian.core.errors import RequestError, StorageError
from mixolydian.workflows.dataset import render_dataset
from mixolydian.workflows.rendering.items import present, render_item
from mixolydian.workflows.rendering.order import KINDS, DatasetRequest, read_seconds
from mixolydian.workflows.rendering.plan import Order, Plan, plan_of


class Heard:
    """Follows the work."""

    def __init__(self) -> None:
        self.asked = 0
        self.items: list = []
        self.failed: list[str] = []

    def begin(self, n_items: int) -> None:
        self.asked = n_items

    def item(self, item) -> None:
        self.items.append(item)

    def failure(self, name: str, reason: str) -> None:
        self.failed.append(name)


def request(out: Path, **fields) -> DatasetRequest:
    given = {"tracks": 2, "seconds": (5.0, 6.0), "jobs": 1, **fields}
    return DatasetRequest(str(out), **given)


def orders(wanted: DatasetRequest) -> list[Order]:
    return list(plan_of(wanted).orders())


def test_a_set_is_rendered_and_gone_on_with(tmp_path: Path, settings) -> None:
    out, heard = tmp_path / "a" / "set", Heard()
    done = render_dataset(request(out), settings, heard)
    assert heard.asked == len(done.items) == 2
    assert done.failures == ()
    for item in done.items:
        truth = json.loads((out / item.truth).read_text("utf-8"))
        signal = io.read(out / item.sound)
        assert signal.duration == pytest.approx(truth["duration"], abs=1e-3)
        assert truth["kind"] == "songs"
        assert "augmented" in truth
    manifest = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]
    assert [row["name"] for row in manifest] == ["songs_000000", "songs_000001"]
    assert (manifest[1]["seed"], manifest[1]["number"]) == (1, 1)
    assert manifest[1]["source"] == "composed"
    index = json.loads((out / "index.json").read_text("utf-8"))
    assert index["pieces"] == [row["truth"] for row in manifest]
    assert index["counts"] == {"songs": 2}
    assert index["hours"] == pytest.approx(done.hours, abs=1e-4)

    before = (out / "songs_000000.flac").read_bytes()
    (out / "songs_000001.json").unlink()
    heard = Heard()
    render_dataset(request(out), settings, heard)
    assert {i.name: i.kept for i in heard.items} == {"songs_000000": True, "songs_000001": False}
    assert (out / "songs_000000.flac").read_bytes() == before


def test_another_recipe_is_refused(tmp_path: Path, settings, monkeypatch) -> None:
    monkeypatch.setattr(Plan, "orders", lambda _: ())
    render_dataset(request(tmp_path), settings)
    render_dataset(request(tmp_path, tracks=50, jobs=2), settings)
    for change in ({"seed": 2}, {"clean": True}, {"form": "wav"}, {"seconds": (5.0, 7.0)}):
        with pytest.raises(RequestError, match=r"other settings .* --out"):
            render_dataset(request(tmp_path, **change), settings)
    (tmp_path / "index.json").write_text("{}")
    with pytest.raises(RequestError, match="unknown"):
        render_dataset(request(tmp_path), settings)


def test_what_fails_is_named_and_the_rest_is_done(tmp_path: Path, settings) -> None:
    (tmp_path / "songs_000000.flac").mkdir(parents=True)
    heard = Heard()
    done = render_dataset(request(tmp_path), settings, heard)
    assert heard.failed == ["songs_000000"]
    assert "songs_000000" in done.failures[0][1]
    assert [item.name for item in done.items] == ["songs_000001"]
    index = json.loads((tmp_path / "index.json").read_text("utf-8"))
    assert index["failures"][0]["name"] == "songs_000000"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, settings) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="--out"):
        render_dataset(request(tmp_path / "file" / "x"), settings)


@pytest.mark.parametrize("form", ["wav", "mp3", "ogg"])
def test_every_format_with_its_stems(tmp_path: Path, form: str) -> None:
    order = orders(request(tmp_path, form=form, stems=True, clean=True))[0]
    item = render_item(order)
    assert item.sound == f"songs_000000.{form}"
    truth = json.loads((tmp_path / item.truth).read_text("utf-8"))
    signal = io.read(tmp_path / item.sound)
    assert signal.duration == pytest.approx(truth["duration"], abs=1e-3)
    heard = measure_loudness(signal.samples, signal.sample_rate)
    assert truth["loudness"]["lufs"] == pytest.approx(heard.lufs, abs=0.02)
    for path in truth["stems"].values():
        assert io.read(tmp_path / path).samples.shape == signal.samples.shape
    assert present(order).kept


def test_items_do_not_depend_on_each_other(tmp_path: Path) -> None:
    wanted = request(tmp_path / "one", tracks=3)
    last = orders(wanted)[2]
    render_item(last)
    again = orders(request(tmp_path / "two", tracks=3))[2]
    render_item(again)
    first = io.read(tmp_path / "one" / f"{last.name}.flac").samples
    assert np.array_equal(first, io.read(tmp_path / "two" / f"{last.name}.flac").samples)


@pytest.fixture
def programs(monkeypatch, tmp_path: Path) -> Path:
    """A machine with espeak-ng, without FluidSynth; the folder of its corpora."""
    monkeypatch.setattr("mixolydian.training.datasets.espeak.program", lambda: "espeak-ng")
    monkeypatch.setattr("shutil.which", lambda _: None)
    for name in ("pop909", "groove_midi"):
        (tmp_path / "data" / name).mkdir(parents=True)
    return tmp_path / "data"


def test_all_kinds_come_in_turn(programs: Path, tmp_path: Path) -> None:
    wanted = request(tmp_path, kind="all", tracks=8, data=str(programs))
    found = orders(wanted)
    assert [order.kind for order in found] == [*KINDS, *KINDS[:2]]
    assert [o.source for o in found if o.kind == "scores"] == ["pop909", "groove"]
    assert found[-1].name == "scores_000001"
    assert found[0].source == "composed"


def test_what_is_missing_is_named(programs: Path, tmp_path: Path, settings) -> None:
    with pytest.raises(RequestError, match="corpus folder"):
        render_dataset(request(tmp_path / "x", kind="scores"), settings)
    assert not (tmp_path / "x").exists()


def test_a_corpus_that_appears_is_another_recipe(programs: Path, tmp_path: Path) -> None:
    wanted = request(tmp_path, kind="scores", data=str(programs))
    before = plan_of(wanted).recipe
    (programs / "nottingham").mkdir()
    assert plan_of(wanted).recipe != before


def test_noise_is_rendered_too(programs: Path, tmp_path: Path) -> None:
    order = orders(request(tmp_path, kind="ambience"))[0]
    item = render_item(order)
    truth = json.loads((tmp_path / item.truth).read_text("utf-8"))
    assert {s["label"] for s in truth["music"]} <= {"noise", "silence"}
    assert (truth["source"], truth["kind"]) == ("ambience", "ambience")
    assert item.licence.startswith("own")
    assert truth["loudness"] is None or truth["loudness"]["lufs"] < 0
    render_item(orders(request(tmp_path, kind="ambience", clean=True))[0])
    assert "augmented" not in json.loads((tmp_path / item.truth).read_text("utf-8"))


@pytest.mark.parametrize(
    "fields",
    [
        {"tracks": 0},
        {"seconds": (1.0, 2.0)},
        {"seconds": (30.0, 20.0)},
        {"seconds": (30.0, 2000.0)},
        {"kind": "noise"},
        {"form": "m4a"},
        {"seed": -1},
        {"jobs": 0},
    ],
)
def test_wrong_requests_are_refused(tmp_path: Path, fields) -> None:
    with pytest.raises(RequestError, match=r"expected|must"):
        request(tmp_path, **fields)
    with pytest.raises(RequestError, match="--out"):
        DatasetRequest("")


def test_seconds_are_read() -> None:
    assert read_seconds("60") == (60.0, 60.0)
    assert read_seconds("20-60.5") == (20.0, 60.5)
    for text in ("", "x", "1-2-3", "-5"):
        with pytest.raises(RequestError, match="20-60"):
            read_seconds(text)
