"""The user's own answers: tracks of the library whose genre, emotion or content a human has set.

Every correction is an example for the next training. A track becomes a
:class:`~mixolydian.training.sounds.Sound` whose facts name the `question`, the `label` and the
`group`: an artist's tracks stay together in a split, without an artist an album's, without an
album a folder's. An answer about the content in stretches of time is in the fact `music`, as
JSON in the words of a truth document. What machines answered is never learnt from.

Licence: the sounds are the user's. What is learnt from them is for the user alone, and a model
that ships is made without them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.core.names import same_name
from mixolydian.core.types import Segment, Tags
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import TrackRow
from mixolydian.training.sounds import Sound

SOURCE = "own library"
QUESTIONS = ("genre", "emotion", "music")
"""What can be learnt from a correction."""


@dataclass(frozen=True)
class Corrections:
    """The `sounds` to learn from, and what could not be used.

    `unknown` counts answers that are none of the labels asked for; `missing` are the paths of
    files that are not there any more.
    """

    sounds: tuple[Sound, ...]
    unknown: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def corrections(catalogue: Catalogue, question: str, labels: Sequence[str] = ()) -> Corrections:
    """The human answers to `question`; with `labels` only these, in whatever case they stand.

    Raises
    ------
    RequestError
        No such question can be learnt.
    """
    if question not in QUESTIONS:
        raise RequestError(f"expected a question of {', '.join(QUESTIONS)}; found {question!r}")
    known = {label.casefold(): label for label in labels}
    sounds, unknown, missing = [], Counter[str](), []
    for row in catalogue.rows():
        label, answer = _answer(catalogue, row, question)
        if not label:
            continue
        if row.missing or not Path(row.path).is_file():
            missing.append(row.path)
        elif known and label.casefold() not in known:
            unknown[label] += 1
        else:
            facts = {"question": question, "label": known.get(label.casefold(), label)}
            sounds.append(_sound(row, facts | _stretches(answer)))
    return Corrections(tuple(sounds), dict(unknown), tuple(missing))


def group_of(row: TrackRow) -> str:
    """What a track must not be parted from: its artist's, its album's, its folder's tracks."""
    for kind, name in (("artist", row.artist), ("album", row.album)):
        if name and name.strip():
            return f"{kind} {same_name(name)}"
    return f"folder {Path(row.path).parent}"


def _answer(catalogue: Catalogue, row: TrackRow, question: str) -> tuple[str, Any]:
    """The label and the value a human gave; an empty label without an answer."""
    if question not in row.corrected:
        return "", None
    found = catalogue.estimates(row.track_id).get(question)
    if found is None or not found.is_human or found.value is None:
        return "", None
    return _label(found.value), found.value


def _label(value: Any) -> str:
    """The most probable tag; what sounds longest of a track in stretches."""
    if isinstance(value, Tags):
        best = max(value.probabilities.items(), key=lambda pair: pair[1], default=("", 0.0))
        return best[0].strip()
    lengths: dict[str, float] = {}
    for segment in _segments(value):
        lengths[segment.label] = lengths.get(segment.label, 0.0) + segment.end - segment.start
    return max(lengths, key=lambda name: lengths[name], default="")


def _segments(value: Any) -> Iterable[Segment]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(part for part in value if isinstance(part, Segment))


def _stretches(value: Any) -> dict[str, str]:
    parts = [asdict(segment) for segment in _segments(value)]
    return {"music": json.dumps(parts)} if parts else {}


def _sound(row: TrackRow, facts: Mapping[str, str]) -> Sound:
    told = {**facts, "group": group_of(row)}
    return Sound(SOURCE, path=row.path, facts=tuple(sorted(told.items())))
