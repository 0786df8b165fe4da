"""Many tracks in one transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixolydian.core.errors import LibraryError
from mixolydian.core.types import Estimate, Provenance, Tags
from mixolydian.library.batch import Said, batch, tracks_of
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.query import parse_query
from mixolydian.library.records import STALE, FileState, read_stamps
from mixolydian.theory.key import parse_key
from tests.workflows.djs import track

HUMAN = Provenance("rekordbox", "1", kind="human")
COUNT = 1203
"""More than two statements hold."""


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "a.sqlite", busy_seconds=0.2) as opened:
        yield opened


def fill(catalogue: Catalogue, *names: str) -> None:
    with batch(catalogue) as together:
        for name in names:
            made = track(f"/m/{name}.flac", 120.0, 1.0)
            together.remember(FileState(made.path, 1, 1), made, {}, "0")


def key(camelot: str) -> Estimate:
    return Estimate(parse_key(camelot), 1.0, HUMAN)


def test_answers_of_many_are_kept_as_one_by_one(catalogue) -> None:
    fill(catalogue, "a", "b")
    one, two = (catalogue.track(row.track_id) for row in catalogue.rows())
    answers = {"key": key("3B"), "genre": Estimate(Tags({"Dub": 1.0}), 1.0, HUMAN)}
    with batch(catalogue) as together:
        together.keep_answers([Said(one.track_id, answers, {"cues", "chords"})])
    row = catalogue.row(one.track_id)
    assert (row.camelot, row.genre, row.corrected) == ("3B", "Dub", ("genre", "key"))
    kept = catalogue.track(one.track_id).analysis.estimates["key"]
    assert (kept.value, kept.is_human) == (answers["key"].value, True)
    assert read_stamps(catalogue.stamps()[one.track_id])["cues"] == STALE
    assert "chords" not in read_stamps(catalogue.stamps()[one.track_id]), "never asked"
    assert [r.track_id for r in catalogue.rows(parse_query("dub", str))] == [one.track_id]
    assert catalogue.row(two.track_id).camelot == "8A"


def test_an_error_takes_all_of_it_back(catalogue) -> None:
    fill(catalogue, "a")
    (row,) = catalogue.rows()

    def interrupted() -> None:
        with batch(catalogue) as together:
            together.keep_answers([Said(row.track_id, {"key": key("3B")})])
            assert together.row(row.track_id).camelot == "3B", "seen within"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert catalogue.row(row.track_id).camelot == "8A"


def test_one_writer_at_a_time(catalogue) -> None:
    with (
        Catalogue(catalogue.path, busy_seconds=0.1) as other,
        batch(catalogue),
        pytest.raises(LibraryError, match="in use"),
        batch(other),
    ):
        pass


def test_many_are_read_in_their_order_with_what_is_asked(catalogue) -> None:
    fill(catalogue, *(f"{n:04d}" for n in range(3)))
    rows = catalogue.rows()[::-1] * (COUNT // 3)
    found = list(tracks_of(catalogue, rows, ("key", "tempo")))
    assert [t.track_id for t in found] == [row.track_id for row in rows]
    assert all(list(t.analysis.estimates) == ["tempo", "key"] for t in found)
    whole = catalogue.track(rows[0].track_id)
    assert (found[0].tags, found[0].path) == (whole.tags, whole.path)
