"""`teach`: a tag of the user's own, learnt from a few examples in a moment.

The tag and its examples are kept in the library; `mixo search tag:"name"` then finds the
tracks that wear it, those analysed later too. Teaching again adds examples; the last word on
a track (example or counter-example) holds. How it learns is in `tagging`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.names import same_name
from mixolydian.core.settings import Settings
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import TrackRow
from mixolydian.library.taught import LEAST, TaughtTag
from mixolydian.workflows.shelf import find_track, name_of, open_library
from mixolydian.workflows.tagging import MIN_EXAMPLES, Learnt, learn

DOUBTFUL = 0.25
"""Probability from which a track is shown to be confirmed."""
FEW_EXAMPLES = 5
LONGEST_NAME = 60
STRANGE = 0.5
"""An example that less of the library than this is less like the tag than, is a stranger."""


@dataclass(frozen=True)
class TeachRequest:
    """The tag's `name`, tracks that deserve it and tracks that do not (path, id or title).

    Without tracks a known tag is learnt again from the examples it has.
    """

    name: str
    tracks: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()
    limit: int = 20
    """Suggestions and doubtful tracks shown, at most."""

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.limit < 1:
            raise RequestError(f"expected a limit of at least 1, found {self.limit}")


def check_name(name: str) -> None:
    """Refuse a name that cannot stand in a search."""
    clean = name.strip()
    if not any(c.isalnum() for c in clean) or len(clean) > LONGEST_NAME:
        raise RequestError(
            f"expected a tag's name of 1 to {LONGEST_NAME} characters with a letter or digit, "
            f"found {name!r}"
        )
    if '"' in clean or not clean.isprintable():
        raise RequestError(f"a tag's name cannot hold quotes or control characters: {name!r}")


@dataclass(frozen=True)
class Judged:
    """An example, as seen by a tag learnt without it."""

    row: TrackRow
    percentile: float
    """Share of the library that is less like the tag than it, in [0, 1]."""
    probability: float

    @property
    def strange(self) -> bool:
        """Whether it does not sound like the other examples."""
        return self.percentile < STRANGE


@dataclass(frozen=True)
class Suggestion:
    """A track and the probability that it deserves the tag."""

    row: TrackRow
    probability: float


@dataclass(frozen=True, eq=False)
class TeachResult:
    """The tag as it now stands, how its examples fared, and what it suggests.

    `suggestions` deserve it more likely than not; the `doubtful` (at least `DOUBTFUL`) are
    worth a listen. `found` of the examples would have been among the two without being told.
    """

    tag: TaughtTag
    examples: tuple[Judged, ...]
    suggestions: tuple[Suggestion, ...]
    doubtful: tuple[Suggestion, ...]
    n_suggestions: int
    """Without the limit to what is shown."""
    notes: tuple[str, ...]

    @property
    def found(self) -> int:
        """Examples that a tag learnt without them would have shown to the user."""
        return sum(e.probability >= DOUBTFUL for e in self.examples) if self.tag.model else 0


def teach(request: TeachRequest, settings: Settings | None = None) -> TeachResult:
    """Learn the tag, keep it, and look for tracks that deserve it.

    Raises
    ------
    RequestError
        Fewer than three examples of different sound, a track without vector, one that is
        example and counter-example, or a library too small to tell anything from.
    UnknownTrackError
        The library holds no such track.
    """
    with open_library(settings) as catalogue:
        old = catalogue.taught().get(same_name(request.name))
        examples, counter = _merged(catalogue, request, old)
        source, ids, vectors = catalogue.tag_vectors()
        _refuse_silent(catalogue, (*examples, *counter), ids, old)
        places = {track_id: place for place, track_id in enumerate(ids)}
        usable = [i for i in examples if i in places]
        if len(usable) < MIN_EXAMPLES:
            raise RequestError(_too_few(request.name, len(usable), old))
        learnt = learn(source, vectors, _places(usable, places), _places(counter, places))
        name = " ".join(request.name.split())
        tag = TaughtTag(name, examples, counter, learnt.model, round(learnt.separation, 4))
        catalogue.teach(tag)
        rows = {row.track_id: row for row in catalogue.rows()}
        members = tag.members(source, ids, vectors, DOUBTFUL)
        return _result(tag, _judged(catalogue, usable, learnt), members, rows, request.limit)


def _places(
    ids: Sequence[str], places: dict[str, int]
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.array([places[i] for i in ids if i in places], dtype=np.intp)


def _merged(
    catalogue: Catalogue, request: TeachRequest, old: TaughtTag | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of examples and counter-examples: those known, and those of the request."""
    new = tuple(dict.fromkeys(find_track(catalogue, t) for t in request.tracks))
    new_counter = tuple(dict.fromkeys(find_track(catalogue, t) for t in request.counter))
    both = set(new) & set(new_counter)
    if both:
        names = ", ".join(sorted(name_of(catalogue.row(i)) for i in both))
        raise RequestError(f"both example and counter-example: {names}; decide for one")
    if old is None:
        return new, new_counter
    examples = dict.fromkeys((*(i for i in old.examples if i not in new_counter), *new))
    counter = dict.fromkeys((*(i for i in old.counter_examples if i not in new), *new_counter))
    return tuple(examples), tuple(counter)


def _refuse_silent(
    catalogue: Catalogue, wanted: Sequence[str], ids: Sequence[str], old: TaughtTag | None
) -> None:
    """Refuse tracks just named that have nothing to learn from; old ones may have lost it."""
    known = set(ids) | (set() if old is None else {*old.examples, *old.counter_examples})
    silent = [i for i in wanted if i not in known]
    if silent:
        names = ", ".join(name_of(catalogue.row(i)) for i in silent)
        raise RequestError(
            f"nothing to learn from in {names}: no timbre was heard; "
            "analyze with all questions, or leave it out"
        )


def _too_few(name: str, n: int, old: TaughtTag | None) -> str:
    known = f"{n} so far" if old is not None else f"found {n}"
    return (
        f"expected at least {MIN_EXAMPLES} examples of the tag {name!r}, {known}; "
        f'name more tracks: mixo teach "{name}" TRACK…'
    )


# ---------------------------------------------------------------------- what came of it


def _judged(catalogue: Catalogue, ids: Sequence[str], learnt: Learnt) -> tuple[Judged, ...]:
    pairs = zip(ids, learnt.percentiles, learnt.left_out, strict=True)
    return tuple(Judged(catalogue.row(i), float(share), float(p)) for i, share, p in pairs)


def _result(
    tag: TaughtTag,
    examples: tuple[Judged, ...],
    members: dict[str, float],
    rows: dict[str, TrackRow],
    limit: int,
) -> TeachResult:
    likely = sorted(
        (Suggestion(rows[i], p) for i, p in members.items() if i in rows and i not in tag.examples),
        key=lambda s: (-s.probability, s.row.track_id),
    )
    surer = [s for s in likely if s.probability >= LEAST]
    doubtful = likely[len(surer) :]
    shown, asked = tuple(surer[:limit]), tuple(doubtful[:limit])
    return TeachResult(tag, examples, shown, asked, len(surer), _notes(tag, examples))


def _notes(tag: TaughtTag, examples: tuple[Judged, ...]) -> tuple[str, ...]:
    found = []
    if tag.model is None:
        found.append(
            "these examples cannot be told from the rest of the library: left out one by one, "
            f"they are more like the tag than {tag.separation:.0%} of it (chance is 50%); "
            "nothing is suggested"
        )
    strange = [name_of(e.row) for e in examples if e.strange]
    if strange and tag.model is not None:
        found.append(f"unlike the other examples: {', '.join(strange)}")
    if len(examples) < FEW_EXAMPLES:
        found.append(f"{FEW_EXAMPLES} examples or more make it surer")
    return tuple(found)


# ---------------------------------------------------------------------- the tags there are


@dataclass(frozen=True, eq=False)
class TagLine:
    """A taught tag, and how many tracks wear it now; None when it must be learnt again."""

    tag: TaughtTag
    n_tracks: int | None


def taught_tags(settings: Settings | None = None) -> tuple[TagLine, ...]:
    """Every tag that was taught, by name."""
    with open_library(settings) as catalogue:
        tags = catalogue.taught().values()
        source, ids, vectors = catalogue.tag_vectors()
        return tuple(TagLine(tag, _count(tag, source, ids, vectors)) for tag in tags)


def _count(tag: TaughtTag, source: str, ids: Sequence[str], vectors: object) -> int | None:
    try:
        return len(tag.members(source, ids, np.asarray(vectors)))
    except RequestError:
        return None


def forget_tag(name: str, settings: Settings | None = None) -> None:
    """Forget a tag and its examples.

    Raises
    ------
    RequestError
        No such tag.
    """
    with open_library(settings) as catalogue:
        if not catalogue.unteach(name):
            known = ", ".join(tag.name for tag in catalogue.taught().values()) or "none yet"
            raise RequestError(f"no tag {name!r} to forget; taught: {known}")
