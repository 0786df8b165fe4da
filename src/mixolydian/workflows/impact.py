"""`impact`: what deciding by a classifier is worth, in the user's own currency.

The costs are a CSV file with the columns decision, truth and value: what a decision is worth
where that is the truth (a loss is negative). The predictions are those of a run's test set, so
that the value is one on examples the model never learnt from.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import InputError, MixolydianError, RequestError, UnreadableError
from mixolydian.core.files import write_text
from mixolydian.core.settings import Settings, read_settings
from mixolydian.evaluation.decisions import Costs, Impact
from mixolydian.evaluation.decisions import impact as value_of
from mixolydian.training.reporting.predictions import FILE, Predictions, read_predictions
from mixolydian.workflows.impact_picture import picture
from mixolydian.workflows.workplace import WORKSHOP

COLUMNS = ("decision", "truth", "value")
LARGEST = 1_000_000
"""bytes; a table of costs is a page."""
_STAMP = 15
"""characters of the date at the end of a run's name."""


@dataclass(frozen=True)
class ImpactRequest:
    """The model `name` (its newest run) or the folder of a run, the table of `costs`, the test
    set it is valued `on` (the first by default), and a `picture` to write (SVG)."""

    name: str
    costs: str
    on: str | None = None
    picture: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.costs.strip():
            raise RequestError("expected the name of a model and a file of costs")
        if self.picture and not self.picture.lower().endswith(".svg"):
            raise RequestError(f"expected a picture named *.svg, found {self.picture!r}")


@dataclass(frozen=True, eq=False)
class ImpactResult:
    """What the decisions are worth, on which test set of which run."""

    name: str
    folder: Path
    on: str
    costs: Costs
    impact: Impact
    picture: Path | None = None


def impact(request: ImpactRequest, settings: Settings | None = None) -> ImpactResult:
    """Value the decisions of a table on a run's predictions.

    Raises
    ------
    RequestError
        No such model, run or test set; a table whose truths or decisions do not fit.
    InputError
        The table or the predictions cannot be read, or hold something else.
    StorageError
        The picture cannot be written.
    """
    costs = read_costs(Path(request.costs))
    folder = _folder(request.name, (settings or read_settings()).home / WORKSHOP / "runs")
    predictions = read_predictions(folder)
    on = _chosen(predictions, request.on)
    test = predictions.tests[on]
    try:
        found = value_of(
            costs,
            test.probabilities,
            test.truth,
            predictions.labels,
            test.groups,
            predictions.exclusive,
        )
    except RequestError as error:
        raise RequestError(f"{request.costs}: {error}") from error
    drawn = _draw(request.picture, found, predictions.name) if request.picture else None
    return ImpactResult(predictions.name, folder, on, costs, found, drawn)


def _draw(name: str, found: Impact, model: str) -> Path:
    return write_text(Path(name), picture(found, model))


def _folder(name: str, runs: Path) -> Path:
    """The run that `name` means: a folder, or the newest run of the model of that name."""
    if (Path(name) / FILE).is_file():
        return Path(name)
    own = runs / name if name not in (".", "..") and "/" not in name else runs / "-"
    found = [path.parent for path in own.glob(f"*/{FILE}")]
    if found:
        return max(found, key=lambda folder: folder.name[-_STAMP:])
    known = sorted({path.parent.parent.name for path in runs.glob(f"*/*/{FILE}")})
    there = f"there are runs of {', '.join(known)}" if known else "there are no runs yet"
    raise RequestError(f"{name}: no run to value; {there}; mixo train makes one")


def _chosen(predictions: Predictions, on: str | None) -> str:
    if on is None:
        return next(iter(predictions.tests))
    if on not in predictions.tests:
        known = ", ".join(predictions.tests)
        raise RequestError(f"expected a test set of {known}; found {on!r}")
    return on


def read_costs(path: Path) -> Costs:
    """The table in a CSV file, separated by commas or semicolons.

    Raises
    ------
    InputError
        It cannot be read, or a line does not hold a decision, a truth and a number.
    RequestError
        A cell is missing or stands there twice.
    """
    try:
        cells = list(_cells(path, _text(path)))
        return Costs.of(cells)
    except csv.Error as error:
        raise InputError(f"{path}: expected CSV, found {error}") from error
    except InputError:
        raise
    except MixolydianError as error:
        raise RequestError(f"{path}: {error}") from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: expected a small table of costs, found {LARGEST:,}+ bytes")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected CSV in UTF-8; save it as such") from error


def _cells(path: Path, text: str) -> Iterator[tuple[str, str, float]]:
    lines = text.splitlines()
    separator = ";" if lines and ";" in lines[0] else ","
    rows = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    head = [name.strip().lower() for name in next(rows, [])]
    if sorted(head) != sorted(COLUMNS):
        raise InputError(
            f"{path}: expected the columns {', '.join(COLUMNS)}; found {', '.join(head) or 'none'}"
        )
    for row in rows:
        if any(cell.strip() for cell in row):
            yield _cell(path, rows.line_num, dict(zip(head, row, strict=False)), len(row))


def _cell(path: Path, line: int, row: dict[str, str], width: int) -> tuple[str, str, float]:
    if width != len(COLUMNS):
        raise InputError(f"{path}, line {line}: expected 3 values, found {width}")
    decision, truth, value = (row[name].strip() for name in COLUMNS)
    if not decision or not truth:
        raise InputError(f"{path}, line {line}: the decision or the truth is missing")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{path}, line {line}: expected a number as value, found {value!r}")
    return decision, truth, number
