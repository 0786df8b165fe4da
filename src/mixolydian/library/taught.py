"""Tags a user has taught: their examples, what was learnt from them, and who wears them.

A tag's model is a direction in the space of the tracks' vectors: logistic in the cosine-like
projection of the standardised vector. It is a few hundred numbers and kept as JSON; weights
of an older kind of vector are never applied to a newer one (`source`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from mixolydian.core.errors import RequestError
from mixolydian.core.names import same_name
from mixolydian.core.types import frozen_array
from mixolydian.library.tables import taught

FloatArray = NDArray[np.float64]

LEAST = 0.5
"""Probability from which a track wears a tag."""
FARTHEST = 4.0
"""Standard deviations beyond which a vector's entry says nothing more."""


def directions(vectors: NDArray[Any], center: FloatArray, scale: FloatArray) -> FloatArray:
    """`vectors` (n, d) standardised, clipped and brought to length √d, so that only where a
    track differs from the library counts, and not how much in all."""
    z = np.clip((np.asarray(vectors, dtype=np.float64) - center) / scale, -FARTHEST, FARTHEST)
    lengths = np.linalg.norm(z, axis=1, keepdims=True)
    result: FloatArray = z * (np.sqrt(z.shape[1]) / np.maximum(lengths, 1e-9))
    return result


@dataclass(frozen=True, eq=False)
class TagModel:
    """P(tag | x) = 1 / (1 + exp(−(weights · direction(x) + bias))).

    `center`, `scale` and `weights` are (d,); `source` names the kind of vector.
    """

    source: str
    center: FloatArray
    scale: FloatArray
    weights: FloatArray
    bias: float

    def __post_init__(self) -> None:
        for name in ("center", "scale", "weights"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))

    def probabilities(self, vectors: NDArray[Any]) -> FloatArray:
        """Probabilities (n,) of the tag for `vectors` (n, d)."""
        logit = directions(vectors, self.center, self.scale) @ self.weights + self.bias
        result: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(logit, -60.0, 60.0)))
        return result

    def to_json(self) -> dict[str, Any]:
        """As a JSON-able dict."""
        arrays = {name: getattr(self, name) for name in ("center", "scale", "weights")}
        lists = {name: [float(f"{x:.7g}") for x in array] for name, array in arrays.items()}
        return {"source": self.source, **lists, "bias": self.bias}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TagModel:
        """The inverse of :meth:`to_json`."""
        return cls(**data)


@dataclass(frozen=True, eq=False)
class TaughtTag:
    """A tag called `name`; `examples` and `counter_examples` are track ids.

    Without a `model` the examples could not be told from the rest of the library.
    """

    name: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...] = ()
    model: TagModel | None = None
    separation: float = 0.0
    """Of the examples, each with a model learnt without it: the share of the library that
    is less like the tag than it, on average; 0.5 is chance, 1 perfect."""

    def members(
        self, source: str, ids: Sequence[str], vectors: NDArray[Any], least: float = LEAST
    ) -> dict[str, float]:
        """track id → probability, of the tracks that wear the tag: its examples (1), and
        those of `ids` at least as probable as `least`; never a counter-example.

        Raises
        ------
        RequestError
            The tag was learnt from another kind of vector than `vectors` (n, d) are.
        """
        found = self._likely(source, ids, vectors, least) | dict.fromkeys(self.examples, 1.0)
        return {i: p for i, p in found.items() if i not in self.counter_examples}

    def _likely(
        self, source: str, ids: Sequence[str], vectors: NDArray[Any], least: float
    ) -> dict[str, float]:
        if self.model is None or not len(ids):
            return {}
        if (self.model.source, len(self.model.center)) != (source, vectors.shape[1]):
            raise RequestError(
                f"the tag {self.name!r} was learnt by an older version; "
                f'run `mixo teach "{self.name}"` to learn it again from its examples'
            )
        likely = self.model.probabilities(vectors)
        return {ids[int(i)]: float(likely[i]) for i in np.flatnonzero(likely >= least)}


# ---------------------------------------------------------------------- in the catalogue


def load_tags(connection: Connection) -> dict[str, TaughtTag]:
    """Name (see :func:`~mixolydian.core.names.same_name`) → tag, sorted by name."""
    rows = connection.execute(select(taught).order_by(taught.c.name))
    return {row.name: _from_document(row.document) for row in rows}


def save_tag(connection: Connection, tag: TaughtTag) -> None:
    """Keep `tag`, in the place of one of its name."""
    values = {"document": _document(tag)}
    connection.execute(
        insert(taught)
        .values(name=same_name(tag.name), **values)
        .on_conflict_do_update(index_elements=[taught.c.name], set_=values)
    )


def drop_tag(connection: Connection, name: str) -> bool:
    """Forget the tag of this name; whether there was one."""
    gone = connection.execute(delete(taught).where(taught.c.name == same_name(name)))
    return bool(gone.rowcount)


def _document(tag: TaughtTag) -> str:
    document = {
        "name": tag.name,
        "examples": list(tag.examples),
        "counter_examples": list(tag.counter_examples),
        "model": None if tag.model is None else tag.model.to_json(),
        "separation": tag.separation,
    }
    return json.dumps(document, separators=(",", ":"))


def _from_document(text: str) -> TaughtTag:
    document = json.loads(text)
    model = document["model"]
    return TaughtTag(
        document["name"],
        tuple(document["examples"]),
        tuple(document["counter_examples"]),
        None if model is None else TagModel.from_json(model),
        document["separation"],
    )
