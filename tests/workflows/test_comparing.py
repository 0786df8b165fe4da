"""Asked beside heard: right answers are called right, wrong ones wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mixolydian.core.convert import value_to_json
from mixolydian.core.types import Analysis, Beats, Drop, Estimate, Section, Tempo
from mixolydian.theory.key import make_key
from mixolydian.workflows.comparing import compare, f_measure
from tests.example_tracks import estimate, full_analysis

QUESTIONS = ("tempo", "beats", "key", "sections", "drops")
NAMES = ("tempo", "meter", "beats", "key", "form", "changes", "drops")
RENAMED = tuple(replace(s, label="verse") for s in full_analysis().value("sections"))
MOVED = tuple(
    replace(s, start=s.start + 1.0 * (s.start > 0)) for s in full_analysis().value("sections")
)


def truth() -> dict[str, Any]:
    analysis = full_analysis()
    return {q: value_to_json(q, analysis.value(q)) for q in QUESTIONS}


def verdicts(**changed: Estimate[Any]) -> dict[str, bool]:
    analysis = full_analysis()
    heard = Analysis(analysis.duration, {**analysis.estimates, **changed})
    return {line.question: line.right for line in compare(truth(), heard)}


def test_what_was_asked_was_heard() -> None:
    assert verdicts() == dict.fromkeys(NAMES, True)


def test_the_lines_say_both_sides() -> None:
    lines = {line.question: line for line in compare(truth(), full_analysis())}
    assert lines["tempo"].asked == "120.00 BPM"
    assert lines["key"].heard == "A minor (8A)"
    assert lines["meter"].asked == "4/4"
    assert lines["form"].asked == "intro 0:00 buildup 0:16 drop 0:32 outro 0:56"
    assert lines["drops"].heard == "0:32.00"


@pytest.mark.parametrize(
    ("question", "value", "wrong"),
    [
        ("tempo", Tempo(60.0), {"tempo"}),
        ("tempo", Tempo(120.11), {"tempo"}),
        ("tempo", Tempo(119.91), set()),
        ("key", make_key(0, "major"), {"key"}),
        ("key", make_key(9, "major"), {"key"}),
        ("drops", (), {"drops"}),
        ("drops", (Drop(32.09, 1.0),), set()),
        ("drops", (Drop(32.2, 1.0),), {"drops"}),
        ("drops", (Drop(32.0, 1.0), Drop(48.0, 1.0)), {"drops"}),
        ("sections", (Section(0, 64, "intro", 0.0),), {"form", "changes"}),
        ("sections", RENAMED, {"form"}),
        ("sections", MOVED, {"changes"}),
    ],
)
def test_a_wrong_answer_is_called_wrong(question: str, value: Any, wrong: set[str]) -> None:
    found = verdicts(**{question: estimate(value)})
    assert {name for name, right in found.items() if not right} == wrong


def test_beats_between_the_beats_are_wrong_though_the_meter_is_right() -> None:
    beats = full_analysis().value("beats")
    late = Beats(beats.times + 0.25, beats.positions, 4)
    assert verdicts(beats=estimate(late)) == {**dict.fromkeys(NAMES, True), "beats": False}


def test_no_answer_is_not_a_right_answer() -> None:
    lines = compare(truth(), Analysis(1.0, {"tempo": Estimate(None, reason="no beat")}))
    assert not any(line.right for line in lines)
    assert lines[0].heard == "cannot tell: no beat"
    assert lines[0].asked == "120.00 BPM"
    assert lines[3].heard == "cannot tell: not asked"


def test_questions_without_truth_are_left_out() -> None:
    lines = compare({"tempo": truth()["tempo"]}, full_analysis())
    assert [line.question for line in lines] == ["tempo"]


def test_f_measure_matches_one_to_one() -> None:
    assert f_measure([], [], 0.1) == 1.0
    assert f_measure([1.0], [], 0.1) == 0.0
    assert f_measure([1.0], [1.05, 1.06], 0.1) == pytest.approx(2 / 3)
    assert f_measure([1.0, 2.0, 3.0], [0.95, 2.3, 3.05], 0.1) == pytest.approx(2 / 3)
    times = np.arange(100) * 0.5
    assert f_measure(times.tolist(), (times + 0.06).tolist(), 0.07) == 1.0


def test_the_example_can_be_changed() -> None:
    tempo = replace(full_analysis().value("tempo"), bpm=121.0)
    assert not verdicts(tempo=estimate(tempo))["tempo"]
