"""How a report says numbers and names; every text passes :func:`escape` on its way to the page."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

MINUS = "\N{MINUS SIGN}"
METRICS: Mapping[str, str] = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
    "macro_precision": "macro precision",
    "macro_recall": "macro recall",
    "roc_auc": "ROC area",
    "pr_auc": "PR area",
    "ece": "calibration error (ECE)",
    "brier": "Brier score",
    "log_loss": "log loss",
    "aurc": "risk–coverage area",
}
_CONTROL = dict.fromkeys([*range(32), *range(127, 160), 8232, 8233], " ")
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F], "")


def escape(value: Any) -> str:
    """`value` as one line of text that is safe in an element or a quoted attribute."""
    clean = str(value).translate(_CONTROL | _BIDI).encode("utf-8", "replace").decode("utf-8")
    return html.escape(" ".join(clean.split()), quote=True)


def number(value: float | None, digits: int = 3) -> str:
    """A figure with a true minus sign; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("-", MINUS) if float(text) else text.removeprefix("-")


def interval(values: Sequence[float | None] | None, digits: int = 3) -> str:
    """ "0.812–0.864", or nothing where there is no interval."""
    if not values or values[-2] is None or values[-1] is None:
        return ""
    return f"{number(values[-2], digits)}–{number(values[-1], digits)}"


def percent(share: float | None) -> str:
    """A share in whole percent."""
    return "–" if share is None else f"{100 * share:.0f} %"


def size(count: float | None) -> str:
    """A number of bytes: "412 kB", "3.1 MB", "1.20 GB"."""
    if count is None:
        return "–"
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.2f} GB"


def duration(seconds: float) -> str:
    """ "42 s", "3 min 20 s"."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def labels(names: Sequence[str]) -> str:
    """Several labels in one cell."""
    return escape(", ".join(names) or "none")
