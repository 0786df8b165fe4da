"""The search for transitions, on tracks whose best way is known."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import Section
from mixolydian.dj.compatibility.tonal import tonal_vectors
from mixolydian.dj.plan import KINDS
from mixolydian.dj.transitions.candidates import candidates, search, transition_value
from mixolydian.dj.transitions.controls import controls_of, own_beats
from mixolydian.dj.transitions.kinds import OVERLAPPING
from mixolydian.dj.transitions.lines import lines_of
from mixolydian.dj.transitions.overlap import CLEAR, DOUBT, NEUTRAL, TONAL_RANGE
from mixolydian.dj.transitions.profile import profile_of
from mixolydian.dj.transitions.scores import WEIGHTS, WHOLE
from mixolydian.dj.transitions.shapes import band_gains, bar_overlap
from mixolydian.dj.transitions.wishes import Wishes
from tests.dj.transitions.made import track

BLENDS = Wishes(kinds=("blend", "eq-swap"))


def test_thousands_are_scored_and_every_part_lies_in_0_to_1():
    found = search(track("A"), track("B", 126, 4), Wishes())
    assert found.n_candidates > 2000
    assert set(found.parts) == set(WEIGHTS)
    for part in found.parts.values():
        assert part.min() >= 0.0
        assert part.max() <= 1.0


def test_the_score_is_the_geometric_mean_of_its_parts():
    best = candidates(track("A"), track("B", 126, 4), Wishes(shift=False))[0]
    logs = sum(WEIGHTS[name] * np.log(value) for name, value in best.parts.items())
    assert best.score == pytest.approx(np.exp(logs / WHOLE))


def test_a_blend_goes_from_the_outro_into_the_intro():
    best = candidates(track("A"), track("B", 126, 9), BLENDS)[0]
    assert best.out_start == 448.0
    assert best.in_start in (0.0, 32.0)
    assert "A's outro under B's intro" in best.why
    assert "8A → 8A fit" in best.why
    assert "no voices meet" in best.why


def test_a_copy_one_semitone_up_is_brought_back():
    a, b = track("A"), track("B", 128, 10)
    best = candidates(a, b, BLENDS)[0]
    assert best.shift == -1
    assert best.parts["harmonic"] > 0.9
    assert "moved by -1 semitone" in best.why
    assert candidates(a, b, Wishes(shift=False))[0].shift == 0


def test_two_voices_are_kept_apart():
    sung = np.zeros(512)
    sung[448:] = 1.0
    intro = np.zeros(512)
    intro[:64] = 1.0
    a, b = track("A", vocals=sung), track("B", 128, 9, vocals=intro)
    chosen = candidates(a, b, BLENDS)[0]
    assert chosen.parts["vocal"] > 0.9
    assert (chosen.out_start, chosen.in_start) != (448.0, 0.0)


def test_the_harmonic_part_is_what_a_plain_loop_finds():
    rng = np.random.default_rng(1)
    a = track("A", chroma=rng.dirichlet(np.full(12, 0.3), 512))
    b = track("B", 128, chroma=rng.dirichlet(np.full(12, 0.3), 512))
    for one in candidates(a, b, Wishes(kinds=OVERLAPPING), most=18):
        assert one.parts["harmonic"] == pytest.approx(_harmony(a, b, one), abs=1e-6)


def _harmony(a, b, one):
    """The harmonic part, bar by bar."""
    weights = bar_overlap(one.template, 4)
    worth, weight = DOUBT * NEUTRAL, DOUBT
    for bar, heard in enumerate(weights):
        start_a, start_b = own_beats(one, np.array([4.0 * bar]))
        va, vb = (
            tonal_vectors(p.chroma[int(start) : int(start) + 4].mean(axis=0))
            for p, start in ((a, start_a[0]), (b, start_b[0]))
        )
        vb = vb * np.exp(-2j * np.pi * np.arange(1, 7) * one.shift / 12)
        la, lb = np.linalg.norm(va), np.linalg.norm(vb)
        cosine = float((va @ vb.conj()).real / la / lb)
        low, high = TONAL_RANGE
        clear = min(la / CLEAR, 1) * min(lb / CLEAR, 1) * heard
        worth += clear * min(max((cosine - low) / (high - low), 0), 1)
        weight += clear
    return worth / weight


def test_what_is_chosen_lies_on_lines_and_inside_both_tracks():
    a, b = track("A"), track("B", 126, 4)
    for one in candidates(a, b, most=24):
        place = one.out_start + one.template.anchor * 4
        assert lines_of(a).strength_at(np.array(place)) >= 0.65
        assert lines_of(b).strength_at(np.array(one.in_start)) >= 0.5
        assert 0 <= one.out_start < one.out_end <= a.n_beats
        assert 0 <= one.in_start <= one.ready < b.n_beats


def test_the_best_come_first_and_the_same_every_time():
    a, b = track("A"), track("B", 126, 4)
    found = candidates(a, b)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert [one.why for one in found] == [one.why for one in candidates(a, b)]
    assert len({one.kind for one in found}) >= 4


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "fade"])
def test_every_kind_can_be_asked_for(kind):
    found = candidates(track("A"), track("B", 126, 4), Wishes(kinds=(kind,)))
    assert {one.kind for one in found} == {kind}
    assert all(one.why for one in found)


def test_a_wished_length_is_kept():
    found = candidates(track("A"), track("B", 126, 4), Wishes(bars=32))
    assert {one.template.bars for one in found} == {32}


def test_tracks_too_far_apart_come_one_after_the_other():
    found = candidates(track("A"), track("C", 160))
    assert {one.kind for one in found} == {"echo-out", "cut"}
    assert "too far apart" in found[0].why


def test_a_track_without_a_beat_is_faded():
    found = candidates(track("A"), track("D", steady=False))
    assert {one.kind for one in found} == {"fade"}


def test_half_tempo_counts_two_bars_as_one():
    one = candidates(track("A", 140), track("H", 70), BLENDS)[0]
    assert one.relation.own_b == 0.5
    assert one.ready - one.in_start == one.template.bars * 2


def test_a_track_too_short_for_anything_gives_nothing():
    short = (("intro", 1),)
    assert candidates(track("A", form=short), track("B", form=short), BLENDS) == []


def test_the_quick_value_orders_pairs_as_the_search_does():
    a = track("A")
    tracks = [track("S", 128, 9), track("F", 124, 4), track("T", 132, 3), track("X", 160, 3)]
    quick = [transition_value(a, b) for b in tracks]
    assert quick == sorted(quick, reverse=True)
    assert all(0.0 < value < 1.0 for value in quick)


@pytest.mark.parametrize("kind", OVERLAPPING)
def test_the_sum_goes_smoothly_from_level_to_level(kind):
    """Within 1.5 LU of the way between both tracks' own levels, as the portraits know them."""
    a = track("A", form=(("drop", 64),))
    b = track("B", form=(("drop", 64),))
    one = candidates(a, b, Wishes(kinds=(kind,)))[0]
    out, into = controls_of(one, 0.0)
    beats = np.arange(one.template.bars * 4) + 0.5
    total = 0.0
    for portrait, own, deck in zip((a, b), own_beats(one, beats), (out, into), strict=True):
        power = profile_of(portrait).means(own - 0.5, own + 0.5)[:, :3]
        total = total + (power * band_gains(deck, beats) ** 2).sum(axis=1)
    assert np.abs(10 * np.log10(total) - 0.5).max() < 1.5


def test_loops_are_followed():
    wishes = Wishes(kinds=("loop",))
    for one in candidates(track("A"), track("B"), wishes):
        out, into = own_beats(one, np.arange(one.template.bars * 4.0))
        assert out.max() == one.out_end - 1
        assert into.max() == one.ready - 1


def test_sections_under_other_names_do_no_harm():
    odd = (Section(0.0, 240.0, "solo", 0.5),)
    assert candidates(track("A", sections=odd), track("B", sections=odd))
