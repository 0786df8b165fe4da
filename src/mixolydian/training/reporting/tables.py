"""Tables of a report: scores beside the baseline, thresholds, examples worth hearing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mixolydian.evaluation.classification import LOWER_IS_BETTER
from mixolydian.training.reporting.words import (
    METRICS,
    escape,
    interval,
    labels,
    number,
    percent,
)

Facts = Mapping[str, Any]
_AIMS = {"precision": "precision of", "recall": "recall of", "f1": "best F1"}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """Cells hold markup already; a column whose head starts with "#" is set to the right."""
    right = [name.startswith("#") for name in head]

    def cells(values: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=r' if to_right else ''}>{value}</{tag}>"
            for value, to_right in zip(values, right, strict=True)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    names = cells([name.removeprefix("#") for name in head], "th")
    return (
        f'<div class="scroll"><table class="{kind}"><thead><tr>{names}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def scores(tests: Mapping[str, Facts], baseline: Mapping[str, Facts]) -> str:
    """Every metric of every test set, its interval, and the baseline's."""
    heads = [(f"#{escape(name)}", "#baseline") for name in tests]
    rows = [
        [
            _metric(metric, said),
            *(cell for name in tests for cell in _score(tests, baseline, name, metric)),
        ]
        for metric, said in METRICS.items()
    ]
    sizes = [
        (f"{t['scores']['n']} in {t['scores']['n_groups']} groups", "") for t in tests.values()
    ]
    first = ["examples", *(cell for pair in sizes for cell in pair)]
    return table(["", *(cell for pair in heads for cell in pair)], [first, *rows], "figures")


def _metric(name: str, said: str) -> str:
    return escape(said) + (" <i>lower is better</i>" if name in LOWER_IS_BETTER else "")


def _score(
    tests: Mapping[str, Facts], baseline: Mapping[str, Facts], name: str, metric: str
) -> tuple[str, str]:
    found = tests[name]["scores"]
    theirs = baseline.get(name, {}).get("values", {}).get(metric)
    around = interval(found["intervals"][metric])
    return f"<b>{number(found['values'][metric])}</b> <i>{around}</i>", f"<i>{number(theirs)}</i>"


def counts(names: Sequence[str], confusion: Sequence[Sequence[Sequence[int]]]) -> str:
    """Right and wrong answers of labels that do not exclude each other."""
    rows = [
        [escape(name), f"{c[1][1]}", f"{c[0][1]}", f"{c[1][0]}", f"{c[0][0]}"]
        for name, c in zip(names, confusion, strict=True)
    ]
    return table(["label", "#found", "#false alarms", "#missed", "#rightly not said"], rows)


def thresholds(rows: Sequence[Facts]) -> str:
    """From which probability on to say a label."""
    return table(
        ["label", "for", "#say it from", "#precision", "#recall", "#said"],
        [_threshold(row) for row in rows],
    )


def _threshold(row: Facts) -> list[str]:
    wanted = "" if row["wanted"] is None else f" {percent(row['wanted'])}"
    first = [escape(row["label"]), f"{_AIMS[row['aim']]}{wanted}"]
    if row["threshold"] is None:
        why = f'<span class="no">cannot be reached (at most {percent(row["best"])})</span>'
        return [*first, why, "", "", ""]
    return [
        *first,
        number(row["threshold"], 2),
        *map(_share, (row["precision"], row["recall"])),
        str(row["n_said"]),
    ]


def _share(found: Sequence[float] | None) -> str:
    return "–" if found is None else f"<b>{number(found[0], 2)}</b> <i>{interval(found, 2)}</i>"


def examples(rows: Sequence[Facts]) -> str:
    """Examples with what they are and what was said; a path can be opened."""
    return table(
        ["example", "truth", "said", "probabilities"],
        [
            [
                _named(row["id"], row["origin"]),
                labels(row["truth"]),
                labels(row["said"]),
                ", ".join(
                    f"{escape(name)} {percent(p)}" for name, p in row["probabilities"].items()
                ),
            ]
            for row in rows
        ],
        "examples",
    )


def _named(name: str, origin: str) -> str:
    beside = f" <small>{escape(origin)}</small>" if origin else ""
    if not os.path.isabs(name):
        return f"<code>{escape(name)}</code>{beside}"
    return f'<a href="file://{quote(name)}"><code>{escape(name)}</code></a>{beside}'
