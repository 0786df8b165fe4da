"""What comes from DJ programs: playlists, histories, ratings, plays, and cues as they were set."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lists",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("date", sa.Text, nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.UniqueConstraint("program", "folder", "name", "date"),
    )
    op.create_table(
        "list_tracks",
        sa.Column("list_id", sa.Integer, sa.ForeignKey("lists.id", ondelete="CASCADE")),
        sa.Column("place", sa.Integer),
        sa.Column("track_id", sa.Text),
        sa.Column("path", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "place"),
    )
    op.create_index("list_tracks_track", "list_tracks", ["track_id"])
    _per_track(
        "ratings",
        sa.Column("rating", sa.Integer),
        sa.Column("plays", sa.Integer),
        sa.Column("color", sa.Text),
        sa.Column("added", sa.Text, nullable=False),
    )
    _per_track("marks", sa.Column("document", sa.Text, nullable=False))


def _per_track(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("track_id", sa.Text, sa.ForeignKey("tracks.track_id", ondelete="CASCADE")),
        sa.Column("program", sa.Text, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("track_id", "program"),
    )
