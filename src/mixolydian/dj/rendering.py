"""A plan becomes sound: the decks in worker processes, the mix streamed behind them.

The same plan gives the same samples, whatever the number of workers. The file appears whole or
not at all; what is made on the way lies in a hidden folder beside it and goes in the end. Memory
is bounded by the pieces and transitions, not by the length of the mix or of its tracks.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mixolydian.audio.io import open_audio
from mixolydian.audio.writer import SoundWriter, form_of
from mixolydian.core import errors
from mixolydian.core.errors import MixolydianError, RequestError, StorageError
from mixolydian.core.files import write_whole
from mixolydian.dj.deck import DeckSound, DeckTask, deck_tasks, render_deck
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.mixdown import Mixdown
from mixolydian.dj.plan import LONGEST_STRETCH, MixPlan
from mixolydian.dj.timeline import clock_of
from mixolydian.engines.local import Failure, LocalEngine

__all__ = ["Excerpt", "Rendered", "render"]

DECK_SECONDS = 4 * 3600.0
"""after which a deck is given up."""
BEHIND = 2
"""finished decks that wait at most to be mixed before another one is begun."""


@dataclass(frozen=True)
class Rendered:
    """What was written to `path`."""

    path: str
    samples: int
    sample_rate: int
    lufs: float
    """integrated (BS.1770-4)."""
    true_peak: float
    """dBTP, before a lossy codec."""
    limited_db: float
    """largest reduction of the limiter."""

    @property
    def seconds(self) -> float:
        """Length of the mix."""
        return self.samples / self.sample_rate


def render(
    plan: MixPlan,
    out: Path,
    *,
    workers: int = 1,
    keep: Callable[[Excerpt], None] | None = None,
    tick: Callable[[float], None] | None = None,
) -> Rendered:
    """Render `plan` into the sound file `out` (wav, flac, aiff in 24 bits; mp3, ogg).

    `workers` decks are rendered at once, each in its own process; with one, in this process.
    `keep` gets each transition's sound in order, `tick` the share done in [0, 1]; both are
    called from one other thread.

    Raises
    ------
    UnreadableError, DecodeError, EmptySignalError
        A track cannot be read.
    InputError
        A track is not the sound that the plan was made for.
    RequestError
        A suffix that cannot be written, a plan without tracks, a stretch that is too long.
    StorageError
        The mix or the files on the way cannot be written.
    """
    form_of(out)
    clock = clock_of(_checked(plan))
    with _workshop(out) as folder:
        tasks = deck_tasks(plan, clock, str(folder))
        _check_speeds(tasks)
        file = folder / f"mix{out.suffix.lower()}"
        with SoundWriter(file, plan.sample_rate, 2) as writer:
            mixdown = Mixdown(plan, tasks, writer, keep, tick)
            with closing(_rendered_decks(tasks, workers)) as decks:
                _mix(mixdown, decks)
        write_whole(out, partial(os.replace, file), durable=False)
    measured = mixdown.loudness.finish()
    return Rendered(
        path=str(out),
        samples=mixdown.n_samples,
        sample_rate=plan.sample_rate,
        lufs=measured.lufs,
        true_peak=measured.true_peak_dbtp,
        limited_db=mixdown.limiter.reduction,
    )


def _checked(plan: MixPlan) -> MixPlan:
    """`plan`, when it has tracks and their files can be opened."""
    if not plan.tracks:
        raise RequestError("expected a plan with tracks, found none; plan the mix again")
    for track in plan.tracks:
        open_audio(track.path).close()
    return plan


def _check_speeds(tasks: Sequence[DeckTask]) -> None:
    for task in tasks:
        for stretch in task.stretches:
            if not 1 / LONGEST_STRETCH <= stretch.speed <= LONGEST_STRETCH:
                raise RequestError(
                    f"{task.track.path}: expected a speed of {1 / LONGEST_STRETCH:.2f} to "
                    f"{LONGEST_STRETCH:g}, found {stretch.speed:.2f}; change the tempo or `ratio`"
                )


@contextmanager
def _workshop(out: Path) -> Iterator[Path]:
    """A hidden folder beside `out` for what is made on the way."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(dir=out.parent, prefix=".mixo-")
    except OSError as error:
        raise StorageError(
            f"{out}: cannot be written ({error.strerror}); choose another place"
        ) from error
    with folder as name:
        yield Path(name)


# ----------------------------------------------------------------------------- the flow


def _mix(mixdown: Mixdown, decks: Iterable[DeckSound]) -> None:
    """Hand `decks`, in whatever order they finish, to the `mixdown` in theirs."""
    arrived: dict[int, DeckSound] = {}
    jobs: list[Future[None]] = []
    with ThreadPoolExecutor(1) as mixer:
        try:
            for deck in decks:
                arrived[deck.index] = deck
                while len(jobs) in arrived:
                    jobs.append(mixer.submit(mixdown.take, arrived.pop(len(jobs))))
                _wait(jobs[:-BEHIND])
            _wait(jobs)
        finally:
            mixdown.stopped = True
            mixer.shutdown(wait=True, cancel_futures=True)


def _wait(jobs: Sequence[Future[None]]) -> None:
    for job in jobs:
        job.result()


def _rendered_decks(tasks: Sequence[DeckTask], workers: int) -> Generator[DeckSound, None, None]:
    """The decks as they become ready."""
    if workers < 2:
        yield from map(render_deck, tasks)
        return
    engine = LocalEngine(min(workers, len(tasks)), DECK_SECONDS)
    with closing(engine.map(render_deck, tasks)) as outcomes:
        for outcome in outcomes:
            if outcome.result is None:
                raise _error(outcome.item, outcome.failure)
            yield outcome.result


def _error(task: DeckTask, failure: Failure | None) -> MixolydianError:
    """What went wrong in a worker, as the error it was there."""
    if failure is None:
        return MixolydianError(f"{task.track.path}: gave no sound; render again")
    kind = getattr(errors, failure.type, None)
    if isinstance(kind, type) and issubclass(kind, MixolydianError):
        return kind(failure.message)
    return MixolydianError(f"{task.track.path}: {failure.message} ({failure.type}); render again")
