"""Opinions are kept in order, go with their track, and are forgotten for good."""

from __future__ import annotations

import sqlite3

import pytest

from mixolydian.library.catalogue import Catalogue
from mixolydian.library.profile import Opinion
from tests.workflows.shelves import entry, fill, track_id

A, B = track_id("a"), track_id("b")


@pytest.fixture
def place(tmp_path):
    fill(tmp_path / "library.sqlite", entry("a"), entry("b"))
    return tmp_path / "library.sqlite"


def test_opinions_in_the_order_they_were_said(place):
    said = [Opinion(B, "like", "2026-01-01"), Opinion(A, "skip", "2026-01-02"), Opinion(B, "ban")]
    with Catalogue(place) as catalogue:
        catalogue.say(said[:2])
        catalogue.say(said[2:])
        catalogue.say([])
    with Catalogue(place) as catalogue:
        assert catalogue.opinions() == said


def test_forgetting_leaves_nothing_in_the_file(place):
    secret = "2031-11-23T04:05:06"
    with Catalogue(place) as catalogue:
        catalogue.say([Opinion(A, "like", secret)] * 50)
    assert secret.encode() in place.read_bytes()
    with Catalogue(place) as catalogue:
        assert catalogue.forget_opinions() == 50
        assert catalogue.forget_opinions() == 0
        assert catalogue.opinions() == []
    assert secret.encode() not in place.read_bytes()


def test_another_kind_is_refused():
    with pytest.raises(ValueError, match="like, skip, ban"):
        Opinion(A, "love")


def test_an_older_catalogue_gets_the_table(place):
    with sqlite3.connect(place) as connection:
        connection.execute("DROP TABLE opinions")
        connection.execute("ALTER TABLE ratings DROP COLUMN comment")  # of a later version
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    connection.close()
    with Catalogue(place) as catalogue:
        assert [row.title for row in catalogue.rows()] == ["a", "b"]
        catalogue.say([Opinion(A, "like")])
        assert len(catalogue.opinions()) == 1
