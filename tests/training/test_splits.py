"""Splits: groups stay whole, parts look alike, leaks are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples, one_hot
from mixolydian.training.splits import folds, refuse_leaks, split

LABELS = ("a", "b", "c")


def examples(sizes, seed=0):
    """One group per entry of `sizes`, each of one label, in turn."""
    groups = [f"g{i}" for i, size in enumerate(sizes) for _ in range(size)]
    names = [LABELS[int(g[1:]) % 3] for g in groups]
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(len(groups), 4)).astype(np.float32)
    ids = tuple(f"x{i}" for i in range(len(groups)))
    return Examples(inputs, one_hot(names, LABELS), LABELS, tuple(groups), ids)


def groups_of(whole, rows):
    return {whole.groups[i] for i in rows}


def test_every_example_is_in_one_part():
    whole = examples([1, 2, 3] * 20)
    parts = split(whole, (0.7, 0.15, 0.15), 1)
    rows = np.concatenate([parts.train, parts.valid, parts.test])
    assert sorted(rows) == list(range(len(whole)))


@pytest.mark.parametrize("seed", range(5))
def test_groups_stay_whole(seed):
    whole = examples([7, 1, 4, 2, 9, 3, 1, 1, 5, 6] * 3, seed)
    parts = split(whole, (0.6, 0.2, 0.2), seed)
    seen = [groups_of(whole, rows) for rows in (parts.train, parts.valid, parts.test)]
    assert sum(len(s) for s in seen) == len(set(whole.groups))
    refuse_leaks(whole.take(parts.train), whole.take(parts.test), "split")


def test_classes_are_balanced_as_groups_allow():
    whole = examples([1] * 300)
    parts = split(whole, (0.7, 0.15, 0.15), 3)
    for rows, share in ((parts.train, 0.7), (parts.valid, 0.15), (parts.test, 0.15)):
        np.testing.assert_allclose(whole.targets[rows].sum(axis=0), 100 * share, atol=1)


def test_uneven_groups_are_balanced_too():
    sizes = np.random.default_rng(1).integers(1, 12, 120)
    whole = examples([int(s) for s in sizes])
    parts = split(whole, (0.5, 0.25, 0.25), 3)
    have = np.array([whole.targets[r].sum(axis=0) for r in (parts.train, parts.valid, parts.test)])
    want = np.outer([0.5, 0.25, 0.25], whole.targets.sum(axis=0))
    assert np.abs(have - want).max() <= 2


def test_the_seed_decides():
    whole = examples([1] * 60)
    one, again, other = (split(whole, (0.5, 0.25, 0.25), s).train for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert list(one) != list(other)


def test_a_part_without_a_share_is_empty():
    parts = split(examples([1] * 40), (0.85, 0.15, 0.0), 1)
    assert len(parts.test) == 0
    assert len(parts.valid) == 6


def test_a_part_with_a_share_is_not_empty():
    parts = split(examples([50, 1, 1]), (0.9, 0.05, 0.05), 1)
    assert min(len(parts.train), len(parts.valid), len(parts.test)) > 0


def test_examples_with_no_label_are_spread():
    whole = examples([1] * 90)
    whole = replace(whole, targets=whole.targets * 0, exclusive=False)
    assert abs(len(split(whole, (0.5, 0.25, 0.25), 0).train) - 45) <= 1


@pytest.mark.parametrize("shares", [(0, 0, 0), (1, -0.1, 0.1), (np.nan, 1, 1)])
def test_impossible_shares(shares):
    with pytest.raises(RequestError, match="shares"):
        split(examples([1] * 9), shares, 0)


def test_too_few_groups():
    with pytest.raises(RequestError, match="at least 3 groups"):
        split(examples([5, 5]), (0.7, 0.15, 0.15), 0)


def test_an_id_in_two_groups():
    whole = examples([1] * 9)
    with pytest.raises(RequestError, match="one group"):
        split(replace(whole, ids=("x0", "x0", *whole.ids[2:])), (0.5, 0.5, 0), 0)


def test_folds_test_every_example_once():
    whole = examples([3, 1, 2] * 10)
    found = folds(whole, 5, 7, 2)
    assert len(found) == 10
    for repeat in (0, 1):
        mine = [f for f in found if f.repeat == repeat]
        assert sorted(np.concatenate([f.test for f in mine])) == list(range(len(whole)))
    for fold in found:
        assert not groups_of(whole, fold.train) & groups_of(whole, fold.test)
        assert len(fold.train) + len(fold.test) == len(whole)
    assert list(found[0].test) != list(found[5].test), "a repetition is another draw"


def test_folds_are_stratified():
    whole = examples([1] * 90)
    for fold in folds(whole, 5, 0):
        np.testing.assert_allclose(whole.targets[fold.test].sum(axis=0), 6, atol=1)


@pytest.mark.parametrize(("k", "repeat"), [(1, 1), (5, 0), (10, 1)])
def test_folds_refused(k, repeat):
    with pytest.raises(RequestError):
        folds(examples([1] * 9), k, 0, repeat)


def test_leaks_are_named():
    whole = examples([2] * 6)
    with pytest.raises(RequestError, match=r"genre: .*2 shared group.*g1, g2"):
        refuse_leaks(whole.take(range(0, 6)), whole.take(range(2, 12)), "genre")
    alone = replace(whole.take([0]), groups=("elsewhere",))
    with pytest.raises(RequestError, match=r"shared id.*x0"):
        refuse_leaks(whole, alone, "genre")
