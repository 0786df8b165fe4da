"""Following a scan on stderr: a bar with time left on a terminal, a few plain lines elsewhere.

What is wrong with a file is said as soon as it is known, one line each.
"""

from __future__ import annotations

import sys

from rich.progress import BarColumn, ProgressColumn, TaskID, TextColumn, TimeRemainingColumn

from mixolydian.app.cli.follower import Follower
from mixolydian.audio.io import shown
from mixolydian.core.settings import read_settings
from mixolydian.workflows.analyze import FileOutcome


class ScanFollower(Follower):
    """Follows a scan."""

    def __init__(self) -> None:
        super().__init__()
        self.n_files = self.n_done = 0
        self.task = TaskID(0)
        self.debug = read_settings().debug

    def begin(self, n_files: int, n_bytes: int) -> None:
        """Show a bar on a terminal; time left is judged by the bytes done."""
        self.n_files = n_files
        if n_files and sys.stderr.isatty():
            bar = self.start(*_columns())
            self.task = bar.add_task("Listening", total=max(1, n_bytes), files=f"0/{n_files}")

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        """Say what is wrong with a file, if anything, and count it."""
        for warning in outcome.warnings if outcome.status != "unchanged" else ():
            self.warn(f"{shown(outcome.path)}: {warning}")
        if outcome.failure is not None:
            self.warn(outcome.failure.message)
            if self.debug:
                print(outcome.failure.trace, file=sys.stderr)
        if n_bytes is not None:
            self._advance(n_bytes)

    def _advance(self, n_bytes: int) -> None:
        self.n_done += 1
        if self.bar is not None:
            files = f"{self.n_done}/{self.n_files}"
            self.bar.update(self.task, advance=n_bytes, files=files)
        elif self.due():
            self.say(f"{self.n_done} of {self.n_files} files")


def _columns() -> tuple[ProgressColumn, ...]:
    return (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[files]} files"),
        TimeRemainingColumn(),
    )
