"""The demo: what is rendered is listened to, compared and reported; so is a user's music."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mixolydian.audio import io
from mixolydian.core.errors import RequestError, StorageError
from mixolydian.creation.brief import Brief
from mixolydian.creation.demo import demo_crate
from mixolydian.workflows import demo as module
from mixolydian.workflows.demo import DemoRequest, demo, piece_name, render_crate
from tests.workflows.reporting.test_page import Page

SHORT = (
    Brief("house", 124.0, "A", "minor", (("intro", 2), ("drop", 4)), seed=1),
    Brief("drum & bass", 174.0, "F", "minor", (("intro", 2), ("drop", 6)), seed=2),
)


@pytest.fixture
def short_crate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "demo_crate", lambda: SHORT)


def test_the_crate_is_rendered_heard_and_reported(short_crate, settings, tmp_path: Path) -> None:
    ready: list[str] = []
    done = demo(DemoRequest(str(tmp_path / "demo")), settings, rendered=ready.append)
    names = [c.path.name for c in done.comparisons]
    assert names == ["01 house.flac", "02 drum and bass.flac"]
    assert sorted(Path(path).name for path in ready) == names
    assert done.failures == ()
    for comparison, brief in zip(done.comparisons, SHORT, strict=True):
        asked = {line.question: line.asked for line in comparison.lines}
        assert asked["tempo"] == f"{brief.bpm:.2f} BPM"
        assert asked["key"].startswith(f"{brief.tonic} {brief.mode}")
        assert all(line.heard for line in comparison.lines)
    page = Page(done.report.read_text("utf-8"))
    assert "The demo crate" in page.text
    assert len(page.having("article")) == 2
    assert "wave" in page.data(0)
    assert not settings.home.exists(), "the user's library is left alone"
    assert done.mixed is not None
    assert done.mixed.rendered is not None
    assert len(done.mixed.certificates) == 1
    left = {path.name for path in (tmp_path / "demo").iterdir()}
    mixed = {
        f"mix.{end}" for end in ("flac", "cue", "plan.json", "certificate.json", "certificate.svg")
    }
    assert left == {"crate", "report.html"} | mixed


def test_the_truth_lies_beside_the_sound(short_crate, tmp_path: Path) -> None:
    truths = render_crate(tmp_path / "a" / "b", 1, 120.0)
    assert len(truths) == 2
    for path, truth in truths.items():
        written = json.loads(Path(path).with_suffix(".truth.json").read_text("utf-8"))
        assert written == truth
        assert io.read(path).duration == pytest.approx(truth["duration"], abs=1e-3)
        assert truth["path"] == Path(path).name


def test_the_users_own_music_is_reported(scan, crate, settings, tmp_path: Path) -> None:
    (crate / "broken.mp3").write_bytes(b"not music")
    done = demo(DemoRequest(str(tmp_path / "demo"), str(crate)), settings)
    assert [Path(t.path).stem for t in done.tracks] == ["one", "three", "two"]
    assert [Path(path).name for path, _ in done.failures] == ["broken.mp3"]
    assert done.comparisons == ()
    assert "broken.mp3" in Page(done.report.read_text("utf-8")).text


def test_a_place_that_cannot_be_written_is_named(short_crate, settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        demo(DemoRequest(str(tmp_path / "file")), settings)
    with pytest.raises(RequestError, match="--out"):
        DemoRequest("")


def test_the_crate_is_varied_and_its_names_are_distinct() -> None:
    crate = demo_crate()
    names = {piece_name(n, brief.genre) for n, brief in enumerate(crate)}
    assert len(names) == len(crate) >= 4
    assert len({brief.bpm for brief in crate}) == len(crate)
    assert len({(brief.tonic, brief.mode) for brief in crate}) == len(crate)
