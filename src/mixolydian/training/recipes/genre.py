"""Genre: electronic sub-genres and a few broad families, each label by itself.

Learnt from composed pieces, whose genre is exact, and from scores played as what they are
(classical ensembles, pop bands), and bands of distorted guitars, voices or synthesizers behind one
and the same way through a mix. Judged on pieces of another seed, clean and damaged
(codecs, rooms, vinyl, mastering). Real recordings sound otherwise than ours: how far the labels
carry to them is measured apart (benchmarks/genre.py) and said in the card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.estimators import listen
from mixolydian.estimators.genre import genre_input
from mixolydian.estimators.style import NEEDS, style_vector
from mixolydian.library.catalogue import Catalogue
from mixolydian.models import embedding, windows
from mixolydian.models.store import Model, Store
from mixolydian.training.datasets import own_library
from mixolydian.training.derived import derived
from mixolydian.training.examples import Examples, joined
from mixolydian.training.frames import Heard
from mixolydian.training.recipe import Recipe
from mixolydian.training.rendered import LICENCES, SEED, TEST_SEED, bands, heard_all, sounds
from mixolydian.training.sounds import COMPOSED, Sound, hear, mel_of
from mixolydian.training.workshop import Workshop

ELECTRONIC = (
    "house", "deep house", "tech house", "techno", "minimal", "acid", "trance", "progressive",
    "psytrance", "drum & bass", "jungle", "dubstep", "hardcore", "electro", "breakbeat",
    "uk garage", "ambient", "future bass", "synthwave", "trap",
)  # fmt: skip
FAMILIES: Mapping[str, tuple[str, ...]] = {
    **{name: (name, "electronic") for name in ELECTRONIC},
    "trap": ("trap", "electronic", "hip-hop"),
    "hip-hop": ("hip-hop",),
    "dub": ("dub", "reggae"),
    "reggae": ("reggae",),
    "rock": ("rock",),
    "pop": ("pop",),
    "ballad": ("ballad", "pop"),
    "six eight": ("pop",),
    "waltz": ("pop",),
    "pop909": ("pop",),
    "classical": ("classical",),
    "synthesizers": ("electronic",),
}
"""style of a sound → its labels."""
BROAD = ("electronic", "hip-hop", "reggae", "pop", "rock", "classical")
"""labels that name families."""
LABELS = tuple(dict.fromkeys([*ELECTRONIC, *(label for f in FAMILIES.values() for label in f)]))
SOURCES = (COMPOSED, "pop909", "classical")


def style(heard: Heard) -> NDArray[np.floating[Any]]:
    """The style vector of a sound, with the answers it builds on."""
    return style_vector(heard.features, listen(heard.features, questions=NEEDS))


def embedder(workshop: Workshop) -> Model:
    """The embedding in use; its recipe comes before this one."""
    found = Store(workshop.home).find(embedding.NAME)
    if found is None:
        raise RequestError(
            "genre is learnt on the embedding: mixo train embedding, then promote it"
        )
    return found


@dataclass(frozen=True)
class GenreRecipe(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "genre"
    question: ClassVar[str] = "genre"
    summary: ClassVar[str] = "Electronic sub-genres and broad families, each by itself."
    inputs: ClassVar[str] = "style and embedding"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "perceptron": {"members": 5, "balanced": True},
        "logistic-regression": {},
        "random-forest": {},
        "xgboost": {},
        "k-nearest": {},
        "linear-svm": {},
    }
    target: ClassVar[float] = 0.9
    data: ClassVar[tuple[str, ...]] = LICENCES
    not_for: ClassVar[tuple[str, ...]] = (
        "deciding what a recording is called in a shop: labels are learnt from rendered music, and "
        "on real recordings the broad families are right much less often (see the benchmark)",
        "music outside the labels: it abstains often there, not always",
    )

    def examples(self, workshop: Workshop) -> Examples:
        """Pieces of the training seed, bands, and what users have corrected."""
        return joined([*self._sides(workshop, SEED).values(), *corrected(workshop)])

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """Pieces of the other seed: all, those that were damaged, and bands."""
        pool = {g for part in self._sides(workshop, SEED).values() for g in part.groups}
        unseen = {
            name: part.take([group not in pool for group in part.groups])
            for name, part in self._sides(workshop, TEST_SEED).items()
        }
        found = unseen["rendered"]
        harmed = [origin == "damaged" for origin in found.origins]
        return {"rendered": found, "damaged": found.take(harmed)} | unseen

    def facts(self, workshop: Workshop) -> Mapping[str, Any]:
        """The embedding it was trained on, without which it cannot answer."""
        return {"embedding": embedder(workshop).card.weights, "families": list(BROAD)}

    def _sides(self, workshop: Workshop, seed: int) -> Mapping[str, Examples]:
        """The pieces of a seed; and its bands, where they can be played."""
        pieces = [s for s in sounds(workshop, seed) if s.source in SOURCES]
        players = bands(workshop, seed)
        found = {"rendered": self._of(pieces, workshop)}
        return found | ({"bands": self._of(players, workshop)} if players else {})

    def _of(self, wanted: Sequence[Sound], workshop: Workshop) -> Examples:
        embedder(workshop)  # before half an hour of listening
        heard = heard_all(wanted, workshop)
        return _examples(heard, derived(heard, style, workshop), workshop)


def _examples(
    heard: Sequence[Sound], styles: Sequence[NDArray[np.float32]], workshop: Workshop
) -> Examples:
    network = embedder(workshop).network
    rows, targets, groups, origins = [], [], [], []
    for sound, vector in zip(heard, styles, strict=True):
        mel, truth = mel_of(sound, workshop.ear)
        found = embedding.summed_up(embedding.embed(windows.pooled(mel), network))
        rows.append(genre_input(vector, found))
        targets.append(_targets(FAMILIES[str(truth["style"])]))
        song = truth.get("song")
        groups.append(f"{truth.get('corpus')}/{song}" if song else sound.name)
        origins.append("damaged" if truth.get("augmented") else "clean")
    return Examples(
        inputs=np.stack(rows),
        targets=np.stack(targets),
        labels=LABELS,
        groups=tuple(groups),
        ids=tuple(sound.name for sound in heard),
        exclusive=False,
        origins=tuple(origins),
    )


def corrected(workshop: Workshop) -> list[Examples]:
    """Tracks of the library at hand whose genre a human has set to one of ``LABELS``, with the
    labels it implies; files that cannot be heard are left out."""
    place = Path(Settings(home=workshop.home).catalogue)
    if not place.is_file():
        return []
    with Catalogue(place) as catalogue:
        asked = own_library.corrections(catalogue, "genre", LABELS).sounds
    failed = {sound for sound, _ in hear(asked, workshop.ear)}
    heard = [sound for sound in asked if sound not in failed]
    if not heard:
        return []
    facts = [dict(sound.facts) for sound in heard]
    said = [FAMILIES.get(told["label"], (told["label"],)) for told in facts]
    vectors = derived(heard, style, workshop)
    rows = [_row(sound, vector, workshop) for sound, vector in zip(heard, vectors, strict=True)]
    found = Examples(
        inputs=np.stack(rows),
        targets=np.stack([_targets(labels) for labels in said]),
        labels=LABELS,
        groups=tuple(f"{own_library.SOURCE}/{told['group']}" for told in facts),
        ids=tuple(sound.path for sound in heard),
        exclusive=False,
        origins=(own_library.SOURCE,) * len(heard),
    )
    return [found]


def _row(sound: Sound, vector: NDArray[np.float32], workshop: Workshop) -> NDArray[np.float32]:
    """What the model is fed of a sound that was heard."""
    mel, _ = mel_of(sound, workshop.ear)
    network = embedder(workshop).network
    return genre_input(vector, embedding.summed_up(embedding.embed(windows.pooled(mel), network)))


def _targets(labels: Sequence[str]) -> NDArray[np.float32]:
    return np.array([label in labels for label in LABELS], dtype=np.float32)


RECIPE = GenreRecipe()
