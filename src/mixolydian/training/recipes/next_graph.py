"""The recipe of a graph model of what comes next, from the user's own sets.

Tracks, sets, artists and genres as one graph, each track's vector averaged over its neighbours
(after LightGCN, `learners.nextnets`). How it is judged, and when it is written:
:mod:`mixolydian.training.nextrecipe`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.training.nextrecipe import NextRecipe


@dataclass(frozen=True)
class NextGraph(NextRecipe):
    """See the module's text."""

    name: ClassVar[str] = "next_graph"
    summary: ClassVar[str] = "What belongs together, from sets, artists and genres as one graph."
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {"light-graph": {}}


RECIPE = NextGraph()
