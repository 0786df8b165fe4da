"""What is ordered of a data set, checked at the door."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.workflows.planning import check_jobs

KINDS = ("songs", "scores", "singing", "speech", "ambience", "mixture")
FORMS = ("flac", "wav", "mp3", "ogg")
SECONDS = (5.0, 600.0)
MAX_TRACKS = 1_000_000
VERSION = 1
"""of the makers: a folder begun by another version is not continued."""


@dataclass(frozen=True)
class DatasetRequest:
    """What to render: `tracks` items of `kind` (or "all") into the folder `out`.

    `seconds` are the shortest and the longest item asked for. `data` is a folder of corpora
    and soundfonts for the kinds that are not composed.
    """

    out: str
    tracks: int = 100
    seconds: tuple[float, float] = (60.0, 60.0)
    kind: str = "songs"
    data: str | None = None
    stems: bool = False
    clean: bool = False
    seed: int = 1
    jobs: int | None = None
    form: str = "flac"

    def __post_init__(self) -> None:
        if not self.out:
            raise RequestError("expected a folder for the data set, found none; name it with --out")
        _check_number("tracks", self.tracks, 1, MAX_TRACKS)
        _check_number("seed", self.seed, 0, 2**32 - 1)
        _check_word("kind", self.kind, (*KINDS, "all"))
        _check_word("format", self.form, FORMS)
        shortest, longest = self.seconds
        if not SECONDS[0] <= shortest <= longest <= SECONDS[1]:
            raise RequestError(
                f"expected seconds from {SECONDS[0]:g} to {SECONDS[1]:g}, such as 60 or 20-60; "
                f"found {shortest:g}-{longest:g}"
            )
        check_jobs(self.jobs)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of items in turn."""
        return KINDS if self.kind == "all" else (self.kind,)

    @property
    def recipe(self) -> dict[str, Any]:
        """What of this decides the samples of an item, as JSON."""
        deciding = ("kind", "stems", "clean", "seed", "form")
        values = {name: value for name, value in asdict(self).items() if name in deciding}
        return {**values, "seconds": list(self.seconds), "version": VERSION}


def _check_number(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise RequestError(f"{name} must lie in [{low}, {high}], found {value}")


def _check_word(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise RequestError(f"{name} must be one of {', '.join(allowed)}; found {value!r}")


def read_seconds(text: str) -> tuple[float, float]:
    """(shortest, longest) of "60" or "20-60"; RequestError when it says neither."""
    try:
        numbers = [float(part) for part in text.split("-")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise RequestError(f"expected seconds such as 60 or 20-60, found {text!r}")
    return numbers[0], numbers[-1]
