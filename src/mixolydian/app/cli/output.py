"""How the command line speaks: results on stdout, the rest on stderr, and its words for numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Annotated, Any, Protocol

import typer
from rich.console import Console
from rich.text import Text

from mixolydian.audio.io import shown
from mixolydian.library.formats.json import one_line

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document per line, and nothing else.")
]
PIPE_WIDTH = 160
"""Characters in a line when the output is not a terminal, so that nothing is cut off."""


def option(name: str, text: str, panel: str, *more: str) -> typer.models.OptionInfo:
    """An option of a verb that has many, under the heading `panel` of its help."""
    made: typer.models.OptionInfo = typer.Option(name, *more, help=text, rich_help_panel=panel)
    return made


def console(stderr: bool = False) -> Console:
    """A console on stdout (or stderr) as it is now; colours only on a terminal."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def print_json(document: Any) -> None:
    """One document, one line, at once."""
    print(one_line(document, ensure_ascii=True), flush=True)


def warn(text: str) -> None:
    """One line on stderr."""
    print(f"mixo: {' '.join(text.splitlines())}", file=sys.stderr, flush=True)


class Left(Protocol):
    """A track or file that was left out, or left as it is."""

    @property
    def path(self) -> str: ...
    @property
    def reason(self) -> str: ...


def warn_of(left: Iterable[Left]) -> None:
    """A line on stderr for each."""
    for each in left:
        warn(f"{shown(each.path)}: {each.reason}")


def reasons(left: Iterable[Left]) -> list[dict[str, str]]:
    """What was left and why, as JSON."""
    return [{"path": each.path, "reason": each.reason} for each in left]


def minutes(seconds: float) -> str:
    """`3:27`, or `1:02:03`."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    if hours:
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{rest // 60}:{rest % 60:02d}"


def moment(seconds: float) -> str:
    """`1:02.3`: a moment in a track."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def percent(probability: float | None) -> str:
    """`97 %`, or nothing."""
    return "" if probability is None else f"{probability * 100:.0f} %"


def number(value: float | None, digits: int = 0) -> str:
    """`value` with `digits` decimals, or a dash."""
    return "–" if value is None else f"{value:.{digits}f}"


def safe(text: str) -> Text:
    """Text as it is: no markup, nothing that could steer the terminal."""
    return Text(shown(text))
