"""Music, speech, singing, noise: what sounds, a window of 3 s at a time.

Learnt from rendered music, voices and ambience and from the open recordings, mixed at −10 to
+20 dB (:mod:`mixolydian.training.content`); judged on rendered sounds of another seed and on
recordings whose speakers and games were never learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.training.content import Stream, mixed_windows, plain_windows, stream, strung
from mixolydian.training.datasets.recordings import LICENCES, recordings
from mixolydian.training.examples import Examples
from mixolydian.training.recipe import Recipe
from mixolydian.training.rendered import LICENCES as RENDERED
from mixolydian.training.rendered import SEED, TEST_SEED, heard_all, sounds
from mixolydian.training.workshop import Workshop

N_WINDOWS, N_TEST = 60_000, 6_000
QUICK = 20
"""A quick run takes one in so many."""


def streams(workshop: Workshop, held_out: bool) -> list[Stream]:
    """Every sound of this side of the split, heard."""
    asked = sounds(workshop, TEST_SEED if held_out else SEED)
    found = [s for s in asked if s.source != "mixture"] + recordings(workshop.stock, held_out)
    heard = heard_all(found, workshop)
    return strung([stream(sound, workshop.ear) for sound in heard], workshop.seed)


def apart(tests: Sequence[Stream], pool: Sequence[Stream]) -> list[Stream]:
    """Those of `tests` that share no group (a song of a corpus) with `pool`."""
    known = {s.group for s in pool}
    return [s for s in tests if s.group not in known]


@dataclass(frozen=True)
class MusicRecipe(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "music"
    question: ClassVar[str] = "music"
    summary: ClassVar[str] = "Music, speech, singing and noise, window by window."
    inputs: ClassVar[str] = "windows"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {"convolution": {}}
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
        return mixed_windows(streams(workshop, held_out=False), n, workshop.seed)

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """Mixtures of unseen rendered sounds, and unseen recordings as they are."""
        pool, unseen = streams(workshop, held_out=False), streams(workshop, held_out=True)
        unseen = apart(unseen, pool)
        n = N_TEST // (QUICK if workshop.quick else 1)
        found = {"rendered": mixed_windows(unseen, n, workshop.seed + 1)}
        real = [s for s in unseen if s.origin.startswith("open/")]
        return found | ({"recordings": plain_windows(real)} if real else {})


RECIPE = MusicRecipe()
