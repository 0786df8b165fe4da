"""Rendering: attacks on their beats, untouched sound untouched, the same plan the same samples."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixolydian.audio.loudness import measure_loudness
from mixolydian.core.errors import InputError, RequestError, StorageError, UnreadableError
from mixolydian.dj.curve import Curve
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import Controls, Loop, MixPlan, Transition
from mixolydian.dj.rendering import render
from mixolydian.dj.timeline import clock_of
from tests.dj.clicks import attack_offsets, click_track

OPEN = Controls()


def excerpts(plan: MixPlan, out: Path, workers: int = 1) -> list[Excerpt]:
    kept: list[Excerpt] = []
    render(plan, out, workers=workers, keep=kept.append)
    return kept


def offsets(plan: MixPlan, excerpt: Excerpt, deck: np.ndarray, beats: np.ndarray) -> np.ndarray:
    times = clock_of(plan).time_at(beats) - excerpt.start / plan.sample_rate
    return attack_offsets(deck, plan.sample_rate, times)


def check_together(plan: MixPlan, folder: Path, first: float, last: float) -> None:
    """Both decks' attacks lie on the beats from `first` to `last`, and do not drift."""
    (excerpt,) = excerpts(plan, folder / "mix.wav")
    beats = np.arange(first + 1, last)
    heard = [offsets(plan, excerpt, y, beats) for y in (excerpt.outgoing_dry, excerpt.incoming_dry)]
    for off in heard:
        assert len(off) >= last - first - 3
        assert np.quantile(np.abs(off), 0.95) < 1.0
        assert abs(np.polyfit(np.arange(len(off)), off, 1)[0]) * len(off) < 0.5
    assert np.quantile(np.abs(heard[0] - heard[1]), 0.95) < 1.0


@pytest.mark.parametrize(("change", "semitones"), [(1.04, 0.0), (0.94, 0.0), (0.98, -1.0)])
def test_attacks_fall_together_over_64_beats(tmp_path, change: float, semitones: float):
    one = click_track(tmp_path, "one", Grid.steady(128.0, 0.1), 40.0)
    two = click_track(
        tmp_path, "second", Grid.steady(128.0 / change, 0.25), 40.0, at=10.0, end=70.0
    )
    two = replace(two, semitones=semitones)
    blend = Transition("blend", 10.0, 74.0)
    plan = MixPlan((replace(one, end=74.0), two), (blend,), Curve.constant(128.0))
    check_together(plan, tmp_path, 10, 74)


def test_attacks_fall_together_along_a_ramp(tmp_path):
    one = click_track(tmp_path, "one", Grid.steady(124.0, 0.1), 30.0, end=56.0)
    two = click_track(tmp_path, "second", Grid.steady(130.0, 0.2), 30.0, at=8.0, end=56.0)
    ramp = Curve(((8.0, 124.0), (56.0, 130.0)))
    plan = MixPlan((one, two), (Transition("blend", 8.0, 56.0),), ramp)
    check_together(plan, tmp_path, 8, 56)


def test_attacks_fall_together_on_a_grid_that_changes_its_tempo(tmp_path):
    beats = np.array([0.0, 20.0, 33.0, 60.0])
    live = Grid(np.concatenate([[0.15], 0.15 + np.cumsum(np.diff(beats) * 60 / [120, 122.5, 118])]),
                beats)  # fmt: skip
    one = click_track(tmp_path, "one", Grid.steady(120.0, 0.1), 31.0, end=60.0)
    two = click_track(tmp_path, "live", live, 31.0, at=4.0, end=56.0)
    plan = MixPlan((one, two), (Transition("blend", 4.0, 60.0),), Curve.constant(121.0))
    check_together(plan, tmp_path, 4, 60)


def test_what_is_neither_stretched_nor_touched_is_copied(tmp_path):
    one = click_track(tmp_path, "one", Grid.steady(120.0), 8.0, end=16.0)
    plan = MixPlan((one,), (), Curve.constant(120.0))
    done = render(plan, tmp_path / "mix.wav")
    mix, _ = soundfile.read(tmp_path / "mix.wav", dtype="float32")
    sound, _ = soundfile.read(one.path, dtype="float32")
    quiet = round(0.02 * 44100)
    assert done.samples == len(mix) == 8 * 44100
    assert done.limited_db == 0.0
    assert np.abs(mix - sound)[:-quiet].max() < 2e-7  # 24 bits


def test_controls_act_within_their_transition_only(tmp_path):
    one = click_track(tmp_path, "one", Grid.steady(120.0), 20.0, end=40.0)
    two = click_track(tmp_path, "second", Grid.steady(120.0), 20.0, at=16.0, end=40.0)
    killed = Controls(low=Curve(((16.0, 1.0), (16.0, 0.0), (24.0, 0.0))))
    plan = MixPlan(
        (one, two), (Transition("eq-swap", 16.0, 24.0, killed, OPEN),), Curve.constant(120.0)
    )
    (excerpt,) = excerpts(plan, tmp_path / "mix.wav")
    dry, wet = excerpt.outgoing_dry, excerpt.outgoing
    at = lambda beat: round(beat * 0.5 * 44100) - excerpt.start  # noqa: E731
    assert np.array_equal(dry[:, : at(15.7)], wet[:, : at(15.7)])
    assert np.array_equal(dry[:, at(24.3) :], wet[:, at(24.3) :])
    band = np.fft.rfftfreq(at(23) - at(17), 1 / 44100) < 90
    dry_low, wet_low = (np.abs(np.fft.rfft(y[0, at(17) : at(23)]))[band] for y in (dry, wet))
    assert 20 * np.log10(wet_low.max() / dry_low.max()) < -40
    assert np.array_equal(excerpt.incoming, excerpt.incoming_dry)


def test_a_cut_is_sharp_and_leaves_the_attack(tmp_path):
    one = click_track(tmp_path, "one", Grid.steady(120.0), 12.0, end=16.0)
    two = click_track(tmp_path, "second", Grid.steady(120.0, 0.05), 12.0, at=16.0, end=20.0)
    cut = Transition(
        "cut",
        15.0,
        17.0,
        Controls(fader=Curve(((15.0, 1.0), (16.0, 1.0), (16.0, 0.0)))),
        Controls(fader=Curve(((15.0, 0.0), (16.0, 0.0), (16.0, 1.0)))),
    )
    (excerpt,) = excerpts(MixPlan((one, two), (cut,), Curve.constant(120.0)), tmp_path / "m.wav")
    at = 8 * 44100 - excerpt.start
    assert np.array_equal(excerpt.incoming[:, at:], excerpt.incoming_dry[:, at:])
    assert not excerpt.outgoing[:, at:].any()


def test_an_echo_goes_on_and_ends(tmp_path):
    one = click_track(tmp_path, "one", Grid.steady(120.0), 12.0, end=16.0)
    two = click_track(tmp_path, "second", Grid.steady(120.0), 20.0, at=16.0, end=36.0)
    out = Controls(
        fader=Curve(((12.0, 1.0), (16.0, 1.0), (16.0, 0.0))),
        echo=Curve(((12.0, 0.0), (15.0, 1.0))),
    )
    plan = MixPlan((one, two), (Transition("echo-out", 12.0, 16.0, out, OPEN),),
                   Curve.constant(120.0))  # fmt: skip
    (excerpt,) = excerpts(plan, tmp_path / "mix.wav")
    level = [
        np.abs(excerpt.outgoing[0, a - excerpt.start : a - excerpt.start + 16537]).max()
        for a in (8 * 44100 + k * 16537 for k in range(1, 12))
    ]
    assert level[0] > 0.005
    assert all(b < a for a, b in pairwise(level[:7]))
    assert level[-1] < 1e-3 * excerpt.outgoing.max()
    assert not excerpt.outgoing_dry[:, 8 * 44100 - excerpt.start :].any()


def test_loops_are_heard_as_often_as_they_say(tmp_path):
    one = click_track(tmp_path, "one", Grid.steady(120.0, 0.1), 12.0, end=16.0,
                      loops=(Loop(8.0, 4.0, 3),))  # fmt: skip
    plan = MixPlan((one,), (), Curve.constant(126.0))
    done = render(plan, tmp_path / "mix.wav")
    assert done.seconds == pytest.approx(24 * 60 / 126, abs=1e-3)
    mix, rate = soundfile.read(tmp_path / "mix.wav", dtype="float32")
    off = attack_offsets(mix.T, rate, clock_of(plan).time_at(np.arange(1, 24)))
    assert np.abs(off).max() < 1.0


def pair(folder: Path) -> MixPlan:
    one = click_track(folder, "one", Grid.steady(126.0, 0.1), 16.0, end=30.0, gain_db=20.0)
    two = click_track(folder, "second", Grid.steady(122.0), 16.0, 48000, at=8.0, end=30.0,
                      gain_db=20.0, semitones=1.0)  # fmt: skip
    moves = Controls(
        fader=Curve(((8.0, 1.0), (30.0, 0.0))), highpass=Curve(((8.0, 20.0), (30.0, 900.0)))
    )
    return MixPlan((one, two), (Transition("filter", 8.0, 30.0, moves),), Curve.constant(125.0))


def test_the_same_plan_gives_the_same_samples_and_no_peak_over_the_ceiling(tmp_path):
    plan = pair(tmp_path)
    told: list[float] = []
    alone = render(plan, tmp_path / "alone.flac", workers=1, tick=told.append)
    shared = render(plan, tmp_path / "shared.flac", workers=2)
    assert (tmp_path / "alone.flac").read_bytes() == (tmp_path / "shared.flac").read_bytes()
    mix, rate = soundfile.read(tmp_path / "alone.flac", dtype="float32")
    assert measure_loudness(mix.T, rate).true_peak_dbtp <= plan.ceiling
    assert replace(alone, path="") == replace(shared, path="")
    assert alone.true_peak <= plan.ceiling
    assert alone.limited_db > 1.0
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
def test_lossy_forms_can_be_written(tmp_path, suffix: str):
    one = click_track(tmp_path, "one", Grid.steady(120.0), 4.0, end=6.0)
    render(MixPlan((one,), (), Curve.constant(120.0)), tmp_path / f"mix{suffix}")
    assert soundfile.info(tmp_path / f"mix{suffix}").duration == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_track_that_has_changed_is_refused_and_nothing_stays(tmp_path, workers: int):
    plan = pair(tmp_path)
    changed = replace(plan.tracks[1], track_id="0" * 32)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match="plan the mix anew"):
        render(replace(plan, tracks=(plan.tracks[0], changed)), tmp_path / "m.wav", workers=workers)
    assert sorted(tmp_path.iterdir()) == before


def test_an_error_while_a_transition_is_looked_at_leaves_nothing(tmp_path):
    plan = pair(tmp_path)
    before = sorted(tmp_path.iterdir())

    def refuse(excerpt: Excerpt) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(plan, tmp_path / "m.wav", keep=refuse)
    assert sorted(tmp_path.iterdir()) == before


def test_what_cannot_be_rendered_is_said(tmp_path):
    plan = pair(tmp_path)
    with pytest.raises(RequestError, match="suffix"):
        render(plan, tmp_path / "mix.xyz")
    gone = replace(plan.tracks[0], path=str(tmp_path / "gone.wav"))
    with pytest.raises(UnreadableError, match=r"gone\.wav"):
        render(replace(plan, tracks=(gone, plan.tracks[1])), tmp_path / "mix.wav")
    with pytest.raises(RequestError, match="speed"):
        render(replace(plan, tempo=Curve.constant(240.0)), tmp_path / "mix.wav")
    with pytest.raises(StorageError):
        render(plan, Path(plan.tracks[0].path) / "mix.wav")
    assert {p.suffix for p in tmp_path.iterdir()} == {".wav"}
