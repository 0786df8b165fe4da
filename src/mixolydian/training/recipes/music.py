"""Music, speech, singing, noise: what sounds, a window of 3 s at a time.

Learnt from rendered music, voices and ambience and from the open recordings, mixed at −10 to
+20 dB (:mod:`mixolydian.training.content`); judged on rendered sounds of another seed and on
recordings whose speakers and games were never learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.training.content import apart, mixed_windows, plain_windows, pooled_windows
from mixolydian.training.datasets.recordings import LICENCES
from mixolydian.training.examples import Examples
from mixolydian.training.recipe import Recipe
from mixolydian.training.rendered import LICENCES as RENDERED
from mixolydian.training.rendered import QUICK, streams
from mixolydian.training.workshop import Workshop

N_WINDOWS, N_TEST = 52_000, 6_000


@dataclass(frozen=True)
class MusicRecipe(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "music"
    question: ClassVar[str] = "music"
    summary: ClassVar[str] = "Music, speech, singing and noise, window by window."
    inputs: ClassVar[str] = "windows"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "convolution": {
            "stride": 2,
            "epochs": 20,
            "batch": 128,
            "lr": 2e-3,
            "patience": 4,
            "dropout": 0.3,
        },
    }
    metric: ClassVar[str] = "macro_f1"
    target: ClassVar[float] = 0.9
    data: ClassVar[tuple[str, ...]] = (*RENDERED, *LICENCES)
    not_for: ClassVar[tuple[str, ...]] = (
        "telling who speaks, or what is said",
        "counting royalties without a human check: jingles, hums and bird song may read as music",
    )

    def examples(self, workshop: Workshop) -> Examples:
        """Mixtures of the training sounds."""
        n = N_WINDOWS // (QUICK if workshop.quick else 1)
        return pooled_windows(streams(workshop, held_out=False), n, workshop.seed)

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """Mixtures of unseen rendered sounds, and unseen recordings as they are."""
        pool, unseen = streams(workshop, held_out=False), streams(workshop, held_out=True)
        unseen = apart(unseen, pool)
        n = N_TEST // (QUICK if workshop.quick else 1)
        found = {
            "rendered": mixed_windows(unseen, n, workshop.seed + 1),
            "damaged: telephone band": mixed_windows(unseen, n // 3, workshop.seed + 2, 1.0),
        }
        real = [s for s in unseen if s.origin.startswith("open/")]
        return found | ({"recordings": plain_windows(real)} if real else {})


RECIPE = MusicRecipe()
