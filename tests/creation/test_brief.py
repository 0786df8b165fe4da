"""A brief refuses what cannot be played, and says what can."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.brief import Brief, Mix

GOOD = Brief("house", 124.5, "A", "minor", (("intro", 2), ("drop", 4)))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("style", "polka metal", "house"),
        ("bpm", 0.0, "40"),
        ("bpm", float("nan"), "40"),
        ("bpm", 400.0, "250"),
        ("tonic", "H", "Bb"),
        ("mode", "dorian", "minor"),
        ("meter", 3, "4"),
        ("form", (), "at least one"),
        ("form", (("solo", 4),), "breakdown"),
        ("form", (("drop", 0),), "1"),
        ("swing", 0.9, "0.4"),
        ("tuning_cents", 80.0, "50"),
        ("lead_in", -1.0, "30"),
        ("drift", 0.5, "0.05"),
        ("jitter", -1.0, "30"),
        ("seed", -1, "0 or more"),
        ("tempo_changes", ((0, 120.0),), "[1"),
        ("tempo_changes", ((2, 1000.0),), "250"),
        ("key_changes", ((2, "Cb", "minor"),), "C#"),
    ],
)
def test_wrong_values_are_refused_with_what_is_allowed(field: str, value: object, said: str):
    with pytest.raises(RequestError) as caught:
        replace(GOOD, **{field: value})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("field", "value"), [("reverb", 2.0), ("level", 0.0), ("bass", 99.0)])
def test_a_mix_out_of_range_is_refused(field: str, value: float):
    with pytest.raises(RequestError, match=f"mix.{field}"):
        Mix(**{field: value})


def test_a_brief_is_frozen():
    with pytest.raises(FrozenInstanceError):
        GOOD.bpm = 100.0  # type: ignore[misc]


def test_dice_are_fixed_by_seed_and_purpose():
    assert GOOD.random("bass").random() == GOOD.random("bass").random()
    assert GOOD.random("bass").random() != GOOD.random("drums").random()
    assert GOOD.random("bass").random() != replace(GOOD, seed=1).random("bass").random()
