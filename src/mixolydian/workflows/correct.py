"""`correct`: a human's answer. It is kept for good, and what was built on it is redone.

The answer is stored first, so that it is safe whatever happens to the rest; then the file
is listened to again, with the answer given. Without the file (a disk that is not there) the
answers built on it are marked, and redone by the next scan that sees the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mixolydian.audio.io import shown
from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, read_settings
from mixolydian.core.types import (
    Analysis,
    Beats,
    Estimate,
    Provenance,
    Segment,
    Tags,
    Tempo,
    Track,
)
from mixolydian.engines.local import LocalEngine
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import HUMAN, STALE
from mixolydian.theory.key import parse_key
from mixolydian.workflows.listening import (
    Heard,
    Job,
    Listener,
    current_stamps,
    dependents,
    to_documents,
)
from mixolydian.workflows.shelf import find_track, open_library

LOWEST_BPM, HIGHEST_BPM = 20.0, 400.0
METERS = (2, 3, 4, 5, 6, 7)
EMOTIONS = ("relaxed", "happy", "sad", "angry")
CONTENTS = ("music", "speech", "singing", "noise")
"""What a whole file may be said to hold."""
UNDOABLE = {
    "bpm": "tempo",
    "key": "key",
    "meter": "beats",
    "genre": "genre",
    "emotion": "emotion",
    "music": "music",
}
"""What can be corrected → the question it answers."""


@dataclass(frozen=True)
class CorrectRequest:
    """The `track` (path, id or title) and the right answers; `undo` takes corrections back.

    `emotion` is one of ``EMOTIONS``; `music` is one of ``CONTENTS``, for the whole file.
    """

    track: str
    bpm: float | None = None
    key: str | None = None
    meter: int | None = None
    genre: str | None = None
    emotion: str | None = None
    music: str | None = None
    undo: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._check_answers()
        for name in self.undo:
            if name not in UNDOABLE:
                raise RequestError(f"cannot undo {name!r}; expected {', '.join(UNDOABLE)}")
        if not self.undo and all(getattr(self, name) is None for name in UNDOABLE):
            options = ", ".join(f"--{name}" for name in UNDOABLE)
            raise RequestError(f"nothing to correct; give {options} or --undo")

    def _check_answers(self) -> None:
        if self.bpm is not None and not LOWEST_BPM <= self.bpm <= HIGHEST_BPM:
            raise RequestError(f"expected {LOWEST_BPM:g}–{HIGHEST_BPM:g} BPM, found {self.bpm:g}")
        if self.meter is not None and self.meter not in METERS:
            raise RequestError(f"expected a meter of 2 to 7 beats, found {self.meter}")
        if self.key is not None:
            parse_key(self.key)
        if self.genre is not None and not self.genre.strip():
            raise RequestError("expected a genre, found an empty text")
        for name, words in (("emotion", EMOTIONS), ("music", CONTENTS)):
            said = getattr(self, name)
            if said is not None and said not in words:
                raise RequestError(f"{name}: expected one of {', '.join(words)}; found {said!r}")


@dataclass(frozen=True, eq=False)
class CorrectResult:
    """The track as it now stands; `redone` answers were built anew.

    `pending` says why they could not be, when they could not.
    """

    track: Track
    redone: tuple[str, ...]
    pending: str | None = None


def correct(request: CorrectRequest, settings: Settings | None = None) -> CorrectResult:
    """Keep the answers of `request` and redo what was built on them.

    Raises
    ------
    UnknownTrackError, RequestError
        No such track, several, or a meter for a track without beats.
    """
    settings = read_settings() if settings is None else settings
    with open_library(settings) as catalogue:
        desk = _Desk(catalogue, find_track(catalogue, request.track), settings)
        desk.undo([UNDOABLE[name] for name in request.undo])
        desk.answer(_plain_answers(request, desk.track().duration, desk.human()))
        if request.meter is not None:
            beats = _recount(desk.track().analysis.value("beats"), request.meter)
            desk.answer({"beats": Estimate(beats, 1.0, desk.human())})
        return CorrectResult(desk.track(), tuple(desk.redone), desk.pending)


def _plain_answers(
    request: CorrectRequest, duration: float, human: Provenance
) -> dict[str, Estimate[Any]]:
    values: dict[str, Any] = {}
    if request.bpm is not None:
        values["tempo"] = Tempo(request.bpm)
    if request.key is not None:
        values["key"] = parse_key(request.key)
    if request.genre is not None:
        values["genre"] = Tags({request.genre.strip(): 1.0})
    if request.emotion is not None:
        values["emotion"] = Tags({request.emotion: 1.0})
    if request.music is not None:
        values["music"] = (Segment(0.0, duration, request.music),)
    return {q: Estimate(value, 1.0, human) for q, value in values.items()}


def _recount(beats: Beats | None, meter: int) -> Beats:
    """The same beats, counted in bars of `meter` from the first downbeat heard."""
    if beats is None or not len(beats.times):
        raise RequestError("this track has no beats to count in a meter; give --bpm first")
    downbeats = np.flatnonzero(beats.positions == 1)
    first = int(downbeats[0]) if len(downbeats) else 0
    positions = (np.arange(len(beats.times)) - first) % meter + 1
    return Beats(beats.times, positions, meter)


class _Desk:
    """One track being corrected."""

    def __init__(self, catalogue: Catalogue, track_id: str, settings: Settings) -> None:
        self.catalogue = catalogue
        self.track_id = track_id
        self.settings = settings
        self.redone: list[str] = []
        self.pending: str | None = None

    def track(self) -> Track:
        return self.catalogue.track(self.track_id)

    def human(self) -> Provenance:
        return Provenance("user", "1", input=self.track_id, kind="human")

    def undo(self, questions: list[str]) -> None:
        """Take corrections back and let the machine answer again."""
        if questions:
            self.catalogue.withdraw(self.track_id, questions)
            self._redo({*questions, *dependents(questions)})

    def answer(self, answers: Mapping[str, Estimate[Any]]) -> None:
        """Keep `answers`, then redo what was built on them."""
        if not answers:
            return
        built_on = dependents(answers)
        track = self.track()
        built_on &= track.analysis.estimates.keys()
        stamps = dict.fromkeys(answers, HUMAN) | dict.fromkeys(built_on, STALE)
        self.catalogue.update(replace(track, analysis=Analysis(track.duration, answers)), stamps)
        if built_on:
            self._redo(built_on)

    def _redo(self, questions: Iterable[str]) -> None:
        """Listen to the file again, given all that is known."""
        track, asked = self.track(), set(questions)
        heard = self._listen(track, asked)
        if heard is None or heard.answers is None:
            return
        stamps = {q: s for q, s in current_stamps().items() if q in heard.answers}
        self.catalogue.update(replace(heard.track(), tags=track.tags), stamps)
        asked -= {q for q, e in track.analysis.estimates.items() if e.is_human}
        self.redone += [q for q in heard.answers if q in asked and q not in self.redone]

    def _listen(self, track: Track, asked: set[str]) -> Heard | None:
        given = to_documents(track.analysis.estimates)
        questions = tuple(q for q in current_stamps() if q in given or q in asked)
        engine = LocalEngine(1, self.settings.item_seconds)
        with closing(engine.map(Listener(questions), [Job(track.path, given)])) as outcomes:
            outcome = next(outcomes)
        heard = outcome.result
        if heard is not None and heard.track_id == track.track_id:
            return heard
        reason = "the file now holds another sound" if heard else _reason(outcome.failure)
        name = shown(track.path)
        self.pending = reason if reason.startswith(f"{name}: ") else f"{name}: {reason}"
        return None


def _reason(failure: Any) -> str:
    return "no answer" if failure is None else str(failure.message)
