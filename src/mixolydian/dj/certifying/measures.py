"""What a certificate holds: one small frozen type per thing measured, and their JSON.

Offsets are in milliseconds, loudness in LUFS and LU, lengths in mix beats or seconds as said.
None stands for "cannot tell"; the `reason` beside it says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from mixolydian.core.errors import RequestError

T = TypeVar("T")


@dataclass(frozen=True)
class Offsets:
    """`outgoing` minus `incoming` in ms, over `n` beats and half-beats.

    `median` is signed (positive: the outgoing deck is late); `p95` and `max` are of the
    magnitude. A beat's offset is the median of the strokes within two beats, without each deck's
    steady differences between its strokes (a clap that rises slower than a kick); `raw_p95` is
    of the single strokes as they are.
    """

    median: float
    p95: float
    max: float
    n: int
    raw_p95: float


@dataclass(frozen=True)
class DeckTiming:
    """One deck against the clock of the mix, in ms; positive is late."""

    median: float | None
    spread: float | None
    """95th percentile of the distance from the median."""
    strokes: int
    set_aside: int
    """attacks far from their neighbours' course: other notes, not counted."""


@dataclass(frozen=True)
class BeatTiming:
    """How well the two beats lie on one another."""

    offset: Offsets | None
    drift: float | None
    """ms per minute that the outgoing deck falls behind the incoming."""
    drift_error: float | None
    """half the width of its 95 % interval."""
    sureness: float
    """in [0, 1]: how many of 16 beats had an attack in both decks, at most all."""
    band: str
    how: str
    """"overlap" (both heard at once) or "join" (each against the clock, before and after)."""
    reason: str
    outgoing: DeckTiming
    incoming: DeckTiming
    points: tuple[tuple[float, float], ...]
    """(mix beat, offset in ms) of each measured beat."""


@dataclass(frozen=True)
class DeckPlace:
    """Where in its own form a deck stands at the transition's start and end (an incoming deck
    that has not begun at the start is asked where it begins)."""

    start_beat: float | None
    end_beat: float | None
    """own beats; None where the deck does not play."""
    start_bars_in: float | None
    end_bars_in: float | None
    """bars since the phrase began that is heard there."""
    heard: str
    """"confirmed", "ambiguous" or "contradicted": the sound beside the portrait."""
    shift: int
    """own beats by which the sound differs from what was planned."""
    likeness: float | None
    """correlation of the sound with the portrait at that place."""


@dataclass(frozen=True)
class Place:
    """Phrases and bars of both decks against one another."""

    outgoing: DeckPlace | None
    incoming: DeckPlace | None
    on_phrase: bool | None
    downbeats_apart: float | None
    """beats between the decks' downbeats, 0 to half a bar."""
    reason: str


@dataclass(frozen=True)
class Bass:
    """Beats in which both decks have a bass, within 10 dB of one another."""

    longest: float
    total: float


@dataclass(frozen=True)
class Voices:
    """Seconds in which a voice is heard on both decks."""

    clash: float | None
    reason: str


@dataclass(frozen=True)
class LoudnessCourse:
    """LUFS of the mix before, in and after the transition, and what it does to the loudness."""

    before: float | None
    during: float | None
    after: float | None
    dip: float
    """LU the mix falls below the quieter of the decks that play."""
    bump: float
    """LU it rises above the louder one."""
    handover: float | None
    """LU between both decks' loudness, each against what the track has at that place."""
    step: float
    """the largest of the three."""
    reason: str


@dataclass(frozen=True)
class Tonality:
    """How far apart the decks' harmonies are."""

    outgoing: str | None
    incoming: str | None
    """keys heard, such as "A minor"."""
    camelot_steps: int | None
    semitones: int | None
    """shift of the incoming deck under which both chromas are most alike, -6 to 5."""
    tonal_distance: float | None
    """in [0, 1]: cosine distance in the tonal interval space (Bernardes et al. 2016) over 2."""
    cents: float | None
    """tuning of the incoming minus that of the outgoing deck, in (-50, 50]."""
    reason: str


@dataclass(frozen=True)
class Faults:
    """What must not be in a mix at all."""

    clipped_samples: int
    true_peak: float | None
    """dBTP."""
    clicks: tuple[float, ...]
    """seconds of the mix."""
    longest_gap: float
    """ms of silence while a deck plays."""


@dataclass(frozen=True)
class Check:
    """One threshold: `passed` None where nothing could be measured, or does not apply."""

    name: str
    value: float | None
    threshold: float
    passed: bool | None
    words: str


def to_json(value: Any) -> Any:
    """Plain lists and dicts of a measure."""
    return _plain(asdict(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def from_json(cls: type[T], data: Any) -> T:
    """The inverse of :func:`to_json`.

    Raises
    ------
    RequestError
        `data` does not hold the fields of `cls`.
    """
    names = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    if not isinstance(data, Mapping) or not names <= set(data):
        raise RequestError(f"expected {cls.__name__} with {', '.join(sorted(names))}")
    hints = get_type_hints(cls)
    return cls(**{name: _typed(hints[name], data[name]) for name in names})


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) is UnionType:
        hint = next(a for a in get_args(hint) if a is not type(None))
    if is_dataclass(hint):
        return from_json(hint, value)  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        return tuple(_typed(get_args(hint)[0], item) for item in value)
    return hint(value) if hint in (int, float, str, bool) else value
