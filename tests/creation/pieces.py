"""Short briefs for the tests of the composer, and arrangements laid side by side."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from mixolydian.creation.arrange import arrange
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES

CLUB = (
    ("intro", 4), ("buildup", 4), ("drop", 8), ("breakdown", 4), ("buildup", 2), ("drop", 4),
    ("outro", 2),
)  # fmt: skip
SONG = (("intro", 2), ("verse", 4), ("chorus", 4), ("bridge", 2), ("chorus", 4), ("outro", 1))


def house(**changes: Any) -> Brief:
    """28 bars of house in F# minor."""
    return replace(Brief("house", 123.45, "F#", "minor", CLUB, seed=5), **changes)


def any_genre(name: str, **changes: Any) -> Brief:
    """28 bars of a genre at its usual tempo, in its own meter, without jitter."""
    genre = GENRES[name]
    brief = Brief(name, sum(genre.tempo) / 2, "Eb", "minor", CLUB, meter=genre.meter, seed=3)
    return replace(brief, **changes)


@lru_cache(maxsize=256)
def arranged(brief: Brief) -> Arrangement:
    """The arrangement of `brief`, made once."""
    return arrange(brief)


def with_settings(brief: Brief, *settings: tuple[str, str]) -> Brief:
    """`brief` with more settings."""
    return replace(brief, settings=(*brief.settings, *settings))


def things_of(a: Arrangement) -> dict[str, object]:
    """Everything that sounds, by the name of what plays it."""
    things: dict[str, object] = {f"{p.name} notes": p.notes for p in a.parts}
    things |= {f"{p.name} voice": p.voice for p in a.parts}
    things |= {f"{lane} hits": hits for lane, hits in a.drums.items()}
    things |= {f"{m.target} {m.parameter}": m.points for m in a.automation}
    things |= {f"{g.kind} at {g.start}": g for g in a.gestures}
    return things | {"kit": a.kit}


def differences(a: Arrangement, b: Arrangement) -> set[str]:
    """Names of what differs between two arrangements."""
    one, two = things_of(a), things_of(b)
    return {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)}


def events(a: Arrangement) -> list[tuple[float, str, object]]:
    """(time, name, what) of every note, stroke, gesture and point of a knob."""
    rows: list[tuple[float, str, object]] = []
    rows += [(n.onset, p.name, n) for p in a.parts for n in p.notes]
    rows += [(h.time, lane, h) for lane, hits in a.drums.items() for h in hits]
    rows += [(g.start, g.kind, g) for g in a.gestures]
    for m in a.automation:
        rows += [(time, f"{m.target} {m.parameter}", value) for time, value in m.points]
    return rows
