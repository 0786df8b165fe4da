"""`mixo show`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from mixolydian.app.cli.output import Json, console, minutes, moment, percent, print_json, safe
from mixolydian.app.cli.similar import TrackArgument
from mixolydian.app.cli.tables import track_name
from mixolydian.core.types import Beats, Energy, Estimate, Key, Loudness, Summary, Tags, Tempo
from mixolydian.library.records import row_of
from mixolydian.workflows.document import track_document
from mixolydian.workflows.programs import READERS
from mixolydian.workflows.show import ShowRequest, show

_BARS = "▁▂▃▄▅▆▇█"
_CURVE_WIDTH = 60
_MOST = 24
"""Rows of one answer that are spelled out."""
_LIST = 8
"""Entries of a list that are spelled out."""


def command(track: TrackArgument, json: Json = False) -> None:
    """Show everything known about a track."""
    found = show(ShowRequest(track))
    if json:
        print_json(track_document(found))
        return
    out = console()
    row = row_of(found, found.path)
    out.print(safe(track_name(row)), style="bold")
    facts = [minutes(found.duration), found.track_id]
    facts += [str(f) for f in (found.tags.album, found.tags.year, row.genre) if f]
    out.print(safe(" · ".join(facts)))
    out.print(safe(found.path), soft_wrap=True)
    table = Table(box=None, pad_edge=False, show_header=False)
    for question, estimate in found.analysis.estimates.items():
        table.add_row(question, _said(question, estimate), _sure(estimate))
    out.print(table)


def _sure(estimate: Estimate[Any]) -> str:
    """How sure the answer is, or that a human gave it."""
    if estimate.is_human:
        source = estimate.provenance.source if estimate.provenance else ""
        return f"set in {source}" if source in READERS else "corrected by you"
    return percent(estimate.confidence) if estimate.value is not None else ""


def _said(question: str, estimate: Estimate[Any]) -> Text:
    if estimate.value is None:
        return safe(estimate.refusal)
    say = _WORDS.get(question)
    return safe(str(estimate.value)) if say is None else _lines(say(estimate.value))


def _lines(text: str) -> Text:
    """Several lines, each safe to print."""
    return Text("\n").join(safe(line) for line in text.split("\n"))


# ---------------------------------------------------------------------- one answer in words


def _tempo(tempo: Tempo) -> str:
    if len(tempo.segments) < 2:
        return f"{tempo.bpm:.2f} BPM"
    parts = [f"{moment(s.start)} {s.bpm:.2f}" for s in tempo.segments[:_MOST]]
    return f"{tempo.bpm:.2f} BPM, changing: {', '.join(parts)}"


def _beats(beats: Beats) -> str:
    n_bars = int((beats.positions == 1).sum())
    meter = "6/8" if beats.meter == 6 else f"{beats.meter}/4"
    phrases = f", {len(beats.phrases)} phrases" if len(beats.phrases) else ""
    return f"{meter}, {len(beats.times)} beats in {n_bars} bars{phrases}"


def _key(key: Key) -> str:
    changes = [f"{moment(c.start)} {c.tonic} {c.mode}" for c in key.changes[:_MOST]]
    text = (
        f"{key} · Camelot {key.camelot} · Open Key {key.open_key} · {key.tuning_cents:+.0f} cents"
    )
    return f"{text}, changing: {', '.join(changes)}" if len(changes) > 1 else text


def _chords(chords: tuple[Any, ...]) -> str:
    often = Counter(c.label for c in chords).most_common(8)
    return f"{len(chords)}, most often " + ", ".join(label for label, _ in often)


def _sections(sections: tuple[Any, ...]) -> str:
    lines = [f"{moment(s.start):>7} {s.label:<10} {_bar(s.energy)}" for s in sections]
    return "\n".join(lines[:_MOST])


def _drops(drops: tuple[Any, ...]) -> str:
    return ", ".join(moment(d.time) for d in drops) or "none"


def _cues(cues: tuple[Any, ...]) -> str:
    return ", ".join(f"{moment(c.time)} {c.kind}" for c in cues[:_MOST]) or "none"


def _energy(energy: Energy) -> str:
    n = len(energy.curve)
    places = [i * n // _CURVE_WIDTH for i in range(_CURVE_WIDTH)] if n > _CURVE_WIDTH else range(n)
    return f"{energy.level} of 10  " + "".join(_bar(float(energy.curve[i])) for i in places)


def _bar(level: float) -> str:
    """A bar as high as `level` in [0, 1]."""
    return _BARS[min(len(_BARS) - 1, max(0, int(level * len(_BARS))))]


def _loudness(loudness: Loudness) -> str:
    return (
        f"{loudness.lufs:.1f} LUFS, range {loudness.range_lu:.1f} LU, "
        f"true peak {loudness.true_peak_dbtp:.1f} dBTP"
    )


def _music(segments: tuple[Any, ...]) -> str:
    return ", ".join(f"{moment(s.start)}–{moment(s.end)} {s.label}" for s in segments[:_MOST])


def _tags(tags: Tags) -> str:
    best = sorted(tags.probabilities.items(), key=lambda item: -item[1])
    return ", ".join(f"{label} {percent(p)}" for label, p in best[:5])


def _summary(summary: Summary) -> str:
    """The sentence first, then the facts behind it."""
    facts = {name: fact for name, fact in summary.facts.items() if fact not in (None, (), [])}
    facts.pop("vector", None)
    lines = [str(facts.pop("text"))] if "text" in facts else []
    lines += [f"{name.replace('_', ' ')}: {_fact(fact)}" for name, fact in facts.items()]
    return "\n".join(lines[:_MOST])


def _fact(fact: Any) -> str:
    if isinstance(fact, float):
        return f"{fact:.3g}"
    if isinstance(fact, Mapping):
        return "  ".join(f"{name} {_fact(value)}" for name, value in fact.items())
    if isinstance(fact, (list, tuple)):
        more = " …" if len(fact) > _LIST else ""
        return ", ".join(_fact(value) for value in fact[:_LIST]) + more
    return str(fact)


_WORDS: dict[str, Callable[[Any], str]] = {
    "tempo": _tempo,
    "beats": _beats,
    "key": _key,
    "chords": _chords,
    "sections": _sections,
    "drops": _drops,
    "cues": _cues,
    "energy": _energy,
    "loudness": _loudness,
    "music": _music,
    "genre": _tags,
    "emotion": _tags,
    "notes": lambda notes: f"{len(notes)} notes",
    "harmony": _summary,
    "rhythm": _summary,
    "timbre": _summary,
}
