"""Emotion: relaxed, happy, sad or angry, learnt from a table of 400 measured clips.

The table holds 30 s clips of Turkish music, 100 per emotion, labelled by listeners, with 50
features measured by another program; the sound itself is not public. What can be carried to
other sounds is explained in `models.mir`, which turns both the table's rows and our own
measurements into the model's 37 inputs. Clips that are alike (12 are exact copies) stay together.

Whoever reads the scores: `benchmarks/results/emotion_table.json` has them from repeated nested
cross-validation; those of one run of this recipe rest on 60 clips.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.models import mir
from mixolydian.training.examples import Examples, one_hot
from mixolydian.training.recipe import Recipe
from mixolydian.training.tables import Table, duplicate_groups, read_table
from mixolydian.training.workshop import Workshop

OFF = 0.25
"""how far damaged measurements are off, in deviations of their column."""
CORPUS, FILE = "turkish_music_emotion", "Acoustic_Features.csv"
LABELS = ("relaxed", "happy", "sad", "angry")
WORDS = {"relax": "relaxed", "happy": "happy", "sad": "sad", "angry": "angry"}
"""the table's word → ours."""


def read(folder: Path) -> Table:
    """The table in its folder.

    Raises
    ------
    InputError
        It is not there, or not whole.
    RequestError
        It has other columns than the ones we know how to measure.
    """
    table = read_table(folder / FILE, "Class", allowed=tuple(WORDS))
    if table.columns != mir.NAMES:
        other = sorted(set(mir.NAMES) ^ set(table.columns))
        raise RequestError(
            f"{folder / FILE}: expected the {len(mir.NAMES)} columns of models.mir in their order; "
            f"different: {', '.join(other[:4]) or 'the order'}; fetch the table again"
        )
    return table


def examples_of(table: Table) -> Examples:
    """The table's rows as the model sees them."""
    named = [WORDS[label] for label in table.labels]
    return Examples(
        mir.portable(table.rows).astype(np.float32),
        one_hot(named, LABELS),
        LABELS,
        duplicate_groups(table.rows),
        table.ids,
        names=mir.COLUMNS,
        origins=(CORPUS,) * len(named),
    )


@dataclass(frozen=True)
class Emotion(Recipe):
    """See the module's text."""

    name: ClassVar[str] = "emotion"
    question: ClassVar[str] = "emotion"
    summary: ClassVar[str] = "relaxed, happy, sad or angry, from 37 features of the sound"
    inputs: ClassVar[str] = "mir"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "discriminant": {},
        "logistic-regression": {},
        "svm": {},
        "random-forest": {},
        "xgboost": {},
        "perceptron": {},
        "stacked": {},
    }
    target: ClassVar[float] = 0.84
    data: ClassVar[tuple[str, ...]] = (
        "Turkish Music Emotion (M. B. Er, UCI Machine Learning Repository 862): CC BY 4.0",
    )
    not_for: ClassVar[tuple[str, ...]] = (
        "music far from what the table holds (Turkish pop, folk, classical and rock): the emotions "
        "of other traditions were not asked",
        "diagnosis or treatment: what a listener feels depends on the listener",
        "speech, noise and sounds under 10 s",
        "exactness: the table was measured by another program; our measurements are brought to its "
        "scale by robust constants, and that adds errors the scores on the table do not show",
    )

    def examples(self, workshop: Workshop) -> Examples:
        """The clips of the table."""
        return examples_of(read(workshop.stock.folder(CORPUS)))

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        """None apart: a part of the table is set aside."""
        return {}

    def damaged(self, held_out: Examples, workshop: Workshop) -> Mapping[str, Examples]:
        """The same clips measured less well: every column off by a quarter of its deviation."""
        rng = np.random.default_rng(workshop.seed)
        spread = held_out.inputs.std(axis=0) * OFF
        noise = rng.normal(size=held_out.inputs.shape) * spread
        inputs = (held_out.inputs + noise).astype(np.float32)
        return {"damaged: measured less well": replace(held_out, inputs=inputs)}


RECIPE = Emotion()
