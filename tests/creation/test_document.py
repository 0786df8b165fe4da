"""The arrangement document holds the piece to the last digit."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.arrange import arrange
from mixolydian.creation.ask import Wish, ask
from mixolydian.creation.document import (
    arrangement_document,
    arrangement_from_document,
    brief_from_json,
    brief_of_document,
    brief_to_json,
    master_from_document,
)
from mixolydian.creation.sound.mastering import Master
from mixolydian.creation.sound.render import render

WISH = Wish(
    "trance", seed=2, bpm="138, 140@5", key="F# dorian, A minor@9", structure="buildup:4 drop:8",
    energy="4 9", progression="i IV", settings=(("bass.voice", "reese"), ("lead.mute", "on")),
)  # fmt: skip


@pytest.fixture(scope="module")
def document() -> dict[str, object]:
    made = arrangement_document(arrange(ask(WISH)), 23.4, Master(1.25, -2.5))
    return json.loads(json.dumps(made))


def test_a_brief_comes_back(document):
    brief = ask(WISH)
    assert brief_from_json(json.loads(json.dumps(brief_to_json(brief)))) == brief
    assert brief_of_document(document, "x") == brief
    assert master_from_document(document, "x") == Master(1.25, -2.5)


def test_an_arrangement_comes_back_and_sounds_the_same(document):
    first = arrange(ask(WISH))
    again = arrangement_from_document(document, "x")
    assert again.parts == first.parts
    assert dict(again.drums) == dict(first.drums)
    assert (again.gestures, again.automation) == (first.gestures, first.automation)
    assert np.array_equal(render(again).samples, render(first).samples)


def test_a_note_changed_by_hand_is_played(document):
    edited = json.loads(json.dumps(document))
    bass = next(p for p in edited["parts"] if p["name"] == "bass")
    bass["notes"] = bass["notes"][:1]
    again = arrangement_from_document(edited, "x")
    assert len(next(p for p in again.parts if p.name == "bass").notes) == 1


def test_the_words_are_those_of_an_analysis(document):
    for question in ("tempo", "beats", "key", "chords", "sections", "drops", "notes"):
        assert question in document
    assert document["key"]["mode"] == "minor"
    assert document["mode"] == "dorian"


@pytest.mark.parametrize(
    ("broken", "read"),
    [
        ("schema", arrangement_from_document),
        ("parts", arrangement_from_document),
        ("brief", brief_of_document),
        ("master", master_from_document),
    ],
)
def test_a_broken_document_is_named(document, broken: str, read):
    missing = {k: v for k, v in document.items() if k != broken}
    with pytest.raises(RequestError, match=r"song\.json"):
        read(missing, "song.json")


def test_a_different_brief_is_a_different_document():
    brief = ask(WISH)
    assert brief_to_json(brief) != brief_to_json(replace(brief, seed=3))
