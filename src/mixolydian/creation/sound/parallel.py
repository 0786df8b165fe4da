"""Both sides of a stereo sound worked on at once, each in a thread of its own.

NumPy lets go of the interpreter while it computes; the sides do not touch each other, so the
result does not depend on who is first.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from mixolydian.core.types import FloatArray

T = TypeVar("T")


def on_sides(function: Callable[[FloatArray], T], y: FloatArray) -> list[T]:
    """What `function` says of each channel of `y` (c, n), given as (1, n)."""
    with ThreadPoolExecutor(len(y)) as pool:
        return list(pool.map(function, [y[c : c + 1] for c in range(len(y))]))
