"""Composed items: sound, stems, and a truth that answers every question."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from mixolydian.audio.loudness import measure_loudness
from mixolydian.core.convert import value_from_json
from mixolydian.core.types import QUESTIONS
from mixolydian.creation.answers import energy_of, harmony_of, music_of, rhythm_of
from mixolydian.creation.arrange import arrange
from mixolydian.creation.brief import Brief, Mix
from mixolydian.creation.document import brief_from_json
from mixolydian.training.datasets.composed import composed_item, composed_truth, with_loudness
from mixolydian.training.datasets.timing import sped_up

FORM = (("breakdown", 2), ("drop", 4))
SHORT = Brief(
    "house", 140.0, "A", "minor", FORM, seed=3, swing=0.2, lead_in=0.4, tuning_cents=20.0,
    progression=(("i", 1.0), ("VI", 1.0)), mix=Mix(loudness=-12.0),
)  # fmt: skip
NO_TRUTH = ("emotion", "timbre")


@pytest.fixture(scope="module")
def item():
    return with_loudness(composed_item("x", SHORT, stems=True))


def test_every_question_is_answered_in_its_own_words(item):
    truth = json.loads(json.dumps(item.truth))
    for question in QUESTIONS:
        assert (question in truth) == (question not in NO_TRUTH), question
        assert question in NO_TRUTH or value_from_json(question, truth[question]) is not None
    assert truth["style"] == "house"
    assert brief_from_json(truth["brief"]) == SHORT


def test_the_loudness_is_that_of_the_samples(item):
    measured = measure_loudness(item.samples, item.sample_rate)
    assert item.truth["loudness"]["lufs"] == pytest.approx(measured.lufs, abs=0.01)
    quiet = with_loudness(replace(item, samples=0 * item.samples))
    assert quiet.truth["loudness"] is None


def test_stems_are_kept_when_asked(item):
    assert {"kick", "bass"} <= set(item.stems)
    for samples in item.stems.values():
        assert samples.shape == item.samples.shape
        assert 0 < np.abs(samples).max() <= 0.991
    assert item.truth["stems_sum"] is False
    plain = composed_item("x", SHORT)
    assert plain.stems == {}
    assert np.array_equal(plain.samples, item.samples)


def test_notes_sound_where_they_are_written_and_know_their_part(item):
    truth = item.truth
    assert len(truth["note_parts"]) == len(truth["notes"])
    names = list(truth["parts"])
    bass = [
        n["pitch"]
        for n, p in zip(truth["notes"], truth["note_parts"], strict=True)
        if names[p] == "bass"
    ]
    assert bass
    assert max(bass) < 55
    assert all(n["pitch"] % 1 == pytest.approx(0.2) for n in truth["notes"])


def test_energy_follows_the_sections():
    arrangement = arrange(SHORT)
    energy = energy_of(arrangement, arrangement.end + 2)
    breakdown, drop = arrangement.sections
    inside = (energy.times > drop.start) & (energy.times < drop.end)
    assert np.all(energy.curve[inside] == drop.energy)
    assert np.all(energy.curve[energy.times < breakdown.start] == 0)
    assert np.all(energy.curve[energy.times > drop.end] == 0)
    calm = arrange(Brief("ambient", 70.0, "A", "minor", (("intro", 4),), seed=3))
    hard = arrange(Brief("hardcore", 180.0, "A", "minor", (("drop", 8),), seed=3))
    assert energy_of(calm, calm.end).level < energy.level < energy_of(hard, hard.end).level + 1


def test_harmony_is_told_in_numerals():
    facts = harmony_of(arrange(SHORT)).facts
    assert facts["progression"]["numerals"] == ["i", "VI"]
    assert facts["harmonic_rhythm"]["chords_per_bar"] == pytest.approx(1.0)
    assert facts["diatonic_share"] == 1.0


def test_rhythm_knows_swing_and_meter():
    facts = rhythm_of(arrange(SHORT)).facts
    assert (facts["swing"], facts["swing_unit"], facts["meter"]) == (0.6, "sixteenth", "4/4")
    assert facts["strokes_per_bar"]["kick"] > 2
    assert facts["steady"]


def test_silence_before_the_first_sound_is_not_music():
    segments = music_of(arrange(SHORT), 10.0)
    assert [s.label for s in segments] == ["silence", "music"]
    assert segments[0].end == pytest.approx(0.4, abs=0.01)


def test_drums_alone_have_no_key():
    mutes = tuple((f"{part}.mute", "on") for part in ("bass", "chords", "pad", "lead"))
    mutes += (("arpeggio.mute", "on"), ("vocal.mute", "on"))
    brief = Brief("house", 128.0, "A", "minor", FORM, seed=1, settings=mutes)
    truth = composed_truth(arrange(brief), 10.0)
    assert truth["key"] is None
    assert truth["harmony"] is None
    assert {c["label"] for c in truth["chords"]} == {"N"}


def test_the_truth_follows_a_faster_record(item):
    fast = sped_up(item.truth, 1.05)
    assert fast["rhythm"]["bpm"] == pytest.approx(147.0)
    assert fast["rhythm"]["swing"] == item.truth["rhythm"]["swing"]
    assert fast["energy"]["times"][-1] == pytest.approx(item.truth["energy"]["times"][-1] / 1.05)
    assert fast["cues"][0]["time"] == pytest.approx(item.truth["cues"][0]["time"] / 1.05)
    assert fast["harmony"] == item.truth["harmony"]
