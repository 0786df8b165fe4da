from itertools import permutations

import numpy as np
import pytest

from mixolydian.dj.order import EXACT, best_order, worth


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_to_order(n: int) -> None:
    assert best_order(np.zeros((n, n))) == list(range(n))


@pytest.mark.parametrize("first", [None, 2])
def test_small_crates_get_the_best_order_of_all(first: int | None) -> None:
    rng = np.random.default_rng(0)
    for n in (3, 5, 6):
        values = rng.uniform(size=(n, n))
        orders = [list(p) for p in permutations(range(n)) if first is None or p[0] == first]
        best = max(worth(order, values) for order in orders)
        found = best_order(values, first)
        assert worth(found, values) == pytest.approx(best)
        assert sorted(found) == list(range(n))
        assert first is None or found[0] == first


@pytest.mark.parametrize("first", [None, 7])
def test_a_hidden_chain_is_found_in_a_large_crate(first: int | None) -> None:
    rng = np.random.default_rng(1)
    n = 60
    chain = rng.permutation(n)
    if first is not None:
        chain = np.concatenate([[first], chain[chain != first]])
    values = rng.uniform(0.0, 0.4, size=(n, n))
    values[chain[:-1], chain[1:]] = rng.uniform(0.7, 1.0, n - 1)
    found = best_order(values, first)
    assert sorted(found) == list(range(n))
    assert worth(found, values) >= 0.97 * worth(list(chain), values)
    assert first is None or found[0] == first


def test_the_search_comes_near_the_best_just_beyond_what_is_solved_exactly() -> None:
    rng = np.random.default_rng(2)
    values = rng.uniform(size=(EXACT + 1, EXACT + 1))
    chosen = worth(best_order(values), values)
    drawn = [worth(list(rng.permutation(EXACT + 1)), values) for _ in range(2000)]
    assert chosen > max(drawn)
