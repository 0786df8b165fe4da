"""Following a scan on stderr: a bar with time left on a terminal, a few plain lines elsewhere.

What is wrong with a file is said as soon as it is known, one line each.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from mixolydian.app.cli.output import console, safe, warn
from mixolydian.audio.io import shown
from mixolydian.core.settings import read_settings
from mixolydian.workflows.analyze import FileOutcome

PLAIN_EVERY = 30.0
"""Seconds between two lines of progress when stderr is not a terminal."""


class Follower:
    """Follows a scan; use it as a context manager, so that the bar is gone at the end."""

    def __init__(self) -> None:
        self.n_files = self.n_done = 0
        self.spoke = time.monotonic()
        self.bar: Progress | None = None
        self.task = TaskID(0)
        self.debug = read_settings().debug

    def __enter__(self) -> Follower:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def begin(self, n_files: int, n_bytes: int) -> None:
        """Show a bar on a terminal; time left is judged by the bytes done."""
        self.n_files = n_files
        if n_files and sys.stderr.isatty():
            self.bar = _bar()
            self.task = self.bar.add_task("Listening", total=max(1, n_bytes), files=f"0/{n_files}")
            self.bar.start()

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        """Say what is wrong with a file, if anything, and count it."""
        for warning in outcome.warnings if outcome.status != "unchanged" else ():
            self._warn(f"{shown(outcome.path)}: {warning}")
        if outcome.failure is not None:
            self._warn(outcome.failure.message)
            if self.debug:
                print(outcome.failure.trace, file=sys.stderr)
        if n_bytes is not None:
            self._advance(n_bytes)

    def _warn(self, text: str) -> None:
        if self.bar is None:
            warn(text)
        else:
            self.bar.console.print(safe(f"mixo: {text}"), soft_wrap=True)

    def _advance(self, n_bytes: int) -> None:
        self.n_done += 1
        if self.bar is not None:
            files = f"{self.n_done}/{self.n_files}"
            self.bar.update(self.task, advance=n_bytes, files=files)
        elif time.monotonic() - self.spoke > PLAIN_EVERY:
            self.spoke = time.monotonic()
            print(f"{self.n_done} of {self.n_files} files", file=sys.stderr, flush=True)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[files]} files"),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
    )
