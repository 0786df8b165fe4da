"""Listening to one file: decode once, hash the sound, gather features, answer the questions.

This is what a worker process runs; it knows nothing of the library. Answers cross the
process boundary in their JSON form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.audio.io import SoundHasher, open_audio
from mixolydian.core.convert import (
    estimate_from_json,
    estimate_to_json,
    provenance_to_json,
)
from mixolydian.core.types import Analysis, Estimate, FileTags, Track
from mixolydian.estimators import Estimator, answerable, default, listen
from mixolydian.library.tags import read_tags

Blocks = Iterator[NDArray[np.float32]]
Tap = Callable[[Blocks, int], Blocks]
Documents = Mapping[str, Any]
"""question → estimate in its JSON form."""


@dataclass(frozen=True)
class Job:
    """A file to listen to, and what is known already.

    `given` are answers to keep or build on; `suspects` are ids of sounds this file may well
    hold (it has the size of a file that has vanished), worth decoding once just to see.
    """

    path: str
    given: Documents = field(default_factory=dict)
    suspects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heard:
    """What was heard in a file; `answers` is None when the sound was known already."""

    path: str
    track_id: str
    duration: float
    tags: FileTags
    answers: Documents | None
    warnings: tuple[str, ...] = ()
    """What had to be repaired, or is missing of a damaged file."""

    def track(self) -> Track:
        """As a Track; without answers when the sound was known."""
        estimates = from_documents(self.answers or {})
        analysis = Analysis(self.duration, estimates)
        return Track(self.track_id, self.path, self.duration, self.tags, analysis)


def to_documents(estimates: Mapping[str, Estimate[Any]]) -> dict[str, Any]:
    """Estimates in their JSON form."""
    return {q: estimate_to_json(q, e) for q, e in estimates.items()}


def from_documents(documents: Documents) -> dict[str, Estimate[Any]]:
    """The inverse of :func:`to_documents`."""
    return {q: estimate_from_json(q, d) for q, d in documents.items()}


@dataclass(frozen=True)
class Listener:
    """The task of a scan: answer `questions` (all when None) unless the sound is `known`."""

    questions: tuple[str, ...] | None = None
    known: frozenset[str] = frozenset()

    def __call__(self, job: Job) -> Heard:
        """Listen to one file.

        Raises
        ------
        InputError
            The file cannot be read, decoded or used.
        """
        if job.suspects:
            track_id, duration = identify(job.path)
            if track_id in job.suspects and track_id in self.known:
                return Heard(job.path, track_id, duration, read_tags(job.path), None)
        return self._listen(job)

    def _listen(self, job: Job) -> Heard:
        features, track_id, warnings = gather(job.path)
        answers = None
        if track_id not in self.known:
            given = from_documents(job.given)
            estimates = listen(features, track_id=track_id, questions=self.questions, given=given)
            answers = to_documents(estimates)
        tags = read_tags(job.path)
        return Heard(job.path, track_id, features.duration, tags, answers, warnings)


def gather(path: str, tap: Tap | None = None) -> tuple[Features, str, tuple[str, ...]]:
    """The features of a file, its track id, and decoding warnings, from one pass.

    `tap` may listen to the blocks as they pass; it is given them and the sample rate.
    """
    with open_audio(path) as audio:
        hasher = SoundHasher(audio.sample_rate, audio.n_channels)
        blocks = audio.blocks(hasher=hasher)
        if tap is not None:
            blocks = tap(blocks, audio.sample_rate)
        features = Features.from_blocks(blocks, audio.sample_rate, audio.n_channels)
        return features, hasher.hexdigest(), tuple(audio.warnings)


def identify(path: str) -> tuple[str, float]:
    """The track id of a file and its duration in seconds, without listening to it."""
    with open_audio(path) as audio:
        hasher = SoundHasher(audio.sample_rate, audio.n_channels)
        for _ in audio.blocks(hasher=hasher):
            pass
        return hasher.hexdigest(), audio.duration


def analyze_file(
    path: str,
    *,
    questions: Iterable[str] | None = None,
    given: Mapping[str, Estimate[Any]] | None = None,
) -> Track:
    """Everything that can be heard in one file, building on the `given` answers.

    Raises
    ------
    InputError
        The file cannot be read, decoded or used.
    """
    listener = Listener(None if questions is None else tuple(questions))
    return listener(Job(path, to_documents(given or {}))).track()


# ---------------------------------------------------------------------- stamps


@cache
def current_stamps() -> Mapping[str, str]:
    """question → a short hash of the estimator that answers it now, and its settings."""
    return {question: _stamp(default(question)) for question in answerable()}


def dependents(questions: Iterable[str]) -> set[str]:
    """Questions whose answers build on those of `questions`, directly or not."""
    found: set[str] = set()
    reached = set(questions)
    while reached:
        reached = {q for q in answerable() if reached & set(default(q).needs)} - found
        found |= reached
    return found


def _stamp(estimator: Estimator) -> str:
    text = json.dumps(provenance_to_json(estimator.provenance({})), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
