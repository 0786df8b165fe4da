"""Corrections as examples: human answers only, artists together, nothing lost unsaid."""

from __future__ import annotations

import json

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.types import (
    Analysis,
    Estimate,
    FileTags,
    Provenance,
    Segment,
    Tags,
    Track,
)
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState
from mixolydian.training.datasets.own_library import corrections

SPEECH = (Segment(0.0, 2.0, "speech"), Segment(2.0, 9.0, "music"))


def said(value, kind="human"):
    return Estimate(value, 1.0, Provenance("someone", "1", kind=kind))


@pytest.fixture
def library(tmp_path):
    """A catalogue, and what puts a track into it."""
    with Catalogue(tmp_path / "library.sqlite") as catalogue:
        count = iter(range(1, 100))

        def add(path, answers, exists=True, **tags):
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if exists:
                place.write_bytes(b"sound")
            track_id = f"{next(count):064x}"
            track = Track(track_id, str(place), 9.0, FileTags(**tags), Analysis(9.0, answers))
            catalogue.remember(FileState(str(place), 5, 1), track, dict.fromkeys(answers, "1"), "1")
            return str(place)

        yield catalogue, add


def facts(sound):
    return dict(sound.facts)


def test_human_answers_are_examples(library):
    catalogue, add = library
    path = add("a/one.wav", {"genre": said(Tags({"house": 1.0}))}, artist=" Some  One")
    add("a/two.wav", {"genre": said(Tags({"house": 0.9}), "machine")})
    add("a/three.wav", {"emotion": said(Tags({"sad": 1.0}))})
    (sound,) = corrections(catalogue, "genre").sounds
    assert sound.path == path
    assert facts(sound) == {"question": "genre", "label": "house", "group": "artist some one"}
    assert [facts(s)["label"] for s in corrections(catalogue, "emotion").sounds] == ["sad"]


def test_groups_without_an_artist(library, tmp_path):
    catalogue, add = library
    answer = {"genre": said(Tags({"house": 1.0}))}
    add("a/one.wav", answer, album="Hits")
    add("b/two.wav", answer)
    groups = [facts(s)["group"] for s in corrections(catalogue, "genre").sounds]
    assert groups == ["album hits", f"folder {tmp_path / 'b'}"]


def test_answers_in_stretches(library):
    catalogue, add = library
    add("talk.wav", {"music": said(SPEECH)})
    (sound,) = corrections(catalogue, "music").sounds
    assert facts(sound)["label"] == "music"
    assert json.loads(facts(sound)["music"])[0] == {"start": 0.0, "end": 2.0, "label": "speech"}


def test_labels_in_any_case_and_others_counted(library):
    catalogue, add = library
    add("1.wav", {"genre": said(Tags({"Deep House": 1.0}))})
    add("2.wav", {"genre": said(Tags({"polka": 1.0}))})
    found = corrections(catalogue, "genre", ("deep house", "techno"))
    assert [facts(s)["label"] for s in found.sounds] == ["deep house"]
    assert found.unknown == {"polka": 1}


def test_files_that_are_gone_are_named(library):
    catalogue, add = library
    path = add("gone.wav", {"genre": said(Tags({"house": 1.0}))}, exists=False)
    assert corrections(catalogue, "genre").missing == (path,)
    assert corrections(catalogue, "genre").sounds == ()


def test_other_questions_are_refused(library):
    with pytest.raises(RequestError, match="genre, emotion, music"):
        corrections(library[0], "tempo")
