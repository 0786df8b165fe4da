"""What a scan has to do: which files are unchanged, which failed before, which to listen to.

A file is unchanged when its size and time of change are, and when every answer asked for is
there, given by the estimators as they are now (or by a human).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from mixolydian import __version__
from mixolydian.core.errors import RequestError
from mixolydian.core.types import QUESTIONS
from mixolydian.engines.local import Failure
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import HUMAN, FileRecord, FileState, read_stamps

LASTING = ("DecodeError", "EmptySignalError", "CrashError", "TimeLimitError")
"""Failures that lie in the file itself: the same version of the program will not do better."""


@dataclass(frozen=True)
class Known:
    """What the library knows when a scan starts."""

    files: Mapping[str, FileRecord]
    stamps: Mapping[str, str]
    current: frozenset[str]
    """Ids of the tracks that lack no answer."""

    @classmethod
    def load(cls, catalogue: Catalogue, wanted: Mapping[str, str]) -> Known:
        """Read it from the catalogue."""
        stamps = catalogue.stamps()
        fresh = {text for text in set(stamps.values()) if is_current(text, wanted)}
        current = frozenset(i for i, text in stamps.items() if text in fresh)
        return cls(catalogue.files(), stamps, current)

    @classmethod
    def nothing(cls) -> Known:
        """For a scan without a library."""
        return cls({}, {}, frozenset())

    def places(self) -> dict[str, list[str]]:
        """track id → paths of the files it was found in."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, record in self.files.items():
            if record.track_id is not None:
                found[record.track_id].append(path)
        return found


def is_current(stamps: str, wanted: Mapping[str, str]) -> bool:
    """Whether every wanted answer is there and up to date."""
    have = read_stamps(stamps)
    return all(have.get(question) in (stamp, HUMAN) for question, stamp in wanted.items())


@dataclass(frozen=True)
class Task:
    """A file to listen to: its sound's id when known, else ids it may turn out to have."""

    state: FileState
    track_id: str | None = None
    suspects: tuple[str, ...] = ()


@dataclass
class Plan:
    """Files by what has to be done with them."""

    unchanged: list[FileRecord] = field(default_factory=list)
    failed: list[tuple[FileState, Failure]] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


def make_plan(states: Mapping[str, FileState], known: Known) -> Plan:
    """Sort the files found (by path) by what has to be done with them."""
    plan = Plan()
    vanished = _vanished_by_size(known, states.keys())
    for state in states.values():
        record = known.files.get(state.path)
        if record is None or record.state != state:
            plan.tasks.append(Task(state, suspects=tuple(vanished.get(state.size, ()))))
        elif record.track_id is None:
            _plan_failed(plan, record)
        elif record.track_id in known.current:
            plan.unchanged.append(record)
        else:
            plan.tasks.append(Task(state, record.track_id))
    return plan


def _plan_failed(plan: Plan, record: FileRecord) -> None:
    if record.error_type in LASTING and record.version == __version__:
        failure = Failure(record.error_type, record.error_message or "")
        plan.failed.append((record.state, failure))
    else:
        plan.tasks.append(Task(record.state))


def _vanished_by_size(known: Known, present: Collection[str]) -> dict[int, list[str]]:
    """Size in bytes → ids of the sounds in files of that size that are gone."""
    found: dict[int, list[str]] = defaultdict(list)
    for path, record in known.files.items():
        if path in present or record.track_id not in known.current:
            continue
        if not os.path.lexists(path):
            found[record.state.size].append(record.track_id or "")
    return found


def check_jobs(jobs: int | None) -> None:
    """Refuse fewer than one worker process; None leaves the number to the settings."""
    if jobs is not None and jobs < 1:
        raise RequestError(f"expected at least 1 job, found {jobs}")


def check_questions(questions: Iterable[str], answered: Iterable[str]) -> tuple[str, ...]:
    """`questions` in the order they are shown; RequestError when one cannot be asked."""
    wanted, possible = set(questions), set(answered)
    names = [q for q in QUESTIONS if q in possible]
    if wanted - possible:
        unknown = ", ".join(sorted(wanted - possible))
        raise RequestError(f"cannot ask for {unknown}; expected some of {', '.join(names)}")
    return tuple(q for q in names if q in wanted)
