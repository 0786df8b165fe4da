"""A home of its own for each test, and small crates of sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixolydian.core.settings import Settings
from mixolydian.workflows.analyze import AnalyzeRequest, FileOutcome, analyze

SAMPLE_RATE = 22050


def write_clicks(
    path: Path, bpm: float = 120.0, pitch: float = 440.0, seconds: float = 4.0
) -> Path:
    """A beat of decaying tones, on the beat from the start."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    y = 0.5 * np.exp(-12.0 * (t % (60.0 / bpm))) * np.sin(2 * np.pi * pitch * t)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, y.astype(np.float32), SAMPLE_RATE, subtype="PCM_16")
    return path


class Log:
    """A watch that keeps every outcome."""

    def __init__(self) -> None:
        self.outcomes: list[FileOutcome] = []
        self.n_files = 0

    def begin(self, n_files: int, n_bytes: int) -> None:
        self.n_files = n_files

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        self.outcomes.append(outcome)

    def named(self, status: str) -> set[str]:
        """Names of the files with this outcome."""
        return {Path(o.path).name for o in self.outcomes if o.status == status}

    def of(self, name: str) -> FileOutcome:
        """The one outcome of the file called `name`."""
        (found,) = [o for o in self.outcomes if Path(o.path).name == name]
        return found


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", jobs=1, item_seconds=120.0, busy_seconds=0.5)


@pytest.fixture
def scan(settings):
    """Analyze paths; the log of what became of each file."""

    def run(*paths, **options):
        log = Log()
        request = AnalyzeRequest(tuple(str(p) for p in paths), **options)
        log.result = analyze(request, settings, log)
        return log

    return run


@pytest.fixture
def crate(tmp_path):
    """A folder of three different tracks."""
    for n, name in enumerate(("one", "two", "three")):
        write_clicks(tmp_path / "crate" / f"{name}.wav", 100.0 + 13 * n, 300.0 + 40 * n)
    return tmp_path / "crate"
