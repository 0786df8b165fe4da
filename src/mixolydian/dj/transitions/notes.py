"""What a plan had to do otherwise than usual, and why, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mixolydian.dj.portrait import Portrait
from mixolydian.dj.transitions.layout import Layout, gain_for
from mixolydian.dj.transitions.tempi import Paces
from mixolydian.dj.transitions.wishes import Wishes

OFF = 0.05
"""share of the wished length that may be missed without a word."""
QUIETER = 1.0
"""dB that a track may stay under the wished loudness without a word."""


def notes_on(
    portraits: Sequence[Portrait],
    paces: Paces,
    wishes: Wishes,
    layout: Layout,
    forced: set[int],
    seconds: float,
) -> tuple[str, ...]:
    """One line for everything unusual."""
    notes = [*_tracks(portraits, wishes)]
    for k, (a, b) in enumerate(pairwise(portraits)):
        notes += _pair(a, b, paces, k, layout.transitions[k].kind, k in forced)
    notes += _length(layout, wishes, seconds)
    return tuple(dict.fromkeys(notes))


def _tracks(portraits: Sequence[Portrait], wishes: Wishes) -> list[str]:
    notes = []
    for track in portraits:
        if not track.steady:
            why = f" ({track.reason})" if track.reason else ""
            notes.append(f"{track.title} has no steady beat{why}: it is faded at its own speed")
        quieter = wishes.loudness - track.lufs - gain_for(track, wishes.loudness)
        if quieter > QUIETER:
            notes.append(
                f"{track.title} stays {quieter:.1f} dB quieter than the others: its peaks would "
                f"rise too far"
            )
    return notes


def _pair(a: Portrait, b: Portrait, paces: Paces, k: int, kind: str, forced: bool) -> list[str]:
    notes = []
    relation, tempo = paces.relations[k], paces.tracks[k].tempo
    if relation.way == "apart" and a.meter != b.meter:
        notes.append(f"{a.title} is in {a.meter} and {b.title} in {b.meter} beats: {kind}")
    elif relation.way == "apart":
        notes.append(
            f"{b.title} at {b.bpm:.1f} BPM cannot be brought to {tempo:.1f} within the wished "
            f"stretch: {kind}, each at its own tempo"
        )
    if forced:
        notes.append(f"no wished kind and length suits {a.title} to {b.title}: {kind} instead")
    return notes


def _length(layout: Layout, wishes: Wishes, seconds: float) -> list[str]:
    if wishes.minutes is None:
        return []
    notes = []
    last, end = layout.tracks[-1], layout.tracks[-1].duration
    if layout.portraits[-1].grid.time_at(last.end) < end - 10.0:
        notes.append(f"{last.title} ends on a phrase line before its own end, to keep the length")
    if abs(seconds / 60.0 - wishes.minutes) > OFF * wishes.minutes:
        notes.append(
            f"the mix lasts {seconds / 60:.1f} minutes, not {wishes.minutes:g}: these tracks "
            f"give no other length on their phrase lines"
        )
    return notes
