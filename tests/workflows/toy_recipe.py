"""A recipe that is made in a blink, for the tests of the verbs of training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mixolydian.training.examples import Examples
from mixolydian.training.recipe import Recipe
from mixolydian.training.workshop import Workshop
from tests.training.learners.clouds import clouds


@dataclass(frozen=True)
class Toy(Recipe):
    """Clouds; the part set aside is too small for the report to draw a map, which takes long."""

    name: ClassVar[str] = "toy"
    question: ClassVar[str] = "toy"
    inputs: ClassVar[str] = "figures"
    learners: ClassVar[Mapping[str, Mapping[str, Any]]] = {"k-nearest": {"k": 9}, "dummy": {}}
    data: ClassVar[tuple[str, ...]] = ("clouds (own)",)
    limits: ClassVar[Mapping[str, float]] = {"gap": 1.0}

    def examples(self, workshop: Workshop) -> Examples:
        return clouds(60 if workshop.quick else 120, 1)

    def tests(self, workshop: Workshop) -> Mapping[str, Examples]:
        workshop.watch("counting", 1, 1, {})
        return {}

    def facts(self, workshop: Workshop) -> Mapping[str, Any]:
        return {"robustness": {"mp3": 0.95}}
