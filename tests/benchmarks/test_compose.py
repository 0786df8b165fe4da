"""Measuring what is composed: each measure must see what is wrong, and only that."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from benchmarks.compose import document, exactness, health, heard_back
from benchmarks.compose.classifier import best_shrinkage, train
from benchmarks.compose.genres import distances
from benchmarks.compose.pieces import REQUIRED, Order, random_wish
from benchmarks.compose.spectrum_picture import Panel, picture
from benchmarks.compose.vitals import CENTRES, Vitals, third_octaves
from benchmarks.systems import Answered
from benchmarks.truth import Piece

from mixolydian.core.types import Note, Tempo
from mixolydian.creation.arrange import arrange
from mixolydian.creation.ask import Wish, ask
from mixolydian.creation.genres import GENRES
from mixolydian.theory.key import make_key

RATE = 44100

# -------------------------------------------------------------------------- exactness


def _sound(onset: float, offset: float) -> exactness.Sound:
    return exactness.Sound(onset, offset, Note(onset, offset, 60, 100))


def test_groups_never_overlap_and_lose_nothing():
    sounds = [_sound(0.25 * i, 0.25 * i + 0.4) for i in range(20)] + [_sound(1.0, 1.2)]
    dealt = exactness.groups(sounds, 0.3)
    assert sorted(s.onset for g in dealt for s in g) == sorted(s.onset for s in sounds)
    for group in dealt:
        assert all(a.offset + 0.3 <= b.onset for a, b in pairwise(group))
    assert len(dealt) == 4


@pytest.fixture(scope="module")
def beat():
    """Two bars of kick alone."""
    piece = arrange(ask(Wish("techno", seed=3, bpm="132.4", structure="drop:2")))
    return replace(piece, parts=(), gestures=(), drums={"kick": piece.drums["kick"]})


def _kick(beat):
    return next(s for s in exactness.sources(beat) if s.name == "kick")


def test_every_stroke_is_found_on_its_sample(beat):
    errors = exactness.errors_of(beat, _kick(beat))
    assert len(errors) == len(beat.drums["kick"])
    assert all(late == 0 for _, late in errors)


@pytest.mark.parametrize("samples", [-7, 3])
def test_a_renderer_that_is_late_or_early_is_caught(beat, samples, monkeypatch):
    real = exactness.render_stems

    def shifted(arrangement):
        return [(name, np.roll(stem, samples, axis=1)) for name, stem in real(arrangement)]

    monkeypatch.setattr(exactness, "render_stems", shifted)
    later = beat.drums["kick"][1:]
    moved = replace(beat, drums={"kick": later})
    assert {late for _, late in exactness.errors_of(moved, _kick(moved))} == {samples}


def test_a_stroke_that_is_not_played_is_missed(beat):
    heard = np.flatnonzero(exactness.level(replace(beat, drums={"kick": beat.drums["kick"][:1]})))
    asked = [_sound(h.time, h.time) for h in beat.drums["kick"][:2]]
    assert [late for _, late in exactness._errors(heard, asked)] == [0, None]


def test_bars_and_drops_against_the_asked_form():
    piece = arrange(ask(Wish("house", seed=1, bpm="127.31", structure="buildup:2 drop:2")))
    assert max(map(abs, exactness.section_errors(piece))) < 1e-9
    at = exactness.sample_of(piece.drops[0].time)
    kick = np.zeros((2, at + RATE), dtype=np.float32)
    kick[:, at + 5 : at + 900] = 0.5
    (drop,) = exactness.drop_errors(piece, kick)
    assert drop["bar"] == 2
    assert drop["error_seconds"] == pytest.approx(5 / RATE)
    kick[:, at - 600 : at + 5] = 0.1
    assert exactness.drop_errors(piece, kick)[0]["error_seconds"] is None


# ------------------------------------------------------------------------- heard back


@pytest.mark.parametrize(
    ("heard", "right"),
    [(64.0, True), (256.5, True), (85.4, True), (128.0, True), (105.0, False), (None, False)],
)
def test_peers_agree_up_to_the_metrical_level(heard, right):
    assert heard_back.agrees(128.0, heard) is right


def _answered(bpm: float, tonic: int) -> Answered:
    values = {"tempo": Tempo(bpm), "key": make_key(tonic, "minor")}
    return Answered(values, {}, {}, 0.0)


def test_failures_name_the_peer_that_was_right():
    truth = {"tempo": Tempo(128.0), "key": make_key(9, "minor")}
    here = Path("x")
    piece = Piece("p.flac", here, "house", "clean", "p", False, 60.0, truth, here)
    scores = {"tempo.within": 0.0, "key.exact": 0.0}
    row = heard_back.Row(
        piece, _answered(64.0, 4), scores, {"a": _answered(127.9, 9), "b": _answered(64, 4)}
    )
    tempo, key = heard_back.failures([row])
    assert tempo["peers_right"] == ["a"]
    assert tempo["ratio"] == 0.5
    assert key["relation"] == "fifth"
    assert key["peers_right"] == ["a"]
    assert heard_back.failures([replace(row, scores={"tempo.within": 1.0, "key.exact": 1.0})]) == []


def test_random_wishes_repeat_and_differ():
    wishes = [random_wish(genre, seed) for genre in REQUIRED for seed in (1, 2)]
    assert wishes == [random_wish(genre, seed) for genre in REQUIRED for seed in (1, 2)]
    assert len({(w.bpm, w.key, w.seconds) for w in wishes}) == len(wishes)
    for wish in wishes:
        low, high = GENRES[wish.genre].tempo
        assert low <= float(wish.bpm) <= high


def test_a_missing_piece_does_not_stand(tmp_path):
    assert not Order(tmp_path, "house", 1).stands()


# ----------------------------------------------------------------------------- genres


def test_classifier_tells_what_can_be_told():
    rng = np.random.default_rng(5)
    names = ["a", "b", "c"] * 12
    centres = {"a": 0.0, "b": 1.5, "c": -1.5}
    x = np.array([rng.normal(centres[n], 1.0, 30) for n in names])
    half = len(names) // 2
    shrinkage = best_shrinkage(x[:half], names[:half])
    told = train(x[:half], names[:half], shrinkage).told(x[half:])
    assert np.mean([t == n for t, n in zip(told, names[half:], strict=True)]) == 1.0
    noise = rng.normal(size=(36, 30))
    told = train(noise[:half], names[:half], 0.5).told(noise[half:])
    assert np.mean([t == n for t, n in zip(told, names[half:], strict=True)]) < 0.7


def test_distances_are_in_deviations_per_feature():
    assert distances(np.zeros((1, 4)), np.full((2, 4), 2.0)).tolist() == [[2.0, 2.0]]


# ----------------------------------------------------------------------------- health


def test_third_octaves_of_white_noise_rise_by_their_width():
    noise = np.random.default_rng(1).standard_normal((1, 30 * RATE)).astype(np.float32)
    levels = third_octaves(noise, RATE)
    assert 10 * np.log10(np.sum(10 ** (levels / 10))) == pytest.approx(0.0, abs=1e-6)
    assert np.diff(levels)[10:].mean() == pytest.approx(1.0, abs=0.03)


def test_a_tone_falls_into_its_own_band():
    t = np.arange(2 * RATE) / RATE
    levels = third_octaves(np.sin(2 * np.pi * 1000 * t)[np.newaxis].astype(np.float32), RATE)
    assert CENTRES[levels.argmax()] == pytest.approx(1000)
    assert levels.max() == pytest.approx(0.0, abs=0.01)


def _record(gain: float = 0.25, offset: float = 0.0, stems: int = 8) -> dict:
    t = np.arange(RATE) / RATE
    sound = np.stack([gain * np.sin(2 * np.pi * 997 * t) + offset] * 2).astype(np.float32)
    vitals = Vitals(RATE)
    for i in range(stems):
        vitals.see_stem(f"stem {i}", sound)
    vitals.see_mix(sound)
    return vitals.report() | {"genre": "house", "seed": 1, "target_lufs": -12.05}


def test_a_healthy_piece_has_no_complaint():
    assert health.complaints(_record()) == []


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (_record(gain=1.02), "clipped"),
        (_record(gain=0.95), "true peak"),
        (_record(gain=0.3), "loudness"),
        (_record(offset=2e-4), "DC"),
        (_record(stems=7), "7 stems"),
        (_record(gain=1e-5), "silent"),
    ],
)
def test_every_illness_is_named(record, words):
    assert any(words in complaint.what for complaint in health.complaints(record))


def test_picture_is_one_panel_per_genre():
    spectra = np.linspace(-10, -50, 30) + np.zeros((3, 1))
    panels = [Panel("drum & bass", spectra), Panel("house", spectra - 1)]
    drawing = ElementTree.fromstring(picture(panels, spectra))
    words = [node.text for node in drawing.iter() if node.text]
    assert {"drum & bass", "house"} <= set(words)
    assert any("3 recordings" in w for w in words)


# --------------------------------------------------------------------------- document


def test_command_lines_name_no_machine():
    shown = document.command("health", ["--crate", "/somewhere/private/crate", "--seeds", "1-8"])
    assert shown == "python -m benchmarks.compose.health --crate CRATE --seeds 1-8"


def test_seeds_and_genres_of_a_command_line():
    assert list(document.seeds_of("2-4")) == [2, 3, 4]
    assert list(document.seeds_of("7")) == [7]
    assert document.genres_of("house,acid") == ("house", "acid")
    with pytest.raises(SystemExit, match="polka"):
        document.genres_of("polka")
