"""`compose`: from a few words to a finished track with stems, MIDI, session and picture.

What is asked becomes a brief, the brief an arrangement, the arrangement sound. A piece that
was composed before can be edited: its folder's `arrangement.json` holds the brief, the
changes are made to that, and everything they do not name comes out bit for bit as it was.
The same file can also be changed by hand, to the last note, and played as it stands.

A folder appears whole or not at all: everything is written beside it first.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mixolydian.core.errors import RequestError, StorageError, UnreadableError
from mixolydian.core.files import read_json, write_text
from mixolydian.core.types import Told
from mixolydian.creation.arrange import arrange
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.ask import Wish, ask
from mixolydian.creation.document import (
    arrangement_document,
    arrangement_from_document,
    brief_of_document,
    master_from_document,
)
from mixolydian.creation.edit import Changes, edited
from mixolydian.creation.sound.mastering import Master
from mixolydian.workflows.composing.scores import write_picture, write_scores
from mixolydian.workflows.composing.sounds import SUFFIXES, Sounds, write_sounds

DOCUMENT = "arrangement.json"
SAMPLE_RATES = (44100, 48000)


@dataclass(frozen=True)
class ComposeRequest:
    """What to compose, and where to: exactly one of `wish`, `edit` and `notes`.

    `edit` is the folder of a composed piece and `changes` what is to be different; `notes`
    is an arrangement document to be played exactly as it stands. `out` may be left out with
    `edit`, which then replaces the piece. `remaster` finds the loudness anew after an edit,
    which moves every sample of the mix a little; otherwise the master is left as it was.
    """

    out: str | None = None
    wish: Wish | None = None
    edit: str | None = None
    changes: Changes = field(default_factory=Changes)
    notes: str | None = None
    form: str = "wav"
    sample_rate: int = 44100
    stems: bool = True
    overwrite: bool = False
    remaster: bool = False

    def __post_init__(self) -> None:
        if sum(x is not None for x in (self.wish, self.edit, self.notes)) != 1:
            raise RequestError(
                "expected one of a genre (--genre), a piece to edit (--edit) and notes to play "
                "(--notes)"
            )
        if self.edit is None and not self.changes.empty:
            raise RequestError("changes need a piece to edit; name its folder with --edit")
        if not self.out and self.edit is None:
            raise RequestError("expected a folder for the piece, found none; name it with --out")
        if self.form not in SUFFIXES:
            raise RequestError(f"format must be one of {', '.join(SUFFIXES)}; found {self.form!r}")
        if self.sample_rate not in SAMPLE_RATES:
            known = " or ".join(map(str, SAMPLE_RATES))
            raise RequestError(f"sample rate must be {known}, found {self.sample_rate}")

    @property
    def folder(self) -> Path:
        """Where the piece goes."""
        return Path(self.out or self.edit or "")


@dataclass(frozen=True, eq=False)
class ComposeResult:
    """A finished piece: its `folder`, `mix` file, stems by name, and what it is."""

    folder: Path
    mix: Path
    stems: Mapping[str, Path]
    arrangement: Arrangement
    duration: float
    lufs: float
    true_peak_dbtp: float
    sha256: str
    """of the mix file: the same brief gives the same on every run."""


def compose(request: ComposeRequest, told: Told | None = None) -> ComposeResult:
    """Compose, render, master and write a piece; `told` follows the steps.

    Raises
    ------
    RequestError
        What is asked cannot be had, or the folder holds something else already.
    UnreadableError
        The piece to edit or the notes to play cannot be read.
    StorageError
        The folder cannot be written.
    """
    told = told or _quiet
    told("composing", 0.0)
    arrangement, fixed = _planned(request)
    target = request.folder
    _check_free(target, request)
    workshop = _workshop(target)
    try:
        sounds = _write(arrangement, fixed, workshop, request, told)
        _move(workshop, target)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    told("done", 1.0)
    return _result(arrangement, sounds, target)


def _quiet(step: str, share: float) -> None:
    """Nobody listens."""


def _planned(request: ComposeRequest) -> tuple[Arrangement, Master | None]:
    """The arrangement to render, and the master to keep, if any."""
    if request.wish is not None:
        return arrange(ask(request.wish)), None
    if request.notes is not None:
        document = read_document(Path(request.notes))
        return arrangement_from_document(document, request.notes), None
    path = Path(request.edit or "") / DOCUMENT
    document = read_document(path)
    brief = edited(brief_of_document(document, str(path)), request.changes)
    keep = not request.remaster and request.changes.loudness is None
    return arrange(brief), master_from_document(document, str(path)) if keep else None


def read_document(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; UnreadableError when there is none."""
    document = read_json(path, f"the {DOCUMENT} that mixo compose writes")
    if not isinstance(document, dict):
        raise UnreadableError(f"{path}: expected a JSON object, found {type(document).__name__}")
    return document


def _check_free(target: Path, request: ComposeRequest) -> None:
    """Refuse to write over anything but what is edited."""
    replaces = request.edit is not None and target.resolve() == Path(request.edit).resolve()
    if request.overwrite or replaces or not target.exists():
        return
    if not target.is_dir():
        raise StorageError(f"{target}: expected a folder, found a file; choose another with --out")
    if any(target.iterdir()):
        raise StorageError(
            f"{target}: holds files already; choose another folder with --out, or --overwrite"
        )


def _workshop(target: Path) -> Path:
    """A fresh folder beside `target`, on the same disk."""
    parent = target.resolve().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".mixo-compose-", dir=parent))
    except OSError as error:
        raise StorageError(
            f"{target}: cannot be made ({error.strerror}); choose another place with --out"
        ) from error


def _write(
    arrangement: Arrangement,
    fixed: Master | None,
    folder: Path,
    request: ComposeRequest,
    told: Told,
) -> Sounds:
    """Every file of the piece into `folder`."""
    sounds = write_sounds(
        arrangement, fixed, folder, request.form, request.sample_rate, request.stems, told
    )
    told("writing scores", 0.97)
    document = arrangement_document(arrangement, sounds.duration, sounds.master)
    document["loudness"] = {"lufs": sounds.lufs, "true_peak_dbtp": sounds.true_peak_dbtp}
    document["files"] = {"mix": sounds.mix.name, "sha256": sounds.sha256}
    write_text(folder / DOCUMENT, json.dumps(document, ensure_ascii=False) + "\n", durable=False)
    write_scores(arrangement, sounds, folder)
    write_picture(arrangement, sounds, folder)
    return sounds


def _move(workshop: Path, target: Path) -> None:
    """The finished files into their place, the stems of an older version out of it."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        for item in sorted(workshop.iterdir()):
            place = target / item.name
            if place.is_dir():
                shutil.rmtree(place)
            item.replace(place)
    except OSError as error:
        raise StorageError(
            f"{target}: cannot be written ({error.strerror}); choose another place with --out"
        ) from error


def _result(arrangement: Arrangement, sounds: Sounds, target: Path) -> ComposeResult:
    return ComposeResult(
        folder=target,
        mix=target / sounds.mix.name,
        stems={name: target / "stems" / path.name for name, path in sounds.stems.items()},
        arrangement=arrangement,
        duration=sounds.duration,
        lufs=sounds.lufs,
        true_peak_dbtp=sounds.true_peak_dbtp,
        sha256=sounds.sha256,
    )
