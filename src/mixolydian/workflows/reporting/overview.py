"""The first part of a folder's page: the collection at a glance and the table of tracks.

Each cell of the table carries the value it sorts by, so numbers sort as numbers and keys
go round the Camelot clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from mixolydian.core.types import Estimate, Track
from mixolydian.workflows.reporting import charts, words
from mixolydian.workflows.reporting.cards import key_chip
from mixolydian.workflows.reporting.tables import section_class
from mixolydian.workflows.reporting.words import escape

_COLUMNS = (
    ("title", "Track", "text"),
    ("bpm", "BPM", "number"),
    ("key", "Key", "number"),
    ("energy", "Energy", "number"),
    ("lufs", "LUFS", "number"),
    ("length", "Length", "number"),
    ("form", "Form", "number"),
)
_DOUBT = 0.7
"""An answer less likely than this is marked as doubtful in the table."""


def overview(tracks: Sequence[Track], heading: str, failures: Sequence[tuple[str, str]]) -> str:
    """The overview of `tracks`, and the files that could not be analysed with their reasons."""
    dots = [charts.dot(i, track) for i, track in enumerate(tracks)]
    pictures = (
        f'<div class="pictures"><figure>{charts.wheel(dots)}'
        "<figcaption>Keys on the Camelot wheel. Press one to see its tracks.</figcaption></figure>"
        f"<figure>{charts.scatter(dots)}<figcaption>Tempo against Camelot key; "
        "larger means more energy, an open ring means minor.</figcaption></figure></div>"
        if tracks
        else ""
    )
    return (
        f'<section id="overview"><header><h1>{escape(heading)}</h1>'
        f'<p class="by">{escape(_summary(tracks, len(failures)))}</p></header>'
        f"{pictures}{_table(tracks) if tracks else ''}{_failures(failures)}</section>"
    )


def _summary(tracks: Sequence[Track], n_failures: int) -> str:
    """ "12 tracks · 1:02:10 · 118.00–174.00 BPM · 2 files could not be analysed"."""
    tempi = [t.bpm for track in tracks if (t := track.analysis.value("tempo")) is not None]
    parts = [
        f"{len(tracks)} track{'' if len(tracks) == 1 else 's'}",
        words.clock(sum(track.duration for track in tracks)),
    ]
    if tempi:
        parts.append(f"{words.bpm(min(tempi))}–{words.bpm(max(tempi))} BPM")
    if n_failures:
        files = "file" if n_failures == 1 else "files"
        parts.append(f"{n_failures} {files} could not be analysed")
    return " · ".join(parts)


def _table(tracks: Sequence[Track]) -> str:
    head = "".join(
        f'<th class="c-{name}" data-kind="{kind}"><button type="button">{label}</button></th>'
        for name, label, kind in _COLUMNS
    )
    rows = "".join(_row(i, track) for i, track in enumerate(tracks))
    return (
        '<div class="finder"><input type="search" placeholder="filter: title, key, 120-128 …" '
        'aria-label="filter the table"><span class="found"></span></div>'
        f'<div class="scroll"><table class="tracks"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(index: int, track: Track) -> str:
    analysis = track.analysis
    tempo, key = analysis.value("tempo"), analysis.value("key")
    energy, loudness = analysis.value("energy"), analysis.value("loudness")
    camelot = None if key is None else words.camelot(key.tonic, key.mode)
    cells = [
        _title_cell(index, track),
        _cell("bpm", tempo and tempo.bpm, tempo and words.bpm(tempo.bpm), analysis, "tempo"),
        _key_cell(track, camelot),
        _cell("energy", energy and energy.level, energy and _energy(energy.level)),
        _cell("lufs", loudness and loudness.lufs, loudness and words.number(loudness.lufs, 1)),
        _cell("length", track.duration, words.clock(track.duration)),
        _form_cell(track),
    ]
    bpm = f' data-bpm="{tempo.bpm:.3f}"' if tempo else ""
    wheel_place = f' data-camelot="{camelot}"' if camelot else ""
    return f'<tr data-index="{index}"{bpm}{wheel_place}>{"".join(cells)}</tr>'


def _title_cell(index: int, track: Track) -> str:
    title, artist = words.title(track), track.tags.artist or ""
    below = f"<small>{escape(artist)}</small>" if artist else ""
    return (
        f'<td class="c-title" data-value="{escape(title.casefold())}">'
        f'<a href="#track-{index}">{escape(title)}</a>{below}</td>'
    )


def _cell(name: str, value: Any, shown: Any, analysis: Any = None, question: str = "") -> str:
    """A cell that sorts by `value`; doubtful or missing answers look so."""
    if value is None:
        return f'<td class="c-{name} none" data-value="">?</td>'
    doubt, hint = _doubt(None if analysis is None else analysis.estimates.get(question))
    return f'<td class="c-{name}{doubt}" data-value="{value:.4f}"{hint}>{shown}</td>'


def _doubt(estimate: Estimate[Any] | None) -> tuple[str, str]:
    """Class and hover text of an answer by its confidence."""
    if estimate is None:
        return "", ""
    doubtful = estimate.confidence is not None and estimate.confidence < _DOUBT
    return (" doubt" if doubtful else ""), f' title="{escape(words.confidence(estimate))}"'


def _energy(level: int) -> str:
    return f'<i class="level" style="--share:{10 * level}%"></i>{level}'


def _key_cell(track: Track, camelot: str | None) -> str:
    estimate = track.analysis.estimates.get("key")
    if estimate is None or estimate.value is None:
        return '<td class="c-key none" data-value="">?</td>'
    doubt, hint = _doubt(estimate)
    place = "" if camelot is None else 2 * int(camelot[:-1]) + camelot.endswith("B")
    name = f"<small>{escape(estimate.value)}</small>"
    return (
        f'<td class="c-key{doubt}" data-value="{place}"{hint}>'
        f"{key_chip(camelot or estimate.value.camelot)}{name}</td>"
    )


def _form_cell(track: Track) -> str:
    """The sections as a strip of colours; sorts by the number of drops."""
    sections = track.analysis.value("sections")
    if not sections:
        return '<td class="c-form none" data-value="">?</td>'
    spans = "".join(_strip(sections, track.duration))
    drops = len(track.analysis.value("drops") or ())
    return f'<td class="c-form" data-value="{drops}"><span class="strip">{spans}</span></td>'


def _strip(sections: Any, duration: float) -> Iterable[str]:
    edges = [s.start for s in sections] + [max(duration, sections[-1].end)]
    for section, (start, end) in zip(sections, pairwise(edges), strict=True):
        hint = escape(f"{section.label} {words.clock(start)}")
        yield (
            f'<i class="{section_class(section.label)}" title="{hint}" '
            f'style="flex-grow:{max(0.0, end - start):.1f}"></i>'
        )


def _failures(failures: Sequence[tuple[str, str]]) -> str:
    if not failures:
        return ""
    lines = "".join(
        f"<li><b>{escape(path)}</b><br>{escape(reason)}</li>" for path, reason in failures
    )
    return f'<section class="failures"><h2>Could not be analysed</h2><ul>{lines}</ul></section>'
