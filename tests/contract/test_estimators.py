"""What every estimator promises, asked of every one that is registered.

Each builds with no arguments, answers the same question twice alike, answers or refuses
(with a reason) whatever sound it is given, is blind to gain, follows a shift in time, signs
its answer so that a change can be seen, and its answer survives JSON.
"""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from functools import cache

import numpy as np
import pytest

from mixolydian.audio.features import Features
from mixolydian.core.convert import estimate_from_json, estimate_to_json, value_to_json
from mixolydian.core.types import QUESTIONS, Beats, Estimate, Provenance, Signal, Tempo
from mixolydian.estimators import ESTIMATORS, in_order, listen
from mixolydian.estimators.genre import GenreEstimator
from mixolydian.theory.key import make_key
from tests import sounds
from tests.estimators import form_sounds

LEAD_IN = 0.7
FORM = ((4, "pad"), (4, "pad roll"), (8, "kick hats bass pad"), (4, "kick hats"))

every = pytest.mark.parametrize("cls", ESTIMATORS, ids=lambda cls: cls.__name__)


@cache
def piece(gain: float = 1.0, lead_in: float = 0.0) -> Features:
    """A small piece of club music of 37.5 s, at −12 dBFS."""
    y = 0.5 * form_sounds.render(FORM, bpm=128.0)
    return sounds.features(gain * sounds.after_silence(y, lead_in))


@cache
def heard(gain: float = 1.0, lead_in: float = 0.0) -> dict[str, Estimate]:
    """Every answer about :func:`piece`."""
    return listen(piece(gain, lead_in), track_id="piece")


def said(cls) -> Estimate:
    """What `cls` says of :func:`piece`; several may answer one question."""
    return cls().estimate(piece(), heard(), "piece")


def document(question: str, estimate: Estimate) -> str:
    return json.dumps(estimate_to_json(question, estimate), sort_keys=True, allow_nan=False)


def answer(cls, features: Features) -> Estimate:
    """The answer of `cls` on top of what it needs."""
    return cls().estimate(features, listen(features, questions=cls.needs or (cls.question,)))


# --------------------------------------------------------------------------- what it is


@every
def test_builds_with_no_arguments_and_names_itself(cls):
    estimator = cls()
    assert is_dataclass(estimator)
    assert estimator.question in QUESTIONS
    assert estimator.version
    assert set(estimator.needs) <= set(QUESTIONS)
    assert estimator == cls()
    for entry in fields(estimator):
        with pytest.raises(FrozenInstanceError):
            setattr(estimator, entry.name, 0)


@every
def test_settings_are_plain_data(cls):
    settings = cls().provenance({}).settings
    assert set(settings) == {entry.name for entry in fields(cls)}
    json.dumps(settings, allow_nan=False)


def test_needs_come_first():
    seen: set[str] = set()
    for estimator in in_order():
        assert set(estimator.needs) <= seen
        seen.add(estimator.question)


# --------------------------------------------------------------------------- what it says


@every
def test_same_input_same_answer(cls):
    again = Features(Signal(piece()._signal.samples.copy(), form_sounds.SR))
    estimate = cls().estimate(again, heard(), "piece")
    assert document(cls.question, estimate) == document(cls.question, said(cls))


@every
def test_survives_json(cls):
    text = document(cls.question, said(cls))
    back = estimate_from_json(cls.question, json.loads(text))
    assert document(cls.question, back) == text


def check_answered_or_refused(question: str, estimate: Estimate, duration: float) -> None:
    json.loads(document(question, estimate))
    if estimate.value is None:
        assert estimate.reason
        assert "\n" not in estimate.reason
        return
    assert estimate.confidence is None or 0.0 <= estimate.confidence <= 1.0
    for low, high in times_in(value_to_json(question, estimate.value)):
        assert -1e-3 <= low <= high <= duration + 1e-3


def times_in(value):
    """(earliest, latest) of each list of times or spans in a value's JSON form."""
    if isinstance(value, dict):
        if value.get("times"):
            yield min(value["times"]), max(value["times"])
        value = value.get("segments", []) + value.get("changes", [])
    for row in value:
        if isinstance(row, dict) and "start" in row:
            yield row["start"], row["end"]
        elif isinstance(row, dict) and "time" in row:
            yield row["time"], row["time"]


RNG = np.random.default_rng(11)
TONE = 0.3 * np.sin(2 * np.pi * 220 * np.arange(8 * 22050) / 22050)
ODD_SOUNDS = {
    "silence": (np.zeros(22050 * 8), 22050),
    "noise": (sounds.noise(8.0), 22050),
    "faint noise": (2e-4 * RNG.standard_normal(22050 * 8), 22050),
    "full scale noise": (np.sign(RNG.standard_normal(22050 * 8)), 22050),
    "DC": (np.full(22050 * 8, 0.5), 22050),
    "one sample": (np.array([0.5]), 44100),
    "one silent sample": (np.array([0.0]), 44100),
    "100 samples": (0.1 * RNG.standard_normal(100), 44100),
    "one second": (0.1 * RNG.standard_normal(22050), 22050),
    "a click": (np.r_[np.zeros(22050 * 4), 0.9, np.zeros(22050 * 4)], 22050),
    "a tone": (TONE, 22050),
    "a tone cut in": (np.r_[np.zeros(22050 * 4), TONE], 22050),
    "opposite channels": (np.stack([TONE, -TONE]), 22050),
    "one silent channel": (np.stack([TONE, 0 * TONE]), 22050),
    "six channels": (0.1 * RNG.standard_normal((6, 22050 * 4)), 22050),
    "very low rate": (0.1 * RNG.standard_normal(4000 * 8), 4000),
}


@cache
def heard_in(name: str) -> tuple[dict[str, Estimate], float]:
    y, rate = ODD_SOUNDS[name]
    features = sounds.features(y, rate)
    return listen(features), features.duration


@every
@pytest.mark.parametrize("name", ODD_SOUNDS)
def test_any_sound_is_answered_or_refused(cls, name):
    answers, duration = heard_in(name)
    check_answered_or_refused(cls.question, answers[cls.question], duration)


@every
@pytest.mark.parametrize("name", ["silence", "one silent sample"])
def test_silence_is_no_music(cls, name):
    estimate = heard_in(name)[0][cls.question]
    if cls.question == "music":
        assert estimate.value is None or {s.label for s in estimate.value} == {"silence"}
    else:
        assert estimate.value is None


@cache
def heard_at(sample_rate: int, n_channels: int) -> tuple[dict[str, Estimate], float]:
    seconds = 3.0 if sample_rate > 100_000 else 8.0
    t = np.arange(int(seconds * sample_rate)) / sample_rate
    beat = np.exp(-(t % 0.5) * 30) * np.sin(2 * np.pi * 80 * t)
    y = 0.3 * beat + 0.1 * np.sin(2 * np.pi * 440 * t)
    features = sounds.features(np.tile(y, (n_channels, 1)), sample_rate)
    return listen(features), features.duration


@every
@pytest.mark.parametrize("n_channels", [1, 2])
@pytest.mark.parametrize("sample_rate", [8000, 22050, 44100, 192_000])
def test_any_rate_and_channels(cls, sample_rate, n_channels):
    answers, duration = heard_at(sample_rate, n_channels)
    check_answered_or_refused(cls.question, answers[cls.question], duration)


@pytest.mark.parametrize("sample_rate", [8000, 44100])
def test_the_rate_does_not_change_the_tempo(sample_rate):
    bpm = [heard_at(rate, 1)[0]["tempo"].value.bpm for rate in (22050, sample_rate)]
    assert bpm[1] == pytest.approx(bpm[0], abs=0.05)


@pytest.mark.parametrize("question", [c.question for c in ESTIMATORS if c.question != "loudness"])
def test_mono_and_two_equal_channels_say_the_same(question):
    one, two = heard_at(44100, 1)[0][question], heard_at(44100, 2)[0][question]
    assert close(value_to_json(question, one.value), value_to_json(question, two.value))


# --------------------------------------------------------------------------- invariants


def close(a, b, tolerance: float = 2e-3) -> bool:
    """Whether two JSON values are equal, numbers within `tolerance`."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k], tolerance) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(close(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= tolerance
    return a == b


@every
@pytest.mark.parametrize("gain", [0.25, 2.0])
def test_gain_changes_nothing_but_loudness(cls, gain):
    q = cls.question
    plain, changed = heard()[q], heard(gain)[q]
    if q == "loudness":
        db = 20 * np.log10(gain)
        assert changed.value.lufs - plain.value.lufs == pytest.approx(db, abs=0.05)
        assert changed.value.true_peak_dbtp - plain.value.true_peak_dbtp == pytest.approx(
            db, abs=0.05
        )
        assert changed.value.range_lu == pytest.approx(plain.value.range_lu, abs=0.1)
        return
    assert close(value_to_json(q, plain.value), value_to_json(q, changed.value)), q
    assert (plain.confidence is None) == (changed.confidence is None)
    assert changed.confidence is None or changed.confidence == pytest.approx(
        plain.confidence, abs=0.01
    )


SHIFTED = {
    "beats": lambda v: v.times,
    "drops": lambda v: [d.time for d in v],
    "cues": lambda v: [c.time for c in v],
    "sections": lambda v: [s.start for s in v][1:],
    "chords": lambda v: [c.start for c in v if c.label != "N"],
    "tempo": lambda v: [v.segments[0].anchor],
}
"""Question → the times of its answer that must move with the sound."""


@pytest.mark.parametrize(
    ("question", "tolerance"),
    [("beats", 0.003), ("tempo", 0.003), ("drops", 0.01), ("cues", 0.02), ("sections", 0.05)],
)
def test_leading_silence_shifts_times(question, tolerance):
    plain = np.array(SHIFTED[question](heard()[question].value))
    late = np.array(SHIFTED[question](heard(lead_in=LEAD_IN)[question].value))
    assert len(plain)
    if question == "tempo":
        period = 60 / heard()["tempo"].value.bpm
        stray = (late - plain - LEAD_IN + period / 2) % period - period / 2
    else:
        expected = plain[plain > 1.0] + LEAD_IN
        stray = np.abs(expected[:, None] - late).min(axis=1)
    assert np.abs(stray).max() <= tolerance


@pytest.mark.parametrize("question", ["tempo", "key", "beats", "genre", "rhythm"])
def test_leading_silence_changes_no_words(question):
    plain, late = heard()[question], heard(lead_in=LEAD_IN)[question]
    if question == "tempo":
        assert late.value.bpm == pytest.approx(plain.value.bpm, abs=0.02)
    elif question == "key":
        assert (late.value.tonic, late.value.mode) == (plain.value.tonic, plain.value.mode)
    elif question == "beats":
        assert late.value.meter == plain.value.meter
        moved = plain.value.downbeats[2:] + LEAD_IN
        assert np.abs(moved[:, None] - late.value.downbeats).min(axis=1).max() < 0.003
    elif question == "genre":
        # where a probability lies at the threshold, silence may tip it; the order stays
        unasked = GenreEstimator(least_probability=0.0)
        first, then = (unasked.estimate(piece(lead_in=s), heard(lead_in=s)) for s in (0.0, LEAD_IN))
        assert next(iter(first.value.probabilities)) == next(iter(then.value.probabilities))
        assert then.confidence == pytest.approx(first.confidence, abs=0.2)
    else:
        for fact in ("tempo", "meter", "steady", "pattern"):
            assert late.value.facts[fact] == plain.value.facts[fact], fact


# --------------------------------------------------------------------------- provenance


@every
def test_the_answer_is_signed(cls):
    provenance = said(cls).provenance
    assert provenance.source == cls.__name__
    assert provenance.version == cls.version
    assert provenance.kind == "machine"
    assert provenance.input == "piece"
    assert set(provenance.given) == set(cls.needs)


@every
def test_a_changed_setting_changes_the_provenance(cls):
    estimator, estimate = cls(), said(cls)
    assert estimator.is_current(estimate, heard(), "piece")
    for entry in fields(cls):
        value = getattr(estimator, entry.name)
        other = replace(estimator, **{entry.name: changed_setting(value)})
        assert other.provenance({}) != estimator.provenance({}), entry.name
        assert not other.is_current(estimate, heard(), "piece"), entry.name


def changed_setting(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value * 2 + 1
    return (*value, *value) if isinstance(value, tuple) else f"{value} changed"


@every
def test_a_changed_need_makes_it_stale(cls):
    estimator, estimate = cls(), said(cls)
    assert not estimator.is_current(estimate, heard(), "another piece")
    for need in cls.needs:
        changed = heard() | {need: Estimate(None, reason="changed")}
        assert not estimator.is_current(estimate, changed, "piece"), need


@every
def test_is_still_current_after_json(cls):
    text = document(cls.question, said(cls))
    back = estimate_from_json(cls.question, json.loads(text))
    assert cls().is_current(back, heard(), "piece")


@every
def test_no_provenance_is_not_current(cls):
    bare = replace(said(cls), provenance=None)
    assert not cls().is_current(bare, heard(), "piece")


@every
def test_needs_without_a_value_are_borne(cls):
    given = {need: Estimate(None, reason="nobody knows") for need in cls.needs}
    for known in (given, {}):
        estimate = cls().estimate(piece(), known)
        check_answered_or_refused(cls.question, estimate, piece().duration)


HUMAN = Provenance("a person", "1", kind="human")
CORRECTED = {
    "tempo": Tempo(64.0),
    "beats": Beats(np.arange(4.0, 20.0, 0.5), np.arange(32) % 4 + 1, 4),
    "key": make_key(1, "major"),
    "chords": (),
    "sections": (),
    "drops": (),
}
"""Answers a person may give: bare, empty, or other than what is heard."""


@pytest.mark.parametrize("question", CORRECTED)
def test_human_answers_are_kept_and_built_on(question):
    mine = Estimate(CORRECTED[question], provenance=HUMAN)
    answers = listen(piece(), track_id="piece", given=heard() | {question: mine})
    assert answers[question] is mine
    for estimator in in_order():
        estimate = answers[estimator.question]
        check_answered_or_refused(estimator.question, estimate, piece().duration)
        if question in estimator.needs:
            assert estimate is not heard()[estimator.question], estimator.question
