"""The benchmark crates: varied briefs, degraded copies in time, truths that can be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.crate.degrade import add_noise, degrade, telephone
from benchmarks.crate.render_electronic import main
from benchmarks.truth import QUESTIONS, read_crate

from mixolydian.creation.arrange import arrange
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.sound.render import render
from mixolydian.theory.mode import family
from mixolydian.training.datasets.briefs import random_briefs
from mixolydian.training.datasets.profiles import BENCHMARK

RATE = 44100


@pytest.fixture(scope="module")
def piece() -> np.ndarray:
    brief = Brief("house", 128.0, "A", "minor", (("intro", 1), ("drop", 4)), seed=1)
    return np.asarray(render(arrange(brief)).samples)


def test_a_set_of_sixty_covers_genres_keys_meters_and_tempi():
    briefs = random_briefs(60, 1, (60.0, 100.0), BENCHMARK)
    assert {b.genre for b in briefs} == set(GENRES)
    assert len({(b.tonic, family(b.mode)) for b in briefs}) == 24
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
    first, second = (random_briefs(28, seed, (60.0, 100.0), BENCHMARK) for seed in (1, 2))
    assert not {(b.genre, b.bpm, b.tonic) for b in first} & {
        (b.genre, b.bpm, b.tonic) for b in second
    }


def test_a_crate_is_rendered_and_read(tmp_path: Path):
    assert main(["--out", str(tmp_path), "--pieces", "2", "--seconds", "8-10", "--seed", "4"]) == 0
    pieces = read_crate(tmp_path)
    assert len(pieces) == 3
    assert [p.damaged for p in pieces].count(True) == 1
    assert len({p.group for p in pieces}) == 2
    for piece in pieces:
        assert piece.style in GENRES
        assert set(piece.truth) == set(QUESTIONS)


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
