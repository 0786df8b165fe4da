"""The part of the page about one track: facts, timeline, tables, and where answers come from.

All text goes through :func:`words.escape`. What could not be answered is said, with its
reason, in the place where the answer would stand.
"""

from __future__ import annotations

from mixolydian.core.types import Analysis, Track
from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.cards import cards
from mixolydian.workflows.reporting.tables import provenance, tables
from mixolydian.workflows.reporting.words import escape

_LANES = {
    "sections": "sections",
    "chords": "chords",
    "key": "key",
    "energy": "energy",
    "beats": "beat grid",
}
"""Questions drawn in the timeline, and what to call a lane that is missing."""


def track_article(index: int, track: Track, alone: bool, has_waveform: bool) -> str:
    """The whole article of one track; `alone` when the page shows nothing else."""
    analysis = track.analysis
    blocks = [
        _heading(track, alone),
        f'<div class="cards">{"".join(cards(track))}</div>',
        _timeline(index, analysis, has_waveform),
        f'<div class="tables">{"".join(tables(analysis))}</div>',
        provenance(analysis),
    ]
    hidden = "" if alone else " hidden"
    return (
        f'<article class="track" id="track-{index}" data-index="{index}"{hidden}>'
        + "".join(blocks)
        + "</article>"
    )


def _heading(track: Track, alone: bool) -> str:
    tags = track.tags
    parts = [tags.artist, tags.album, tags.year, tags.genre, words.clock(track.duration)]
    level = "h1" if alone else "h2"
    line = " · ".join(escape(p) for p in parts if p)
    navigation = (
        ""
        if alone
        else '<nav class="steps"><a href="#overview">← all tracks</a>'
        '<span><a class="previous" href="#overview">previous</a> '
        '<a class="next" href="#overview">next</a></span></nav>'
    )
    return (
        f"{navigation}<header><{level}>{escape(words.title(track))}</{level}>"
        f'<p class="by">{line}</p><p class="path">{escape(track.path)}</p></header>'
    )


def _timeline(index: int, analysis: Analysis, has_waveform: bool) -> str:
    missing = [
        f"<li><b>{name}</b>: {escape(words.reason(analysis.estimates.get(question)))}</li>"
        for question, name in _LANES.items()
        if analysis.value(question) is None
    ]
    if not has_waveform:
        missing.append(
            "<li><b>waveform</b>: left out of this page to keep it small; "
            "a report of this track alone has it</li>"
        )
    note = f'<ul class="missing">{"".join(missing)}</ul>' if missing else ""
    return (
        f'<section class="timeline" data-track="{index}" aria-label="Timeline">'
        '<div class="bar"><span class="readout">Point at the picture to read it.</span>'
        '<span class="tools"><button type="button" data-zoom="in" title="zoom in (+)">+</button>'
        '<button type="button" data-zoom="out" title="zoom out (−)">−</button>'
        '<button type="button" data-zoom="all" title="whole track (0)">all</button></span></div>'
        '<canvas class="lanes" tabindex="0" role="img" '
        'aria-label="waveform, beats, sections, chords, key and energy over time"></canvas>'
        '<canvas class="map" aria-hidden="true"></canvas>'
        f'<div class="legend"></div>{note}</section>'
    )
