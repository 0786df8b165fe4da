"""The recipe of a sequence model of what comes next, from the user's own sets.

A small transformer over the tracks so far (after SASRec), which sees what the analysis says of each
and how tempo, key, energy and sound go on (`learners.nextnets`). How it is judged, and when it is
written: :mod:`mixolydian.training.nextrecipe`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.training.nextrecipe import NextRecipe


@dataclass(frozen=True)
class NextSequence(NextRecipe):
    """See the module's text."""

    name: ClassVar[str] = "next_sequence"
    summary: ClassVar[str] = "What comes next in a set, from the order of your own sets."
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {"self-attention": {}}


RECIPE = NextSequence()
