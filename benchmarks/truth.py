"""A crate: a folder of sounds, each with a truth file beside it.

A truth file is JSON with `"schema": "mixolydian.truth/1"`, the sound's file name (`path`), its
`style`, `variant`, `duration`, and the answers in the words of core/convert.py. A file whose name
ends in its variant (`007_house_noise.flac`, variant "noise") is a damaged copy of the piece
without it (`007_house.flac`); any other variant is a piece in its own right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixolydian.core.convert import value_from_json

SCHEMA = "mixolydian.truth/1"
QUESTIONS = ("tempo", "beats", "key", "chords", "sections", "drops")


@dataclass(frozen=True, eq=False)
class Piece:
    """One sound and its truth (question → value, only what the truth file states)."""

    name: str
    sound: Path
    style: str
    variant: str
    group: str
    """name of the piece this is, or is a damaged copy of"""
    damaged: bool
    duration: float
    truth: dict[str, Any]
    truth_file: Path


def _piece(document: dict[str, Any], path: Path) -> Piece:
    truth = {q: value_from_json(q, document[q]) for q in QUESTIONS if document.get(q) is not None}
    variant = str(document.get("variant", "clean"))
    stem = Path(document["path"]).stem
    return Piece(
        name=str(document["path"]),
        sound=path.parent / document["path"],
        style=str(document.get("style", "")),
        variant=variant,
        group=stem.removesuffix(f"_{variant}"),
        damaged=stem.endswith(f"_{variant}"),
        duration=float(document["duration"]),
        truth=truth,
        truth_file=path,
    )


def _documents(folder: Path) -> list[tuple[dict[str, Any], Path]]:
    found = []
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        if isinstance(document, dict) and document.get("schema") == SCHEMA:
            found.append((document, path))
    return found


def read_crate(folder: Path) -> list[Piece]:
    """Every piece under `folder`, sorted by name; the sounds must be there.

    Raises
    ------
    SystemExit
        No truth file, or a truth file without its sound.
    """
    pieces = [_piece(document, path) for document, path in _documents(folder)]
    missing = [p.name for p in pieces if not p.sound.is_file()]
    if not pieces or missing:
        what = f"sounds missing: {', '.join(missing[:5])}" if missing else "no truth file found"
        raise SystemExit(f"{folder}: expected sounds with {SCHEMA} files beside them; {what}")
    return sorted(pieces, key=lambda p: p.name)


def data_hash(pieces: Iterable[Piece]) -> str:
    """sha256 over truth files and sounds, so a report names what it was measured on."""
    digest = hashlib.sha256()
    for piece in pieces:
        for path in (piece.truth_file, piece.sound):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
