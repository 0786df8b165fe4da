"""What is kept of a shelf and its company is what is taken out, and anything else is refused."""

from __future__ import annotations

import io

import numpy as np
import pytest

from mixolydian.dj.recommending.company import learn
from mixolydian.dj.recommending.keeping import from_arrays, to_arrays
from mixolydian.dj.recommending.recommend import Wish, weigh
from tests.dj.recommending.crates import shelf

ROWS = [(120.0 + n, f"{n % 12 + 1}A", n % 10 + 1, "X", 5, n) for n in range(9)]


def through_a_file(arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    file.seek(0)
    with np.load(file, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


@pytest.mark.parametrize("lists", [[], [[0, 1, 2], [3, 4, 0], [5, 1, 0]]])
def test_the_answers_are_the_same(lists):
    made = shelf(*ROWS, vectors=np.random.default_rng(0).normal(size=(9, 4)),
                 emotions={"happy": np.linspace(0, 1, 9)})  # fmt: skip
    company = learn(lists, 9, sounds=made.sounds)
    again, taught = from_arrays(through_a_file(to_arrays(made, company)))
    assert (again.ids, again.places) == (made.ids, made.places)
    wish = Wish((0, 1), "peak", "happy")
    first, second = (weigh(s, wish, c, None) for s, c in ((made, company), (again, taught)))
    assert first.value.tolist() == second.value.tolist()
    assert first.suggestion(6) == second.suggestion(6)
    assert again.votes.plays.tolist() == made.votes.plays.tolist()


def test_an_empty_library():
    made = shelf()
    assert from_arrays(through_a_file(to_arrays(made, learn([], 0))))[0].n == 0


def test_other_arrays_are_refused():
    arrays = to_arrays(shelf(*ROWS), learn([], 9))
    with pytest.raises(ValueError, match="equal length"):
        from_arrays(arrays | {"bpm": np.zeros(3)})
    with pytest.raises(KeyError):
        from_arrays({"ids": arrays["ids"]})
