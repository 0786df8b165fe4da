"""The report verb: it listens, finds, draws waveforms, and names what failed."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from mixolydian.audio import io
from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.settings import Settings
from mixolydian.core.types import Signal
from mixolydian.workflows.report import ReportRequest, default_name, report, write_report
from tests.example_tracks import example_track
from tests.workflows.reporting.test_page import Page


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", jobs=1)


def clicks(path: Path, bpm: float = 120.0, seconds: float = 12.0) -> Path:
    """A click track with an A minor chord under it."""
    rate = 22050
    t = np.arange(round(seconds * rate)) / rate
    phase = (t * bpm / 60) % 1
    kick = np.exp(-phase * 25) * np.sin(2 * np.pi * 60 * t)
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220.0, 261.63, 329.63))
    path.parent.mkdir(parents=True, exist_ok=True)
    io.write(path, Signal((0.5 * kick + 0.08 * chord).astype(np.float32), rate))
    return path


def test_a_folder_is_listened_to_and_reported(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "crate"
    clicks(folder / "one.flac")
    clicks(folder / "two.wav", 90.0)
    (folder / "text.mp3").write_text("this is no sound")
    out = tmp_path / "page.html"
    done = report(ReportRequest((str(folder),), str(out)), settings)
    assert done.path == out
    assert [Path(t.path).name for t in done.tracks] == ["one.flac", "two.wav"]
    assert [Path(p).name for p, _ in done.failures] == ["text.mp3"]
    page = Page(out.read_text("utf-8"))
    assert "2 tracks" in page.text
    assert "text.mp3" in page.text
    for i in range(2):
        wave = base64.b64decode(page.data(i)["wave"])
        assert len(wave) % 4 == 0
        assert max(wave) == 255


def test_a_track_of_the_library_is_found_by_its_name(tmp_path: Path, settings: Settings) -> None:
    path = clicks(tmp_path / "night drive.flac")
    out = tmp_path / "page.html"
    first = report(ReportRequest((str(path),), str(out)), settings)
    again = report(ReportRequest((first.tracks[0].track_id[:10],), str(out)), settings)
    assert again.tracks[0].path == str(path)
    assert "night drive" in Page(out.read_text("utf-8")).text


def test_a_page_without_its_files_has_no_waveform_but_the_rest(
    tmp_path: Path, settings: Settings
) -> None:
    path = write_report([example_track()], tmp_path / "a.html", settings)
    page = Page(path.read_text("utf-8"))
    assert "wave" not in page.data()
    assert "120.00 BPM" in page.text


def test_nothing_to_report_on_is_an_error(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(RequestError):
        ReportRequest(())
    with pytest.raises(RequestError, match="found none"):
        report(ReportRequest((str(tmp_path),), str(tmp_path / "x.html")), settings)
    with pytest.raises(RequestError, match="no track"):
        report(ReportRequest(("never heard of",), str(tmp_path / "x.html")), settings)


def test_a_page_that_cannot_be_written_is_an_error(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        write_report([example_track()], tmp_path / "file" / "x.html", settings)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("my crate", "my crate-report.html"),
        ("a/b:c", "a_b_c-report.html"),
        ("..", "mixo-report.html"),
    ],
)
def test_the_default_name(heading: str, name: str) -> None:
    assert default_name(heading) == name
