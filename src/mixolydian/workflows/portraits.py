"""The portraits of the tracks a user names: analysed where needed, made once, kept.

What cannot be used (a file that is missing, damaged, silent or too short) is named, and the
rest goes on. Which files are meant is `portrayed.py`; a single portrait is made by `sitting.py` and
kept by `kept_portraits.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from mixolydian.audio.io import shown
from mixolydian.core.errors import InputError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Tick
from mixolydian.dj.portrait import Portrait, from_arrays
from mixolydian.engines.local import Failure, LocalEngine
from mixolydian.workflows.analyze import AnalyzeRequest, FileOutcome, analyze
from mixolydian.workflows.kept_portraits import Sitting, keep, kept, sitting_of
from mixolydian.workflows.portrayed import Portraits, Portrayed, changed, resolved
from mixolydian.workflows.sitting import sit, sketched


def portraits(
    paths: Sequence[str],
    settings: Settings | None = None,
    *,
    tick: Tick | None = None,
    jobs: int | None = None,
    listen_to: int | None = None,
) -> Portraits:
    """One entry per file, in the order asked; folders give all their files by name.

    `paths` are files, folders, starts of track ids, or words of titles. `tick` is told the
    share that is done. Where more than `listen_to` tracks have no portrait yet, none of these is
    listened to again: they are sketched from their answers.

    Raises
    ------
    LibraryError, StorageError
        The library cannot be used, or a portrait cannot be kept.
    """
    settings = read_settings() if settings is None else settings
    asked = list(resolved(paths, settings))
    files = list(dict.fromkeys(entry.path for entry in asked if entry.failure is None))
    progress = _Progress(tick or (lambda share: None), max(1, 2 * len(files)))
    notes = changed(files, settings)
    heard = _heard(files, settings, jobs, progress)
    found, missing = _kept(heard, settings, progress)
    few = listen_to is None or len(missing) <= listen_to
    more = _made(missing, settings, jobs, progress) if few else _sketched(missing, progress)
    rough = frozenset() if few else frozenset(more)
    answers = (_answer(entry, heard, found | more, notes) for entry in asked)
    return Portraits(tuple(replace(a, sketched=a.path in rough) for a in answers))


def _answer(
    entry: Portrayed,
    heard: Mapping[str, FileOutcome],
    found: Mapping[str, Portrait | Failure],
    notes: Mapping[str, str],
) -> Portrayed:
    """`entry` with what was found of its file."""
    if entry.failure is not None:
        return entry
    outcome, result = heard.get(entry.path), found.get(entry.path)
    if isinstance(result, Portrait):
        said = (notes[entry.path],) if entry.path in notes else ()
        return replace(entry, portrait=result, notes=said + (outcome.warnings if outcome else ()))
    failure = result or (outcome.failure if outcome else None)
    unread = Failure("UnreadableError", f"{shown(entry.path)}: could not be analysed")
    return replace(entry, failure=failure or unread)


# ---------------------------------------------------------------------- analysing


@dataclass
class _Progress:
    """Counts steps; every file has two: it is analysed, and portrayed."""

    tick: Tick
    total: int
    done: int = 0

    def step(self) -> None:
        self.done += 1
        self.tick(min(1.0, self.done / self.total))


@dataclass
class _Keep:
    """A watch that keeps every outcome by path."""

    progress: _Progress
    outcomes: dict[str, FileOutcome] = field(default_factory=dict)

    def begin(self, n_files: int, n_bytes: int) -> None:
        pass

    def outcome(self, outcome: FileOutcome, n_bytes: int | None) -> None:
        self.outcomes[outcome.path] = outcome
        self.progress.step()


def _heard(
    files: Sequence[str], settings: Settings, jobs: int | None, progress: _Progress
) -> dict[str, FileOutcome]:
    """path → what the library knows of it now, after analysing what it did not."""
    keep = _Keep(progress)
    if files:
        analyze(AnalyzeRequest(tuple(files), jobs=jobs, whole=True), settings, keep)
    return keep.outcomes


# ---------------------------------------------------------------------- portraying


def _kept(
    heard: Mapping[str, FileOutcome], settings: Settings, progress: _Progress
) -> tuple[dict[str, Portrait | Failure], list[Sitting]]:
    """path → its kept portrait; and what is needed to make the others."""
    found: dict[str, Portrait | Failure] = {}
    missing = []
    for outcome in heard.values():
        if outcome.track is None:
            continue
        sitting = sitting_of(outcome.track, outcome.path)
        known = kept(sitting, settings)
        if known is None:
            missing.append(sitting)
        else:
            found[sitting.path] = known
            progress.step()
    return found, missing


def _sketched(sittings: Sequence[Sitting], progress: _Progress) -> dict[str, Portrait | Failure]:
    found: dict[str, Portrait | Failure] = {}
    for sitting in sittings:
        try:
            found[sitting.path] = sketched(sitting)
        except InputError as error:
            found[sitting.path] = Failure(type(error).__name__, str(error))
        progress.step()
    return found


def _made(
    sittings: Sequence[Sitting], settings: Settings, jobs: int | None, progress: _Progress
) -> dict[str, Portrait | Failure]:
    found: dict[str, Portrait | Failure] = {}
    engine = LocalEngine(min(jobs or settings.jobs, max(1, len(sittings))), settings.item_seconds)
    with closing(engine.map(sit, sittings)) as outcomes:
        for outcome in outcomes:
            progress.step()
            if outcome.result is None:
                found[outcome.item.path] = outcome.failure or Failure("InputError", "no answer")
            else:
                found[outcome.item.path] = from_arrays(outcome.result)
                keep(outcome.item, outcome.result, settings)
    return found
