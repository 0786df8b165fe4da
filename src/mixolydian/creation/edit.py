"""Surgical edits: a composed piece's brief with one thing changed.

Because every decision of the composer has dice of its own, whatever a change does not name
is composed again to the same last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mixolydian.core.errors import RequestError
from mixolydian.creation.ask import read_keys, read_tempo
from mixolydian.creation.brief import Brief
from mixolydian.creation.harmony import read_progression
from mixolydian.creation.names import STEMS


@dataclass(frozen=True)
class Changes:
    """What is to be different; None and empty leave things as they are.

    `bpm`, `key` and `progression` are in the words of `creation.ask`; `settings` are paths
    and values of `creation.settings`, where an empty value gives the decision back to the
    seed; `mute` and `unmute` name stems (or ``drop2.lead`` for one section).
    """

    bpm: str | None = None
    key: str | None = None
    progression: str | None = None
    swing: float | None = None
    mood: str | None = None
    loudness: float | None = None
    settings: tuple[tuple[str, str], ...] = ()
    mute: tuple[str, ...] = ()
    unmute: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is changed."""
        return self == Changes()


def edited(brief: Brief, changes: Changes) -> Brief:
    """`brief` with the changes.

    Raises
    ------
    RequestError
        A change names what does not exist or a value that is not allowed.
    """
    fields: dict[str, Any] = {"settings": _settings(brief, changes)}
    if changes.bpm is not None:
        tempo = read_tempo(changes.bpm)
        fields |= {
            "bpm": tempo.first,
            "tempo_changes": tempo.changes,
            "tempo_ramps": tempo.ramps_in(brief.n_bars),
        }
    if changes.key is not None:
        keys = read_keys(changes.key)
        fields |= {"tonic": keys[0][1], "mode": keys[0][2], "key_changes": keys[1:]}
    if changes.progression is not None:
        fields["progression"] = read_progression(changes.progression)
    if changes.loudness is not None:
        fields["mix"] = replace(brief.mix, loudness=changes.loudness)
    for name in ("swing", "mood"):
        if getattr(changes, name) is not None:
            fields[name] = getattr(changes, name)
    return replace(brief, **fields)


def _settings(brief: Brief, changes: Changes) -> tuple[tuple[str, str], ...]:
    """The brief's settings with the new ones over them; empty values and unmuted stems go."""
    rows = dict(brief.settings) | dict(changes.settings)
    rows |= {f"{_stem(name)}.mute": "on" for name in changes.mute}
    rows |= {f"{_stem(name)}.mute": "" for name in changes.unmute}
    return tuple(sorted((path, value) for path, value in rows.items() if value != ""))


def _stem(name: str) -> str:
    if name.rpartition(".")[2] not in STEMS:
        raise RequestError(f"mute: stems are {', '.join(STEMS)}; found {name!r}")
    return name
