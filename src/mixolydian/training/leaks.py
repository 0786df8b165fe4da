"""What is wrong with a data set that one cannot hear: copies, and pieces on both sides of a split.

A copy is a file with the same bytes as another. A leak is a piece in two of the subfolders that
are parts of a split (train, valid or test): the same bytes, or a truth that names the same
piece. Copies with other bytes (another codec, other tags) are found by `mixo analyze`, which
goes by the sound.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from mixolydian.training.manifest import Entry, Manifest

PARTS = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "dev": "valid",
    "test": "test",
    "testing": "test",
    "eval": "test",
}
"""name of a subfolder → the part of a split that it is."""
STEMS = "_stems"
"""end of the name of a folder of stems, which belong to a sound beside it."""
BYTES, PIECE = "same bytes", "same piece"


@dataclass(frozen=True)
class Leak:
    """`paths` that are one piece in several `parts` of a split, and `why` we think so."""

    parts: tuple[str, ...]
    paths: tuple[str, ...]
    why: str


def part_of(path: str) -> str:
    """The part of a split a path lies in; empty where in none."""
    folders = PurePosixPath(path).parts[:-1]
    return next((PARTS[name.lower()] for name in folders if name.lower() in PARTS), "")


def label_of(entry: Entry) -> str:
    """What the truth says, or the name of the folder; empty where neither tells."""
    folder = PurePosixPath(entry.path).parent.name
    return entry.label or ("" if folder.lower() in PARTS else folder)


def counts(manifest: Manifest) -> dict[str, int]:
    """Label → number of sounds, most frequent first; stems are not counted."""
    found = Counter(label_of(entry) for entry in _items(manifest))
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def duplicates(manifest: Manifest) -> tuple[tuple[str, ...], ...]:
    """Paths of files with the same bytes, together."""
    filled = (entry for entry in manifest.entries if entry.size)
    return tuple(tuple(e.path for e in same) for same in _together(filled, "sha256"))


def leaks(manifest: Manifest) -> tuple[Leak, ...]:
    """Pieces in more than one part of a split."""
    inside = [e for e in manifest.entries if e.size and part_of(e.path)]
    found: dict[tuple[str, ...], Leak] = {}
    for name, why in (("sha256", BYTES), ("origin", PIECE)):
        for same in _together(inside, name):
            parts = tuple(sorted({part_of(e.path) for e in same}))
            paths = tuple(e.path for e in same)
            if len(parts) > 1:
                found.setdefault(paths, Leak(parts, paths, why))
    return tuple(found.values())


def _items(manifest: Manifest) -> Iterator[Entry]:
    for entry in manifest.entries:
        folder = PurePosixPath(entry.path).parent.name
        if entry.is_sound and not folder.endswith(STEMS):
            yield entry


def _together(entries: Iterable[Entry], name: str) -> Iterator[list[Entry]]:
    """Entries that agree in the field `name`, where it is filled and more than one does."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[getattr(entry, name)].append(entry)
    for value, same in found.items():
        if value and len(same) > 1:
            yield same
