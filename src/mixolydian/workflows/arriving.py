"""One collection of a DJ program on its way into the library: matched, compared, kept.

What says nothing new makes no answer of anybody's; what a human said here, or in another program,
is not touched unless that is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mixolydian.core.types import Analysis, Estimate, Provenance, Track
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import jams
from mixolydian.library.formats.collection import Collection, CollectionTrack, Marker
from mixolydian.library.formats.offsets import offset
from mixolydian.library.lists import KeptList, ListEntry, Marks, Rating
from mixolydian.library.records import HUMAN, STALE
from mixolydian.workflows.collected import (
    answers_of,
    answers_of_jams,
    moved,
    nothing_new,
    same_markers,
    sensible,
)
from mixolydian.workflows.collecting import SAME_TIME, is_human, markers_of
from mixolydian.workflows.listening import dependents
from mixolydian.workflows.matching import Matcher
from mixolydian.workflows.programs import GRAIN, READERS

PARTS: Mapping[str, tuple[str, ...]] = {
    "grids": ("tempo", "beats"),
    "keys": ("key",),
    "cues": ("cues",),
    "energy": ("energy",),
    "chords": ("chords",),
    "sections": ("sections",),
    "lists": (),
    "ratings": (),
}
"""What can be taken → the questions it answers."""


@dataclass(frozen=True)
class Left:
    """A track of the other program that was left, and why, in words."""

    path: str
    reason: str


@dataclass(frozen=True)
class Imported:
    """What became of one file.

    `taken` counts tracks by part (grids, keys, cues …), lists by playlists and histories;
    `unchanged` tracks said nothing new; `kept` were answered here by a human already.
    """

    path: str
    program: str
    n_tracks: int
    n_matched: int
    taken: Mapping[str, int]
    unchanged: int = 0
    kept: tuple[Left, ...] = ()
    unmatched: tuple[Left, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class Arrival:
    """One collection on its way into the library.

    `parts` of PARTS are wanted; with `overrule` a human's answers here are replaced; with
    `dry_run` nothing is kept.
    """

    catalogue: Catalogue
    matcher: Matcher
    path: Path
    program: str
    collection: Collection
    annotated: jams.Annotated | None = None
    parts: frozenset[str] = frozenset(PARTS)
    overrule: bool = False
    dry_run: bool = False
    taken: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    kept: list[Left] = field(default_factory=list)
    unmatched: list[Left] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)
    marks: dict[str, Marks] = field(default_factory=dict)

    def run(self) -> Imported:
        """Match every track, take what is new, and say what became of all."""
        seen: set[str] = set()
        for track in self.collection.tracks:
            match = self.matcher.match(track)
            if match.track_id is None:
                self.unmatched.append(Left(track.path, match.reason))
                continue
            self.ids[track.path] = match.track_id
            if match.track_id not in seen:
                self._track(track, match.track_id)
            seen.add(match.track_id)
        self._keep_said()
        return Imported(
            str(self.path),
            self.program,
            len(self.collection.tracks),
            len(self.ids),
            dict(self.taken),
            self.unchanged,
            tuple(self.kept),
            tuple(self.unmatched),
            self.collection.notes,
        )

    def _track(self, said: CollectionTrack, track_id: str) -> None:
        track = self.catalogue.track(track_id)
        said = at_home(said, track, self.program)
        found = self._answers(said, track.analysis)
        new = self._news(said, track, found)
        if "ratings" in self.parts:
            self._rate(said, track_id)
        marked = "cues" in self.parts and self._mark(said, track)
        if not new and not marked:
            self.unchanged += 1
        self.taken.update(part for part in PARTS if any(q in new for q in PARTS[part]))
        if marked and "cues" not in new:
            self.taken["cues"] += 1
        if new and not self.dry_run:
            self._keep(track, new)

    def _answers(self, said: CollectionTrack, known: Analysis) -> dict[str, Any]:
        if self.annotated is not None:
            return answers_of_jams(self.annotated, known)
        return answers_of(said, known)

    def _news(
        self, said: CollectionTrack, track: Track, found: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The answers of `found` that are wanted, new, and overrule nobody."""
        known, within = track.analysis, GRAIN.get(self.program, SAME_TIME)
        grid = () if self.annotated is not None else sensible(said.grid, known.duration)
        news: dict[str, Any] = {}
        for part, questions in PARTS.items():
            new = {q: found[q] for q in questions if q in found}
            if not new or part not in self.parts:
                continue
            if part == "cues" and self._same_marks(said, track):
                continue
            asked = ("beats",) if part == "grids" and grid else new
            if all(nothing_new(q, found, known, grid, within) for q in asked):
                continue
            if not self.overrule and (where := self._guard(known, questions)):
                self.kept.append(Left(track.path, f"{part} set {where}"))
            else:
                news |= new
        return news

    def _guard(self, known: Analysis, questions: tuple[str, ...]) -> str:
        """Where a human answered one of `questions` ("here", "in traktor"); empty for nowhere, and
        for this program."""
        for question in questions:
            estimate = known.estimates.get(question)
            if estimate is not None and estimate.provenance is not None and is_human(estimate):
                source = estimate.provenance.source
                if source != self.program:
                    return f"in {source}" if source in READERS else "here"
        return ""

    def _keep(self, track: Track, new: Mapping[str, Any]) -> None:
        """Store the answers; what was built on them is stale until the next scan."""
        human = Provenance(self.program, "1", input=track.track_id, kind="human")
        answers = {q: Estimate(value, 1.0, human) for q, value in new.items()}
        built_on = dependents(answers) & track.analysis.estimates.keys() - answers.keys()
        stamps = dict.fromkeys(built_on, STALE) | dict.fromkeys(answers, HUMAN)
        changed = replace(track, analysis=Analysis(track.duration, answers))
        self.catalogue.update(changed, stamps)

    def _rate(self, said: CollectionTrack, track_id: str) -> None:
        rating = Rating(said.rating, said.plays, said.color, said.added, self.program)
        if (said.rating, said.plays, said.color) != (None, None, None):
            self.ratings[track_id] = rating

    def _mark(self, said: CollectionTrack, track: Track) -> bool:
        """Keep the markers as they were set; whether they are new."""
        points = _points(said)
        if not points or self.program == "jams" or self._same_marks(said, track):
            return False
        kept = self.matcher.marks.get(track.track_id)
        if kept is not None and kept.program != self.program and not self.overrule:
            self.kept.append(Left(track.path, f"cues set in {kept.program}"))
            return False
        self.marks[track.track_id] = Marks(points, self.program)
        return True

    def _same_marks(self, said: CollectionTrack, track: Track) -> bool:
        """Whether the markers are those that go out of here."""
        kept = self.matcher.marks.get(track.track_id)
        if kept is not None and kept.program == self.program:
            return kept.markers == _points(said)
        ours = markers_of(track.analysis) if kept is None else kept.markers
        return same_markers(_points(said), ours, GRAIN.get(self.program, SAME_TIME))

    def _keep_said(self) -> None:
        lists = list(self._lists()) if "lists" in self.parts else []
        for name, found in (("lists", lists), ("ratings", self.ratings)):
            if found:
                self.taken[name] += len(found)
        if not self.dry_run:
            self.catalogue.keep_lists(lists)
            self.catalogue.keep_said(self.ratings, self.marks)

    def _lists(self) -> Iterator[KeptList]:
        for entry in self.collection.lists:
            tracks = tuple(ListEntry(path, self.ids.get(path)) for path in entry.tracks)
            yield KeptList(entry.name, tracks, entry.folder, entry.date, self.program)


def _points(said: CollectionTrack) -> tuple[Marker, ...]:
    """Its markers without those that only hold the grid."""
    return tuple(marker for marker in said.markers if marker.kind != "grid")


def at_home(said: CollectionTrack, track: Track, program: str) -> CollectionTrack:
    """`said` with times counted as we count them in our own file of the track.

    The reader did that for a file it could open; one found under another path is done here.
    """
    if said.path == track.path or Path(said.path).is_file():
        return said
    return moved(said, -offset(track.path, program))
