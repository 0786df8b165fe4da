"""Music or not from sequences of our own embedding, 10 × 128: for comparison only.

The clips and the split of the recipe ``music_clips``. A clip becomes ten embeddings, one a
second (0.975 s), of windows of 3 s; the first begins a second before the clip and the last ends
a second after it, where they hear silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.models import embedding, windows
from mixolydian.models.network import Network
from mixolydian.models.store import Model, Store
from mixolydian.training.clips import Clip, clips, examples_of, unseen
from mixolydian.training.examples import Examples
from mixolydian.training.recipe import Recipe
from mixolydian.training.recipes.music_clips import MusicClips
from mixolydian.training.workshop import Workshop

STEPS = 10
AT_ONCE = 64
"""clips whose windows are in memory at the same time."""
STARTS = np.arange(STEPS, dtype=np.int64) * embedding.SECOND


def embedder(workshop: Workshop) -> Model:
    """The embedding in use; its recipe comes before this one."""
    found = Store(workshop.home).find(embedding.NAME)
    if found is None:
        raise RequestError(
            "the clips are told by the embedding: mixo train embedding, then promote it"
        )
    return found


def sequence(power: NDArray[np.float32], network: Network) -> NDArray[np.float32]:
    """Embeddings (n, 10, 128) of clips' power (n, 215, 64)."""
    behind = STARTS[-1] + windows.WINDOW - power.shape[1] - embedding.SECOND
    whole = np.pad(power, ((0, 0), (embedding.SECOND, max(0, behind)), (0, 0)))
    cut = np.concatenate([windows.scaled(windows.cut(clip, STARTS)) for clip in whole])
    return network(cut).reshape(len(power), STEPS, -1)


def sequences(made: Sequence[Clip], network: Network) -> NDArray[np.float32]:
    """The same of any number of clips."""
    parts = [
        sequence(np.stack([c.power for c in made[at : at + AT_ONCE]]), network)
        for at in range(0, len(made), AT_ONCE)
    ]
    return np.concatenate(parts)


@dataclass(frozen=True)
class MusicSequences(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "music_sequences"
    ships: ClassVar[bool] = False
    question: ClassVar[str] = "music"
    summary: ClassVar[str] = "Music or not, of ten embeddings of a clip; a comparison."
    inputs: ClassVar[str] = "embedding sequence"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {"attention": {}}
    target: ClassVar[float] = 0.9
    data: ClassVar[tuple[str, ...]] = MusicClips.data
    not_for: ClassVar[tuple[str, ...]] = MusicClips.not_for

    def examples(self, workshop: Workshop) -> Examples:
        """Clips of the training sounds."""
        network = embedder(workshop).network
        return self.seen(clips(workshop, held_out=False), network)

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """Clips of unseen rendered sounds and of unseen recordings."""
        network = embedder(workshop).network
        return {name: self.seen(found, network) for name, found in unseen(workshop).items()}

    def facts(self, workshop: Workshop) -> Mapping[str, Any]:
        """The embedding it was trained on, without which it cannot answer."""
        return {"embedding": embedder(workshop).card.weights}

    def seen(self, made: Sequence[Clip], network: Network) -> Examples:
        """Clips as the model sees them."""
        return examples_of(made, sequences(made, network))


RECIPE = MusicSequences()
