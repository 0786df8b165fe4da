"""The report's page: one HTML file that fetches nothing and runs nothing.

It is drawn from the JSON of the report and follows the reader's light or dark setting. A
content security policy forbids it to load, send or run anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

from mixolydian.training.reporting import panels, tables
from mixolydian.training.reporting.words import escape

Facts = Mapping[str, Any]
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(report: Facts) -> str:
    """The page about a report (schema "mixolydian.report/1"), as text."""
    card, tests = report["card"], report["tests"]
    first, *others = tests
    every = panels.panel("Scores", tables.scores(tests, card["baseline"]))
    body = [
        f"<header><h1>{escape(card['name'])}</h1>"
        f'<p class="by">{escape(card["question"])} · {escape(card["learner"])} · '
        f"{escape(card['made'] or 'date unknown')}</p></header>",
        panels.headline(report),
        every,
        panels.training(report),
        f"<h2>{escape(first)}</h2>",
        panels.judged(tests[first]),
        *(_folded(name, tests[name]) for name in others),
        "<h2>What it sees, and how it was made</h2>",
        panels.inputs(report),
        panels.about(card, report["cost"]),
    ]
    return _document(card["name"], "".join(body))


def _folded(name: str, test: Facts) -> str:
    return f'<details class="test"><summary>{escape(name)}</summary>{panels.judged(test)}</details>'


def _document(title: str, body: str) -> str:
    style = resources.files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(title)} · Mixolydian</title>",
            f"<style>{style}</style></head><body>",
            f"<main>{body}</main></body></html>",
            "",
        ]
    )
