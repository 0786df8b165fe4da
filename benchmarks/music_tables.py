"""The figures of the comparison of music detection as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TESTS = ("rendered", "recordings", "real")
PLAIN = ("precision", "recall", "specificity", "accuracy", "roc_auc", "pr_auc")
HEAD = (
    "| model | F1 | macro F1 | precision | recall | specificity | accuracy | ROC area | PR area "
    "| ms/s | MB |"
)
KINDS = ("music", "speech", "both")


def tables(result: Mapping[str, Any]) -> str:
    """All of them."""
    lines = []
    for test in TESTS:
        lines += [f"\n**{test}**\n", HEAD, "|---" * 11 + "|"]
        lines += [row_of(name, row, test) for name, row in result.get("models", {}).items()]
    for name, row in result.get("speech_over_music", {}).get("systems", {}).items():
        lines += _programmes(name, row)
    return "\n".join(lines)


def _programmes(name: str, row: Mapping[str, Any]) -> list[str]:
    """How a system did on speech over music: F1 of the seconds with their intervals."""
    parts = {"all": row["overall"], **row["by_level"], **row["by_way"]}
    return [
        f"\n**speech over music: {name}**\n",
        "| | music | speech | both |",
        "|---" * 4 + "|",
        *(
            f"| {k} | " + " | ".join(_cell(v[kind]) for kind in KINDS) + " |"
            for k, v in parts.items()
        ),
        "\ndelay: " + ", ".join(f"{k} {v}" for k, v in row["delay"].items()),
    ]


def _cell(value: Mapping[str, Any]) -> str:
    if value["value"] is None:
        return "–"
    around = "" if value["low"] is None else f" ({value['low']:.3f}–{value['high']:.3f})"
    return f"{value['value']:.3f}{around}"


def row_of(name: str, row: Mapping[str, Any], test: str) -> str:
    """One model's line of the table of a test set."""
    if "none" in row:
        return f"| {name} | {row['none']} |" + " |" * 9
    found = row["tests"].get(test)
    if found is None:
        return f"| {name} | no such clips |" + " |" * 9
    plain = [found[name]["value"] for name in PLAIN]
    cells = [_cell(found["f1"]), _cell(found["macro_f1"])]
    cells += ["–" if v is None else f"{v:.3f}" for v in plain]
    return f"| {name} | " + " | ".join([*cells, f"{row['ms_per_second']}", f"{row['mb']}"]) + " |"
