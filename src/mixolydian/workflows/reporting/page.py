"""The report: one HTML page that needs nothing but itself.

It fetches nothing: style, code and data lie inside, fonts are the reader's own. A content
security policy forbids the page to load or send anything and to run any code but its own
(named by hash), so that a hostile title has no way out even if it slipped through the
escaping. The text is in the page itself; the code draws the timelines and sorts the table.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

from mixolydian.core.types import Track
from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.lanes import record, script_json
from mixolydian.workflows.reporting.overview import overview
from mixolydian.workflows.reporting.track_view import track_article
from mixolydian.workflows.reporting.words import escape

Waveforms = Mapping[str, Mapping[str, Any]]


def render(
    tracks: Sequence[Track],
    waveforms: Waveforms | None = None,
    heading: str = "",
    failures: Sequence[tuple[str, str]] = (),
    made: str = "",
) -> str:
    """The page about `tracks`, as text.

    Parameters
    ----------
    tracks
        One track gives a page about it; several (or failures) also give an overview.
    waveforms
        track id → :func:`mixolydian.audio.overview.waveform`; a track without one is drawn
        without a waveform, and the page says so.
    heading
        What the collection is called; the title when there is one track.
    failures
        (path, one-line reason) of files that could not be analysed.
    made
        Small print at the foot: program, version, date.
    """
    known = waveforms or {}
    alone = len(tracks) == 1 and not failures
    title = heading or (words.title(tracks[0]) if alone else f"{len(tracks)} tracks")
    articles = [
        track_article(i, track, alone, track.track_id in known) for i, track in enumerate(tracks)
    ]
    data = [
        f'<script type="application/json" id="data-{i}">'
        f"{script_json(record(track, known.get(track.track_id)))}</script>"
        for i, track in enumerate(tracks)
    ]
    parts = [] if alone else [overview(tracks, title, failures)]
    return _document(title, [*parts, *articles], data, made)


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    """Nothing may be loaded; only `script` may run."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def _document(title: str, body: Iterable[str], data: Iterable[str], made: str) -> str:
    script = _asset("report.js")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(title)} · Mixolydian</title>",
            f"<style>{_asset('report.css')}</style>",
            "<noscript><style>article[hidden]{display:block}"
            ".timeline{display:none}</style></noscript></head><body>",
            '<button type="button" class="theme" title="light or dark">◐</button>',
            f"<main>{''.join(body)}</main>",
            f"<footer>{escape(made)}</footer>",
            *data,
            f"<script>{script}</script></body></html>",
            "",
        ]
    )
