"""What a recipe learns from: inputs, targets, and what keeps splits honest.

Conventions
-----------
`inputs` are float32 (n, …); sequences are (n, n_frames, n_bands) with a `mask` (n, n_frames),
True where there is sound and False where there is padding. `targets` (n, n_labels) lie in [0, 1]:
exactly one 1 per row where labels exclude each other, any number of them otherwise. `groups`
name what must not be parted by a split: a piece, an artist, a speaker, a set of duplicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Examples:
    """`n` examples; see the module's text for the shapes."""

    inputs: Float32
    targets: Float32
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    ids: tuple[str, ...]
    exclusive: bool = True
    """Exactly one label is right."""
    names: tuple[str, ...] = ()
    """of the input's columns, where they have names."""
    mask: NDArray[np.bool_] | None = None
    weights: Float32 | None = None
    """how much each example counts in training, (n,)."""
    origins: tuple[str, ...] = field(default=())
    """where each comes from (a corpus, a source): scores are told apart by it."""

    def __post_init__(self) -> None:
        n = len(self.inputs)
        sizes = {"targets": len(self.targets), "groups": len(self.groups), "ids": len(self.ids)}
        wrong = [f"{name} {size}" for name, size in sizes.items() if size != n]
        if wrong or self.targets.shape != (n, len(self.labels)):
            raise RequestError(
                f"expected {n} rows of {len(self.labels)} targets, found "
                f"{self.targets.shape} {', '.join(wrong)}"
            )
        if not np.isfinite(self.inputs).all():
            row = int(np.argwhere(~np.isfinite(self.inputs))[0][0])
            raise RequestError(f"example {self.ids[row]}: an input is missing or infinite")

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def classes(self) -> NDArray[np.int64]:
        """The number of each example's (most probable) label, (n,)."""
        return np.asarray(self.targets.argmax(axis=1), dtype=np.int64)

    def take(self, rows: Any) -> Examples:
        """The examples of `rows` (indices or a mask), in their order."""
        index = np.arange(len(self))[np.asarray(rows)]

        def of(values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(values[i] for i in index) if values else ()

        return replace(
            self,
            inputs=self.inputs[index],
            targets=self.targets[index],
            groups=of(self.groups),
            ids=of(self.ids),
            mask=None if self.mask is None else self.mask[index],
            weights=None if self.weights is None else self.weights[index],
            origins=of(self.origins),
        )


def one_hot(names: Sequence[str], labels: Sequence[str]) -> Float32:
    """Targets (n, n_labels) for one label name per example.

    Raises
    ------
    RequestError
        A name is not among the labels.
    """
    unknown = sorted(set(names) - set(labels))
    if unknown:
        raise RequestError(f"expected labels of {', '.join(labels)}; found {', '.join(unknown)}")
    place = {label: i for i, label in enumerate(labels)}
    targets = np.zeros((len(names), len(labels)), dtype=np.float32)
    targets[np.arange(len(names)), [place[name] for name in names]] = 1.0
    return targets


def joined(parts: Sequence[Examples]) -> Examples:
    """Several sets of examples with the same labels and inputs, as one."""
    first = parts[0]
    if any(part.labels != first.labels for part in parts):
        raise RequestError("examples with different labels cannot be joined")
    weighted = any(part.weights is not None for part in parts)
    masked = all(part.mask is not None for part in parts)
    return replace(
        first,
        inputs=np.concatenate([p.inputs for p in parts]),
        targets=np.concatenate([p.targets for p in parts]),
        groups=tuple(g for p in parts for g in p.groups),
        ids=tuple(i for p in parts for i in p.ids),
        mask=np.concatenate([np.asarray(p.mask) for p in parts]) if masked else None,
        weights=np.concatenate(
            [np.ones(len(p), np.float32) if p.weights is None else p.weights for p in parts]
        )
        if weighted
        else None,
        origins=tuple(o for p in parts for o in (p.origins or ("",) * len(p))),
    )
