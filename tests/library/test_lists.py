"""What comes from DJ programs is kept, replaced by its own kind only, and read in order."""

from __future__ import annotations

import os
import sqlite3

import pytest

from mixolydian.core.errors import LibraryError
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats.collection import Marker
from mixolydian.library.lists import KeptList, ListEntry, Marks, Rating
from tests.workflows.shelves import entry, fill, track_id

A, B = track_id("a"), track_id("b")
BYTES = os.fsdecode(b"/m/\xff.mp3")


@pytest.fixture
def catalogue(tmp_path):
    fill(tmp_path / "library.sqlite", entry("a"), entry("b"))
    with Catalogue(tmp_path / "library.sqlite") as catalogue:
        yield catalogue


def test_lists_come_back_in_order(catalogue):
    first = KeptList(
        "Ночь",
        (ListEntry("/a", A), ListEntry("D:\\x.mp3"), ListEntry("/a", A)),
        ("夏", "in"),
        "",
        "x",
    )
    second = KeptList("Ночь", (ListEntry(BYTES, B),), (), "2024-05-01", "x")
    catalogue.keep_lists([first, second, KeptList("empty")])
    assert catalogue.lists() == [first, second, KeptList("empty")]
    assert first.track_ids == (A, A)


def test_a_list_takes_the_place_of_itself_only(catalogue):
    old = KeptList("a", (ListEntry("/1"), ListEntry("/2")), program="x")
    others = [
        KeptList("a", (ListEntry("/3"),), program="y"),
        KeptList("a", (), ("f",), program="x"),
        KeptList("a", (), date="2024", program="x"),
    ]
    new = KeptList("a", (ListEntry("/4"),), program="x")
    catalogue.keep_lists([old, *others])
    catalogue.keep_lists([new])
    assert sorted(catalogue.lists(), key=str) == sorted([*others, new], key=str)


def test_the_same_list_in_two_programs():
    ours = KeptList("a", (ListEntry("/a", A), ListEntry("/b", B)), program="x")
    moved = KeptList("a", (ListEntry("C:/a", A), ListEntry("C:/b", B)), ("f",), program="y")
    assert ours.same(moved)
    assert moved.same(ours)
    assert not ours.same(KeptList("b", moved.entries))
    assert not ours.same(KeptList("a", moved.entries[::-1]))
    assert not ours.same(KeptList("a", moved.entries, date="2024"))
    unknown = KeptList("a", (*moved.entries, ListEntry("/c")))
    assert not ours.same(unknown)
    assert not unknown.same(ours)


def test_the_newest_word_on_a_track_counts(catalogue):
    catalogue.keep_said({A: Rating(3, 10, (1, 2, 3), "2020-01-01", "x")}, {})
    catalogue.keep_said({A: Rating(5, 4, None, "", "y"), B: Rating(0, program="y")}, {})
    assert catalogue.ratings()[A] == Rating(5, 10, (1, 2, 3), "2020-01-01", "y")
    assert catalogue.ratings()[B].rating == 0
    catalogue.keep_said({A: Rating(2, program="x")}, {})
    assert catalogue.ratings()[A] == Rating(2, 4, None, "", "x")


def test_marks(catalogue):
    loop = Marker(1.5, "loop", 3.25, 2, "サビ", (255, 0, 7))
    catalogue.keep_said({}, {A: Marks((Marker(0.1),), "x"), B: Marks((), "x")})
    catalogue.keep_said({}, {A: Marks((loop, Marker(9.0, name="m")), "y")})
    assert catalogue.marks() == {
        A: Marks((loop, Marker(9.0, name="m")), "y"),
        B: Marks((), "x"),
    }
    catalogue.keep_said({}, {A: Marks((), "x")})
    assert catalogue.marks()[A] == Marks((), "x")


def test_of_a_track_that_is_not_known_nothing_is_kept(catalogue):
    with pytest.raises(LibraryError):
        catalogue.keep_said({A: Rating(1), "nobody": Rating(2)}, {})
    assert catalogue.ratings() == {}


def test_an_older_library_gets_the_tables(tmp_path):
    place = tmp_path / "library.sqlite"
    fill(place, entry("a"))
    with sqlite3.connect(place) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        old = ("alembic_version", "files", "tracks", "estimates", "taught")
        for (name,) in found:
            if name not in old and not name.startswith("tracks_fts"):
                connection.execute(f"DROP TABLE {name}")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    connection.close()
    with Catalogue(place) as catalogue:
        catalogue.keep_lists([KeptList("a")])
        assert catalogue.lists() == [KeptList("a")]
        assert len(catalogue.rows()) == 1
