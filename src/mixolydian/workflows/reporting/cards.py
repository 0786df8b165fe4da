"""The cards of a track: one question each, the answer large, how sure below it.

A question without an answer keeps its card, which says "cannot tell" and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from mixolydian.core.types import Analysis, Estimate, Track
from mixolydian.workflows.reporting import words
from mixolydian.workflows.reporting.lanes import hue
from mixolydian.workflows.reporting.words import escape

_TAGS = ("genre", "emotion")


def cards(track: Track) -> Iterable[str]:
    """The cards of one track, in reading order."""
    analysis = track.analysis
    yield _card(analysis, "tempo", "Tempo", _tempo_card, _tag_note(track, "bpm"))
    yield _card(analysis, "key", "Key", _key_card, _tag_note(track, "key"))
    yield _card(analysis, "beats", "Meter", _meter_card)
    yield _card(analysis, "energy", "Energy", _energy_card)
    yield _card(analysis, "loudness", "Loudness", _loudness_card)
    for question in _TAGS:
        if analysis.value(question) is not None:
            yield _card(analysis, question, question.capitalize(), _tags_card)


def _tag_note(track: Track, field: str) -> str:
    """What the file's own tag says, when it says something."""
    value = getattr(track.tags, field)
    if not value:
        return ""
    shown = words.bpm(value) if isinstance(value, float) else value
    return f'<p class="note">the file says {escape(shown)}</p>'


def _card(
    analysis: Analysis,
    question: str,
    name: str,
    content: Callable[[Any], str],
    note: str = "",
) -> str:
    estimate = analysis.estimates.get(question)
    if estimate is None or estimate.value is None:
        return (
            f'<section class="card unknown"><h3>{name}</h3><p class="big">?</p>'
            f"<p>{escape(words.reason(estimate))}</p>{note}</section>"
        )
    return (
        f'<section class="card"><h3>{name}</h3>{content(estimate.value)}'
        f"{_other_answers(question, estimate)}{sureness(estimate)}{note}</section>"
    )


def sureness(estimate: Estimate[Any]) -> str:
    """The line that says how sure an answer is, with a bar of that length."""
    said = words.confidence(estimate)
    if not said:
        return ""
    known = estimate.confidence
    bar = "" if known is None else f'<i style="--share:{100 * known:.0f}%"></i>'
    return f'<p class="sure">{bar}{escape(said)}</p>'


def _other_answers(question: str, estimate: Estimate[Any]) -> str:
    others = [f"<span>{escape(other)}</span>" for other in words.alternatives(question, estimate)]
    return f'<p class="note others">or {", ".join(others)}</p>' if others else ""


def _tempo_card(tempo: Any) -> str:
    changing = words.tempo_range(tempo)
    moves = f'<p class="note">moves between {escape(changing)}</p>' if changing else ""
    return f'<p class="big">{words.bpm(tempo.bpm)} <small>BPM</small></p>{moves}'


def _key_card(key: Any) -> str:
    cents = key.tuning_cents
    side = "sharp" if cents > 0 else "flat"
    unit = "cent" if round(abs(cents)) == 1 else "cents"
    tuning = f"{abs(cents):.0f} {unit} {side}" if abs(cents) >= 1 else "tuned to 440 Hz"
    changes = max(0, len(key.changes) - 1)
    count = f"{changes} key change{'s' if changes > 1 else ''}" if changes else "no key change"
    return (
        f'<p class="big">{escape(key)}</p>'
        f"<p>{key_chip(key.camelot)} <span class='chip plain'>{escape(key.open_key)}</span></p>"
        f'<p class="note">{tuning}, {count}</p>'
    )


def key_chip(camelot: str | None) -> str:
    """A Camelot name on its own colour; nothing for None."""
    if not camelot:
        return ""
    known = camelot[:-1].isdigit() and camelot[-1] in "AB"
    colour = f' style="--hue:{hue(camelot)}"' if known else ""
    return f'<span class="chip key"{colour}>{escape(camelot)}</span>'


def _meter_card(beats: Any) -> str:
    lengths = Counter(p.bars for p in beats.phrases)
    phrases = ", ".join(f"{n} of {bars} bars" for bars, n in sorted(lengths.items()))
    return (
        f'<p class="big">{words.meter(beats.meter)}</p>'
        f'<p class="note">{len(beats.times)} beats, {len(beats.downbeats)} bars</p>'
        f'<p class="note">{"phrases: " + phrases if phrases else "no phrases found"}</p>'
    )


def _energy_card(energy: Any) -> str:
    level = energy.level
    cells = "".join(f'<b class="{"on" if i <= level else ""}"></b>' for i in range(1, 11))
    return (
        f'<p class="big">{level} <small>of 10</small></p>'
        f'<p class="levels" aria-hidden="true">{cells}</p>'
    )


def _loudness_card(loudness: Any) -> str:
    return (
        f'<p class="big">{words.number(loudness.lufs, 1)} <small>LUFS</small></p>'
        f'<p class="note">true peak {words.number(loudness.true_peak_dbtp, 1)} dBTP</p>'
        f'<p class="note">range {words.number(loudness.range_lu, 1)} LU</p>'
        '<p class="note">measured by EBU R 128</p>'
    )


def _tags_card(tags: Any) -> str:
    ranked = sorted(tags.probabilities.items(), key=lambda item: -item[1])[:3]
    rest = ", ".join(f"{label} {words.percent(p)}" for label, p in ranked[1:])
    label, probability = ranked[0] if ranked else ("none", 0.0)
    return (
        f'<p class="big">{escape(label)} <small>{words.percent(probability)}</small></p>'
        f'<p class="note">{escape(rest)}</p>'
    )
