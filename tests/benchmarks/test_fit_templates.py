"""The fit of the templates: the logit finds what is there, nothing leaks, the file round-trips."""

from __future__ import annotations

import argparse
import json
import runpy
from pathlib import Path

import numpy as np
import pytest
from benchmarks.fit_terms import Example, Terms, cached, describe, examples
from benchmarks.truth import read_crate

from benchmarks import fit_templates as fit
from mixolydian.audio import io
from mixolydian.audio.features import Features
from mixolydian.core.convert import value_to_json
from mixolydian.core.types import Beats, Signal, Tempo
from mixolydian.estimators import metre

RATE = 22050
BPM = 120.0


def drum_loop(seconds: float) -> np.ndarray:
    """Kick on one and three, snare on two and four, hats in eighths; (1, n) at RATE."""
    rng = np.random.default_rng(0)
    y = np.zeros(round(seconds * RATE))
    t = np.arange(round(0.1 * RATE)) / RATE
    kick = np.sin(2 * np.pi * 60 * t) * np.exp(-t * 30)
    snare = rng.normal(size=len(t)) * np.exp(-t * 50) * 0.5
    hat = np.diff(rng.normal(size=len(t)), prepend=0.0) * np.exp(-t * 150) * 0.2
    for eighth in range(int(seconds * BPM / 30) - 1):
        start = round(eighth * 30 / BPM * RATE)
        y[start : start + len(t)] += hat
        if eighth % 2 == 0:
            y[start : start + len(t)] += kick if eighth % 4 == 0 else snare
    return (0.5 * y / np.abs(y).max()).astype(np.float32)[np.newaxis]


@pytest.fixture(scope="module")
def crate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crate")
    for song, name in enumerate(("a", "a_copy", "b")):
        y = drum_loop(13.0 + song)
        io.write(folder / f"{name}.wav", Signal(y, RATE))
        times = np.arange(0.0, y.shape[1] / RATE, 60 / BPM)
        truth = {
            "schema": "mixolydian.truth/1",
            "path": f"{name}.wav",
            "style": "loop",
            "song": name[0],
            "duration": y.shape[1] / RATE,
            "tempo": value_to_json("tempo", Tempo(BPM, ())),
            "beats": value_to_json("beats", Beats(times, np.arange(len(times)) % 4 + 1, 4)),
        }
        (folder / f"{name}.json").write_text(json.dumps(truth))
    return folder


def made_up(seed: int, family: str = "made up", group: str = "") -> Example:
    """A piece whose terms are noise, but for the term that tells the right answer."""
    rng = np.random.default_rng(seed)
    bpms = np.array([60.0, 90.0, 120.0, 180.0, 240.0])
    first = rng.normal(size=(5, 43))
    first[:, 4] += 3.0 * (bpms == BPM)
    bars = rng.normal(size=(5, len(metre.EVIDENCE), 16))
    bar = rng.normal(size=(len(metre.EVIDENCE), 16))
    bar[0, 0] += 8.0
    terms = Terms(bar, bpms, first, bars, rng.normal(size=(5, 3)))
    return Example(family, f"{seed}", group or f"{seed}", BPM, terms)


def test_the_logit_recovers_the_coefficients_choices_were_made_with():
    rng = np.random.default_rng(2)
    true = np.array([1.5, -1.0, 0.0])
    choices = []
    for _ in range(3000):
        options = rng.normal(size=(4, 3))
        utility = options @ true + rng.gumbel(size=4)
        choices.append((options, np.arange(4) == utility.argmax()))
    found = fit.fit_logit(choices, np.full(3000, 1 / 3000), 1e-6)
    np.testing.assert_allclose(found, true, atol=0.12)


def test_a_heavier_penalty_gives_smaller_coefficients():
    pieces = [made_up(k) for k in range(20)]
    choices = [(p.terms.first, fit.right(p)) for p in pieces]
    weights = fit.piece_weights(pieces, {"made up": 1.0})
    light, heavy = (np.linalg.norm(fit.fit_logit(choices, weights, x)) for x in (0.001, 1.0))
    assert heavy < 0.5 * light


def test_a_family_weighs_what_it_is_given_however_many_pieces_it_has():
    pieces = [made_up(k, "many") for k in range(9)] + [made_up(9, "one")]
    weights = fit.piece_weights(pieces, {"many": 1.0, "one": 0.5})
    assert weights.sum() == pytest.approx(1)
    assert weights[-1] == pytest.approx(weights[:9].sum() / 2)


def test_copies_of_a_piece_are_never_on_both_sides_of_a_fold():
    pieces = [made_up(k, group=f"{k // 3}") for k in range(30)]
    seen: list[str] = []
    for training, held_out in fit.folds(pieces, 4):
        assert not {p.group for p in training} & {p.group for p in held_out}
        assert len(training) + len(held_out) == len(pieces)
        seen += [p.name for p in held_out]
    assert sorted(seen) == sorted(p.name for p in pieces)


def test_a_family_left_out_is_not_trained_on():
    pieces = [made_up(k, f"family {k % 3}") for k in range(9)]
    for training, held_out in fit.families_left_out(pieces):
        assert len({p.family for p in held_out}) == 1
        assert not {p.family for p in training} & {p.family for p in held_out}


def test_held_out_pieces_are_answered_from_the_term_that_tells():
    pieces = [made_up(k) for k in range(60)]
    rows = fit.held_out_scores(fit.folds(pieces, 3), {"made up": 1.0})
    means = {n: np.mean([s[n] for _, s in rows]) for n in ("Accuracy1", "downbeat")}
    assert means["Accuracy1"] > 0.7  # chance: 0.2
    assert means["downbeat"] > 0.7  # chance: 0.06
    assert "made up" in fit.table("held out", rows)


def test_the_terms_of_a_piece_are_the_estimators_own(crate: Path):
    piece = read_crate(crate)[0]
    terms = describe(piece)
    heard = Features(io.read(piece.sound))
    nearest = int(np.abs(terms.bpms - BPM).argmin())
    assert terms.bpms[nearest] == pytest.approx(BPM, rel=0.02)
    bar = metre.template(4)
    expected = metre.fit(heard, float(terms.bpms[nearest]))
    found = fit.second_terms(terms, bar, np.zeros(terms.first.shape[1]))[nearest, 1:]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert int((metre.rotations(terms.bar) @ bar).argmax()) % metre.SLOTS_PER_BEAT == 0


def test_cached_terms_are_the_computed_ones(crate: Path, tmp_path: Path):
    piece = read_crate(crate)[0]
    fresh, first = describe(piece), cached(piece, tmp_path)
    again = cached(piece, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    for name, values in vars(fresh).items():
        np.testing.assert_array_equal(values, vars(first)[name])
        np.testing.assert_array_equal(values, vars(again)[name])


def test_songs_are_grouped(crate: Path, tmp_path: Path):
    groups = {e.name: e.group for e in examples("loop", crate, tmp_path)}
    assert groups["a.wav"] == groups["a_copy.wav"] != groups["b.wav"]


def test_the_command_writes_a_file_that_it_then_finds_unchanged(
    crate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "templates.py"
    argv = ["--crates", f"loop={crate},0.5", "--cache", str(tmp_path / "terms"), "--out", str(out)]
    assert fit.main(argv) == 0
    listed = runpy.run_path(str(out))
    assert len(listed["BAR"]) == 16 * len(metre.EVIDENCE)
    assert max(len(line) for line in out.read_text("utf-8").splitlines()) <= 100
    assert fit.main([*argv, "--check"]) == 0
    spoilt = out.read_text("utf-8").replace("TEMPO_SECOND = (", "TEMPO_SECOND = (9.0,)\n_ = (")
    out.write_text(spoilt, "utf-8")
    assert fit.main([*argv, "--check"]) == 1
    assert out.read_text("utf-8") == spoilt
    assert "largest difference" in capsys.readouterr().out


def test_check_sees_a_changed_coefficient(tmp_path: Path):
    t = fit.fit_templates([made_up(k) for k in range(8)], {"made up": 1.0})
    path = tmp_path / "templates.py"
    path.write_text(fit.source_text(t), "utf-8")
    assert fit.difference(t, path) < 0.001
    moved = fit.Templates(t.bar, t.first + np.eye(43)[3], t.second)
    assert fit.difference(moved, path) == pytest.approx(1.0, abs=0.001)
    shorter = fit.Templates(t.bar, t.first[1:], t.second)
    assert fit.difference(shorter, path) == float("inf")


def test_terms_that_the_layout_does_not_know_are_refused():
    with pytest.raises(SystemExit, match="TEMPO_FIRST: expected 43 terms"):
        fit.source_text(fit.Templates(np.zeros(160), np.zeros(44), np.zeros(4)))


def test_crates_are_named_with_family_and_weight():
    crates = [fit.family_crate(t) for t in ("dev=a/b,0.4", "dev=c", "pop=d")]
    assert crates[0] == ("dev", Path("a/b"), 0.4)
    assert fit.family_weights(crates) == {"dev": 0.4, "pop": 1.0}
    with pytest.raises(argparse.ArgumentTypeError, match="family=DIR"):
        fit.family_crate("a/b")
