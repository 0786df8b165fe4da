"""One collection of a DJ program on its way into the library: matched, compared, kept.

What says nothing new makes no answer of anybody's; what a human said here, or in another program,
is not touched unless that is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mixolydian.core.types import Analysis, Estimate, Provenance, Track
from mixolydian.library.batch import Said, batch
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import jams, serato
from mixolydian.library.formats.collection import CollectionTrack, Marker
from mixolydian.library.formats.offsets import offset
from mixolydian.library.lists import KeptList, ListEntry, Marks, Rating
from mixolydian.library.records import TrackRow
from mixolydian.workflows.arrived import PARTS, Found, Imported, Left, Ours, Wanted
from mixolydian.workflows.collected import (
    answers_of,
    answers_of_jams,
    moved,
    nothing_new,
    same_markers,
    sensible,
)
from mixolydian.workflows.collecting import told_tracks, words_of
from mixolydian.workflows.kept_grids import KeptGrids
from mixolydian.workflows.listening import dependents
from mixolydian.workflows.marking import SAME_TIME, grid_of
from mixolydian.workflows.matching import Matcher
from mixolydian.workflows.programs import GRAIN, READERS


@dataclass
class Arrival:
    """One collection on its way into the library."""

    catalogue: Catalogue
    matcher: Matcher
    found: Found
    wanted: Wanted = field(default_factory=Wanted)
    grids: KeptGrids | None = None
    tick: Callable[[float], None] | None = None
    taken: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    kept: list[Left] = field(default_factory=list)
    unmatched: list[Left] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    ratings: dict[str, Rating] = field(default_factory=dict)
    marks: dict[str, Marks] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """Where it comes from."""
        return self.found.program

    def run(self) -> Imported:
        """Match every track, take what is new in one step, and say what became of all."""
        matched = self._matched()
        rows = [self.matcher.rows[i] for i, said in matched.items() if self._says(said)]
        self.unchanged += len(matched) - len(rows)
        tracks = told_tracks(self.catalogue, rows, self.grids)
        for n, (row, track) in enumerate(zip(rows, tracks, strict=True)):
            self._track(matched[row.track_id], self._ours(row, track))
            if self.tick is not None:
                self.tick((n + 1) / len(rows))
        self._keep_said()
        return Imported(
            str(self.found.path),
            self.program,
            len(self.found.collection.tracks),
            len(self.ids),
            dict(self.taken),
            self.unchanged,
            tuple(self.kept),
            tuple(self.unmatched),
            self.found.collection.notes,
            self.found.unread,
        )

    def _matched(self) -> dict[str, CollectionTrack]:
        """track id → the first that was said of it."""
        matched: dict[str, CollectionTrack] = {}
        for track in self.found.collection.tracks:
            match = self.matcher.match(track)
            if match.track_id is None:
                self.unmatched.append(Left(track.path, match.reason))
            else:
                self.ids[track.path] = match.track_id
                matched.setdefault(match.track_id, track)
        return matched

    def _says(self, said: CollectionTrack) -> bool:
        """Whether anything is said of a track besides its name: a playlist does not."""
        words = (said.grid, said.markers, said.bpm, said.tonic, said.genre, said.comment)
        numbers = (said.energy, said.rating, said.plays, said.color)
        known = any(words) or any(number is not None for number in numbers)
        return known or said.path in self.found.annotated

    def _ours(self, row: TrackRow, track: Track) -> Ours:
        heard = grid_of(track.analysis)
        exact = None if self.grids is None else self.grids.of(track)
        attuned = () if exact is None else (grid_of(track.analysis, exact),)
        return Ours(row, track, (*attuned, heard))

    def _track(self, said: CollectionTrack, ours: Ours) -> None:
        annotated = self.found.annotated.get(said.path)
        said = at_home(said, ours.track, self.program)
        found = _answers(said, annotated, ours.known)
        new = self._news(said, ours, found, annotated is not None)
        rated = "ratings" in self.wanted.parts and self._rate(said, ours.row.track_id)
        marked = "cues" in self.wanted.parts and self._mark(said, ours)
        if not (new or marked or rated):
            self.unchanged += 1
        self.taken.update(part for part in PARTS if any(q in new for q in PARTS[part]))
        if marked and "cues" not in new:
            self.taken["cues"] += 1
        if new:
            human = Provenance(self.program, "1", input=ours.row.track_id, kind="human")
            answers = {q: Estimate(value, 1.0, human) for q, value in new.items()}
            self.said.append(Said(ours.row.track_id, answers, _built_on(frozenset(answers))))

    def _news(
        self, said: CollectionTrack, ours: Ours, found: Mapping[str, Any], exactly: bool
    ) -> dict[str, Any]:
        """The answers of `found` that are wanted, new, and overrule nobody; `exactly` when beats
        are annotated one by one, not by a grid."""
        within = GRAIN.get(self.program, SAME_TIME)
        grid = () if exactly else sensible(said.grid, ours.known.duration)
        news: dict[str, Any] = {}
        for part, questions in PARTS.items():
            new = {q: found[q] for q in questions if q in found}
            if not new or part not in self.wanted.parts or self._same(part, said, ours):
                continue
            asked = ("beats",) if part == "grids" and grid else new
            if all(nothing_new(q, found, ours.known, grid, ours.grids, within) for q in asked):
                continue
            if not self.wanted.overrule and (where := self._guard(ours.known, questions)):
                self.kept.append(Left(ours.track.path, f"{part} set {where}"))
            else:
                news |= new
        return news

    def _same(self, part: str, said: CollectionTrack, ours: Ours) -> bool:
        """Whether cues or genre are those that go out of here."""
        if part == "genres":
            return said.genre.strip().casefold() == (ours.row.genre or "").strip().casefold()
        return part == "cues" and self._same_marks(said, ours)

    def _guard(self, known: Analysis, questions: tuple[str, ...]) -> str:
        """Where a human answered one of `questions` ("here", "in traktor"); empty for nowhere, and
        for this program."""
        for question in questions:
            estimate = known.estimates.get(question)
            provenance = None if estimate is None else estimate.provenance
            if provenance is not None and known.is_human(question):
                source = provenance.source
                if source != self.program:
                    return f"in {source}" if source in READERS else "here"
        return ""

    def _rate(self, said: CollectionTrack, track_id: str) -> bool:
        """Keep stars, plays, colour and comment, where any of them is news; whether it is."""
        words = words_of(said.comment)
        rating = Rating(said.rating, said.plays, said.color, said.added, self.program, words)
        known = self.matcher.ratings.get(track_id, Rating())
        names = ("rating", "plays", "color", "comment")
        told = [(getattr(rating, name), getattr(known, name)) for name in names]
        news = any(new not in (None, "") and new != old for new, old in told)
        if news:
            self.ratings[track_id] = rating
        return news

    def _mark(self, said: CollectionTrack, ours: Ours) -> bool:
        """Keep the markers as they were set; whether they are new."""
        points = _points(said)
        if not points or self.program == "jams" or self._same_marks(said, ours):
            return False
        kept = self.matcher.marks.get(ours.row.track_id)
        if kept is not None and kept.program != self.program and not self.wanted.overrule:
            self.kept.append(Left(ours.track.path, f"cues set in {kept.program}"))
            return False
        self.marks[ours.row.track_id] = Marks(points, self.program)
        return True

    def _same_marks(self, said: CollectionTrack, ours: Ours) -> bool:
        """Whether the markers are those that go out of here, or went out on another grid."""
        kept, points = self.matcher.marks.get(ours.row.track_id), _points(said)
        if kept is not None and kept.program == self.program:
            return kept.markers == points
        within = GRAIN.get(self.program, SAME_TIME)
        if kept is not None:
            return same_markers(points, kept.markers, within)
        return any(same_markers(points, markers, within) for markers in ours.markers)

    def _keep_said(self) -> None:
        """All that is new, in one transaction; the next file is compared with it."""
        lists = self._lists() if "lists" in self.wanted.parts else []
        for name, found in (("lists", lists), ("ratings", self.ratings)):
            if found:
                self.taken[name] += len(found)
        if self.wanted.dry_run or not (lists or self.ratings or self.marks or self.said):
            return
        with batch(self.catalogue) as together:
            together.keep_answers(self.said)
            together.keep_lists(lists)
            together.keep_said(self.ratings, self.marks)
        self.matcher.learn(self.ratings, self.marks, self.catalogue.lists() if lists else None)

    def _lists(self) -> Sequence[KeptList]:
        """The playlists and histories that are not here as they are, from whatever program."""
        here: dict[str, list[KeptList]] = {}
        for kept in self.matcher.lists:
            here.setdefault(kept.name, []).append(kept)
        return [
            entry
            for entry in self._every_list()
            if not any(entry == kept or entry.same(kept.known) for kept in here.get(entry.name, ()))
        ]

    def _every_list(self) -> Iterator[KeptList]:
        """Those that somebody made: the crate our export puts the unlisted in says nothing."""
        for entry in self.found.collection.lists:
            if self.program == "serato" and entry.name == serato.REST:
                continue
            tracks = tuple(ListEntry(path, self.ids.get(path)) for path in entry.tracks)
            yield KeptList(entry.name, tracks, entry.folder, entry.date, self.program)


def _answers(
    said: CollectionTrack, annotated: jams.Annotated | None, known: Analysis
) -> dict[str, Any]:
    if annotated is not None:
        return answers_of_jams(annotated, known)
    return answers_of(said, known)


@cache
def _built_on(questions: frozenset[str]) -> frozenset[str]:
    return frozenset(dependents(questions) - questions)


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
