"""A shelf of models: a folder of bundles, NAME/VERSION, and the index that vouches for them.

`index.json` says per model which versions are there, with the sha256 of network and card and the
size in bytes, and in which order they were current; the last one is. The index is written in
one step: after a crash the old one holds. Names come from files, so they are checked before
they become part of a path.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from mixolydian.core.errors import ModelError
from mixolydian.core.files import write_bytes, write_text
from mixolydian.models.bundle import CARD, NETWORK, PAGE, Model, kept_model, read_card, version_of
from mixolydian.models.card import Card
from mixolydian.models.network import Network

SCHEMA = "mixolydian.models/1"
INDEX = "index.json"
SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """One version: sha256 of its network and of its card, bytes of the network."""

    model: str
    card: str
    bytes: int


@dataclass(frozen=True)
class Line:
    """One model: its versions, and those that were current in their order."""

    versions: Mapping[str, Entry]
    current: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shelf:
    """The bundles in `folder`, which need not exist yet."""

    folder: Path

    def lines(self) -> dict[str, Line]:
        """Name → what the index says of it.

        Raises
        ------
        ModelError
            The index is damaged.
        """
        path = self.folder / INDEX
        try:
            document = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: cannot be read ({error}); {_mend(path)}") from error
        try:
            return _read_lines(document)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"{path}: is no index of models ({error}); {_mend(path)}") from error

    def place(self, name: str, version: str) -> Path:
        """The folder of a bundle."""
        return self.folder / name / version

    def current(self, name: str) -> str | None:
        """The version that is current."""
        line = self.lines().get(name)
        return line.current[-1] if line is not None and line.current else None

    def model(self, name: str, version: str) -> Model:
        """A model of the index, its hashes checked."""
        return kept_model(self.place(name, version), self._entry(name, version).card)

    def card(self, name: str, version: str) -> Card:
        """The card of a model of the index, its hash checked."""
        return read_card(self.place(name, version), self._entry(name, version).card)

    def install(self, bundle: Path) -> tuple[str, str]:
        """Copy a bundle to the shelf; its name and version. It is not current yet.

        Raises
        ------
        ModelError
            The bundle is not whole, or cannot be run.
        """
        card = read_card(bundle)
        network = Network.read(bundle / NETWORK, card.weights)
        name, version = _safe(card.name), _safe(version_of(card))
        there = self.place(name, version)
        for part in (NETWORK, CARD, PAGE):
            if part != PAGE or (bundle / part).is_file():
                write_bytes(there / part, (bundle / part).read_bytes())
        entry = Entry(network.sha256, _digest(there / CARD), network.size)
        lines = self.lines()
        line = lines.get(name, Line({}))
        self._write(lines | {name: replace(line, versions={**line.versions, version: entry})})
        return name, version

    def promote(self, name: str, version: str) -> None:
        """Make an installed version the current one."""
        self._entry(name, version)
        line = self._line(name)
        if line.current[-1:] != (version,):
            self._write(self.lines() | {name: replace(line, current=(*line.current, version))})

    def rollback(self, name: str) -> str | None:
        """Take the current version back; the one before it is current again, None if none was.

        Raises
        ------
        ModelError
            None is current.
        """
        line = self.lines().get(name, Line({}))
        if not line.current:
            raise ModelError(
                f"{name}: no model of yours is in use, there is nothing to roll back; "
                "mixo models shows what there is"
            )
        self._write(self.lines() | {name: replace(line, current=line.current[:-1])})
        return self.current(name)

    def keep_only(self, name: str, version: str) -> None:
        """Forget the other versions of a model, and their files."""
        others = set(self._line(name).versions) - {version}
        kept = Line({version: self._entry(name, version)}, (version,))
        self._write(self.lines() | {name: kept})
        for other in others:
            shutil.rmtree(self.place(name, other), ignore_errors=True)

    def _line(self, name: str) -> Line:
        lines = self.lines()
        if name not in lines:
            known = ", ".join(lines) or "none yet"
            raise ModelError(f"{name}: no such model is installed; there are: {known}")
        return lines[name]

    def _entry(self, name: str, version: str) -> Entry:
        versions = self._line(name).versions
        if version not in versions:
            raise ModelError(
                f"{name}: version {version} is not installed; there are {', '.join(versions)}"
            )
        return versions[version]

    def _write(self, lines: Mapping[str, Line]) -> None:
        models = {name: asdict(line) for name, line in sorted(lines.items())}
        text = json.dumps({"schema": SCHEMA, "models": models}, indent=1) + "\n"
        write_text(self.folder / INDEX, text)


def _read_lines(document: Any) -> dict[str, Line]:
    if document["schema"] != SCHEMA:
        raise ValueError(f"expected {SCHEMA}, found {document['schema']!r}")
    return {_safe(name): _read_line(line) for name, line in document["models"].items()}


def _read_line(line: Any) -> Line:
    versions = {_safe(version): _read_entry(entry) for version, entry in line["versions"].items()}
    current = tuple(line["current"])
    if not set(current) <= set(versions):
        raise ValueError("a version that is current is not there")
    return Line(versions, current)


def _read_entry(entry: Any) -> Entry:
    found = Entry(str(entry["model"]), str(entry["card"]), int(entry["bytes"]))
    if not (HASH.fullmatch(found.model) and HASH.fullmatch(found.card)):
        raise ValueError("a sha256 sum is missing")
    return found


def _safe(name: str) -> str:
    if not SAFE.fullmatch(name):
        raise ModelError(
            f"expected a name of small letters, figures, '.', '_' and '-'; found {name[:80]!r}; "
            "correct the card's name and version"
        )
    return name


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _mend(path: Path) -> str:
    return f"delete it and promote your models again (mixo models --promote), or restore {path}"
