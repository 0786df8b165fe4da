"""Forms are brought to any length without losing their shape."""

from __future__ import annotations

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.forms import (
    FAMILY_FORMS,
    SHORT_FORMS,
    fitted_form,
    forms_of,
    read_structure,
)
from mixolydian.creation.genres import GENRES

CLUB = read_structure(FAMILY_FORMS["club"][0])


@pytest.mark.parametrize("family", sorted(FAMILY_FORMS))
@pytest.mark.parametrize("bars", [1, 2, 5, 11, 16, 33, 64, 99, 128, 200, 333, 800])
def test_every_length_is_met_exactly(family: str, bars: int):
    form = fitted_form(read_structure(FAMILY_FORMS[family][0]), family, bars)
    assert sum(n for _, n in form) == bars
    assert min(n for _, n in form) >= 1


def test_the_form_itself_stays_as_it_is():
    assert fitted_form(CLUB, "club", sum(n for _, n in CLUB)) == CLUB


def test_long_pieces_get_more_drops_not_longer_ones():
    form = fitted_form(CLUB, "club", 384)
    assert sum(label == "drop" for label, _ in form) > 2
    assert max(n for label, n in form if label == "drop") <= 56
    assert form[-1][0] == "outro"


def test_short_pieces_keep_their_drop():
    for bars in (4, 8, 16, 32):
        assert any(label == "drop" for label, _ in fitted_form(CLUB, "club", bars))


def test_lengths_of_whole_phrases_keep_sections_in_fours():
    form = fitted_form(CLUB, "club", 96)
    assert all(n % 4 == 0 for _, n in form)


@pytest.mark.parametrize("name", sorted(GENRES))
def test_every_genre_has_forms(name: str):
    assert forms_of(GENRES[name])


@pytest.mark.parametrize("text", [t for forms in SHORT_FORMS.values() for t in forms])
def test_short_forms_can_be_read(text: str):
    assert read_structure(text)


@pytest.mark.parametrize("bars", [0, -3, 100_000])
def test_a_length_out_of_reach_is_refused(bars: int):
    with pytest.raises(RequestError, match="bars"):
        fitted_form(CLUB, "club", bars)
