"""Subsets: as many as asked, in the right shares, covering the inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.training.examples import Examples, one_hot
from mixolydian.training.subsets import k_center, representative, stratified

LABELS = ("a", "b", "c")
EVERY = (stratified, k_center, representative)


def examples(counts=(100, 60, 40), seed=0):
    names = [label for label, count in zip(LABELS, counts, strict=True) for _ in range(count)]
    rng = np.random.default_rng(seed)
    n = len(names)
    inputs = rng.normal(size=(n, 3)).astype(np.float32) * np.float32([1, 1000, 0.01])
    ids = tuple(str(i) for i in range(n))
    return Examples(inputs, one_hot(names, LABELS), LABELS, ids, ids)


def covering_radius(whole, rows):
    points = whole.inputs / whole.inputs.std(axis=0)
    apart = np.linalg.norm(points[:, None] - points[rows], axis=2)
    return apart.min(axis=1).max()


@pytest.mark.parametrize("choose", EVERY)
@pytest.mark.parametrize("n", [1, 2, 3, 17, 199, 200, 500])
def test_as_many_as_asked(choose, n):
    rows = choose(examples(), n, 1)
    assert len(set(rows)) == len(rows) == min(n, 200)
    assert list(rows) == sorted(rows)


@pytest.mark.parametrize("choose", EVERY)
def test_the_seed_decides(choose):
    whole = examples()
    np.testing.assert_array_equal(choose(whole, 20, 4), choose(whole, 20, 4))
    assert list(choose(whole, 20, 4)) != list(choose(whole, 20, 5))


@pytest.mark.parametrize("choose", [stratified, representative])
def test_labels_keep_their_shares(choose):
    whole = examples()
    np.testing.assert_allclose(whole.targets[choose(whole, 40, 0)].sum(axis=0), [20, 12, 8], atol=1)


@pytest.mark.parametrize("choose", [stratified, representative])
def test_rare_labels_are_there(choose):
    whole = examples((195, 3, 2))
    assert (whole.targets[choose(whole, 10, 0)].sum(axis=0) >= 1).all()


def test_many_groups_before_many_of_one():
    whole = examples((40, 0, 0))
    whole = replace(whole, groups=("big",) * 30 + tuple(f"g{i}" for i in range(10)))
    chosen = [whole.groups[i] for i in stratified(whole, 11, 2)]
    assert len(set(chosen)) == 11


def test_k_center_covers_better_than_chance():
    whole = examples()
    chance = [covering_radius(whole, stratified(whole, 25, s)) for s in range(10)]
    assert covering_radius(whole, k_center(whole, 25, 0)) < min(chance)


def test_k_center_takes_copies_last():
    whole = examples((3, 2, 0))
    inputs = np.float32([[0, 0, 0], [0, 0, 0], [9, 0, 0], [0, 9, 0], [9, 9, 0]])
    rows = k_center(replace(whole, inputs=inputs), 4, 3)
    assert {2, 3, 4} <= set(rows)


def test_sequences_count_by_the_mean_of_what_sounds():
    whole = examples((2, 2, 0))
    frames = np.zeros((4, 5, 2), dtype=np.float32)
    frames[:, :2] = np.float32([0, 0, 10, 20])[:, None, None]
    frames[1, 2:] = 999.0
    mask = np.zeros((4, 5), dtype=bool)
    mask[:, :2] = True
    rows = k_center(replace(whole, inputs=frames, mask=mask), 3, 0)
    assert {2, 3} <= set(rows), "padding does not count"
    assert 2 in k_center(replace(whole, inputs=frames[:, :2], mask=None), 3, 0)


def test_strata_of_several_labels():
    whole = examples((50, 50, 0))
    targets = whole.targets.copy()
    targets[80:, 0] = 1.0
    rows = stratified(replace(whole, targets=targets, exclusive=False), 10, 0)
    assert (targets[rows].sum(axis=1) == 2).sum() == 2


@pytest.mark.parametrize("choose", EVERY)
def test_empty_subsets_are_refused(choose):
    with pytest.raises(RequestError, match="at least 1"):
        choose(examples(), 0, 0)
