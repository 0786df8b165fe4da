"""The user's profile: what they said of tracks, in the order they said it, and nothing derived.

Everything a recommendation learns of a user is worked out from these few rows when it is needed,
so dropping them forgets the user. `said` is an ISO date and time (UTC).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from mixolydian.library.tables import opinions

KINDS = ("like", "skip", "ban")


@dataclass(frozen=True)
class Opinion:
    """One of KINDS, of the track with this id; the last word on a track holds."""

    track_id: str
    kind: str
    said: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"expected a kind out of {', '.join(KINDS)}, found {self.kind!r}")


def load_opinions(connection: Connection) -> list[Opinion]:
    """Every opinion, oldest first."""
    rows = connection.execute(select(opinions).order_by(opinions.c.id))
    return [Opinion(row.track_id, row.kind, row.said) for row in rows]


def save_opinions(connection: Connection, said: Iterable[Opinion]) -> None:
    """Keep opinions behind those there are."""
    rows = [{"track_id": o.track_id, "kind": o.kind, "said": o.said} for o in said]
    if rows:
        connection.execute(insert(opinions), rows)


def drop_opinions(connection: Connection) -> int:
    """Forget every opinion, their bytes in the file included; how many there were."""
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    return connection.execute(delete(opinions)).rowcount
