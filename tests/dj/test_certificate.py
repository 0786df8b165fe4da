"""The certificate finds what is wrong with a transition, and nothing where nothing is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.dj.certificate import Certificate, certificates_of, certify, document
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.portrait import Portrait
from tests.dj.certifying.decks import (
    BEAT,
    BEATS,
    RATE,
    START,
    deck,
    excerpt,
    fader,
    plan,
    portrait,
)


def portraits(sound: Excerpt, phrases: tuple[int, ...] = (0, 16)) -> list[Portrait]:
    return [
        portrait(sound.outgoing_dry, 0, phrases),
        portrait(sound.incoming_dry, START, phrases),
    ]


def measured(sound: Excerpt, known: Sequence[Portrait] | None = None) -> Certificate:
    return certify(plan(), 0, sound, known)


def failures(certificate: Certificate) -> set[str]:
    return {check.name for check in certificate.failed}


@pytest.fixture(scope="module")
def clean() -> Certificate:
    sound = excerpt()
    return measured(sound, portraits(sound))


def test_a_clean_swap_passes(clean: Certificate) -> None:
    assert clean.passed, clean.words
    assert all(check.passed for check in clean.checks)
    assert clean.words.startswith("passed")


def test_the_clean_swap_in_figures(clean: Certificate) -> None:
    assert (clean.start, clean.end) == pytest.approx((START * BEAT, 2 * START * BEAT))
    assert clean.bass.total <= 0.25
    assert clean.loudness.step < 1.0
    assert clean.loudness.handover == pytest.approx(0.0, abs=0.5)
    assert clean.key.outgoing == clean.key.incoming == "A minor"
    assert clean.key.camelot_steps == 0
    assert clean.key.semitones == 0
    assert clean.key.cents == pytest.approx(0.0, abs=3.0)
    assert clean.place.downbeats_apart == pytest.approx(0.0, abs=1e-6)
    assert clean.place.outgoing is not None
    assert clean.place.outgoing.heard == "confirmed"


def test_it_survives_json(clean: Certificate) -> None:
    text = json.dumps(document("mix", [clean]))
    back = certificates_of(json.loads(text))
    assert json.dumps(document("mix", back)) == text
    top = json.loads(text)["transitions"][0]
    assert top["beat_offset_ms"]["p95"] < 0.2
    assert {"from", "to", "kind", "start", "end", "drift_ms_per_minute"} <= set(top)


@pytest.mark.parametrize("wrong", [None, [], {}, {"schema": "other/1"}])
def test_another_document_is_refused(wrong: object) -> None:
    with pytest.raises(RequestError, match="expected a certificate"):
        certificates_of(wrong)
    with pytest.raises(RequestError):
        Certificate.from_json(wrong)


@pytest.mark.parametrize("late", [0.010, 0.020])
def test_late_beats_fail(late: float) -> None:
    found = measured(excerpt(incoming=deck(START, BEATS, seed=40, late=late)))
    assert failures(found) == {"beats"}


def test_a_wrong_speed_fails() -> None:
    found = measured(excerpt(incoming=deck(START, BEATS, seed=40, speed=1.0002)))
    assert failures(found) == {"drift"}


def test_two_basses_fail() -> None:
    out, into = deck(0, 32), deck(START, BEATS, seed=40)
    fall = fader(((16.0, 1.0), (32.0, 0.7)))
    found = measured(excerpt(out, into, heard=(out * fall, into * fader(((16.0, 0.7), (32, 1.0))))))
    assert "bass" in failures(found)
    assert found.bass.longest >= 12


def test_a_hole_of_six_decibels_fails() -> None:
    sound = excerpt()
    hole = fader(((20.0, 1.0), (20.5, 0.5), (27.5, 0.5), (28.0, 1.0)))
    found = measured(excerpt(mix=sound.mix * hole))
    assert failures(found) == {"loudness"}
    assert found.loudness.dip == pytest.approx(6.0, abs=1.0)
    assert found.loudness.bump < 1.0


def test_a_louder_track_is_a_step() -> None:
    into = 2 * deck(START, BEATS, seed=40)
    sound = excerpt(incoming=into)
    known = portraits(sound)
    found = measured(sound, known)
    assert found.loudness.handover == pytest.approx(6.0, abs=0.5)
    assert "loudness" in failures(found)


def test_a_limiter_throughout_is_no_step() -> None:
    sound = excerpt()
    found = measured(excerpt(mix=sound.mix * np.float32(0.7)))
    assert found.loudness.step < 1.0


def test_clipping_fails() -> None:
    sound = excerpt()
    found = measured(excerpt(mix=np.clip(2.5 * sound.mix, -1, 1)))
    assert "clipping" in failures(found)
    assert found.faults.clipped_samples > 0
    assert found.faults.true_peak is not None
    assert found.faults.true_peak >= 0.0


def test_a_jump_between_beats_is_a_click() -> None:
    sound = excerpt()
    mix = sound.mix.copy()
    place = round(20.3 * BEAT * RATE)
    mix[:, place] += 0.2
    found = measured(excerpt(mix=mix))
    assert failures(found) == {"clicks"}
    assert found.faults.clicks == pytest.approx([place / RATE], abs=1e-3)


def test_a_deck_switched_off_at_once_clicks() -> None:
    out, into = deck(0, 32), deck(START, BEATS, seed=40)
    heard = out.copy()
    place = round(24.4 * BEAT * RATE)
    place += int(np.argmax(np.abs(heard[0, place : place + 200])))
    heard[:, place:] = 0.0
    late = fader(((24.4, 0.0), (24.9, 1.0)))
    found = measured(excerpt(out, into, heard=(heard, into * late)))
    assert found.faults.clicks == pytest.approx([place / RATE], abs=1e-3)


def test_a_stroke_in_which_the_excerpt_ends_does_not_click() -> None:
    whole = excerpt()
    ended = {}
    for name in ("incoming_dry", "incoming", "mix"):
        ended[name] = getattr(whole, name).copy()
        ended[name][:, -2] += 0.2
    assert measured(replace(whole, **ended)).faults.clicks == ()


def test_a_gap_fails() -> None:
    sound = excerpt()
    gate = fader(((24.2, 1.0), (24.25, 0.0), (24.7, 0.0), (24.75, 1.0)))
    found = measured(excerpt(mix=sound.mix * gate))
    assert "silence" in failures(found)
    assert found.faults.longest_gap == pytest.approx(1e3 * 0.45 * BEAT, abs=40)


def test_a_rest_of_the_music_is_no_gap() -> None:
    """The incoming deck rests between two strokes while the outgoing one's fader is down."""
    sound = excerpt()
    rest = fader(((30.5, 1.0), (30.55, 0.0), (30.85, 0.0), (30.9, 1.0)))
    tail = fader(((30.0, 1.0), (30.1, 0.0)))
    out, into = sound.outgoing * tail, sound.incoming * rest
    resting = excerpt(
        sound.outgoing_dry, (sound.incoming_dry * rest).astype(np.float32), heard=(out, into)
    )
    assert measured(resting).faults.longest_gap == 0.0
    cut = excerpt(sound.outgoing_dry, sound.incoming_dry, heard=(out, into))
    assert measured(cut).faults.longest_gap == pytest.approx(1e3 * 0.3 * BEAT, abs=40)


def test_a_phrase_missed_fails() -> None:
    sound = excerpt()
    found = measured(sound, portraits(sound, phrases=(4, 36)))
    assert failures(found) == {"phrase"}
    assert found.place.incoming is not None
    assert found.place.incoming.end_bars_in == pytest.approx(3.0)


def test_the_sound_contradicts_a_plan_that_is_wrong() -> None:
    """The deck plays four beats later in the track than the plan says."""
    sound = excerpt()
    known = portraits(sound)
    shifted = np.roll(sound.outgoing_dry, -round(4 * BEAT * RATE), axis=1)
    found = measured(excerpt(outgoing=shifted), known)
    assert found.place.outgoing is not None
    assert found.place.outgoing.heard == "contradicted"
    assert found.place.outgoing.shift == 4
    assert found.place.on_phrase is False


def test_a_track_that_would_go_on_is_told_by_what_is_heard_of_it() -> None:
    """The beat on which a deck falls silent does not speak against its place."""
    sound = excerpt()
    longer = portrait(deck(0, 40), 0, (0, 16), beats=40)
    found = measured(sound, [longer, portraits(sound)[1]])
    assert found.place.outgoing is not None
    assert found.place.outgoing.heard == "confirmed"
    assert found.place.outgoing.likeness > 0.95


def test_another_key_is_heard() -> None:
    found = measured(excerpt(incoming=deck(START, BEATS, seed=40, root=220 * 2 ** (6 / 12))))
    assert found.key.camelot_steps == 6
    assert found.key.semitones == -6
    assert found.key.tonal_distance is not None
    assert found.key.tonal_distance > 0.3


def test_detuning_is_heard() -> None:
    found = measured(excerpt(incoming=deck(START, BEATS, seed=40, root=220 * 2 ** (0.3 / 12))))
    assert found.key.cents == pytest.approx(30.0, abs=4.0)


def test_two_voices_clash() -> None:
    sound = excerpt()
    known = [Portrait(**{**vars(p), "vocals": np.ones(p.n_beats)}) for p in portraits(sound)]
    found = measured(sound, known)
    assert found.voices.clash is not None
    assert 2.0 < found.voices.clash <= 16 * BEAT
    assert measured(sound).voices.clash is None


def test_silence_is_told_not_guessed() -> None:
    nothing = np.zeros((2, round(BEATS * BEAT * RATE)), dtype=np.float32)
    found = measured(excerpt(nothing, nothing, (nothing, nothing), nothing))
    assert found.beats.offset is None
    assert found.key.tonal_distance is None
    assert found.key.reason
    assert found.loudness.before is None
    json.dumps(found.to_json(), allow_nan=False)
