"""Bands: what their players share, what tells them apart, and what each of them needs."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.training.datasets import bands, fluidsynth, rock, sung_pop, synth_band
from mixolydian.training.datasets.item import SAMPLE_RATE, Request
from mixolydian.training.datasets.levels import loud_rms
from mixolydian.training.datasets.sources import Stock, render
from tests.training.datasets.test_classical import FONTS, song

SECONDS = 9.0


def dice(seed=1):
    return np.random.default_rng(seed)


def noise(parts, font, seconds, room=False):
    return dice().normal(0, 0.05, (2, round(seconds * SAMPLE_RATE))).astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_chords_and_bass_stand_on_the_progression(seed):
    ground = bands.ground_of(120.0, SECONDS, dice(seed))
    strokes = bands.strokes_of(ground, dice(seed))
    assert (ground.bar, ground.bars) == (2.0, 4)
    assert all(0 <= a < b <= ground.bars * ground.bar for a, b, _ in strokes)
    roots = {(ground.key + root) % 12 for root in ground.roots}
    chords = bands.power_chords(ground, strokes, dice(seed))
    assert {int(n.pitch) % 12 for n in bands.bass_line(ground, strokes)} == roots
    assert {(r + 7) % 12 for r in roots} <= {int(n.pitch) % 12 for n in chords}
    assert all(n.onset >= 0 and n.offset > n.onset for n in chords)


def test_a_voice_is_as_long_as_asked():
    ground = bands.ground_of(137.0, SECONDS, dice())
    sung = bands.voice(bands.tune_of(ground, dice()), SECONDS, dice())
    assert sung.shape == (2, round(SECONDS * SAMPLE_RATE))
    assert np.abs(sung).max() > 0.1


def test_an_amplifier_adds_overtones_and_a_loudspeaker_takes_the_highest():
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = np.stack([np.sin(2 * np.pi * 220 * at)] * 2).astype(np.float32)
    power = np.abs(np.fft.rfft(rock.amplified(tone, dice())[0])) ** 2
    assert power[655:665].sum() > 1e-3 * power[215:225].sum(), "the third harmonic"
    assert power[9000:].sum() < 1e-3 * power.sum()


def test_a_master_is_loud_and_whole():
    stems = {"DRUMS": noise((), None, 2.0), "BASS": noise((), None, 2.0)}
    made = bands.finished(stems, 8.0, 0.3, dice())
    assert np.abs(made).max() <= 1.0
    assert loud_rms(made, SAMPLE_RATE) > 0.05


def test_pop_is_sung_and_says_whose_song_it_is(monkeypatch):
    monkeypatch.setattr(fluidsynth, "play", noise)
    item = sung_pop.item_of(Request("x", (1, 2), SECONDS), song(), FONTS, "pop909")
    assert item.truth["style"] == "pop"
    assert (item.truth["corpus"], item.truth["song"]) == ("pop909", "song")
    assert "MELODY" not in item.truth["parts"]


def test_synthesizers_keep_time(monkeypatch):
    monkeypatch.setattr(fluidsynth, "play", noise)
    first, again = (synth_band.item_of(Request("x", (3,), SECONDS), FONTS) for _ in range(2))
    np.testing.assert_array_equal(first.samples, again.samples)
    assert first.truth["style"] == "synthesizers"
    assert 85 <= first.truth["tempo"]["bpm"] <= 150
    assert first.duration == pytest.approx(SECONDS, abs=1e-3)


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(RequestError, match="FluidSynth and a soundfont"):
        synth_band.item_of(Request("x", (1,), SECONDS), ())
    with pytest.raises(RequestError, match="FluidSynth and a soundfont"):
        sung_pop.item_of(Request("x", (1,), SECONDS), song(), (), "pop909")
    with pytest.raises(RequestError, match="FluidSynth and a soundfont"):
        rock.item_of(Request("x", (1,), SECONDS), tmp_path, ())
    with pytest.raises(RequestError, match="groove_midi"):
        render("rock", 0, 0, SECONDS, Stock(tmp_path, FONTS))


@pytest.mark.skipif(shutil.which("fluidsynth") is None, reason="fluidsynth is not installed")
def test_synthesizers_sound():
    try:
        fonts = (fluidsynth.soundfonts()[0],)
    except RequestError as error:
        pytest.skip(str(error))
    assert np.abs(synth_band.item_of(Request("x", (3,), 5.0), fonts).samples).max() > 0.05
