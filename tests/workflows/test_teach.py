"""Taught tags: learnt, kept, corrected, forgotten, searched for."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError, UnknownTrackError
from mixolydian.workflows.search import SearchRequest, search
from mixolydian.workflows.teach import TeachRequest, forget_tag, taught_tags, teach
from tests.workflows.shelves import entry, fill

N_WARM, N_OTHERS, SIZE = 14, 60, 12


def warm(n, dice):
    return entry(f"warm{n:02d}", vector=dice.normal(size=SIZE) + 4.0 * (np.arange(SIZE) < 4))


def cold(n, dice):
    return entry(f"cold{n:02d}", vector=dice.normal(size=SIZE))


@pytest.fixture
def library(settings):
    dice = np.random.default_rng(3)
    fill(
        settings, *(warm(n, dice) for n in range(N_WARM)), *(cold(n, dice) for n in range(N_OTHERS))
    )
    return settings


def some(name, *numbers):
    return tuple(f"{name}{n:02d}" for n in numbers)


def names(found):
    return {suggestion.row.title for suggestion in found}


def found_by(settings, query):
    return {row.title for row in search(SearchRequest(query), settings).rows}


def test_a_tag_is_learnt_and_finds_more(library):
    result = teach(TeachRequest("my warm-up", some("warm", *range(7))), library)
    told = names(result.suggestions) | names(result.doubtful)
    assert names(result.suggestions) <= set(some("warm", *range(7, N_WARM)))
    assert len(told & set(some("warm", *range(7, N_WARM)))) >= 5
    assert result.found >= 4
    assert result.tag.separation > 0.9
    assert [e.row.title for e in result.examples] == list(some("warm", *range(7)))
    probabilities = [s.probability for s in result.suggestions]
    assert probabilities == sorted(probabilities, reverse=True)
    assert min(probabilities) >= 0.5 > max(s.probability for s in result.doubtful)


def test_a_search_for_the_tag(library):
    result = teach(TeachRequest("my warm-up", some("warm", *range(7))), library)
    found = found_by(library, 'tag:"My  Warm-Up"')
    assert found == set(some("warm", *range(7))) | names(result.suggestions)
    assert found_by(library, 'tag:"my warm-up" warm03') == {"warm03"}
    with pytest.raises(RequestError, match=r"no tag 'cool-down' .*; taught: 'tag:.my warm-up.'"):
        found_by(library, "tag:cool-down")


def test_later_tracks_get_the_tag(library):
    teach(TeachRequest("tag", some("warm", *range(8))), library)
    fill(library, entry("later", vector=5.0 * (np.arange(SIZE) < 4)))
    assert "later" in found_by(library, "tag:tag")


def test_teaching_again_adds_and_the_last_word_holds(library):
    teach(TeachRequest("tag", some("warm", *range(5)), some("cold", 1)), library)
    result = teach(TeachRequest("TAG", some("warm", 5), some("warm", 0)), library)
    assert [e.row.title for e in result.examples] == list(some("warm", 1, 2, 3, 4, 5))
    assert len(result.tag.counter_examples) == 2
    assert "warm00" not in found_by(library, "tag:tag")
    back = teach(TeachRequest("tag", some("warm", 0)), library)
    assert len(back.examples) == 6
    again = teach(TeachRequest("tag"), library)
    assert [e.probability for e in again.examples] == [e.probability for e in back.examples]


def test_what_cannot_be_told_apart_suggests_nothing(library):
    result = teach(TeachRequest("random", some("cold", *range(0, 50, 10))), library)
    assert (result.suggestions, result.doubtful, result.found) == ((), (), 0)
    assert any("cannot be told from the rest" in note for note in result.notes)
    assert found_by(library, "tag:random") == set(some("cold", *range(0, 50, 10)))


def test_a_stranger_among_the_examples_is_named(library):
    dice = np.random.default_rng(8)
    opposite = dice.normal(size=SIZE) - 2.5 * (np.arange(SIZE) < 4)
    fill(library, entry("stranger", vector=opposite))
    result = teach(TeachRequest("tag", (*some("warm", *range(8)), "stranger")), library)
    assert any("unlike the other examples: stranger" in note for note in result.notes)


def test_tags_are_listed_and_forgotten(library):
    assert taught_tags(library) == ()
    teach(TeachRequest("b", some("warm", *range(4))), library)
    teach(TeachRequest("A", some("warm", *range(6))), library)
    lines = taught_tags(library)
    assert [line.tag.name for line in lines] == ["A", "b"]
    assert all(line.n_tracks >= 4 for line in lines)
    forget_tag("B", library)
    assert [line.tag.name for line in taught_tags(library)] == ["A"]
    with pytest.raises(RequestError, match="no tag 'b' to forget; taught: A"):
        forget_tag("b", library)


@pytest.mark.parametrize(
    ("tracks", "counter", "error", "said"),
    [
        (some("warm", 0, 1), (), RequestError, "at least 3 examples"),
        (some("warm", 0, 0, 0, 1), (), RequestError, "at least 3 examples"),
        ((), (), RequestError, "at least 3 examples"),
        (("nowhere",), (), UnknownTrackError, "no track 'nowhere'"),
        (some("warm", 0, 1, 2), some("warm", 2), RequestError, "both example and counter"),
        ((*some("warm", 0, 1, 2), "silent"), (), RequestError, "nothing to learn from in silent"),
    ],
)
def test_what_is_refused(library, tracks, counter, error, said):
    fill(library, entry("silent"))
    with pytest.raises(error, match=said):
        teach(TeachRequest("tag", tracks, counter), library)
    assert taught_tags(library) == ()


@pytest.mark.parametrize("name", ["", "  ", "!!", 'a"b', "a\nb", "x" * 61])
def test_names_that_cannot_be_searched_for(name):
    with pytest.raises(RequestError, match="tag's name"):
        TeachRequest(name, ("a", "b", "c"))


def test_a_library_too_small(settings):
    dice = np.random.default_rng(0)
    fill(settings, *(warm(n, dice) for n in range(8)))
    with pytest.raises(RequestError, match="10 other tracks"):
        teach(TeachRequest("tag", some("warm", 0, 1, 2)), settings)
