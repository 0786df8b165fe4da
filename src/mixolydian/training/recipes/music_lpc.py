"""Music or not from linear prediction alone: two teaching baselines of the comparison.

The clips and the split of the recipe ``music_clips``, of its columns those of linear prediction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mixolydian.training.clips import Clip, examples_of, summary_table
from mixolydian.training.examples import Examples
from mixolydian.training.recipes.music_clips import MusicClips
from mixolydian.training.summaries import LPC, NAMES


@dataclass(frozen=True)
class MusicLpc(MusicClips):
    """See the module's text."""

    name: ClassVar[str] = "music_lpc"
    ships: ClassVar[bool] = False
    summary: ClassVar[str] = "Music or not, of clips of 10 s by linear prediction; a comparison."
    inputs: ClassVar[str] = "clip summary, linear prediction"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "k-nearest": {},
        "logistic-regression": {},
    }
    target: ClassVar[float] = 0.8

    def seen(self, made: Sequence[Clip]) -> Examples:
        """Clips as the model sees them."""
        table = np.ascontiguousarray(summary_table(made)[:, list(LPC)])
        return examples_of(made, table, tuple(NAMES[i] for i in LPC))


RECIPE = MusicLpc()
