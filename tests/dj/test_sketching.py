"""A sketch: what the analysis tells of a track, in the form of a portrait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.errors import EmptySignalError
from mixolydian.core.types import (
    Analysis,
    Beats,
    Chord,
    Energy,
    Estimate,
    Loudness,
    Provenance,
    Tempo,
    TempoSegment,
)
from mixolydian.dj.setlist.crate import level_of
from mixolydian.dj.sketching import sketch
from mixolydian.theory.key import parse_key

HEARD = Provenance("test", "1")
LONG = 120.0


def analysis(level: float = 0.6, **other) -> Analysis:
    times = np.arange(0.0, LONG, 0.5)
    beats = Beats(times, np.arange(len(times)) % 4 + 1, 4)
    answers = {
        "tempo": Tempo(120.0, (TempoSegment(0.0, LONG, 120.0, 0.0),)),
        "beats": beats,
        "key": parse_key("8A"),
        "chords": (Chord(0.0, LONG / 2, "A:min"), Chord(LONG / 2, LONG, "N")),
        "energy": Energy(5, np.array([0.0, LONG]), np.array([level, level])),
        "loudness": Loudness(-9.0, -0.5, 5.0),
        **other,
    }
    return Analysis(LONG, {q: Estimate(v, 0.9, HEARD) for q, v in answers.items() if v is not None})


def made(answers: Analysis):
    return sketch(answers, track_id="a1", path="/a.flac", title="A", artist="")


def test_what_the_analysis_tells_is_in_it():
    found = made(analysis())
    assert (found.steady, found.meter, found.n_beats) == (True, 4, 240)
    assert found.bpm == pytest.approx(120.0)
    assert found.key.camelot == "8A"
    assert set(np.argsort(found.chroma[0])[-3:]) == {9, 0, 4}
    assert np.ptp(found.chroma[-1]) == 0.0
    assert level_of(made(analysis(0.4))) < level_of(found) < level_of(made(analysis(0.8)))
    assert np.isfinite(found.level).all()
    assert len(found.strokes) == 0


def test_without_beats_it_is_not_steady():
    found = made(analysis(beats=None, tempo=None))
    assert not found.steady
    assert found.reason


def test_silence_is_refused():
    with pytest.raises(EmptySignalError, match="found silence; leave it out"):
        made(analysis(loudness=None))


def test_a_snippet_is_refused():
    with pytest.raises(EmptySignalError, match=r"found 7\.5 s; leave it out"):
        made(replace(analysis(), duration=7.5))


def test_what_is_alike_in_all_beats_takes_no_room_and_cannot_be_changed():
    found = made(analysis())
    for row in (found.salience, found.texture, found.onsets, found.vocals):
        assert len(row) == found.n_beats
        assert row.strides[0] == 0
        with pytest.raises(ValueError, match="read-only"):
            row[0] = 1.0
