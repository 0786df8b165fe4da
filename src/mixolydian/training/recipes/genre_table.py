"""Broad genres from a table of features: the GTZAN excerpts, for comparison only.

Ten genres, 100 excerpts of 30 s each, described by 57 figures (means and variances of chroma,
level, spectral shape, harmonic and percussive part, MFCC; the tempo). Everybody has published on
it, so learners can be stood beside each other; a figure on it says little about music:

- excerpts are there twice, some under two genres; others are of one recording;
- artists are on both sides of any split, since the table does not name them;
- labels are wrong or arguable for about one excerpt in ten, and some are distorted
  (Sturm 2013, "The GTZAN dataset: its contents, its faults, their effects on evaluation, and
  its future use").

Rows that are alike form one group, so that copies stay on one side; nothing can be done here
about artists, and what is reached is therefore too good. The sound was never cleared for use:
the weights do not ship.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.training.examples import Examples
from mixolydian.training.recipe import Recipe
from mixolydian.training.subsets import representative
from mixolydian.training.tables import read_table
from mixolydian.training.workshop import Workshop

FOLDER, FILE = "gtzan_features", "features_30_sec.csv"
GENRES = (
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
)
FAULTS = (
    "a headline: copies, shared artists and wrong labels in the data make figures too good",
    "electronic sub-genres, which the table does not know",
    "audio: the figures were made by another program",
)
QUICK = 300
"""examples of a quick run."""


@dataclass(frozen=True)
class GenreTable(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "genre_table"
    question: ClassVar[str] = "genre"
    summary: ClassVar[str] = "Ten broad genres from a table of features; for comparison only."
    inputs: ClassVar[str] = "gtzan_table"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "svm": {},
        "logistic-regression": {},
        "linear-svm": {},
        "random-forest": {},
        "xgboost": {},
        "k-nearest": {},
        "discriminant": {},
        "perceptron": {},
        "stacked": {},
        "dummy": {},
    }
    target: ClassVar[float] = 0.0
    data: ClassVar[tuple[str, ...]] = (
        "features of the GTZAN excerpts (licence of the sound unknown; evaluation only)",
    )
    not_for: ClassVar[tuple[str, ...]] = FAULTS
    ships: ClassVar[bool] = False

    def examples(self, workshop: Workshop) -> Examples:
        """The table's rows; copies share a group."""
        path = workshop.stock.folder(FOLDER) / FILE
        table = read_table(path, "label", "filename", drop=("length",), allowed=GENRES)
        found = table.examples()
        return found.take(representative(found, QUICK, workshop.seed)) if workshop.quick else found

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """None but a part set aside."""
        return {}


RECIPE = GenreTable()
