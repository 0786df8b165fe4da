"""Map a task over items in worker processes of this machine.

Every item runs in a process of its own kind: what crashes it (a fault in a decoder, the
system's out-of-memory killer) or exceeds the time limit costs that one item; a fresh
worker goes on with the rest. Workers start clean, each with one arithmetic thread, and end
by themselves when the parent is gone.

Durations are in seconds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_SPAWN = multiprocessing.get_context("spawn")
"""Fresh processes: a fork of one that has threads may hang, and a fork server's processor
time would be counted for nobody."""
_THREAD_COUNTS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
ONE_THREAD = dict.fromkeys((f"{name}_NUM_THREADS" for name in _THREAD_COUNTS), "1")
"""The workers share the cores between them; threads inside each would only get in the way."""


@dataclass(frozen=True)
class Failure:
    """Why an item has no result: the error's class, its message, and its traceback."""

    type: str
    message: str
    trace: str = ""


@dataclass(frozen=True, eq=False)
class Outcome(Generic[Item, Result]):
    """What became of `item`: a result, or a failure."""

    item: Item
    result: Result | None
    failure: Failure | None


@dataclass(frozen=True)
class LocalEngine:
    """A pool of `jobs` processes; an item that takes longer than `item_seconds` is given up.

    `renew_after` items a process is replaced by a fresh one, whose memory is whole again.
    """

    jobs: int = 1
    item_seconds: float = 900.0
    renew_after: int | None = None

    def map(
        self, task: Callable[[Item], Result], items: Iterable[Item]
    ) -> Generator[Outcome[Item, Result], None, None]:
        """Outcomes in the order they finish; `items` is read only as workers become free.

        `task`, items and results travel between processes, so they must be picklable, and
        `task` importable. Closing the iterator ends the workers.
        """
        pool = _Pool(self, task)
        try:
            yield from pool.run(iter(items))
        finally:
            pool.stop()


# ---------------------------------------------------------------------- the parent's side


class _Worker:
    """One process, and the item it is busy with."""

    def __init__(self, task: Callable[[Any], Any]) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_serve, args=(theirs, task), daemon=True)
        with _environment(ONE_THREAD):
            self.process.start()
        theirs.close()
        self.item: Any = None
        self.n_given = 0
        self.busy = False
        self.deadline = float("inf")

    def give(self, item: Any, seconds: float) -> None:
        """Send an item; a worker that has just died keeps it, and is found dead by waiting."""
        self.item, self.busy = item, True
        self.n_given += 1
        self.deadline = time.monotonic() + seconds
        try:
            self.pipe.send(item)
        except (BrokenPipeError, ConnectionResetError):
            self.process.join(1.0)

    def take(self) -> tuple[Any, Failure | None] | None:
        """What the worker sent, or None when it died instead."""
        try:
            sent: tuple[Any, Failure | None] = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            return None
        self.busy, self.deadline = False, float("inf")
        return sent

    def end(self) -> None:
        """Kill the process and free what it held."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Pool:
    def __init__(self, engine: LocalEngine, task: Callable[[Any], Any]) -> None:
        self.engine = engine
        self.task = task
        self.workers: list[_Worker] = []

    def run(self, items: Iterator[Any]) -> Iterator[Outcome[Any, Any]]:
        more = self._feed(items)
        while busy := [w for w in self.workers if w.busy]:
            for worker in self._ready(busy):
                yield self._outcome(worker)
            if more:
                more = self._feed(items)

    def _feed(self, items: Iterator[Any]) -> bool:
        """Give items to free workers, starting workers as needed; whether items are left."""
        for _ in range(self.engine.jobs - sum(w.busy for w in self.workers)):
            for item in items:
                self._free_worker().give(item, self.engine.item_seconds)
                break
            else:
                return False
        return True

    def _free_worker(self) -> _Worker:
        for worker in [w for w in self.workers if not w.busy]:
            if worker.n_given != self.engine.renew_after:
                return worker
            self._remove(worker)
        self.workers.append(_Worker(self.task))
        return self.workers[-1]

    def _ready(self, busy: list[_Worker]) -> list[_Worker]:
        """Workers that have answered, died, or run out of time."""
        left = max(0.0, min(w.deadline for w in busy) - time.monotonic())
        pipes = wait([w.pipe for w in busy], timeout=min(left, 3600.0))
        now = time.monotonic()
        return [w for w in busy if w.pipe in pipes or w.deadline <= now]

    def _outcome(self, worker: _Worker) -> Outcome[Any, Any]:
        item = worker.item
        if not worker.pipe.poll():
            return Outcome(item, None, self._gave_up(worker))
        sent = worker.take()
        if sent is None:
            return Outcome(item, None, self._crashed(worker))
        return Outcome(item, *sent)

    def _gave_up(self, worker: _Worker) -> Failure:
        self._remove(worker)
        return Failure(
            "TimeLimitError",
            f"took longer than {self.engine.item_seconds:g} s and was given up; "
            "raise MIXOLYDIAN_ITEM_SECONDS if the file is really that long",
        )

    def _crashed(self, worker: _Worker) -> Failure:
        worker.process.join(1.0)
        code = worker.process.exitcode
        self._remove(worker)
        return Failure(
            "CrashError",
            f"the process that worked on it ended abruptly ({_ending(code)}); "
            "the file may be damaged, or the memory exhausted",
        )

    def _remove(self, worker: _Worker) -> None:
        worker.end()
        self.workers.remove(worker)

    def stop(self) -> None:
        for worker in self.workers:
            worker.end()
        self.workers.clear()


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Have `values` in the environment while a process starts that inherits it."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# ---------------------------------------------------------------------- the worker's side


class _Reporting:
    """Turns whatever goes wrong inside its `with` block into a Failure.

    This is the process boundary: an exception that passed it would end the worker, and the
    parent would learn nothing but an exit code.
    """

    failure: Failure | None = None

    def __enter__(self) -> _Reporting:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        text = "".join(traceback.format_exception(error))
        self.failure = Failure(type(error).__name__, str(error) or type(error).__name__, text)
        return True


def _serve(pipe: Connection, task: Callable[[Any], Any]) -> None:
    """Answer items until the parent closes the pipe. Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            item = pipe.recv()
        except (EOFError, ConnectionResetError):
            return
        result = None
        with _Reporting() as report:
            result = task(item)
        try:
            pipe.send((result, report.failure))
        except (BrokenPipeError, ConnectionResetError):
            return
