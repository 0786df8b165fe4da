"""The versions of a data set: what changed between two, and those that were seen.

Manifests are kept in the workshop's folder, one JSON per version in the order they were seen,
and beside them what is known of each file, so that an unchanged one is not read again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any

from mixolydian.core.errors import InputError, RequestError
from mixolydian.core.files import write_text
from mixolydian.training.manifest import Entry, Facts, Manifest

SCHEMA = "mixolydian.manifest/1"
SEEN = "seen.json"


@dataclass(frozen=True)
class Diff:
    """What became of the paths between two versions; `moved` holds (old path, new path)."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved)


def difference(old: Manifest, new: Manifest) -> Diff:
    """What happened between two versions."""
    before, after = ({e.path: e for e in m.entries} for m in (old, new))
    gone = [before[p] for p in sorted(before.keys() - after.keys())]
    come = [after[p] for p in sorted(after.keys() - before.keys())]
    both = sorted(before.keys() & after.keys())
    changed = tuple(p for p in both if before[p].content != after[p].content)
    moved = _moved(gone, come)
    left, new_names = {a for a, _ in moved}, {b for _, b in moved}
    return Diff(
        tuple(e.path for e in come if e.path not in new_names),
        tuple(e.path for e in gone if e.path not in left),
        changed,
        moved,
    )


def _moved(gone: list[Entry], come: list[Entry]) -> tuple[tuple[str, str], ...]:
    waiting: dict[tuple[str, str], list[str]] = {}
    for entry in gone:
        waiting.setdefault(entry.content, []).append(entry.path)
    return tuple(
        (waiting[entry.content].pop(0), entry.path) for entry in come if waiting.get(entry.content)
    )


@dataclass(frozen=True)
class Archive:
    """The kept manifests of one data set, in a folder of their own."""

    folder: Path

    @classmethod
    def of(cls, dataset: Path, workshop: Path) -> Archive:
        """Where the manifests of the folder `dataset` are kept."""
        name = os.fsencode(os.path.realpath(dataset))
        return cls(workshop / "manifests" / hashlib.sha256(name).hexdigest()[:16])

    def versions(self) -> tuple[str, ...]:
        """The versions seen, oldest first."""
        return tuple(path.stem.partition("-")[2] for path in self._files())

    def manifest(self, version: str = "") -> Manifest | None:
        """The last manifest whose version starts with `version`; None where nothing is kept.

        Raises
        ------
        RequestError
            Versions are kept, but not this one.
        InputError
            The file of the version is damaged.
        """
        files = self._files()
        fitting = [path for path in files if path.stem.partition("-")[2].startswith(version)]
        if version and not fitting:
            known = ", ".join(v[:12] for v in self.versions()[-5:]) or "none yet"
            raise RequestError(f"expected a version that was seen, found {version}; seen: {known}")
        return _manifest(fitting[-1]) if fitting else None

    def seen(self) -> dict[str, Facts]:
        """What was found the last time; empty where that is not known."""
        try:
            kept = json.loads((self.folder / SEEN).read_bytes())
            return {path: Facts(*values) for path, values in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def keep(self, manifest: Manifest, facts: Mapping[str, Facts]) -> None:
        """Keep what was found, and the manifest where its version is not the last one kept.

        Raises
        ------
        StorageError
            The folder cannot be written.
        """
        _write(self.folder / SEEN, {path: astuple(f) for path, f in facts.items()})
        versions = self.versions()
        if not versions or versions[-1] != manifest.version:
            name = f"{len(versions) + 1:04d}-{manifest.version}.json"
            _write(self.folder / name, {"schema": SCHEMA, **asdict(manifest)})

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]*-*.json"))


def _manifest(path: Path) -> Manifest:
    try:
        kept = json.loads(path.read_bytes())
        found = Manifest(tuple(Entry(**entry) for entry in kept["entries"]), kept["made"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}: expected a kept manifest; remove the file") from error
    if found.version != path.stem.partition("-")[2]:
        raise InputError(f"{path}: the kept manifest was altered; remove the file")
    return found


def _write(path: Path, document: Mapping[str, Any]) -> None:
    write_text(path, json.dumps(document), durable=False)
