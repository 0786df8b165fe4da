"""A library's lists as sets: cut, grouped, and split so that none leaks."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.library.lists import KeptList, ListEntry
from mixolydian.training.played import (
    HELD_OUT,
    LEAST_GROUPS,
    LONGEST,
    disturbed,
    grouped,
    links_of,
    played,
    sets_of,
)
from tests.dj.recommending.crates import shelf
from tests.training import habits

PLACES = {f"t{k}": k for k in range(100)}


def kept(name, tracks, date=""):
    return KeptList(name, tuple(ListEntry("/x", None if t is None else f"t{t}") for t in tracks),
                    date=date)  # fmt: skip


def test_sets_are_what_is_known_once_each_oldest_first():
    lists = [
        kept("late", [1, 2, 3, 2, None, 4, 5], "2026-02-01"),
        kept("short", [1, 2, 3, 3, 3]),
        kept("long", range(90), "2026-01-01"),
        kept("playlist", [9, 8, 7, 6, 5, 999]),
    ]
    found = [row.tolist() for row in sets_of(lists, PLACES)]
    assert found == [[9, 8, 7, 6, 5], list(range(LONGEST)), [1, 2, 3, 4, 5]]


def test_lists_that_share_half_are_one_group():
    rows = [[0, 1, 2, 3, 4, 5], [3, 4, 5, 6, 7, 8, 9], [10, 11, 12, 13, 14], [8, 9, 10, 15, 16]]
    found = grouped([np.array(row) for row in rows], 20)
    assert found[0] == found[1]
    assert len(set(found.tolist())) == 3


def test_no_group_is_on_two_sides_and_the_newest_are_held_out(tmp_path):
    rows = habits.sets(60)
    copies = [row.copy() for row in rows[40:]]
    known = played(habits.library(tmp_path, [*rows, *copies]), "next_graph")
    sides = [{tuple(sorted(r.tolist())) for r in part}
             for part in (known.train, known.valid, known.held_out)]  # fmt: skip
    assert sum(map(len, sides)) == len(set.union(*sides))
    assert sum(map(len, (known.train, known.valid, known.held_out))) == 80
    assert tuple(sorted(rows[59].tolist())) in sides[2]
    assert len(known.groups) == len(known.held_out)
    assert len(set(known.groups.tolist())) == pytest.approx(HELD_OUT * 60, abs=1.5)


def test_a_heap_of_alike_lists_is_learnt_from(tmp_path):
    rows = habits.sets(60)
    same = [rows[59].copy() for _ in range(20)]
    known = played(habits.library(tmp_path, [*rows, *same]), "next_graph")
    assert sum(sorted(r.tolist()) == sorted(rows[59].tolist()) for r in known.train) == 21


def test_too_few_are_refused(tmp_path):
    alike = [habits.sets(1)[0]] * 90
    with pytest.raises(
        RequestError, match=f"at least {LEAST_GROUPS} different sets .* found 1 .90 lists"
    ):
        played(habits.library(tmp_path, alike), "next_graph")


def test_links_number_artists_and_genres_together(tmp_path):
    class Row:
        def __init__(self, artist, genre):
            self.artist, self.genre = artist, genre

    found = links_of([Row("A  b", "House"), Row(None, " "), Row("a B", None), Row("house", None)])
    assert found.tolist() == [[0, 0], [0, 1], [2, 0], [3, 2]]
    assert links_of([]).shape == (0, 2)


def test_disturbed_answers_stay_what_they_are_of():
    crate = shelf(*[(120, "8A", 5, "x")] * 50, (None, None, None, None))
    found = disturbed(crate, np.random.default_rng(0))
    assert 0 < (found.wheel[:50] != crate.wheel[:50]).sum() < 25
    assert set(found.energy[:50]) <= {4.0, 5.0, 6.0}
    assert np.isnan(found.wheel[50])
    assert np.isnan(found.energy[50])
