"""Rendered sound: reproducible, unclipped, on the grid, and described by its truth."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.convert import value_from_json
from mixolydian.creation.arrange import arrange
from mixolydian.creation.brief import Brief, Mix
from mixolydian.creation.demo import render_demo
from mixolydian.creation.sound.render import render, render_stems
from mixolydian.creation.sound.synth import SAMPLE_RATE

FORM = (("intro", 1), ("buildup", 1), ("drop", 2), ("breakdown", 1), ("drop", 1))
SHORT = Brief("techno", 131.7, "G", "minor", FORM, seed=2, lead_in=0.2)
STYLES = ("house", "drum & bass", "trap", "waltz", "six eight", "ambient", "acid", "rock")


def short(style: str) -> Brief:
    meter = {"waltz": 3, "six eight": 6}.get(style, 4)
    return replace(SHORT, style=style, meter=meter, bpm=150.0)


def digest(brief: Brief) -> str:
    return hashlib.sha256(render(arrange(brief)).samples.tobytes()).hexdigest()


def test_same_brief_same_samples_other_seed_other_samples():
    first = digest(SHORT)
    assert digest(replace(SHORT)) == first
    assert digest(replace(SHORT, seed=3)) != first


@pytest.mark.parametrize("style", STYLES)
def test_level_is_sane_and_nothing_clips(style: str):
    signal, truth = render_demo(short(style))
    assert signal.sample_rate == SAMPLE_RATE
    assert signal.n_channels == 2
    peak = np.abs(signal.samples).max()
    rms = np.sqrt(np.mean(signal.samples**2))
    assert 0.05 < peak <= 0.9701
    assert -30 < 20 * np.log10(rms) < -8
    assert np.abs(signal.samples.mean()) < 0.01
    assert truth["duration"] == pytest.approx(signal.duration, abs=1e-4)


def test_lead_in_is_silent():
    signal = render(arrange(replace(SHORT, mix=Mix(reverb=0.0))))
    assert np.abs(signal.samples[:, : round(0.19 * SAMPLE_RATE)]).max() < 1e-3


def test_every_kick_starts_within_a_sample_of_its_beat():
    arrangement = arrange(SHORT)
    kick = np.abs(render_stems(arrangement)["kick"]).max(axis=0)
    beats = np.append(arrangement.beats.times, arrangement.end)
    assert len(arrangement.drums["kick"]) > 8
    for hit in arrangement.drums["kick"]:
        start = round(hit.time * SAMPLE_RATE)
        before = kick[start - 4000 : start - 1].max()
        onset = start - 1 + int(np.argmax(kick[start - 1 : start + 400] > 5 * before + 0.05))
        assert abs(onset - hit.time * SAMPLE_RATE) <= 1
        assert np.abs(beats - hit.time).min() < 1e-9  # techno: four to the floor


def log_spectrum(cents: float) -> np.ndarray:
    """Spectrum of the harmony stem on a grid of 2 cents from 110 to 1760 Hz."""
    brief = replace(SHORT, style="house", tuning_cents=cents)
    y = render_stems(arrange(brief))["harmony"].mean(axis=0)
    spectrum = np.abs(np.fft.rfft(y * np.hanning(len(y))))
    hz = 110 * 2 ** (np.arange(0, 4800, 2) / 1200)
    return np.interp(hz, np.fft.rfftfreq(len(y), 1 / SAMPLE_RATE), spectrum)


def test_tuning_moves_the_spectrum():
    plain, sharp = log_spectrum(0.0), log_spectrum(40.0)
    lags = np.arange(-50, 51)
    agreement = [np.dot(plain[60:-60], sharp[60 + k : len(sharp) - 60 + k]) for k in lags]
    assert 2 * lags[int(np.argmax(agreement))] == pytest.approx(40, abs=4)


def test_truth_is_json_in_the_words_of_an_analysis():
    _, truth = render_demo(replace(SHORT, key_changes=((3, "Bb", "minor"),)))
    again = json.loads(json.dumps(truth))
    assert again["schema"] == "mixolydian.truth/1"
    tempo = value_from_json("tempo", again["tempo"])
    assert tempo.bpm == 131.7
    beats = value_from_json("beats", again["beats"])
    assert beats.times[0] == pytest.approx(0.2)
    assert len(beats.times) == 6 * 4
    key = value_from_json("key", again["key"])
    assert (str(key), key.camelot, len(key.changes)) == ("G minor", "6A", 2)
    for question in ("chords", "sections", "drops", "notes"):
        assert value_from_json(question, again[question])
    assert again["onsets"] == sorted(again["onsets"])
