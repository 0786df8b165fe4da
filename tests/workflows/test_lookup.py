"""Finding tracks again: list, search, similar, show, and what a TRACK argument may be."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError, UnknownTrackError
from mixolydian.core.types import Analysis, Estimate, FileTags, Provenance, Summary, Tempo, Track
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState
from mixolydian.theory.key import make_key
from mixolydian.workflows.listing import SORTS, ListRequest, list_tracks
from mixolydian.workflows.search import SearchRequest, search
from mixolydian.workflows.shelf import find_track
from mixolydian.workflows.show import ShowRequest, show
from mixolydian.workflows.similar import SimilarRequest, cosines, similar

CRATE = [
    ("aaaa1111", "Alpha Song", "Zed", 120.0, (0, "minor"), [1.0, 0.0, 5.0]),
    ("aaaa2222", "Beta Song", "Yan", 90.0, (9, "minor"), [0.9, 0.1, 5.0]),
    ("bbbb3333", "Gamma", "Xu", 174.0, (4, "major"), [-1.0, 0.2, 5.0]),
    ("cccc4444", None, None, None, None, None),
]


@pytest.fixture
def shelf(settings):
    """A small library, without any sound."""
    with Catalogue(settings.catalogue) as catalogue:
        for n, row in enumerate(CRATE):
            _put(catalogue, n, *row)
    return settings


def _put(catalogue, n, track_id, title, artist, bpm, key, timbre):
    machine = Provenance("Fake", "1")
    answers = {}
    if bpm is not None:
        answers["tempo"] = Estimate(Tempo(bpm), 0.9, machine)
        answers["key"] = Estimate(make_key(*key), 0.9, machine)
        answers["timbre"] = Estimate(Summary({"vector": timbre}), None, machine)
    path = f"/crate/file{n}.mp3"
    tags = FileTags(title=title, artist=artist)
    track = Track(track_id, path, 100.0 - n, tags, Analysis(100.0 - n, answers))
    catalogue.remember(FileState(path, 1, 1), track, {}, "0")


def ids(result):
    return [row.track_id[:1] + row.track_id[-1] for row in result.rows]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("artist", ["c4", "b3", "a2", "a1"]),
        ("title", ["a1", "a2", "c4", "b3"]),
        ("bpm", ["a2", "a1", "b3", "c4"]),
        ("key", ["a1", "a2", "b3", "c4"]),
        ("length", ["c4", "b3", "a2", "a1"]),
    ],
)
def test_orders(shelf, sort, order):
    assert ids(list_tracks(ListRequest(sort), shelf)) == order


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_lists_everything(shelf, sort):
    assert list_tracks(ListRequest(sort), shelf).total == len(CRATE)


def test_limit(shelf):
    found = list_tracks(ListRequest(limit=2), shelf)
    assert (len(found.rows), found.total) == (2, 4)
    for wrong in ({"sort": "colour"}, {"limit": 0}):
        with pytest.raises(RequestError):
            ListRequest(**wrong)


def test_search(shelf):
    assert ids(search(SearchRequest("song bpm:>100"), shelf)) == ["a1"]
    assert search(SearchRequest("key:Am"), shelf).rows[0].camelot == "8A"
    with pytest.raises(RequestError, match="no field"):
        search(SearchRequest("colour:red"), shelf)


@pytest.mark.parametrize(
    ("text", "track_id"),
    [
        ("/crate/file0.mp3", "aaaa1111"),
        ("/crate/../crate/file2.mp3", "bbbb3333"),
        ("bbbb", "bbbb3333"),
        ("BBBB33", "bbbb3333"),
        ("gamma", "bbbb3333"),
        ("beta song", "aaaa2222"),
        ("zed", "aaaa1111"),
        ("file3", "cccc4444"),
    ],
)
def test_what_a_track_may_be_called(shelf, text, track_id):
    with Catalogue(shelf.catalogue) as catalogue:
        assert find_track(catalogue, text) == track_id
    assert show(ShowRequest(text), shelf).track_id == track_id


@pytest.mark.parametrize("text", ["aaaa", "song"])
def test_several_fit(shelf, text):
    with pytest.raises(RequestError, match=r"several tracks.*Alpha Song.*Beta Song"):
        show(ShowRequest(text), shelf)


@pytest.mark.parametrize(
    "text", ["", "!!!", "/no/such.mp3", "delta", "ffff", "\udcff", "a\udcffb", "a\0b"]
)
def test_none_fits(shelf, text):
    with pytest.raises(UnknownTrackError, match="library holds no track"):
        show(ShowRequest(text), shelf)


def test_a_file_that_was_never_analysed(shelf, tmp_path):
    (tmp_path / "new.mp3").write_text("")
    with pytest.raises(UnknownTrackError, match="mixo analyze"):
        show(ShowRequest(str(tmp_path / "new.mp3")), shelf)


def test_similar(shelf):
    found = similar(SimilarRequest("alpha"), shelf)
    assert found.track.track_id == "aaaa1111"
    assert [near.row.track_id for near in found.neighbours] == ["aaaa2222", "bbbb3333"]
    assert found.neighbours[0].likeness > 0.5 > 0 > found.neighbours[1].likeness
    assert len(similar(SimilarRequest("alpha", limit=1), shelf).neighbours) == 1


def test_similar_needs_a_timbre(shelf):
    with pytest.raises(RequestError, match="no timbre"):
        similar(SimilarRequest("cccc"), shelf)
    with pytest.raises(RequestError):
        SimilarRequest("alpha", limit=0)


def test_cosines_do_not_depend_on_scale():
    vectors = np.random.default_rng(1).normal(size=(20, 5)).astype(np.float32)
    scaled = vectors * np.array([1, 10, 0.1, 3, 7], dtype=np.float32) + 4
    assert cosines(vectors, 3) == pytest.approx(cosines(scaled, 3), abs=1e-4)
    assert cosines(vectors, 3)[3] == pytest.approx(1.0)
