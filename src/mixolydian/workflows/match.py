"""`match`: how well two tracks, or two moments of them, go together, and what would help.

The tracks are analysed and portrayed where they are not yet; moments are given in the tracks'
own time and moved to whole beats.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from mixolydian.audio.io import shown
from mixolydian.core import errors
from mixolydian.core.errors import InputError, MixolydianError, RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import Tick
from mixolydian.dj.compatibility.match import FURTHEST, Match
from mixolydian.dj.compatibility.match import match as compare
from mixolydian.dj.compatibility.moments import Span
from mixolydian.dj.portrait import Portrait
from mixolydian.workflows.planning import check_jobs
from mixolydian.workflows.portraits import portraits
from mixolydian.workflows.portrayed import Portrayed

SCHEMA = "mixolydian.match/1"
_MOMENT = re.compile(r"(?:(\d+):)?(?:(\d+):)?(\d+(?:\.\d+)?)")
LEAST_BEATS = 4.0
"""Beats a moment must last to be compared."""


@dataclass(frozen=True)
class MatchRequest:
    """Tracks `a` and `b` (files, starts of ids, or words of titles), and moments `at_a` and
    `at_b` such as `1:30-2:00`; B shifted by `semitones`, or with `key_lock` off as a turntable
    would play it."""

    a: str
    b: str
    at_a: str | None = None
    at_b: str | None = None
    semitones: float = 0.0
    key_lock: bool = True
    jobs: int | None = None

    def __post_init__(self) -> None:
        if not self.a or not self.b:
            raise RequestError("expected two tracks to compare; name files, ids or titles")
        if not math.isfinite(self.semitones) or abs(self.semitones) > FURTHEST:
            raise RequestError(
                f"expected a shift of at most {FURTHEST:g} semitones, found {self.semitones:g}"
            )
        for text in (self.at_a, self.at_b):
            if text is not None:
                seconds_of(text)
        check_jobs(self.jobs)


@dataclass(frozen=True, eq=False)
class MatchResult:
    """The two portraits, what was found, and what is worth saying of the files."""

    a: Portrait
    b: Portrait
    found: Match
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The document of `mixo match --json`."""
        return {
            "schema": SCHEMA,
            "a": _named(self.a),
            "b": _named(self.b),
            **self.found.to_json(),
            "notes": list(self.notes),
        }


def match(
    request: MatchRequest, settings: Settings | None = None, tick: Tick | None = None
) -> MatchResult:
    """How well the two tracks go together.

    Raises
    ------
    RequestError
        No such track, several, or a moment outside of one.
    InputError
        A file cannot be used.
    """
    settings = read_settings() if settings is None else settings
    found = portraits((request.a, request.b), settings, tick=tick, jobs=request.jobs)
    a, b = (_only(name, found.entries) for name in (request.a, request.b))
    matched = compare(
        a,
        b,
        a_span=_span(a, request.at_a),
        b_span=_span(b, request.at_b),
        semitones=request.semitones,
        stretch=request.key_lock,
    )
    return MatchResult(a, b, matched, found.notes)


def seconds_of(text: str) -> tuple[float, float]:
    """(start, end) in seconds of a moment such as `1:30-2:00`, `90-120` or `1:02:03.5-1:03:00`.

    Raises
    ------
    RequestError
        It is none, or does not go forward.
    """
    parts = [_MOMENT.fullmatch(part.strip()) for part in re.split(r"[-–]", text)]
    if len(parts) == 2 and parts[0] is not None and parts[1] is not None:
        start, end = (_clock(part) for part in parts if part is not None)
        if start < end:
            return start, end
    raise RequestError(f"expected a moment such as 1:30-2:00, found {shown(text)!r}")


def _clock(part: re.Match[str]) -> float:
    """Seconds of `h:m:s`, `m:s` or `s`."""
    total = 0.0
    for number in part.groups():
        if number is not None:
            total = 60 * total + float(number)
    return total


def _span(track: Portrait, text: str | None) -> Span | None:
    """The whole beats of a moment.

    Raises
    ------
    RequestError
        It lies outside the track, or is too short.
    """
    if text is None:
        return None
    start, end = seconds_of(text)
    if end > track.duration + 0.5:
        raise RequestError(
            f"{shown(track.path)}: expected a moment within its {track.duration:.0f} s, "
            f"found {shown(text)}"
        )
    first, last = (float(round(track.beat_of(t))) for t in (start, end))
    first, last = max(first, 0.0), min(last, float(track.n_beats))
    if last - first < LEAST_BEATS:
        raise RequestError(
            f"expected a moment of at least {LEAST_BEATS:g} beats, found {shown(text)} "
            f"({last - first:g} beats)"
        )
    return first, last


def _only(asked: str, entries: tuple[Portrayed, ...]) -> Portrait:
    """The one portrait that `asked` names."""
    mine = [entry for entry in entries if entry.asked == asked]
    paths = {entry.path for entry in mine}
    if len(paths) != 1:
        raise RequestError(
            f"{shown(asked)}: expected one track, found {len(paths)} files; name one of them"
        )
    entry = mine[0]
    if entry.portrait is not None:
        return entry.portrait
    raise _error(entry)


def _error(entry: Portrayed) -> MixolydianError:
    """The failure of a file as the error it was."""
    if entry.failure is None:
        return InputError(f"{shown(entry.path)}: could not be used")
    kind = getattr(errors, entry.failure.type, InputError)
    is_ours = isinstance(kind, type) and issubclass(kind, MixolydianError)
    error: MixolydianError = (kind if is_ours else InputError)(entry.failure.message)
    return error


def _named(track: Portrait) -> dict[str, Any]:
    return {
        "path": track.path,
        "track_id": track.track_id,
        "title": track.title,
        "artist": track.artist,
        "duration": round(track.duration, 3),
        "bpm": round(track.bpm, 3),
        "steady": track.steady,
        "key": None if track.key is None else str(track.key),
        "camelot": None if track.key is None else track.key.camelot,
        "open_key": None if track.key is None else track.key.open_key,
    }
