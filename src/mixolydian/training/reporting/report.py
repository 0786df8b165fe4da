"""The report of a run: `report.json`, `report.html` and `predictions.json` in its folder.

The JSON (schema "mixolydian.report/1") holds every figure; the page is drawn from it and from
nothing else. The predictions hold what each test example was and what was said about it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixolydian.core.files import write_text
from mixolydian.training.reporting.facts import facts, predictions
from mixolydian.training.reporting.material import Report, Tested
from mixolydian.training.reporting.page import page
from mixolydian.training.reporting.predictions import FILE

__all__ = ["Report", "Tested", "write_report"]


def write_report(folder: Path, report: Report) -> Path:
    """Write the three files; returns the page's path.

    Raises
    ------
    StorageError
        The folder cannot be written to.
    """
    write_text(folder / FILE, _text(predictions(report)))
    found = facts(folder, report)
    write_text(folder / "report.json", _text(found))
    return write_text(folder / "report.html", page(found))


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
