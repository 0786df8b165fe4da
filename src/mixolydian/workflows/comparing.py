"""Asked beside heard: a rendered piece's truth against the analysis of its sound.

Both sides use the same value types, so each question is one small comparison with the
tolerance of its field: tempo ±0.1 BPM (octave included), beats ±70 ms, drops ±0.1 s,
boundaries of sections ±0.5 s, key, meter and main genre exactly. Times are in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mixolydian.core.convert import value_from_json
from mixolydian.core.types import Analysis

TEMPO_TOLERANCE = 0.1
BEAT_TOLERANCE = 0.07
DROP_TOLERANCE = 0.1
BOUNDARY_TOLERANCE = 0.5
GOOD_BEATS = 0.9
GOOD_FORM = 0.75
"""Least F-measure of beats; and of boundaries, and share of time under the right name."""


@dataclass(frozen=True)
class Line:
    """One question: what was `asked`, what was `heard`, and whether that is `right`."""

    question: str
    asked: str
    heard: str
    right: bool


def compare(truth: Mapping[str, Any], analysis: Analysis) -> tuple[Line, ...]:
    """One line per question that the truth document answers."""
    lines = []
    for name, question, judge in _JUDGES:
        asked = value_from_json(question, truth.get(question))
        if asked is None or (name == "genre" and METRES & set(asked.probabilities)):
            continue
        heard = analysis.value(question)
        if heard is None:
            estimate = analysis.estimates.get(question)
            said = "cannot tell: not asked" if estimate is None else estimate.refusal
            lines.append(Line(name, judge(asked, asked).asked, said, False))
        else:
            lines.append(judge(asked, heard))
    return tuple(lines)


def f_measure(asked: Sequence[float], heard: Sequence[float], tolerance: float) -> float:
    """Agreement of two sorted lists of times, matched one to one, in [0, 1].

    Two empty lists agree. Matching in order of time is the best there is for one common
    tolerance.
    """
    if not asked and not heard:
        return 1.0
    hits = i = j = 0
    while i < len(asked) and j < len(heard):
        if abs(asked[i] - heard[j]) <= tolerance:
            hits, i, j = hits + 1, i + 1, j + 1
        elif asked[i] < heard[j]:
            i += 1
        else:
            j += 1
    return 2 * hits / (len(asked) + len(heard))


def _tempo(asked: Any, heard: Any) -> Line:
    right = abs(asked.bpm - heard.bpm) <= TEMPO_TOLERANCE
    return Line("tempo", f"{asked.bpm:.2f} BPM", f"{heard.bpm:.2f} BPM", right)


def _meter(asked: Any, heard: Any) -> Line:
    return Line("meter", _signature(asked), _signature(heard), asked.meter == heard.meter)


def _signature(beats: Any) -> str:
    return "6/8" if beats.meter == 6 else f"{beats.meter}/4"


def _beats(asked: Any, heard: Any) -> Line:
    score = f_measure(asked.times.tolist(), heard.times.tolist(), BEAT_TOLERANCE)
    said = f"{len(heard.times)} beats, F {score:.2f}"
    return Line("beats", f"{len(asked.times)} beats", said, score >= GOOD_BEATS)


def _key(asked: Any, heard: Any) -> Line:
    right = (asked.tonic, asked.mode) == (heard.tonic, heard.mode)
    return Line("key", f"{asked} ({asked.camelot})", f"{heard} ({heard.camelot})", right)


def _form(asked: Any, heard: Any) -> Line:
    share = names_share(asked, heard)
    said = f"{_parts(heard)} (right {100 * share:.0f} % of the time)"
    return Line("form", _parts(asked), said, share >= GOOD_FORM)


def names_share(asked: Any, heard: Any) -> float:
    """Share of the asked sections' time that is heard under the same name, in [0, 1]."""
    total = sum(a.end - a.start for a in asked)
    same = sum(
        max(0.0, min(a.end, h.end) - max(a.start, h.start))
        for a in asked
        for h in heard
        if a.label == h.label
    )
    return same / total if total > 0 else 0.0


def _genre(asked: Any, heard: Any) -> Line:
    """Right where the main genre that is heard is the one that was asked for."""
    wanted, main = (next(iter(tags.probabilities), "none") for tags in (asked, heard))
    said = ", ".join(f"{label} {100 * p:.0f} %" for label, p in heard.probabilities.items())
    return Line("genre", wanted, said, wanted == main)


def _changes(asked: Any, heard: Any) -> Line:
    """Boundaries inside the piece; its start and end need no hearing."""
    ours, theirs = [s.start for s in asked[1:]], [s.start for s in heard[1:]]
    score = f_measure(ours, theirs, BOUNDARY_TOLERANCE)
    said = f"{len(theirs)} changes, F {score:.2f}"
    return Line("changes", f"{len(ours)} changes", said, score >= GOOD_FORM)


def _parts(sections: Any) -> str:
    return " ".join(f"{s.label} {_clock(s.start)}" for s in sections)


def _drops(asked: Any, heard: Any) -> Line:
    ours, theirs = [d.time for d in asked], [d.time for d in heard]
    right = f_measure(ours, theirs, DROP_TOLERANCE) == 1.0
    return Line("drops", _times(ours), _times(theirs), right)


def _times(times: Sequence[float]) -> str:
    return " ".join(f"{_clock(t)}.{round(100 * t) % 100:02d}" for t in times) or "none"


def _clock(seconds: float) -> str:
    whole = int(round(100 * seconds) // 100)
    return f"{whole // 60}:{whole % 60:02d}"


_JUDGES: tuple[tuple[str, str, Callable[[Any, Any], Line]], ...] = (
    ("tempo", "tempo", _tempo),
    ("meter", "beats", _meter),
    ("beats", "beats", _beats),
    ("key", "key", _key),
    ("form", "sections", _form),
    ("changes", "sections", _changes),
    ("drops", "drops", _drops),
    ("genre", "genre", _genre),
)
METRES = frozenset({"waltz", "six eight"})
"""genres of the composer that are a metre: nobody can hear them as a genre."""
