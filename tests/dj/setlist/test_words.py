"""What is said of another track for a place."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from mixolydian.dj.setlist.words import CLOSE, FAR, _rather


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ((np.inf, np.inf), []),
        ((np.inf, FAR), []),
        ((FAR, FAR / 2), ["next best would be B"]),
        ((CLOSE / 2, CLOSE / 3), ["B would do nearly as well"]),
    ],
)
def test_another_track_is_named_where_it_is_a_choice(costs, said):
    crate = SimpleNamespace(portraits=[SimpleNamespace(title=title) for title in "AB"])
    assert _rather(SimpleNamespace(crate=crate), np.array(costs)) == said
