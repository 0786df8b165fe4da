"""What goes together by construction is found to, with the right reason and advice."""

import json
from fractions import Fraction

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.dj.compatibility.harmonic import key_relation
from mixolydian.dj.compatibility.match import match
from mixolydian.dj.compatibility.moments import moments
from mixolydian.dj.compatibility.rhythmic import bar_pattern, comfort, tempo_relation
from mixolydian.theory.key import parse_key
from tests.dj.compatibility.sketches import sketch

A = sketch()


def test_the_same_sound():
    found = match(A, A)
    assert found.same
    assert found.value > 0.95
    assert found.advice is None
    assert "same sound" in found.words


def test_transpositions_in_the_order_of_theory():
    same, fifth, semitone, tritone = (
        match(A, sketch(shift=s, track_id="b")).parts["harmonic"].value for s in (0, -5, 1, 6)
    )
    assert same > fifth > max(semitone, tritone)


def test_camelot_cannot_hear_what_detuning_does():
    values = [match(A, sketch(tuning=c, track_id="b")).value for c in (0.0, 10.0, 25.0, 45.0)]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.6 * values[0]
    found = match(A, sketch(tuning=45.0, track_id="b"))
    assert "out of tune" in found.parts["harmonic"].words
    assert found.parts["harmonic"].facts["keys"] == ["8A", "8A"]


def test_advice_takes_transposition_and_detuning_back():
    up = match(A, sketch(shift=2, track_id="b"))
    assert up.advice.semitones == -2.0
    assert up.advice.value > up.value + 0.1
    detuned = match(A, sketch(tuning=38.0, track_id="b"))
    assert detuned.advice.semitones == -0.375
    followed = match(A, sketch(shift=2, track_id="b"), semitones=-2.0)
    assert followed.value == pytest.approx(up.advice.value)
    assert followed.advice is None


def test_a_turntable_moves_the_pitch_with_the_tempo():
    faster = sketch(bpm=125.0 * 2 ** (1 / 12), track_id="b")
    locked, turned = match(A, faster), match(A, faster, stretch=False)
    assert locked.parts["harmonic"].facts["cents_off"] == pytest.approx(0.0)
    assert locked.parts["harmonic"].value > 0.9 > turned.parts["harmonic"].value
    assert turned.advice.semitones == 1.0


@pytest.mark.parametrize(
    ("bpm", "ratio", "stretch"),
    [(125.0, 1, 0.0), (127.5, 1, -1.96), (62.5, 0.5, 0.0), (250.0, 2, 0.0), (187.5, 1.5, 0.0)],
)
def test_tempo_relations(bpm, ratio, stretch):
    found = tempo_relation(A, sketch(bpm=bpm))
    assert float(found.ratio) == ratio
    assert 100 * found.stretch == pytest.approx(stretch, abs=0.01)


def test_the_further_the_stretch_the_worse():
    values = [match(A, sketch(bpm=b, track_id="b")).value for b in (125, 128, 132, 140, 150)]
    assert values == sorted(values, reverse=True)
    assert comfort(1.05) > 0.7 > comfort(1.1)
    assert comfort(1 / 1.1) == pytest.approx(comfort(1.1))


def test_large_stretches_are_shared():
    found = match(A, sketch(bpm=145.0, track_id="b"))
    assert found.advice.bpm == pytest.approx((125 * 145) ** 0.5)
    assert found.advice.value > found.value
    assert "meet" in found.advice.words


def test_grooves():
    like = match(A, sketch(track_id="b")).parts["rhythmic"]
    unlike = match(A, sketch(offbeat=True, track_id="b")).parts["rhythmic"]
    assert like.facts["groove"] == pytest.approx(1.0)
    assert unlike.facts["groove"] < 0.5
    assert like.value > unlike.value


@pytest.mark.parametrize(("ratio", "kicks"), [("1", 4), ("1/2", 2), ("2", 8)])
def test_grooves_are_laid_on_each_other_at_any_ratio(ratio, kicks):
    ratio = Fraction(ratio)
    pattern = bar_pattern(moments(A, A, None, None, float(ratio))[1], 4, ratio)
    assert pattern[:, 0].tolist() == [float(i % (16 // kicks) == 0) for i in range(16)]


def test_no_steady_beat_is_said():
    part = match(A, sketch(steady=False, track_id="b")).parts["rhythmic"]
    assert part.value < 0.3
    assert "no steady beat" in part.words
    assert "fade" in part.words


def test_an_unclear_key_counts_for_little_and_is_said():
    other = sketch(shift=6, key_confidence=0.1, track_id="b")
    part = match(sketch(key_confidence=0.1), other).parts["harmonic"]
    assert "unclear" in part.words


def test_drums_do_not_clash():
    drums = sketch(pitched=False, shift=1, track_id="b")
    assert match(A, drums).parts["harmonic"].value > 0.8
    assert "hardly any pitch" in match(A, drums).parts["harmonic"].words


def test_energy_steps():
    step = match(A, sketch(energy=0.2, track_id="b")).parts["energy"]
    assert step.value < 0.3
    assert "falls far" in step.words


def test_spans_choose_the_moment():
    aligned = match(A, sketch(track_id="b"), a_span=(32, 64), b_span=(0, 32))
    off = match(A, sketch(track_id="b"), a_span=(32, 64), b_span=(8, 40))
    assert aligned.parts["harmonic"].facts["bar_distance"] == pytest.approx(0.0, abs=1e-6)
    assert off.parts["harmonic"].facts["bar_distance"] > 0.05


def test_refusals():
    with pytest.raises(RequestError, match="in order"):
        match(A, A, a_span=(40, 20))
    with pytest.raises(RequestError, match="within 0–128"):
        match(A, A, b_span=(100, 300))
    with pytest.raises(RequestError, match="shift"):
        match(A, A, semitones=float("nan"))


def test_as_json():
    document = json.loads(json.dumps(match(A, sketch(shift=2, track_id="b")).to_json()))
    assert set(document["parts"]) == {"harmonic", "rhythmic", "energy", "timbre"}
    assert document["parts"]["harmonic"]["open_keys"] == ["1m", "3m"]
    assert document["advice"]["semitones"] == -2.0


def test_relations_on_the_wheel():
    names = [("Am", "Am"), ("Am", "C"), ("Am", "Em"), ("Am", "Bbm")]
    values = [key_relation(parse_key(a), parse_key(b), 0)[0] for a, b in names]
    assert values == sorted(values, reverse=True)
    assert key_relation(parse_key("Am"), parse_key("Gm"), 2) == (1.0, "the same key")
    assert key_relation(None, parse_key("C"), 0)[0] == 0.5
