"""Scores by the ensembles they were written for."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Note
from mixolydian.training.datasets import classical, fluidsynth
from mixolydian.training.datasets.classical import ENSEMBLES, ensemble
from mixolydian.training.datasets.item import Request
from mixolydian.training.datasets.sources import Stock, render
from tests.training.datasets.sounds import song

FONTS = (Path("a.sf2"), Path("b.sf2"))
DICE = range(40)


def played(seed):
    written = song()
    drums = (Note(0.0, 0.1, 36.0, 90),)
    tracks = {**written.tracks, "ALTO": written.tracks["PIANO"], "DRUMS": drums, "EMPTY": ()}
    return ensemble(replace(written, tracks=tracks), FONTS, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_parts_are_the_scores_own(seed):
    written, band = song(), played(seed)
    assert set(band.parts) == set(band.instruments) == {"MELODY", "PIANO", "ALTO"}
    assert band.parts["MELODY"] == written.tracks["MELODY"]
    assert band.soundfont in FONTS
    assert abs(band.cents) <= 35


def test_instruments_are_of_one_ensemble():
    seen = set()
    for seed in DICE:
        lead, *others = played(seed).instruments.values()
        fitting = [
            name
            for name, (first, rest) in ENSEMBLES.items()
            if lead in first and {*others} <= {*rest}
        ]
        assert fitting, (lead, others)
        seen |= set(fitting)
    assert len(seen) > len(ENSEMBLES) // 2


def test_ensembles_hold_melodic_programs_only():
    for first, others in ENSEMBLES.values():
        assert first
        assert others
        assert all(0 <= program < 96 for program in (*first, *others))


def test_the_same_dice_seat_the_same_ensemble():
    first, again = played(5), played(5)
    assert (first.instruments, first.soundfont, first.cents) == (
        again.instruments,
        again.soundfont,
        again.cents,
    )


def test_the_truth_says_classical(monkeypatch):
    def silent(band, seconds, rng):
        n = round(seconds * 44100)
        return {role: rng.normal(0, 0.01, (2, n)).astype(np.float32) for role in band.parts}

    monkeypatch.setattr(classical, "play_band", silent)
    item = classical.item_of(Request("x", (1, 2), 8.0), song(), FONTS, "when_in_rome")
    assert item.truth["style"] == "classical"
    assert (item.truth["corpus"], item.truth["song"]) == ("when_in_rome", "song")
    assert set(item.truth["parts"]) == {"MELODY", "PIANO"}
    assert item.truth["drums"] == {}
    assert item.truth["duration"] == pytest.approx(item.duration, abs=1e-3)


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(RequestError, match="FluidSynth and a soundfont"):
        classical.item_of(Request("x", (1,), 8.0), song(), (), "when_in_rome")
    with pytest.raises(RequestError, match="when_in_rome"):
        render("classical", 0, 0, 8.0, Stock(tmp_path))


@pytest.mark.skipif(shutil.which("fluidsynth") is None, reason="fluidsynth is not installed")
def test_an_ensemble_sounds():
    try:
        fonts = (fluidsynth.soundfonts()[0],)
    except RequestError as error:
        pytest.skip(str(error))
    first, again = (
        classical.item_of(Request("x", (3,), 5.0), song(), fonts, "when_in_rome") for _ in range(2)
    )
    np.testing.assert_array_equal(first.samples, again.samples)
    assert np.abs(first.samples).max() > 0.05
