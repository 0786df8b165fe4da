"""How values are said: numbers a musician reads, confidence in words, text made safe.

Every function here returns plain text except :func:`escape`, which every text must pass on
its way into the page: titles and file names come from strangers.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Estimate, Tempo, Track
from mixolydian.theory import key
from mixolydian.theory.pitch import pitch_class

SECTION_LABELS = (
    "intro",
    "verse",
    "buildup",
    "drop",
    "breakdown",
    "chorus",
    "bridge",
    "outro",
)
CONFIDENCE_WORDS = (
    (1.0, "certain"),
    (0.9, "very likely"),
    (0.7, "likely"),
    (0.5, "uncertain"),
    (0.0, "a guess"),
)
"""Lowest probability of each word, from the surest down."""
MOST_NUMBERS = 16
"""A longer list is meant for programs: its length is said, not its values."""
_METERS = {6: "6/8"}
_CONTROL = dict.fromkeys([*range(32), *range(127, 160), 8232, 8233], " ")
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F], "")
MINUS = "\N{MINUS SIGN}"


def clean(text: str) -> str:
    """`text` on one line, without control, direction-changing or undecodable characters."""
    shown = text.translate(_CONTROL | _BIDI).encode("utf-8", "replace").decode("utf-8")
    return " ".join(shown.split())


def escape(value: Any) -> str:
    """`value` as text that is safe inside an element or a quoted attribute."""
    return html.escape(clean(str(value)), quote=True)


def clock(seconds: float, decimals: int = 0) -> str:
    """Seconds as m:ss, h:mm:ss from an hour on, with `decimals` digits of the second."""
    unit = 10**decimals
    ticks = round(max(0.0, seconds) * unit)
    whole, fraction = divmod(ticks, unit)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else str(minutes)
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    return f"{head}:{rest:02d}{tail}"


def number(value: float, decimals: int = 0) -> str:
    """A number with a true minus sign and no negative zero."""
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def percent(probability: float) -> str:
    """A probability in whole percent; never "100 %" or "0 %" unless it is exactly that."""
    whole = round(100 * probability)
    if whole == 100 and probability < 1:
        return "> 99 %"
    if whole == 0 and probability > 0:
        return "< 1 %"
    return f"{whole} %"


def sureness(probability: float) -> str:
    """The word for a probability that an answer is right; it fits the whole percent shown."""
    shown = probability if probability == 1 else min(0.99, round(probability, 2))
    return next(word for floor, word in CONFIDENCE_WORDS if shown >= floor)


def confidence(estimate: Estimate[Any]) -> str:
    """How sure an answer is, in words and numbers; who gave it when not the program.

    A measurement and a summary carry no probability: nothing is said of it then.
    """
    kind = estimate.provenance.kind if estimate.provenance else "machine"
    if kind == "human":
        return "set by hand"
    known = estimate.confidence
    said = "" if known is None else f"{sureness(known)}, {percent(known)}"
    if kind == "imported" and estimate.provenance:
        origin = f"from {estimate.provenance.source}"
        return f"{origin} ({said})" if said else origin
    return said


def reason(estimate: Estimate[Any] | None) -> str:
    """Why there is no answer."""
    return "cannot tell: this question was not asked" if estimate is None else estimate.refusal


def bpm(value: float) -> str:
    """A tempo with two decimals, because grids drift by hundredths."""
    return f"{value:.2f}"


def tempo_range(tempo: Tempo) -> str | None:
    """ "118.00–124.00" when the tempo changes, else None."""
    tempi = [s.bpm for s in tempo.segments]
    if len(tempi) < 2 or max(tempi) - min(tempi) < 0.05:
        return None
    return f"{bpm(min(tempi))}–{bpm(max(tempi))}"


def alternatives(question: str, estimate: Estimate[Any], most: int = 3) -> list[str]:
    """Other answers worth naming (1 % or more), as "64.01 (1 %)"."""
    return [
        f"{_alternative(question, value)} ({percent(probability)})"
        for value, probability in estimate.alternatives[:most]
        if round(probability, 2) > 0
    ]


def _alternative(question: str, value: Any) -> str:
    if isinstance(value, Mapping):
        if "bpm" in value:
            return bpm(float(value["bpm"]))
        if "tonic" in value:
            return f"{value['tonic']} {value.get('mode', '')}".strip()
        if "meter" in value:
            return meter(int(value["meter"]))
        if "downbeat" in value:
            return f"a downbeat at {clock(float(value['downbeat']), 2)}"
        return fact(value)
    if question == "tempo" and isinstance(value, (int, float)):
        return bpm(float(value))
    return str(value)


def meter(beats_per_bar: int) -> str:
    """The time signature as musicians write it."""
    return _METERS.get(beats_per_bar, f"{beats_per_bar}/4")


def camelot(tonic: str, mode: str) -> str | None:
    """The Camelot name of a key ("A minor" is 8A); None for a spelling nobody uses."""
    try:
        return key.camelot(pitch_class(tonic), mode) if mode in key.MODES else None
    except RequestError:
        return None


def title(track: Track) -> str:
    """The title, or the file's name without its ending."""
    return clean(track.tags.title or "") or clean(Path(track.path).stem) or "untitled"


def fact_name(name: str) -> str:
    """A machine's field name as words: "chords_per_bar" becomes "chords per bar"."""
    return clean(name.replace("_", " "))


def fact(value: Any, name: str = "") -> str:
    """A fact of a summary as one line of text; a fact called "… share" is a percentage."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and name.endswith("share") and 0 <= value <= 1:
        return percent(value)
    if isinstance(value, float):
        return number(value, 2).rstrip("0").rstrip(".") if value % 1 else number(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{fact_name(str(k))} {fact(v, str(k))}" for k, v in value.items())
    if isinstance(value, (list, tuple)) and len(value) > MOST_NUMBERS:
        return f"{len(value)} values"
    if isinstance(value, (list, tuple)):
        return ", ".join(fact(v) for v in value)
    return "–" if value is None else clean(str(value))
