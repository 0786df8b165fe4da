"""The energy a set is wished to have over its minutes: stages, in words or in numbers.

``warmup 30, build 40, peak 40, close 10`` or ``3 30, 6 40, 9 40, 5-3 10``: each stage has a name
(or a level, or a way from one level to another) and its minutes. Levels are the analysis's energy,
1 to 10 (`estimators/energy.py`). The words are rules of ours; ``plateau`` and ``hold`` stay where
the stage before ended.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import FloatArray

LOWEST, HIGHEST = 1.0, 10.0
WORDS: dict[str, tuple[float, float]] = {
    "ambient": (1.5, 2.5),
    "warmup": (3.0, 5.0),
    "build": (5.0, 8.0),
    "peak": (9.0, 9.0),
    "break": (5.0, 5.0),
    "cooldown": (7.0, 4.0),
    "close": (6.0, 3.0),
}
"""stage → its energy at the beginning and at the end."""
ALSO = {
    "warm": "warmup", "warm-up": "warmup", "opening": "warmup", "buildup": "build",
    "build-up": "build", "rise": "build", "climax": "peak", "breather": "break",
    "breakdown": "break", "cool-down": "cooldown", "closing": "close", "end": "close",
    "hold": "plateau",
}  # fmt: skip
PLATEAU, PLATEAU_LEVEL = "plateau", 6.0
LONGEST = 1440.0
_STAGE = re.compile(r"(.+?)\s+(\d+(?:\.\d+)?)(?:\s*(?:min|minutes|m|'))?")
_UNPARTED = re.compile(r"[a-z][a-z -]* \d")
_LEVELS = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:-|–|->|→|to)\s*(\d+(?:\.\d+)?))?")


@dataclass(frozen=True)
class Stage:
    """A stretch of `minutes` in which energy goes straight from level `begin` to `end`."""

    name: str
    minutes: float
    begin: float
    end: float


@dataclass(frozen=True)
class Arc:
    """The stages of a set, one after the other."""

    stages: tuple[Stage, ...]

    @property
    def minutes(self) -> float:
        """Its whole length."""
        return sum(stage.minutes for stage in self.stages)

    @property
    def knots(self) -> tuple[tuple[float, float], ...]:
        """(minute, level) where it bends; two on one minute are a jump."""
        found, at = [], 0.0
        for stage in self.stages:
            found += [(at, stage.begin), (at + stage.minutes, stage.end)]
            at += stage.minutes
        return tuple(found)

    def level_at(self, minute: FloatArray) -> FloatArray:
        """Wished level (any shape) at `minute`; the ends hold beyond them."""
        ends, minutes, begins, slopes = self._table
        which = np.minimum(np.searchsorted(ends, minute, "right"), len(ends) - 1)
        into = np.clip(minute - (ends - minutes)[which], 0.0, minutes[which])
        return np.asarray(begins[which] + into * slopes[which])

    @cached_property
    def _table(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Of each stage: where it ends, its minutes, its first level, and levels a minute."""
        minutes = np.array([stage.minutes for stage in self.stages])
        begins = np.array([stage.begin for stage in self.stages])
        rise = np.array([stage.end for stage in self.stages]) - begins
        return np.cumsum(minutes), minutes, begins, rise / minutes

    def stage_at(self, minute: float) -> str:
        """Name of the stage at `minute`."""
        ends = np.cumsum([stage.minutes for stage in self.stages])
        return self.stages[min(int(np.searchsorted(ends, minute, "right")), len(ends) - 1)].name

    def lasting(self, minutes: float) -> Arc:
        """The same arc over `minutes`."""
        factor = minutes / self.minutes
        return Arc(tuple(replace(s, minutes=s.minutes * factor) for s in self.stages))

    def between(self, low: float, high: float) -> Arc:
        """The same arc with its lowest level at `low` and its highest at `high`."""
        levels = [level for _, level in self.knots]
        least, most = min(levels), max(levels)

        def fitted(level: float) -> float:
            share = (level - least) / (most - least) if most > least else 0.5
            return low + share * (high - low)

        return Arc(tuple(replace(s, begin=fitted(s.begin), end=fitted(s.end)) for s in self.stages))


def parse_arc(text: str) -> Arc:
    """The arc that `text` describes.

    Raises
    ------
    RequestError
        A stage is not "word minutes" or "level minutes", or lies outside its range.
    """
    stages: list[Stage] = []
    for part in text.split(","):
        stages.append(_stage(part.strip(), stages[-1].end if stages else PLATEAU_LEVEL))
    if sum(stage.minutes for stage in stages) > LONGEST:
        raise RequestError(f"an arc lasts at most {LONGEST:g} minutes in all, found {text!r}")
    return Arc(tuple(stages))


def _stage(text: str, before: float) -> Stage:
    match = _STAGE.fullmatch(text)
    if match is None:
        raise RequestError(
            f'expected stages such as "warmup 30, peak 60" or "3 30, 9 60", found {text!r}'
        )
    name, minutes = " ".join(match.group(1).lower().split()), float(match.group(2))
    if _UNPARTED.match(name):
        raise RequestError(f"stages are parted by commas, found {text!r}")
    if not 0.0 < minutes <= LONGEST:
        raise RequestError(f"a stage lasts more than 0 and at most {LONGEST:g} minutes: {text!r}")
    name = ALSO.get(name.replace(" ", "-"), name)
    return Stage(name, minutes, *_levels(name, before))


def _levels(name: str, before: float) -> tuple[float, float]:
    if name == PLATEAU:
        return before, before
    if name in WORDS:
        return WORDS[name]
    match = _LEVELS.fullmatch(name)
    if match is None:
        known = ", ".join((*WORDS, PLATEAU))
        raise RequestError(f"stages are {known}, or levels such as 6 or 4-8; found {name!r}")
    begin = float(match.group(1))
    end = float(match.group(2)) if match.group(2) else begin
    if not all(math.isfinite(x) and LOWEST <= x <= HIGHEST for x in (begin, end)):
        raise RequestError(f"energy goes from {LOWEST:g} to {HIGHEST:g}, found {name!r}")
    return begin, end
