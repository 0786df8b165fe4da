"""Random briefs: wide, even where they should be, a function of their number alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from mixolydian.creation.arrange import arrange
from mixolydian.creation.genres import GENRES
from mixolydian.theory.mode import family
from mixolydian.training.datasets.briefs import random_brief, random_briefs
from mixolydian.training.datasets.forms import FORMS, random_form
from mixolydian.training.datasets.profiles import BENCHMARK, WIDE, Profile


def test_genres_and_keys_come_in_turn():
    briefs = random_briefs(168, 3, (20.0, 60.0))
    assert set(Counter(b.genre for b in briefs).values()) == {168 // len(GENRES)}
    keys = Counter((b.tonic, family(b.mode)) for b in briefs)
    assert len(keys) == 24
    assert set(keys.values()) == {7}


def test_what_happens_in_music_happens():
    briefs = random_briefs(300, 1, 60.0)
    assert {b.meter for b in briefs} == {3, 4, 5, 6, 7}
    assert {b.mode for b in briefs} >= {"dorian", "phrygian", "lydian", "mixolydian"}
    for field in (
        "tempo_changes", "tempo_ramps", "key_changes", "energy", "progression", "half_time",
        "tuning_cents", "drift", "jitter", "lead_in", "swing",
    ):  # fmt: skip
        share = np.mean([bool(getattr(b, field)) for b in briefs])
        assert 0.01 < share < 0.75, field
    paths = Counter(path.split(".")[-1] for b in briefs for path, _ in b.settings)
    assert set(paths) == {"mute", "voice", "kit", "pattern", "cutoff", "octave", "gain"}
    loudness = [b.mix.loudness for b in briefs]
    assert min(loudness) < -17
    assert max(loudness) > -7
    assert min(b.bpm for b in briefs) < 70
    assert max(b.bpm for b in briefs) > 180


def test_the_first_key_lasts_longest():
    changed = [b for b in random_briefs(300, 1, 60.0) if b.key_changes]
    assert changed
    assert all(2 * b.key_changes[0][0] >= b.n_bars for b in changed)


def test_a_brief_needs_no_others_to_be_made():
    alone = random_brief(11, 5, (20.0, 60.0))
    assert alone == random_briefs(12, 5, (20.0, 60.0))[11]
    assert alone != random_brief(11, 6, (20.0, 60.0))
    assert len({b.seed for b in random_briefs(100, 5, 60.0)}) == 100


@pytest.mark.parametrize("seconds", [10.0, 30.0, 60.0])
def test_pieces_are_about_as_long_as_asked(seconds: float):
    for brief in random_briefs(40, 2, seconds):
        bar = 60 / brief.bpm * brief.meter
        found = sum(n for _, n in brief.form) * bar + brief.lead_in
        assert found <= seconds + bar
        assert found >= min(0.6 * seconds, seconds - 3 * bar) - 2.5


@pytest.mark.parametrize("family_name", sorted(FORMS))
@pytest.mark.parametrize("bars", [1, 2, 5, 9, 31, 64, 200])
def test_forms_have_the_bars_there_is_room_for(family_name: str, bars: int):
    for seed in range(20):
        form = random_form(family_name, bars, np.random.default_rng(seed))
        assert 0.5 * bars <= sum(n for _, n in form) <= bars
        assert all(n >= 1 for _, n in form)


def test_a_profile_is_kept():
    never = Profile(**{name: 0.0 for name, v in vars(WIDE).items() if isinstance(v, float)})
    for brief in random_briefs(60, 1, 60.0, never):
        low, high = GENRES[brief.genre].tempo
        assert low - 0.5 <= brief.bpm <= high + 0.5
        assert brief.meter == GENRES[brief.genre].meter
        assert not brief.settings + brief.key_changes + brief.energy
        assert brief.lead_in == 0
    always = Profile(drums_only=1.0)
    drums = arrange(random_brief(0, 1, 20.0, always))
    assert not drums.parts
    assert drums.drums


def test_the_benchmark_keeps_to_the_genre():
    briefs = random_briefs(56, 1, (60.0, 100.0), BENCHMARK)
    assert all(b.meter == GENRES[b.genre].meter and not b.settings for b in briefs)
    assert {b.meter for b in briefs} == {3, 4, 6}
