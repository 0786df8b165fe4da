"""A brief refuses what cannot be played, and says what can."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.brief import METERS, MOODS, Brief, Mix
from mixolydian.theory.mode import MODES

GOOD = Brief("house", 124.5, "A", "minor", (("intro", 2), ("drop", 4), ("drop", 2)))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("genre", "polka metal", "house"),
        ("bpm", 0.0, "40"),
        ("bpm", float("nan"), "40"),
        ("bpm", 400.0, "250"),
        ("tonic", "H", "Bb"),
        ("mode", "ionian", "mixolydian"),
        ("meter", 2, "7"),
        ("mood", "grumpy", "euphoric"),
        ("form", (), "at least one"),
        ("form", (("solo", 4),), "breakdown"),
        ("form", (("drop", 0),), "1"),
        ("form", (("drop", 2000), ("drop", 2000)), "2048"),
        ("energy", (0.5,), "3"),
        ("energy", (0.5, 1.5, 0.0), "1"),
        ("swing", 0.9, "0.4"),
        ("tuning_cents", 80.0, "50"),
        ("lead_in", -1.0, "30"),
        ("drift", 0.5, "0.05"),
        ("jitter", -1.0, "30"),
        ("seed", -1, "0 or more"),
        ("tempo_changes", ((0, 120.0),), "[1"),
        ("tempo_changes", ((2, 1000.0),), "250"),
        ("tempo_ramps", ((3, 3, 130.0),), "[4"),
        ("tempo_ramps", ((3, 9, 130.0),), "8"),
        ("tempo_ramps", ((0, 4, 20.0),), "40"),
        ("key_changes", ((2, "Cb", "minor"),), "C#"),
        ("key_changes", ((2, "C", "blues"),), "dorian"),
        ("settings", (("bass.colour", "red"),), "bass.pattern"),
        ("settings", (("drop3.energy", "5"),), "drop2"),
    ],
)
def test_wrong_values_are_refused_with_what_is_allowed(field: str, value: object, said: str):
    with pytest.raises(RequestError) as caught:
        replace(GOOD, **{field: value})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("field", "value"), [("reverb", 2.0), ("loudness", 0.0), ("bass", 99.0)])
def test_a_mix_out_of_range_is_refused(field: str, value: float):
    with pytest.raises(RequestError, match=f"mix.{field}"):
        Mix(**{field: value})


@pytest.mark.parametrize("field", ["meter", "mode", "mood"])
def test_everything_allowed_is_accepted(field: str):
    for value in {"meter": METERS, "mode": MODES, "mood": MOODS}[field]:
        assert getattr(replace(GOOD, **{field: value}), field) == value


def test_a_brief_is_frozen():
    with pytest.raises(FrozenInstanceError):
        GOOD.bpm = 100.0  # type: ignore[misc]


def test_sections_are_numbered_by_their_label():
    assert GOOD.section_names == ("intro1", "drop1", "drop2")
    assert GOOD.n_bars == 8


def test_a_setting_of_a_section_goes_before_one_of_the_piece():
    brief = replace(GOOD, settings=(("bass.pattern", "r..."), ("drop2.bass.pattern", "o...")))
    assert brief.setting("bass.pattern", "drop1") == "r..."
    assert brief.setting("bass.pattern", "drop2") == "o..."
    assert brief.setting("lead.pattern") is None


def test_dice_are_fixed_by_seed_genre_purpose_and_section():
    def throw(brief: Brief, *what: str) -> float:
        return float(brief.random(*what).random())

    first = throw(GOOD, "bass")
    assert throw(GOOD, "bass") == first
    others = [
        throw(GOOD, "drums"),
        throw(GOOD, "bass", "drop1"),
        throw(GOOD, "bass", "drop2"),
        throw(replace(GOOD, seed=1), "bass"),
        throw(replace(GOOD, genre="techno"), "bass"),
    ]
    assert len({first, *others}) == 6
    assert throw(replace(GOOD, bpm=90.0, tonic="C"), "bass") == first
