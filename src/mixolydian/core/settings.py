"""The settings of the house: one table, each setting documented where it is declared.

A setting is read from its environment variable; without one its default holds. Nothing
else configures the program (no file, no hidden state). Durations are in seconds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from mixolydian.core.errors import RequestError


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _switch(text: str) -> bool:
    return {"0": False, "1": True}[text]


TRACKING = ("mlflow", "wandb", "off")
"""what runs of training can be kept by."""


def _tracking(text: str) -> str:
    if text not in TRACKING:
        raise ValueError
    return text


def usable_cores() -> int:
    """Number of cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_home(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> Path:
    """The platform's folder for a user's own data, with our name in it."""
    user = Path(environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~"))
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or user / "AppData" / "Local") / "Mixolydian"
    if platform == "darwin":
        return user / "Library" / "Application Support" / "Mixolydian"
    return Path(environ.get("XDG_DATA_HOME") or user / ".local" / "share") / "mixolydian"


def _reads(variable: str, parse: Callable[[str], Any], expected: str) -> dict[str, Any]:
    return {"variable": variable, "parse": parse, "expected": expected}


@dataclass(frozen=True)
class Settings:
    """Every setting, with the environment variable it is read from."""

    home: Path = field(
        default_factory=default_home,
        metadata=_reads("MIXOLYDIAN_HOME", lambda text: Path(text).expanduser(), "a folder"),
    )
    """Folder that holds everything the program keeps."""

    database_url: str | None = field(
        default=None, metadata=_reads("MIXOLYDIAN_DATABASE_URL", str, "sqlite:///PATH")
    )
    """Where the catalogue lies; by default `library.sqlite` in the home folder."""

    jobs: int = field(
        default_factory=usable_cores,
        metadata=_reads("MIXOLYDIAN_JOBS", _count, "a number of processes ≥ 1"),
    )
    """Worker processes that analyse at the same time; by default one per core."""

    item_seconds: float = field(
        default=900.0, metadata=_reads("MIXOLYDIAN_ITEM_SECONDS", _positive, "seconds > 0")
    )
    """A file whose analysis takes longer is given up, named, and the rest goes on."""

    busy_seconds: float = field(
        default=10.0, metadata=_reads("MIXOLYDIAN_BUSY_SECONDS", _positive, "seconds > 0")
    )
    """How long to wait for a catalogue that another program is writing to."""

    tracking: str | None = field(
        default=None,
        metadata=_reads("MIXOLYDIAN_TRACKING", _tracking, ", ".join(TRACKING)),
    )
    """What keeps the runs of training; by default mlflow where it is installed."""

    debug: bool = field(default=False, metadata=_reads("MIXOLYDIAN_DEBUG", _switch, "0 or 1"))
    """Whether errors show where they came from; the same as `mixo --debug`."""

    @property
    def catalogue(self) -> str | Path:
        """The catalogue's place: a database URL, or a path."""
        return self.database_url or self.home / "library.sqlite"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force; an empty variable counts as unset.

    Raises
    ------
    RequestError
        A variable does not hold what its setting expects.
    """
    environ = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    for entry in fields(Settings):
        variable = entry.metadata["variable"]
        text = environ.get(variable, "")
        if text:
            found[entry.name] = _parsed(variable, text, entry.metadata)
    return Settings(**found)


def _parsed(variable: str, text: str, metadata: Mapping[str, Any]) -> Any:
    try:
        return metadata["parse"](text)
    except (ValueError, LookupError, RuntimeError) as error:
        raise RequestError(
            f"{variable} expects {metadata['expected']}, found {text!r}; correct or unset it"
        ) from error
