"""Tables of tracks for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from mixolydian.app.cli.output import console, minutes, number, percent, safe
from mixolydian.library.records import TrackRow
from mixolydian.workflows.shelf import name_of

NAME_WIDTH = 16
"""Characters the track's name has at least, if columns of numbers have to be left out for it."""
GAP = 2
"""Characters between two columns."""


def key_name(row: TrackRow) -> str:
    """`A minor 8A`, or a dash."""
    return "–" if row.tonic is None else f"{row.tonic} {row.mode} {row.camelot}"


def track_name(row: TrackRow) -> str:
    """`artist – title`, or the title, or the file's name."""
    return f"{row.artist} – {row.title}" if row.artist and row.title else name_of(row)


def _mark(row: TrackRow, question: str) -> str:
    """A star after what a human has corrected."""
    return "*" if question in row.corrected else ""


def _cells(row: TrackRow) -> list[str | Text]:
    name = safe(track_name(row))
    if row.missing:
        name.append(" (file missing)")
    return [
        name,
        number(row.bpm, 2) + _mark(row, "tempo"),
        key_name(row) + _mark(row, "key"),
        number(row.energy),
        number(row.lufs, 1),
        minutes(row.duration),
        number(row.drops),
        f"{percent(row.bpm_confidence) or '–'} / {percent(row.key_confidence) or '–'}",
    ]


_SURE = "Sure of BPM / key"
_COLUMNS = {
    "BPM": 7,
    "Key": 13,
    "Energy": 6,
    "LUFS": 5,
    "Length": 7,
    "Drops": 5,
    _SURE: len(_SURE),
}
"""Columns beside the name → characters they need."""
_LEAST_NEEDED = ("LUFS", "Length", _SURE, "Drops", "Energy", "Key")
"""Columns in the order in which a narrow terminal goes without them."""


def _fitting(width: int, head: str) -> tuple[list[str], int]:
    """The columns that a line of `width` characters has room for, and the room for the name."""
    kept = list(_COLUMNS)
    room = width - (len(head) + GAP if head else 0) - sum(n + GAP for n in _COLUMNS.values())
    for name in _LEAST_NEEDED:
        if room >= NAME_WIDTH:
            break
        kept.remove(name)
        room += _COLUMNS[name] + GAP
    return kept, max(room, NAME_WIDTH)


def track_table(rows: Iterable[TrackRow], extra: Sequence[str] = (), head: str = "") -> Table:
    """A table of tracks; `extra` fills a further column called `head`.

    What a narrow terminal has no room for is left out column by column, never cut off.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    kept, room = _fitting(console().width, head)
    table.add_column("Track", overflow="ellipsis", no_wrap=True, max_width=room)
    for name in (*kept, *([head] if head else [])):
        left = name == "Key"
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    for place, row in enumerate(rows):
        track, *numbers = _cells(row)
        cells = [cell for name, cell in zip(_COLUMNS, numbers, strict=True) if name in kept]
        table.add_row(track, *cells, *([extra[place]] if head else []))
    return table


def print_rows(rows: Sequence[TrackRow], total: int, nothing: str) -> None:
    """A table of tracks and how many there are, or `nothing`."""
    out = console()
    if not rows:
        out.print(nothing)
        return
    out.print(track_table(rows))
    shown_of = f"{len(rows)} of {total}" if len(rows) < total else str(total)
    note = " · * corrected by you" if any(row.corrected for row in rows) else ""
    out.print(f"{shown_of} track{'s' if total != 1 else ''}{note}")
