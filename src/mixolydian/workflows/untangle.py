"""`untangle`: a mix heard backwards. Which of the tracks play in it, when, how fast, how loud.

Every file is listened to (nothing need be in the library); what cannot be used is named and
the rest goes on. Times in seconds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError
from mixolydian.core.files import write_text
from mixolydian.core.settings import Settings, read_settings
from mixolydian.dj.document import plan_document
from mixolydian.dj.untangling import Heard, Untangled
from mixolydian.dj.untangling import untangle as find
from mixolydian.dj.untangling.plans import plan_of
from mixolydian.engines.local import Failure, LocalEngine
from mixolydian.estimators import listen
from mixolydian.library.formats.json import one_line
from mixolydian.library.tags import read_tags
from mixolydian.workflows.finding import find_files
from mixolydian.workflows.listening import gather
from mixolydian.workflows.untangle_picture import picture

Tell = Callable[[str, float], None]
"""Is told the step and the share of all that is done."""
LISTENING = 0.5
"""share of the whole that listening takes."""


@dataclass(frozen=True)
class UntangleRequest:
    """The `mix`, and the `tracks` (files and folders) that may play in it."""

    mix: str
    tracks: tuple[str, ...]
    out: str = ""
    """The plan to write (.json); none when empty."""
    picture: str = ""
    """The picture to draw (.svg); none when empty."""
    jobs: int | None = None
    """Worker processes that listen; by default the setting's."""

    def __post_init__(self) -> None:
        if not self.mix:
            raise RequestError("expected the file of a mix, found an empty path")
        if not self.tracks or "" in self.tracks:
            raise RequestError(
                "expected at least one file or folder of tracks to look for; name them after "
                "--tracks"
            )
        for path, suffix in ((self.out, ".json"), (self.picture, ".svg")):
            if path and Path(path).suffix.lower() != suffix:
                raise RequestError(f"{shown(path)}: expected a file that ends in {suffix}")
        if self.jobs is not None and self.jobs < 1:
            raise RequestError(f"expected at least one worker process, found {self.jobs}")


@dataclass(frozen=True)
class Candidate:
    """A track that was looked for."""

    track_id: str
    path: str
    title: str
    duration: float


@dataclass(frozen=True, eq=False)
class UntangleResult:
    """What was found in `mix` of the `tracks`; what failed, and what was written."""

    mix: str
    found: Untangled
    tracks: tuple[Candidate, ...]
    bpm: float | None
    """tempo of the mix, where it has one."""
    failures: Mapping[str, str]
    """path → why it could not be listened to."""
    notes: tuple[str, ...]
    written: tuple[Path, ...]


def untangle(
    request: UntangleRequest, settings: Settings | None = None, tell: Tell | None = None
) -> UntangleResult:
    """What of the tracks plays in the mix.

    Raises
    ------
    InputError
        The mix cannot be read, is silent, or is too short.
    RequestError
        No track is left to look for, or a plan is wanted of a mix in which nothing was found.
    StorageError
        The plan or the picture cannot be written.
    """
    told = tell or (lambda step, share: None)
    told("Listening", 0.0)
    features, mix_id, warnings = gather(request.mix)
    mix = Heard.of(features, mix_id, request.mix, Path(request.mix).stem)
    tempo = listen(features, questions=("tempo",))["tempo"].value
    bpm = None if tempo is None else float(tempo.bpm)
    del features
    tracks, failures, notes = _tracks(request, settings or read_settings(), mix_id, told)
    rest = 1.0 - LISTENING
    found = find(mix, tracks, lambda share: told("Untangling", LISTENING + rest * share))
    result = UntangleResult(
        request.mix,
        found,
        tuple(Candidate(t.track_id, t.path, t.title, t.duration) for t in tracks),
        bpm,
        failures,
        (*warnings, *notes, *found.notes),
        (),
    )
    return _written(result, tracks, request)


def _tracks(
    request: UntangleRequest, settings: Settings, mix_id: str, tell: Tell
) -> tuple[list[Heard], dict[str, str], list[str]]:
    """The tracks to look for, each sound once, in the order of their names; what failed."""
    files = find_files(request.tracks)
    failures = {path: str(problem) for path, problem in files.problems.items()}
    own = os.path.abspath(request.mix)
    paths = [path for path in files.files if path != own]
    heard: dict[str, Heard] = {}
    for n, (path, outcome) in enumerate(_heard(paths, request, settings)):
        if isinstance(outcome, Failure):
            failures[path] = outcome.message
        else:
            heard[path] = outcome
        tell("Listening", LISTENING * (n + 1) / len(paths))
    tracks, notes = _distinct([heard[path] for path in paths if path in heard], mix_id)
    if not tracks:
        why = f": {next(iter(failures.values()))}" if failures else ""
        raise RequestError(f"expected a track to look for, found none that can be used{why}")
    return tracks, failures, notes


def _heard(
    paths: list[str], request: UntangleRequest, settings: Settings
) -> Iterator[tuple[str, Heard | Failure]]:
    """(path, what was heard or why not) as files finish."""
    jobs = min(request.jobs or settings.jobs, max(len(paths), 1))
    engine = LocalEngine(jobs, settings.item_seconds)
    with closing(engine.map(hear, paths)) as outcomes:
        for outcome in outcomes:
            heard = outcome.failure if outcome.result is None else outcome.result
            if heard is not None:
                yield outcome.item, heard


def hear(path: str) -> Heard:
    """Listen to one track.

    Raises
    ------
    InputError
        The file cannot be read, decoded or used.
    """
    features, track_id, _ = gather(path)
    return Heard.of(features, track_id, path, read_tags(path).title or Path(path).stem)


def _distinct(tracks: list[Heard], mix_id: str) -> tuple[list[Heard], list[str]]:
    """Each sound once; the mix itself is no track of it."""
    first: dict[str, Heard] = {}
    notes = []
    for track in tracks:
        if track.track_id == mix_id:
            notes.append(f"{shown(track.path)} is the mix itself, and was left out")
        elif track.track_id in first:
            same = first[track.track_id].path
            notes.append(f"{shown(track.path)} is the same sound as {shown(same)}")
        else:
            first[track.track_id] = track
    return list(first.values()), notes


def _written(
    result: UntangleResult, tracks: list[Heard], request: UntangleRequest
) -> UntangleResult:
    """`result` with what the request wants written."""
    written = []
    if request.out:
        plan = plan_of(result.found, tracks, result.bpm)
        written.append(
            write_text(Path(request.out), one_line(plan_document(plan), ensure_ascii=True) + "\n")
        )
    if request.picture:
        titles = [track.title for track in result.tracks]
        written.append(write_text(Path(request.picture), picture(result.found, titles)))
    return replace(result, written=tuple(written))
