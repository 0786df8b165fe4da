"""Every value to JSON and back, without loss beyond the document's rounding."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixolydian.core import convert
from mixolydian.core.types import (
    QUESTIONS,
    Analysis,
    Beats,
    Chord,
    Cue,
    Drop,
    Energy,
    Estimate,
    Key,
    KeyChange,
    Loudness,
    Note,
    Phrase,
    Provenance,
    Section,
    Segment,
    Summary,
    Tags,
    Tempo,
    TempoSegment,
)

VALUES = {
    "tempo": Tempo(128.02, (TempoSegment(0.0, 60.0, 128.02, 0.214),)),
    "beats": Beats([0.2, 0.7], [1, 2], 4, (Phrase(0.2, 16),)),
    "key": Key("A", "minor", "8A", "1m", -4.0, (KeyChange(0.0, 30.0, "A", "minor"),)),
    "chords": (Chord(0.2, 2.1, "A:min7/b3"), Chord(2.1, 3.0, "N")),
    "sections": (Section(0.0, 30.0, "intro", 0.31),),
    "drops": (Drop(60.21, 0.9),),
    "cues": (Cue(0.2, "mix-in"),),
    "energy": Energy(7, [0.0, 0.5], [0.1, 0.9]),
    "loudness": Loudness(-8.1, -0.3, 5.2),
    "music": (Segment(0.0, 213.4, "music"),),
    "genre": Tags({"techno": 0.81, "house": 0.1}),
    "emotion": Tags({"angry": 0.4}),
    "notes": (Note(0.1, 0.4, 60.5, 100),),
    "harmony": Summary({"chords_per_bar": 0.5, "loop": ["i", "VI"]}),
    "rhythm": Summary({"swing": 0.5, "pattern": {"kick": "X···"}}),
    "timbre": Summary({"brightness": 0.2}),
}


def test_every_question_has_a_value_here():
    assert set(VALUES) == set(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS)
def test_there_and_back(question):
    document = convert.value_to_json(question, VALUES[question])
    text = json.dumps(document, allow_nan=False)
    back = convert.value_from_json(question, json.loads(text))
    assert type(back) is type(VALUES[question])
    assert convert.value_to_json(question, back) == document


@pytest.mark.parametrize("question", QUESTIONS)
def test_cannot_tell_stays_none(question):
    e = Estimate(None, reason="no sound")
    back = convert.estimate_from_json(question, convert.estimate_to_json(question, e))
    assert (back.value, back.reason, back.confidence) == (None, "no sound", None)


@given(st.floats(0, 36000), st.floats(40, 250))
def test_rounding_is_finer_than_any_estimate(time, bpm):
    tempo = Tempo(bpm, (TempoSegment(0.0, time, bpm, 0.1),))
    back = convert.value_from_json("tempo", convert.value_to_json("tempo", tempo))
    assert back.bpm == pytest.approx(bpm, abs=6e-4)
    assert back.segments[0].end == pytest.approx(time, abs=6e-5)


def test_an_estimate_keeps_its_grounds():
    provenance = Provenance("TempoEstimator", "1", {"a": 0.5}, None, "id", {"beats": "f"}, "human")
    e = Estimate(VALUES["tempo"], 0.98, provenance, ((64.01, 0.01), ({"bpm": 1}, 0.005)))
    document = json.loads(json.dumps(convert.estimate_to_json("tempo", e)))
    back = convert.estimate_from_json("tempo", document)
    assert back.provenance == provenance
    assert back.confidence == 0.98
    assert back.alternatives == e.alternatives
    assert convert.estimate_to_json("tempo", back) == document


def test_empty_grounds_are_left_out():
    p = Provenance("KeyEstimator", "2")
    assert convert.provenance_to_json(p) == {
        "source": "KeyEstimator",
        "version": "2",
        "kind": "machine",
    }


def test_an_analysis_there_and_back():
    analysis = Analysis(213.4, {q: Estimate(v, 0.5) for q, v in VALUES.items()})
    document = json.loads(json.dumps(convert.analysis_to_json(analysis)))
    document["written_later"] = {"value": 1}
    back = convert.analysis_from_json(document)
    assert set(back.estimates) == set(QUESTIONS)
    del document["written_later"]
    assert convert.analysis_to_json(back) == document


def test_plain_makes_everything_json_able():
    value = {"a": np.float32(0.5), "b": (np.int64(3), np.array([1.0, 2.0])), 3: np.bool_(True)}
    assert convert.plain(value) == {"a": 0.5, "b": [3, [1.0, 2.0]], "3": True}
    json.dumps(convert.plain(value))
