"""The benchmark crates: varied briefs, degraded copies in time."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.crate.briefs import form_for, random_briefs
from benchmarks.crate.degrade import add_noise, degrade, telephone

from mixolydian.creation.arrange import arrange
from mixolydian.creation.brief import Brief
from mixolydian.creation.sound.render import render
from mixolydian.creation.styles import STYLES

RATE = 44100


@pytest.fixture(scope="module")
def piece() -> np.ndarray:
    brief = Brief("house", 128.0, "A", "minor", (("intro", 1), ("drop", 4)), seed=1)
    return render(arrange(brief)).samples


def test_a_set_of_sixty_covers_styles_keys_meters_and_tempi():
    briefs = random_briefs(60, 1, (60.0, 100.0))
    assert {b.style for b in briefs} == set(STYLES)
    assert len({(b.tonic, b.mode) for b in briefs}) == 24
    assert {b.meter for b in briefs} == {3, 4, 6}
    bpm = np.array([b.bpm for b in briefs])
    assert bpm.min() < 75
    assert bpm.max() > 175
    assert np.mean(bpm != np.round(bpm)) > 0.4
    assert any(b.tempo_changes for b in briefs)
    assert any(b.lead_in == 0 for b in briefs)
    assert any(b.lead_in > 0.5 for b in briefs)
    assert len({b.seed for b in briefs}) == 60


def test_sets_of_different_seeds_differ():
    first, second = random_briefs(28, 1, (60.0, 100.0)), random_briefs(28, 2, (60.0, 100.0))
    assert not {(b.style, b.bpm, b.tonic) for b in first} & {
        (b.style, b.bpm, b.tonic) for b in second
    }


@pytest.mark.parametrize("bpm", [63.0, 124.0, 198.0])
def test_forms_fit_the_time_given(bpm: float):
    for seed in range(20):
        form = form_for("club", bpm, 4, (60.0, 100.0), np.random.default_rng(seed))
        seconds = sum(bars for _, bars in form) * 240 / bpm
        assert 45 < seconds < 125


@pytest.mark.parametrize("variant", ["mp3_64", "noise", "telephone"])
def test_degraded_copies_stay_in_time(piece: np.ndarray, variant: str):
    copy = degrade(piece, RATE, variant, seed=1)
    assert copy.shape == piece.shape
    assert np.isfinite(copy).all()
    assert np.abs(copy).max() <= 1.0
    a = telephone(piece, RATE)[0]
    b = telephone(copy, RATE)[0]
    cross = np.fft.irfft(np.conj(np.fft.rfft(a)) * np.fft.rfft(b), len(a))
    lag = int(np.argmax(cross))
    assert min(lag, len(a) - lag) <= 3
    assert not np.array_equal(copy, piece)


def test_noise_has_the_level_asked_for(piece: np.ndarray):
    quiet = 0.5 * piece
    noisy = add_noise(quiet, 15.0, np.random.default_rng(0))
    ratio = np.mean(quiet**2) / np.mean((noisy - quiet) ** 2)
    assert 10 * np.log10(ratio) == pytest.approx(15, abs=0.2)


def test_the_telephone_has_no_bass(piece: np.ndarray):
    spectrum = np.abs(np.fft.rfft(telephone(piece, RATE)[0])) ** 2
    hz = np.fft.rfftfreq(piece.shape[1], 1 / RATE)
    assert spectrum[hz < 150].sum() < 0.05 * spectrum.sum()
