"""Voices sound at their pitch from their first sample on, without clicks, DC or aliasing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.creation.genres import GENRES
from mixolydian.creation.sound.kits import KITS
from mixolydian.creation.sound.levels import loudness, voice_gain
from mixolydian.creation.sound.playing import in_tempo
from mixolydian.creation.sound.synth import SAMPLE_RATE, Strike, render_note
from mixolydian.creation.sound.units import gain
from mixolydian.creation.sound.voices import VOICES, varied
from mixolydian.creation.sound.waves import FORMANTS, N_CUTOFFS, WAVES, cycle
from mixolydian.theory.pitch import midi_to_hz

NAMES = sorted(VOICES)


def fundamental(y: np.ndarray) -> float:
    """Hz by autocorrelation of the middle of a note."""
    x = y.mean(axis=0)[SAMPLE_RATE // 4 : SAMPLE_RATE // 4 + 16384]
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), 4 * len(x))) ** 2
    correlation = np.fft.irfft(spectrum)
    low = SAMPLE_RATE // 900
    return SAMPLE_RATE / (low + np.argmax(correlation[low : SAMPLE_RATE // 80]))


def inharmonic_db(y: np.ndarray, hz: float) -> float:
    """Power away from the multiples of `hz` against all power, in dB."""
    n = 1 << 15
    power = np.abs(np.fft.rfft(y[:n] * np.blackman(n))) ** 2
    freqs = np.fft.rfftfreq(n, 1 / SAMPLE_RATE)
    distance = np.abs(freqs - hz * np.round(freqs / hz))
    away = (distance > 8 * SAMPLE_RATE / n) & (freqs > 50)
    return float(10 * np.log10(power[away].sum() / power.sum()))


def test_there_are_many_voices_and_all_are_well_formed():
    assert len(VOICES) >= 50
    for name, voice in VOICES.items():
        assert voice.wave in {*WAVES, "vox", "fm"}, name
        assert set(voice.vowels) <= set(FORMANTS), name


def test_every_kit_and_voice_of_every_genre_exists():
    for genre in GENRES.values():
        assert set(genre.kits) <= set(KITS)
        named = (
            *genre.bass_voices, *genre.chord_voices, *genre.lead_voices, *genre.pad_voices,
            *genre.arpeggio_voices, *genre.vocal_voices,
        )  # fmt: skip
        assert set(named) <= set(VOICES)


@pytest.mark.parametrize("name", NAMES)
def test_voices_begin_at_once_end_silently_and_have_no_dc(name: str):
    y = render_note(VOICES[name], Strike(110.0, 0.4))
    assert y.dtype == np.float32
    assert y.shape[0] == 2
    assert np.isfinite(y).all()
    assert np.abs(y).max() > 0.02
    assert y[:, 0].any()
    assert np.abs(y[:, -1]).max() < 1e-4 * np.abs(y).max()
    assert np.abs(y.mean(axis=1)).max() < 0.006 * np.abs(y).max()


@pytest.mark.parametrize("name", NAMES)
def test_patches_are_brought_to_one_loudness(name: str):
    strike = Strike(midi_to_hz(66.0), 0.3 + 1.5 * VOICES[name].attack)
    y = gain(voice_gain(VOICES[name], "lead")) * render_note(VOICES[name], strike)
    assert loudness(y, 0.2) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("name", ["saw", "square", "organ", "piano", "lead", "epiano", "sub"])
def test_voices_sound_at_their_pitch(name: str):
    hz = 233.08
    voice = replace(VOICES[name], vibrato=0.0, octave=0, sub=0.0, unison=1, glide=0.0)
    cents = 1200 * np.log2(fundamental(render_note(voice, Strike(hz, 1.0))) / hz)
    assert abs(cents) < 12


@pytest.mark.parametrize(("wave", "hz"), [("saw", 1234.5), ("square", 2093.0), ("hoover", 887.3)])
def test_oscillators_do_not_alias(wave: str, hz: float):
    voice = replace(VOICES["lead"], wave=wave, unison=1, vibrato=0.0, cutoff=18000.0, sweep=0.0)
    voice = replace(voice, slide=0.0, attack=0.05, sustain=1.0, decay=9.0)
    y = render_note(voice, Strike(hz, 1.2))[0, 4096:]
    assert inharmonic_db(y, hz) < -60


@pytest.mark.parametrize("hz", [440.0, 1318.5])
def test_driven_voices_do_not_alias(hz: float):
    voice = replace(VOICES["crunch"], unison=1, attack=0.05, sustain=1.0, decay=9.0)
    y = render_note(voice, Strike(hz, 1.2))[0, 4096:]
    assert inharmonic_db(y, hz) < -60


def test_the_side_bands_of_fm_stay_in_hearing():
    voice = replace(VOICES["fmlead"], vibrato=0.0, index=12.0, sustain=1.0, attack=0.05)
    y = render_note(voice, Strike(3000.0, 1.2))[0, 4096:]
    assert inharmonic_db(y, 3000.0) < -60


@pytest.mark.parametrize("name", ["warm", "glass", "airpad", "sub", "whistle"])
def test_soft_voices_never_click(name: str):
    voice = replace(VOICES[name], noise=0.0)
    y = render_note(voice, Strike(220.0, 1.0, -0.5, 0.5))
    assert np.abs(np.diff(y, n=2)).max() < 0.06 * np.abs(y).max()


def test_a_filter_that_opens_lets_more_through():
    cycles = [cycle("saw", 110.0, 0.0, 0.7, row) for row in range(N_CUTOFFS)]
    brightness = [np.abs(np.diff(c)).mean() for c in cycles]
    assert brightness[-1] > 5 * brightness[5]


def test_a_cutoff_in_motion_moves_smoothly_between_its_ends():
    voice = replace(VOICES["warm"], unison=1, wave="saw", chorus=0.0, attack=0.01)
    rising, low, high = (
        render_note(voice, Strike(220.0, 1.0, *octaves)) for octaves in ((-2, 2), (-2, -2), (2, 2))
    )
    start, end = slice(2000, 6000), slice(38000, 42000)
    for span, near in ((start, low), (end, high)):
        level = [np.diff(y[0, span]).std() for y in (rising, near)]
        assert level[0] == pytest.approx(level[1], rel=0.35)
    assert np.diff(rising[0, end]).std() > 3 * np.diff(rising[0, start]).std()


def test_the_same_strike_is_the_same_samples():
    a, b = (render_note(VOICES["supersaw"], Strike(440.0, 0.3), seed=4) for _ in range(2))
    np.testing.assert_array_equal(a, b)
    other = render_note(VOICES["supersaw"], Strike(440.0, 0.3), seed=5)
    assert not np.array_equal(a, other)


def test_a_wobble_goes_with_the_beat():
    assert in_tempo(VOICES["growl"], 140.0).wobble_rate == pytest.approx(2 * 140 / 60)
    assert in_tempo(VOICES["pad"], 140.0) == VOICES["pad"]


def test_variations_stay_the_same_instrument():
    voice = varied(VOICES["stab"], np.random.default_rng(1))
    assert voice != VOICES["stab"]
    assert voice.wave == "saw"
    assert 60 <= voice.cutoff <= 17000
