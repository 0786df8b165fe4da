"""What is to be written into each file: texts, and what Serato may know, from the library."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mixolydian.core.settings import Settings
from mixolydian.core.types import Track
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats.serato_record import Ours
from mixolydian.library.lists import Rating
from mixolydian.library.records import FileRecord
from mixolydian.library.tagging import FIELDS
from mixolydian.workflows.kept_grids import KeptGrids
from mixolydian.workflows.retagging import Job
from mixolydian.workflows.serato_writing import WORD, ours_of
from mixolydian.workflows.tag_texts import texts_of

WRITABLE = (*FIELDS, WORD)
"""Everything that can be written: short texts, and what Serato reads."""


@dataclass(frozen=True)
class Sheet:
    """What is to be written into a file, what of it cannot be told, and what Serato may know."""

    job: Job
    unknown: tuple[str, ...]
    ours: Ours | None = None


class Sheets:
    """The sheets of one run: `write` are some of WRITABLE, keys in one notation."""

    def __init__(
        self, catalogue: Catalogue, settings: Settings, write: tuple[str, ...], notation: str
    ) -> None:
        self.catalogue, self.write, self.notation = catalogue, write, notation
        self.grids = KeptGrids(settings)
        self.ratings, self.marks = catalogue.ratings(), catalogue.marks()
        self.groups = self._groups() if "grouping" in write else {}

    def _groups(self) -> dict[str, tuple[str, ...]]:
        """track id → names of the taught tags it wears."""
        found: dict[str, tuple[str, ...]] = {}
        for taught in self.catalogue.taught().values():
            for track_id in self.catalogue.tagged(taught.name):
                found[track_id] = (*found.get(track_id, ()), taught.name)
        return found

    def of(self, record: FileRecord) -> Sheet:
        """What to write into a file."""
        track_id = record.track_id or ""
        track = self.catalogue.track(track_id)
        known = texts_of(track.analysis, self.notation, self.groups.get(track_id, ()))
        wanted = [name for name in FIELDS if name in self.write]
        texts = {name: known[name] for name in wanted if name in known}
        unknown = tuple(name for name in wanted if name not in known)
        job = Job(record.state, track_id, texts)
        if WORD not in self.write:
            return Sheet(job, unknown)
        return Sheet(job, unknown, self._for_serato(replace(track, path=record.state.path)))

    def _for_serato(self, track: Track) -> Ours:
        rating = self.ratings.get(track.track_id, Rating())
        return ours_of(track, rating, self.marks.get(track.track_id), self.grids.of(track))
