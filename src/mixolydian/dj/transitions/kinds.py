"""The kinds of transition, and in which lengths and forms each is tried.

A template says where in the transition, counted in bars of the mix from its start, things
happen: the *anchor*, where a line of the outgoing track meets a line of the incoming one; the bar
on which the incoming track *enters*; and the *swap*, the downbeat on which the bass changes hands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mixolydian.dj.transitions.wishes import Wishes

BARS = (4, 8, 16, 32)
LOOP_BARS = (1, 2, 4)
OVERLAPPING = ("blend", "eq-swap", "filter", "breakdown-to-intro", "loop", "drop-on-drop")
ONE_AFTER_THE_OTHER = ("echo-out", "cut")
WAYS = {
    "locked": (*OVERLAPPING, *ONE_AFTER_THE_OTHER),
    "apart": ONE_AFTER_THE_OTHER,
    "free": ("fade",),
}
"""kinds that a relation of two tracks admits."""
LONGEST_LOOP, LONGEST_DROPS, SHORTEST_BREAK = 16, 16, 8


@dataclass(frozen=True)
class Template:
    """One form of a kind; all numbers are bars of the mix."""

    kind: str
    bars: int
    swap: float
    anchor: int = 0
    enters: int = 0
    loop_out: int = 0
    """length of the outgoing track's loop; 0: none."""
    loop_in: int = 0
    """length of the incoming track's loop, which runs until the swap."""


def kinds_for(way: str, wishes: Wishes) -> tuple[tuple[str, ...], bool]:
    """The kinds to try for a relation, and whether these are among the wished ones."""
    possible = WAYS[way]
    if way == "locked" and set(wishes.kinds) == {"fade"}:
        return ("fade",), True
    wished = tuple(kind for kind in possible if kind in wishes.kinds)
    return (wished, True) if wished else (possible, False)


@lru_cache(maxsize=64)
def templates(kinds: tuple[str, ...], bars: int | None) -> tuple[Template, ...]:
    """Every form in which `kinds` are tried; `bars` forces the length of those that overlap."""
    lengths = BARS if bars is None else (bars,)
    found: list[Template] = []
    for kind in kinds:
        if kind in ONE_AFTER_THE_OTHER and bars is not None and set(kinds) & set(OVERLAPPING):
            continue
        found += _forms(kind, lengths, forced=bars is not None)
    return tuple(found)


def _forms(kind: str, lengths: tuple[int, ...], forced: bool) -> list[Template]:
    if kind == "cut":
        return [Template(kind, 1, 1, anchor=1, enters=1)]
    if kind == "echo-out":
        return [Template(kind, n, n, anchor=n, enters=n) for n in (1, 2)]
    if kind == "fade":
        return [Template(kind, n, n / 2) for n in (lengths if forced else (2, 4, 8))]
    if kind == "loop":
        return [t for n in lengths if forced or n <= LONGEST_LOOP for t in _loops(n)]
    if kind == "drop-on-drop":
        some = [n for n in lengths if forced or 8 <= n <= LONGEST_DROPS]
        return [Template(kind, n, n // 2, anchor=n // 2) for n in some if n >= 2]
    if kind == "breakdown-to-intro":
        some = [n for n in lengths if forced or n >= SHORTEST_BREAK]
        return [Template(kind, n, swap) for n in some for swap in (0, n // 2)]
    return [Template(kind, n, n // 2 if n > 1 else 0.5) for n in lengths]


def _loops(bars: int) -> list[Template]:
    """The outgoing track's loop through the whole transition, or the incoming one's until the
    bass changes hands."""
    half = bars // 2
    out = [n for n in LOOP_BARS if n < bars and bars % n == 0]
    into = [n for n in LOOP_BARS if n > 1 and n < half and half % n == 0]
    return [
        *(Template("loop", bars, half, loop_out=n) for n in out),
        *(Template("loop", bars, half, loop_in=n) for n in into),
    ]
