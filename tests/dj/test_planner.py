"""The plan of a whole mix."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.dj.checks import check
from mixolydian.dj.plan import end_beat
from mixolydian.dj.planner import plan_mix
from mixolydian.dj.timeline import clock_of
from mixolydian.dj.transitions.wishes import Wishes
from tests.dj.transitions.made import track

A, B, C = track("A"), track("B", 126, 4), track("C", 127, 11)
FAST, SLOW, FREE = track("F", 174), track("H", 87, 4), track("D", steady=False)


def own_beat(planned, beat):
    """The track's beat that is heard at mix `beat`, no loop in the way."""
    return planned.start + (beat - planned.at) * planned.ratio


def minutes(plan):
    return clock_of(plan).time_at(plan.n_beats) / 60


@pytest.mark.parametrize(
    "tracks",
    [(A,), (A, B), (A, B, C, A), (A, FAST, SLOW, B), (FREE, A, FREE), (FREE, track("E")),
     (A, FREE, track("G", steady=False), B), (A, track("W", 128, meter=3), B)],
)  # fmt: skip
@pytest.mark.parametrize("wishes", [Wishes(), Wishes(tempo="first"), Wishes(tempo=128.0)])
def test_every_plan_passes_the_checks(tracks, wishes):
    plan = plan_mix(tracks, wishes)
    check(plan, "plan")
    assert len(plan.transitions) == len(tracks) - 1
    assert [t.title for t in plan.tracks] == [t.title for t in tracks]


def test_downbeats_and_phrases_lie_on_each_other():
    plan = plan_mix([A, B, C, A, B])
    assert not any(t.loops for t in plan.tracks)
    for (a, b), transition in zip(pairwise(plan.tracks), plan.transitions, strict=True):
        assert transition.start % 4 == 0
        assert b.at % 4 == 0
        assert b.start % 4 == 0
        assert own_beat(a, transition.start) % 32 == 0
        assert own_beat(b, b.at) % 32 == 0
        assert transition.start <= b.at <= transition.end


def test_the_outgoing_track_ends_with_the_transition():
    plan = plan_mix([A, B, C])
    for i, transition in enumerate(plan.transitions):
        assert end_beat(plan, i) == pytest.approx(transition.end)


def test_overlaps_run_at_one_tempo_and_then_follow_the_track():
    plan = plan_mix([A, B, C], Wishes(kinds=("blend",)))
    for transition, bpm in zip(plan.transitions, (128, 126), strict=True):
        inside = plan.tempo.at(np.linspace(transition.start, transition.end, 9))
        assert inside == pytest.approx(bpm)
    assert plan.tempo.at(plan.n_beats) == pytest.approx(127)


def test_a_wished_tempo_holds_throughout():
    plan = plan_mix([A, B, C], Wishes(tempo=125.0))
    assert plan.tempo.is_constant
    assert plan.tempo.at(0) == 125.0


def test_between_far_tempi_it_jumps_on_the_line_and_says_so():
    plan = plan_mix([A, FAST])
    line = plan.tracks[1].at
    assert plan.tempo.at(line - 1e-6) == pytest.approx(128)
    assert plan.tempo.at(line) == 174
    assert plan.transitions[0].kind in ("cut", "echo-out")
    assert any("cannot be brought to" in note for note in plan.notes)


def test_half_tempo_runs_along():
    plan = plan_mix([FAST, SLOW])
    assert [t.ratio for t in plan.tracks] == [1.0, 0.5]
    assert plan.tempo.at(plan.n_beats) == pytest.approx(174)


def test_a_track_without_a_beat_is_free_and_faded():
    plan = plan_mix([A, FREE, B])
    assert [t.locked for t in plan.tracks] == [True, False, True]
    assert {t.kind for t in plan.transitions} == {"fade"}
    assert "D has no steady beat (no beat found)" in plan.notes[0]


def test_tracks_are_brought_to_one_loudness_but_not_through_the_ceiling():
    quiet = track("Q", lufs=-30.0, true_peak=-3.0)
    plan = plan_mix([track("L", lufs=-7.0), quiet])
    assert [t.gain_db for t in plan.tracks] == [-3.0, 8.0]
    assert any("Q stays 12.0 dB quieter" in note for note in plan.notes)


@pytest.mark.parametrize("wanted", [6.0, 9.0, 12.0])
def test_a_wished_length_is_kept_to_within_a_phrase(wanted):
    plan = plan_mix([A, B, C, track("E", 125)], Wishes(minutes=wanted))
    check(plan, "plan")
    assert minutes(plan) == pytest.approx(wanted, abs=0.3)


def test_a_length_that_is_not_to_be_had_is_said():
    plan = plan_mix([A, B], Wishes(minutes=60))
    assert any("not 60" in note for note in plan.notes)
    with pytest.raises(RequestError, match="do not fit"):
        plan_mix([A, B, C, A, B], Wishes(minutes=0.5))


def test_the_same_track_twice_in_a_row_is_refused_unless_wished():
    with pytest.raises(RequestError, match="follow itself"):
        plan_mix([A, A])
    check(plan_mix([A, A], Wishes(repeats=True)), "plan")


def test_no_track_is_no_mix():
    with pytest.raises(RequestError, match="at least one"):
        plan_mix([])


def test_one_track_plays_from_end_to_end():
    plan = plan_mix([A])
    assert (plan.tracks[0].start, plan.tracks[0].end) == (0.0, 512.0)
    assert plan.transitions == ()


def test_short_tracks_are_mixed_as_well_as_can_be():
    tracks = [
        track(t, bpm, form=(("intro", 4), ("drop", 4))) for t, bpm in (("S", 128), ("T", 126))
    ]
    check(plan_mix(tracks * 2), "plan")
    with pytest.raises(RequestError, match="too short"):
        plan_mix([track("S", form=(("intro", 1),)), track("T", form=(("intro", 1),))])


def test_wished_kinds_are_kept_where_possible():
    plan = plan_mix([A, B, FAST], Wishes(kinds=("filter",), bars=8))
    assert plan.transitions[0].kind == "filter"
    assert plan.transitions[0].end - plan.transitions[0].start == 32
    assert any("no wished kind" in note for note in plan.notes)


def test_a_track_is_played_before_it_is_left():
    plan = plan_mix([A, B, C, A, B, C])
    for before, after in pairwise(plan.transitions):
        assert after.start - before.end >= 128


def test_semitones_do_not_add_up_over_a_mix():
    """Each track lies one semitone over the one before; none may be moved further than one."""
    tracks = [track(f"T{k}", 128, 9 + k) for k in range(6)]
    plan = plan_mix(tracks, Wishes(kinds=("blend",)))
    moved = [t.semitones for t in plan.tracks]
    assert max(map(abs, moved)) <= 1
    assert any(moved)


def test_pitch_goes_with_the_speed_when_the_key_is_not_locked():
    plan = plan_mix([A, track("B", 126)], Wishes(key_lock=False, shift=False))
    assert plan.tracks[1].semitones == pytest.approx(12 * np.log2(128 / 126))


def test_the_same_tracks_give_the_same_plan():
    assert plan_mix([A, B, C]) == plan_mix([A, B, C])


def test_every_transition_is_scored_and_explained():
    plan = plan_mix([A, B, FAST, SLOW, FREE])
    for transition in plan.transitions:
        assert 0.0 < transition.score <= 1.0
        assert transition.why
        assert all(0.0 <= part <= 1.0 for part in transition.parts.values())
