"""CSV: one row per track, for spreadsheets and scripts.

UTF-8, comma separated, a header row, RFC 4180 quoting. Unknown values are empty cells.
A spreadsheet runs a text cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula,
and titles come from strangers: such cells get a leading apostrophe, which spreadsheets
take as "this is text" (OWASP, CSV injection). Numbers are written as numbers.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mixolydian.core.files import write_text
from mixolydian.core.types import Estimate, Track

COLUMNS = (
    "path",
    "title",
    "artist",
    "album",
    "year",
    "genre",
    "duration",
    "bpm",
    "bpm_confidence",
    "meter",
    "key",
    "camelot",
    "open_key",
    "key_confidence",
    "energy",
    "lufs",
    "true_peak_dbtp",
    "range_lu",
    "form",
    "drops",
    "track_id",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> Any:
    """`value` as a cell: None and infinities empty, text that looks like a formula disarmed."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def row(track: Track) -> dict[str, Any]:
    """The cells of one track by column, not yet made safe."""
    return _file_cells(track) | _answer_cells(track)


def _file_cells(track: Track) -> dict[str, Any]:
    tags = track.tags
    return {
        "path": track.path,
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "year": tags.year,
        "genre": tags.genre,
        "duration": round(track.duration, 3),
        "track_id": track.track_id,
    }


def _answer_cells(track: Track) -> dict[str, Any]:
    value = track.analysis.value
    tempo, key, loudness = value("tempo"), value("key"), value("loudness")
    beats, energy = value("beats"), value("energy")
    cells: dict[str, Any] = {
        "bpm_confidence": _confidence(track.analysis.estimates.get("tempo")),
        "key_confidence": _confidence(track.analysis.estimates.get("key")),
        "form": " ".join(f"{s.label}@{s.start:.2f}" for s in value("sections") or ()),
        "drops": " ".join(f"{d.time:.3f}" for d in value("drops") or ()),
    }
    if tempo is not None:
        cells["bpm"] = round(tempo.bpm, 3)
    if beats is not None:
        cells["meter"] = beats.meter
    if key is not None:
        cells |= {"key": str(key), "camelot": key.camelot, "open_key": key.open_key}
    if energy is not None:
        cells["energy"] = energy.level
    if loudness is not None:
        cells["lufs"] = round(loudness.lufs, 2)
        cells["true_peak_dbtp"] = round(loudness.true_peak_dbtp, 2)
        cells["range_lu"] = round(loudness.range_lu, 2)
    return cells


def _confidence(estimate: Estimate[Any] | None) -> float | None:
    """How sure an answer is; None when there is no answer."""
    if estimate is None or estimate.value is None or estimate.confidence is None:
        return None
    return round(estimate.confidence, 4)


def pieces(tracks: Iterable[Track]) -> Iterator[str]:
    """The table as text, line by line."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield line.getvalue()
    for track in tracks:
        line.seek(0)
        line.truncate()
        cells = row(track)
        writer.writerow([safe_cell(cells.get(column)) for column in COLUMNS])
        yield line.getvalue()


def write(tracks: Iterable[Track], path: Path) -> list[Path]:
    """Write `tracks` to one CSV file; returns the files written."""
    return [write_text(path, pieces(tracks))]
