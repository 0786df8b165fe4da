"""Music or not from the mean of a clip's embeddings: transfer learning at its plainest.

The clips and the split of the recipe ``music_clips``, the embeddings of ``music_sequences``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.models.network import Network
from mixolydian.training.clips import Clip, examples_of
from mixolydian.training.examples import Examples
from mixolydian.training.recipes.music_sequences import MusicSequences, sequences


@dataclass(frozen=True)
class MusicEmbeddings(MusicSequences):
    """See the module's text."""

    name: ClassVar[str] = "music_embeddings"
    ships: ClassVar[bool] = False
    summary: ClassVar[str] = "Music or not, of the mean embedding of a clip; a comparison."
    inputs: ClassVar[str] = "mean embedding"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "perceptron": {},
        "logistic-regression": {},
    }

    def seen(self, made: Sequence[Clip], network: Network) -> Examples:
        """Clips as the model sees them."""
        return examples_of(made, sequences(made, network).mean(axis=1))


RECIPE = MusicEmbeddings()
