"""Asking estimators in order, and keeping what need not be asked again."""

from __future__ import annotations

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.types import QUESTIONS, Estimate, Provenance, Tempo
from mixolydian.estimators import ESTIMATORS, answerable, default, in_order, listen
from mixolydian.estimators.base import Estimator
from tests import sounds

SOUND = sounds.groove(120.0, 12.0)


@pytest.fixture
def asked(monkeypatch):
    """The questions that are really computed, in order."""
    questions = []
    estimate = Estimator.estimate

    def counted(self, *args):
        questions.append(self.question)
        return estimate(self, *args)

    monkeypatch.setattr(Estimator, "estimate", counted)
    return questions


def test_answerable_are_questions_in_their_order():
    assert list(answerable()) == [q for q in QUESTIONS if q in answerable()]
    assert set(answerable()) == {e.question for e in ESTIMATORS}


def test_defaults_are_the_first_registered():
    for question in answerable():
        first = next(e for e in ESTIMATORS if e.question == question)
        assert type(default(question)) is first


@pytest.mark.parametrize("question", ["mood", "", "Tempo"])
def test_unknown_questions_are_refused_by_name(question):
    with pytest.raises(RequestError, match="tempo, beats"):
        default(question)
    with pytest.raises(RequestError):
        listen(SOUND, questions=[question])


@pytest.mark.parametrize("question", answerable())
def test_needs_come_along_and_come_first(question):
    order = [e.question for e in in_order([question])]
    assert order[-1] == question
    assert len(set(order)) == len(order)
    for estimator in in_order([question]):
        for need in estimator.needs:
            assert order.index(need) < order.index(estimator.question)


def test_only_what_is_asked_is_computed(asked):
    answers = listen(SOUND, questions=["rhythm"])
    assert asked == ["tempo", "beats", "rhythm"]
    assert set(answers) == {"tempo", "beats", "rhythm"}


def test_nothing_is_computed_twice(asked):
    first = listen(SOUND, track_id="a")
    asked.clear()
    again = listen(SOUND, track_id="a", given=first)
    assert asked == []
    assert all(again[q] is first[q] for q in first)


def test_another_sound_is_heard_anew(asked):
    first = listen(SOUND, track_id="a", questions=["beats"])
    asked.clear()
    listen(SOUND, track_id="b", questions=["beats"], given=first)
    assert asked == ["tempo", "beats"]


@pytest.mark.parametrize("kind", ["human", "imported"])
def test_what_people_say_stays_and_what_rests_on_it_is_redone(asked, kind):
    first = listen(SOUND, track_id="a", questions=["rhythm", "loudness"])
    asked.clear()
    mine = Estimate(Tempo(60.0), provenance=Provenance("someone", "1", kind=kind))
    given = first | {"tempo": mine}
    answers = listen(SOUND, track_id="a", questions=["rhythm", "loudness"], given=given)
    assert answers["tempo"] is mine
    assert asked == ["beats", "rhythm"]
    assert answers["rhythm"].value.facts["bpm"] == 60.0


def test_an_older_version_is_redone(asked):
    first = listen(SOUND, track_id="a", questions=["tempo"])["tempo"]
    old = Estimate(first.value, 0.5, Provenance("TempoEstimator", "0", input="a"))
    asked.clear()
    assert listen(SOUND, track_id="a", questions=["tempo"], given={"tempo": old})["tempo"] != old
    assert asked == ["tempo"]
