"""What follows a long task on stderr: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, ProgressColumn, TaskID, TextColumn, TimeElapsedColumn

from mixolydian.app.cli.output import console, safe, warn

PLAIN_EVERY = 30.0
"""seconds between two lines of progress where stderr is not a terminal."""


class Follower:
    """Base of whatever follows; a context manager, so that the bar is gone at the end."""

    def __init__(self) -> None:
        self.spoke = time.monotonic()
        self.bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def start(self, *columns: ProgressColumn) -> Progress:
        """A bar of these columns, in place of the one there was."""
        self.end()
        self.bar = Progress(*columns, console=console(stderr=True), transient=True)
        self.bar.start()
        return self.bar

    def end(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()

    def due(self) -> bool:
        """Whether it is time for another plain line."""
        return time.monotonic() - self.spoke > PLAIN_EVERY

    def say(self, text: str) -> None:
        """A plain line."""
        self.spoke = time.monotonic()
        print(text, file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        """What is wrong, above the bar if there is one."""
        if self.bar is None:
            warn(text)
        else:
            self.bar.console.print(safe(f"mixo: {text}"), soft_wrap=True)


class Steps(Follower):
    """Follows one piece of work through its steps."""

    def __init__(self) -> None:
        super().__init__()
        self.task = TaskID(0)
        self.step = ""

    def told(self, step: str, share: float) -> None:
        """The work is in `step`, and `share` of all of it is done."""
        if not sys.stderr.isatty():
            if self.due():
                self.say(f"{step}: {share:.0%}")
            return
        if self.bar is None:
            columns = TextColumn("{task.description:<20}"), BarColumn(), TimeElapsedColumn()
            self.task = self.start(*columns).add_task(step, total=1.0)
        if self.bar is not None:
            self.bar.update(self.task, description=step, completed=share)
