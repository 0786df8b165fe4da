"""What a judgement of compatibility is made of: a value, the facts behind it, and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Part:
    """`value` in [0, 1], 1 the best; `weight` how far it counts; `facts` are JSON-able."""

    value: float
    weight: float
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def to_json(self) -> dict[str, Any]:
        """As a plain dict, numbers rounded to what they can tell."""
        facts = {k: round(v, 4) if isinstance(v, float) else v for k, v in self.facts.items()}
        return {
            "value": round(self.value, 4),
            "weight": round(self.weight, 4),
            "words": self.words,
            **facts,
        }


def unit(value: float) -> float:
    """`value` cut to [0, 1]."""
    return float(np.clip(value, 0.0, 1.0))


def weighted(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Mean of `values` with their `weights`."""
    total = sum(weights[name] for name in values)
    return sum(values[name] * weights[name] for name in values) / max(total, 1e-9)
