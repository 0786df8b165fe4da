"""Songs played by our own voices and by FluidSynth: sound, stems and truth belong together."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from mixolydian.core.convert import value_from_json
from mixolydian.core.errors import RequestError
from mixolydian.core.types import Note
from mixolydian.training.datasets import fluidsynth, groove, scores
from mixolydian.training.datasets.item import SAMPLE_RATE, Request
from mixolydian.training.datasets.midi import MidiPart, midi_bytes
from mixolydian.training.datasets.own_voices import CHOICES, choose_voice, play_drums, play_part

from .sounds import song

REQUEST = Request("x", (1, 2), 12.0)


def starts(y: np.ndarray) -> float:
    """Seconds until a sound begins."""
    return float(np.flatnonzero(np.abs(y).max(axis=0) > 1e-4 * np.abs(y).max())[0] / SAMPLE_RATE)


def test_stems_sum_to_the_mix_and_the_truth_is_of_the_sound():
    for number in range(3):
        item = scores.item_of(Request("x", (number,), 12.0), song(bars=16), (), "ours")
        total = np.sum(list(item.stems.values()), axis=0)
        np.testing.assert_allclose(total, item.samples, atol=1e-5)
        assert np.abs(item.samples).max() <= 1.0
        truth = item.truth
        assert truth["duration"] == pytest.approx(item.duration, abs=1e-3)
        assert set(item.stems) <= set(truth["parts"])
        assert len(truth["notes"]) == len(truth["note_parts"])
        beats = value_from_json("beats", truth["beats"])
        bpm = truth["tempo"]["bpm"]
        assert np.median(np.diff(beats.times)) == pytest.approx(60 / bpm, rel=1e-3)
        assert 120 * 0.8 <= bpm <= 120 * 1.2
        cents = truth["key"]["tuning_cents"]
        offsets = {round((n["pitch"] - cents / 100) % 1, 3) % 1 for n in truth["notes"]}
        assert offsets == {0.0}


def test_the_same_seed_makes_the_same_sound():
    first, again = (scores.item_of(REQUEST, song(), (), "ours") for _ in range(2))
    np.testing.assert_array_equal(first.samples, again.samples)
    other = scores.item_of(Request("x", (1, 3), 12.0), song(), (), "ours")
    assert other.truth["parts"] != first.truth["parts"] or other.duration != first.duration


def test_a_tune_alone_has_no_chords_to_hear():
    tune = song()
    alone = scores.Band({"MELODY": tune.tracks["MELODY"]}, {"MELODY": "flute"}, None, 0.0)
    assert scores.truth_of(tune, alone, REQUEST, "ours", 16.0)["chords"] is None


@pytest.mark.parametrize("role", ["MELODY", "BASS", "CHORDS"])
def test_own_voices_sound_at_their_pitch_from_their_sample_on(role):
    note = Note(0.5, 1.5, 57.0, 100)
    # a bell has partials between the harmonics
    for voice in sorted(
        {choose_voice(role, np.random.default_rng(k)) for k in range(12)} - {"bell"}
    ):
        assert voice in CHOICES[role]
        y = play_part([note], voice, 2.0, 0.0, 1)
        assert np.abs(y[:, : SAMPLE_RATE // 2]).max() == 0.0
        assert np.abs(y[:, SAMPLE_RATE // 2 :]).max() > 0.01
        spectrum = np.abs(np.fft.rfft(y.sum(axis=0)[SAMPLE_RATE // 2 :][:SAMPLE_RATE], 2**17))
        hz = np.fft.rfftfreq(2**17, 1 / SAMPLE_RATE)
        partials = sum(spectrum[np.abs(hz - 220 * k) < 12].max() for k in range(1, 9))
        between = sum(spectrum[np.abs(hz - 220 * (k + 0.5)) < 12].max() for k in range(1, 9))
        assert partials > 2.5 * between, voice


def test_drums_start_on_their_sample():
    hits = [Note(0.25, 0.3, pitch, 100) for pitch in (36.0, 38.0, 42.0)]
    y = play_drums(hits, 1.0, np.random.default_rng(0))
    assert starts(y) == pytest.approx(0.25, abs=0.002)


def test_a_missing_fluidsynth_is_named_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    fluidsynth.program.cache_clear()
    with pytest.raises(RequestError, match="fluidsynth on the PATH, found none: install it"):
        fluidsynth.play([], tmp_path / "none.sf2", 1.0)
    fluidsynth.program.cache_clear()


@pytest.mark.skipif(shutil.which("fluidsynth") is None, reason="fluidsynth is not installed")
def test_fluidsynth_plays_in_time_and_in_tune():
    try:
        font = fluidsynth.soundfonts()[0]
    except RequestError as error:
        pytest.skip(str(error))
    part = MidiPart(80, [Note(0.5, 1.5, 69.0, 100)], cents=40.0)
    y = fluidsynth.play([part], font, 2.0)
    assert y.shape == (2, 2 * SAMPLE_RATE)
    assert starts(y) == pytest.approx(0.5, abs=0.005)
    spectrum = np.abs(np.fft.rfft(y[0] * np.hanning(y.shape[1]), 2**19))
    hz = np.fft.rfftfreq(2**19, 1 / SAMPLE_RATE)
    near = (hz > 425) & (hz < 470)
    found = hz[near][np.argmax(spectrum[near])]
    assert 1200 * np.log2(found / 440) == pytest.approx(40, abs=6)


def write_groove(folder):
    """One 30 s beat of kicks at 100 BPM, one fill."""
    head = "style,id,bpm,beat_type,time_signature,midi_filename,duration"
    rows = ["funk,d/1,100,beat,4-4,1.mid,30.0", "funk,d/2,100,fill,4-4,1.mid,30.0"]
    (folder / "info.csv").write_text("\n".join([head, *rows]))
    kicks = [Note(0.6 * k, 0.6 * k + 0.1, 22.0 if k % 2 else 36.0, 90) for k in range(50)]
    (folder / "1.mid").write_bytes(midi_bytes([MidiPart(0, kicks, drums=True)]))


def test_performances_keep_to_their_click(tmp_path):
    write_groove(tmp_path)
    rows = groove.performances(tmp_path)
    assert [r["id"] for r in rows] == ["d/1"]
    item = groove.item_of(Request("g", (4,), 10.0), rows[0], tmp_path, ())
    beats = np.array(item.truth["beats"]["times"])
    kicks = np.array(item.truth["drums"]["kick"])
    assert item.truth["tempo"]["bpm"] == pytest.approx(60 / np.diff(beats)[0], rel=1e-3)
    assert np.abs(kicks[:, None] - beats[None, :]).min(axis=1)[:-1].max() < 2e-3
    assert set(item.truth["drums"]) == {"kick", "hat"}
    assert groove.counted({"bpm": "60", "time_signature": "6-8"}) == (120.0, 6)


def test_missing_corpora_are_named(tmp_path):
    with pytest.raises(RequestError, match="expected Groove MIDI"):
        groove.performances(tmp_path / "nowhere")
