"""The searchable columns: which answers they repeat."""

from __future__ import annotations

import pytest

from mixolydian.core.types import (
    QUESTIONS,
    Beats,
    Drop,
    Energy,
    Estimate,
    FileTags,
    Loudness,
    Summary,
    Tags,
    Tempo,
)
from mixolydian.library.columns import REPEATED, flat_columns
from mixolydian.theory.key import parse_key

ANSWERS = {
    "tempo": Tempo(120.0),
    "beats": Beats([0.0, 0.5, 1.0], [1, 2, 3], 3),
    "key": parse_key("8A"),
    "energy": Energy(7, [0.0], [0.5]),
    "loudness": Loudness(-9.0, -0.5, 6.0),
    "drops": (Drop(30.0, 0.8),),
    "genre": Tags({"Dub": 1.0}),
    "timbre": Summary({"vector": [1.0, 2.0]}),
    "emotion": Tags({"happy": 0.6}),
    "cues": (),
}


@pytest.mark.parametrize("question", ANSWERS)
def test_columns_of_a_question_are_those_its_answer_fills(question: str) -> None:
    without = flat_columns(180.0, FileTags(), {})
    told = flat_columns(180.0, FileTags(), {question: Estimate(ANSWERS[question], 0.9)})
    filled = {name for name, value in told.items() if value != without[name]}
    assert filled == set(REPEATED.get(question, ()))


def test_every_column_is_of_a_question_there_is() -> None:
    assert set(REPEATED) <= set(QUESTIONS)
    assert set(REPEATED) <= set(ANSWERS)
