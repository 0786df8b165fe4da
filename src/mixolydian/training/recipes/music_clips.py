"""Music or not, a clip of 10 s at a time: classic models side by side, for comparison only.

The production model is the recipe ``music``, which looks at 3 s and tells more apart. This one
answers what the literature compares: is there music in the clip, from one row of figures
(:mod:`~mixolydian.training.summaries`). Clips and split: :mod:`~mixolydian.training.clips`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.training.clips import Clip, clips, examples_of, summary_table, unseen
from mixolydian.training.datasets.recordings import LICENCES
from mixolydian.training.examples import Examples
from mixolydian.training.recipe import Recipe
from mixolydian.training.rendered import LICENCES as RENDERED
from mixolydian.training.summaries import NAMES
from mixolydian.training.workshop import Workshop


@dataclass(frozen=True)
class MusicClips(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "music_clips"
    ships: ClassVar[bool] = False
    question: ClassVar[str] = "music"
    summary: ClassVar[str] = "Music or not, of clips of 10 s by classic models; a comparison."
    inputs: ClassVar[str] = "clip summary"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "xgboost": {},
        "logistic-regression": {},
        "linear-svm": {},
        "random-forest": {},
        "k-nearest": {},
    }
    target: ClassVar[float] = 0.9
    data: ClassVar[tuple[str, ...]] = (*RENDERED, *LICENCES)
    not_for: ClassVar[tuple[str, ...]] = (
        "production: `mixo train music` tells when music sounds, and speech and singing apart",
    )

    def examples(self, workshop: Workshop) -> Examples:
        """Clips of the training sounds."""
        return self.seen(clips(workshop, held_out=False))

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """Clips of unseen rendered sounds and of unseen recordings."""
        return {name: self.seen(found) for name, found in unseen(workshop).items()}

    def seen(self, made: Sequence[Clip]) -> Examples:
        """Clips as the model sees them."""
        return examples_of(made, summary_table(made), NAMES)


RECIPE = MusicClips()
