"""Taught tags in the catalogue: kept exactly, migrated to, refused when out of date."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.taught import TagModel, TaughtTag, directions
from tests.workflows.shelves import entry, fill, track_id


def model(source="timbre", d=3):
    return TagModel(source, np.zeros(d), np.ones(d), np.arange(1.0, d + 1.0), -1.0)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "library.sqlite"


def test_a_tag_is_kept_exactly(place):
    tag = TaughtTag("My Tag", ("a", "b"), ("c",), model(), 0.9)
    with Catalogue(place) as catalogue:
        catalogue.teach(TaughtTag("MY  TAG", ("x",)))
        catalogue.teach(tag)
    with Catalogue(place) as catalogue:
        (kept,) = catalogue.taught().values()
        assert (kept.name, kept.examples, kept.counter_examples) == ("My Tag", ("a", "b"), ("c",))
        rows = np.random.default_rng(0).normal(size=(5, 3))
        np.testing.assert_allclose(kept.model.probabilities(rows), tag.model.probabilities(rows))
        assert catalogue.unteach("my tag")
        assert not catalogue.unteach("my tag")
        assert catalogue.taught() == {}


def test_who_wears_a_tag():
    tag = TaughtTag("t", ("a",), ("c",), model())
    vectors = np.array([[-9.0, 0, 0], [0, 0, 9], [0, 0, 9], [0, 0, -9]])
    members = tag.members("timbre", ["a", "b", "c", "d"], vectors)
    assert members == {"a": 1.0, "b": pytest.approx(1 / (1 + np.exp(1 - 3 * 3**0.5)))}


def test_only_what_differs_from_the_library_counts():
    far = directions(np.array([[2.0, 0.0], [40.0, 0.0], [1.0, 1.0]]), np.zeros(2), np.ones(2))
    np.testing.assert_allclose(far[0], far[1])
    np.testing.assert_allclose(np.linalg.norm(far, axis=1), np.sqrt(2.0))
    assert not directions(np.zeros((1, 2)), np.zeros(2), np.ones(2)).any()


@pytest.mark.parametrize("old", [model("embedding"), model(d=5)])
def test_another_kind_of_vector_is_refused(place, old):
    fill(place, entry("x", vector=[1.0, 2.0, 3.0]))
    with Catalogue(place) as catalogue:
        catalogue.teach(TaughtTag("t", (), (), old))
        with pytest.raises(RequestError, match='run `mixo teach "t"`'):
            catalogue.tagged("t")


def test_a_tag_of_any_number_of_tracks(place):
    with Catalogue(place) as catalogue:
        ids = tuple(f"{n:032x}" for n in range(40_000))
        catalogue.teach(TaughtTag("t", (*ids, track_id("x"))))
    fill(place, entry("x"), entry("y"))
    from mixolydian.library.query import Query, TagTerm

    with Catalogue(place) as catalogue:
        assert [row.title for row in catalogue.rows(Query((TagTerm(("t",)),)))] == ["x"]


LATER = ("taught", "list_tracks", "lists", "ratings", "marks", "opinions")
"""tables that the first version of the catalogue did not have."""


def test_an_older_catalogue_gets_the_table(place):
    fill(place, entry("x"))
    with sqlite3.connect(place) as connection:
        for later in LATER:
            connection.execute(f"DROP TABLE {later}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    with Catalogue(place) as catalogue:
        assert [row.title for row in catalogue.rows()] == ["x"]
        catalogue.teach(TaughtTag("t", ("x",)))
        assert list(catalogue.taught()) == ["t"]
