"""The tables of a track: sections, moments, chords, changes, summaries, open questions.

Times are buttons that move the timeline to their place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mixolydian.core.types import QUESTIONS, Analysis, Estimate
from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.cards import key_chip, sureness
from mixolydian.workflows.reporting.lanes import chord_hue
from mixolydian.workflows.reporting.words import escape

_SUMMARIES = ("harmony", "rhythm", "timbre")
_MOST_CHORDS = 12
MOMENT_MARGIN = 4.0
"""Seconds shown on each side of a moment one jumps to."""


def tables(analysis: Analysis) -> Iterable[str]:
    """The boxes with the tables of one track, in reading order."""
    yield _table_box(analysis, "sections", "Sections", _sections_table)
    yield _moments(analysis)
    yield _table_box(analysis, "chords", "Chords", _chords_table)
    key = analysis.value("key")
    if key is not None and len(key.changes) > 1:
        yield _table_box(analysis, "key", "Key changes", _key_table)
    tempo = analysis.value("tempo")
    if tempo is not None and words.tempo_range(tempo):
        yield _table_box(analysis, "tempo", "Tempo changes", _tempo_table)
    for question in _SUMMARIES:
        if question in analysis.estimates:
            yield _table_box(analysis, question, question.capitalize(), _facts_table)
    silent = [
        (q, e) for q, e in analysis.estimates.items() if e.value is None and q not in _SUMMARIES
    ]
    if silent:
        yield _cannot_tell(silent)


def _table_box(analysis: Analysis, question: str, name: str, content: Callable[[Any], str]) -> str:
    estimate = analysis.estimates.get(question)
    if estimate is None or estimate.value is None:
        return _box(name, f'<p class="unknown">{escape(words.reason(estimate))}</p>')
    return _box(name, sureness(estimate) + content(estimate.value))


def _box(name: str, content: str) -> str:
    return f'<section class="box"><h3>{name}</h3>{content}</section>'


def _rows(rows: Iterable[str]) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _jump(start: float, end: float, shown: str | None = None) -> str:
    """A time that moves the timeline to [start, end)."""
    return (
        f'<button type="button" class="time" data-start="{start:.3f}" data-end="{end:.3f}">'
        f"{shown or words.clock(start)}</button>"
    )


def _jump_to_moment(time: float) -> str:
    margin = MOMENT_MARGIN
    return _jump(max(0.0, time - margin), time + margin, words.clock(time, 2))


def _level(share: float) -> str:
    """A bar that fills `share` (0–1) of its cell."""
    return f'<i class="level" style="--share:{100 * share:.0f}%"></i>'


def _sections_table(sections: Any) -> str:
    return _rows(
        f"<td>{_jump(s.start, s.end)}</td>"
        f'<td><span class="chip section {section_class(s.label)}">{escape(s.label)}</span></td>'
        f'<td class="right">{words.clock(s.end - s.start)}</td>'
        f"<td class='wide'>{_level(s.energy)}</td>"
        for s in sections
    )


def section_class(label: str) -> str:
    """The style of a section by its label."""
    return f"s-{label}" if label in words.SECTION_LABELS else "s-other"


def _moments(analysis: Analysis) -> str:
    """Drops and cue points together, in order of time."""
    drops, cues = analysis.value("drops") or (), analysis.value("cues") or ()
    moments = [(d.time, "drop", f"strength {words.percent(d.strength)}") for d in drops]
    at_drops = {round(d.time, 2) for d in drops}
    moments += [
        (c.time, c.kind, "")
        for c in cues
        if not (c.kind == "drop" and round(c.time, 2) in at_drops)
    ]
    lines = [
        f'<p class="unknown">{name}: {escape(words.reason(analysis.estimates.get(question)))}</p>'
        for question, name in (("drops", "drops"), ("cues", "cues"))
        if analysis.value(question) is None
    ]
    table = _rows(
        f"<td>{_jump_to_moment(time)}</td>"
        f'<td><span class="chip cue c-{escape(kind)}">{escape(kind)}</span></td>'
        f"<td>{escape(note)}</td>"
        for time, kind, note in sorted(moments)
    )
    empty = "" if moments or lines else '<p class="note">none found</p>'
    return _box("Drops and cues", "".join(lines) + table + empty)


def _chords_table(chords: Any) -> str:
    """Share of the time each chord takes, the longest first."""
    seconds: Counter[str] = Counter()
    for chord in chords:
        seconds[chord.label] += chord.end - chord.start
    total = sum(seconds.values()) or 1.0
    shown = seconds.most_common(_MOST_CHORDS)
    rest = len(seconds) - len(shown)
    more = f'<p class="note">and {rest} more</p>' if rest > 0 else ""
    return (
        _rows(
            f'<td><span class="chip chord"{_chord_style(label)}>{escape(label)}</span></td>'
            f'<td class="right">{words.percent(length / total)}</td>'
            f"<td class='wide'>{_level(length / total)}</td>"
            for label, length in shown
        )
        + more
    )


def _chord_style(label: str) -> str:
    colour = chord_hue(label)
    return "" if colour is None else f' style="--hue:{colour}"'


def _key_table(key: Any) -> str:
    return _rows(
        f"<td>{_jump(c.start, c.end)}</td><td>{escape(f'{c.tonic} {c.mode}')}</td>"
        f"<td>{key_chip(words.camelot(c.tonic, c.mode))}</td>"
        f'<td class="right">{words.clock(c.end - c.start)}</td>'
        for c in key.changes
    )


def _tempo_table(tempo: Any) -> str:
    return _rows(
        f"<td>{_jump(s.start, s.end)}</td>"
        f'<td class="right">{words.bpm(s.bpm)} BPM</td>'
        f'<td class="right">{words.clock(s.end - s.start)}</td>'
        for s in tempo.segments
    )


def _facts_table(summary: Any) -> str:
    """The sentence of a summary first (its `text`), then its facts, one per row."""
    facts: Mapping[str, Any] = summary.facts
    sentence = f"<p class='sentence'>{escape(facts['text'])}</p>" if facts.get("text") else ""
    return sentence + _rows(
        f"<th>{escape(words.fact_name(name))}</th><td>{_fact(name, value)}</td>"
        for name, value in facts.items()
        if name != "text"
    )


def _fact(name: str, value: Any) -> str:
    """A fact; named facts stand in even steps so patterns align, records one to a line."""
    if isinstance(value, Mapping):
        lines = (
            f"<span>{escape(words.fact_name(str(n)))}</span><code>{escape(words.fact(v, n))}</code>"
            for n, v in value.items()
        )
        return f"<div class='group'>{''.join(lines)}</div>"
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
        rows = (" · ".join(words.fact(v, str(n)) for n, v in row.items()) for row in value)
        return "<br>".join(escape(row) for row in rows)
    return escape(words.fact(value, name))


def _cannot_tell(silent: Iterable[tuple[str, Estimate[Any]]]) -> str:
    return _box(
        "Cannot tell",
        _rows(f"<th>{escape(q)}</th><td>{escape(e.reason or '')}</td>" for q, e in silent),
    )


def provenance(analysis: Analysis) -> str:
    """Who answered what, with which version: the small print."""
    rows = []
    for question in (q for q in QUESTIONS if q in analysis.estimates):
        estimate = analysis.estimates[question]
        origin = estimate.provenance
        said = "cannot tell" if estimate.value is None else words.confidence(estimate)
        source = f"{origin.source} {origin.version}" if origin else ""
        rows.append(f"<th>{question}</th><td>{escape(said)}</td><td>{escape(source)}</td>")
    return "<details><summary>Where the answers come from</summary>" + _rows(rows) + "</details>"
