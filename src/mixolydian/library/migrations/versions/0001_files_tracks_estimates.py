"""The first catalogue: files, tracks, estimates, and the full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    _tracks()
    _files()
    _estimates()
    op.execute(
        "CREATE VIRTUAL TABLE tracks_fts USING fts5("
        "title, artist, album, genre, path, tokenize = 'unicode61 remove_diacritics 2')"
    )


def _tracks() -> None:
    texts = ("title", "artist", "album", "genre", "tag_key", "tag_genre")
    keys = ("tonic", "mode", "camelot", "open_key")
    numbers = ("tag_bpm", "bit_rate", "bpm", "bpm_confidence", "key_confidence", "lufs")
    counts = ("year", "meter", "energy", "drops")
    op.create_table(
        "tracks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("track_id", sa.Text, nullable=False, unique=True),
        sa.Column("duration", sa.Float, nullable=False),
        sa.Column("stamps", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in texts + keys),
        *(sa.Column(name, sa.Float) for name in numbers),
        *(sa.Column(name, sa.Integer) for name in counts),
        sa.Column("timbre", sa.LargeBinary),
    )
    op.create_index("tracks_bpm", "tracks", ["bpm"])
    op.create_index("tracks_camelot", "tracks", ["camelot"])


def _owner(nullable: bool) -> sa.Column[str]:
    owner = sa.ForeignKey("tracks.track_id", ondelete="CASCADE")
    return sa.Column("track_id", sa.Text, owner, nullable=nullable)


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("path", sa.LargeBinary, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("mtime_ns", sa.Integer, nullable=False),
        _owner(nullable=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("error_type", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("version", sa.Text, nullable=False),
    )
    op.create_index("files_track", "files", ["track_id"])
    op.create_index("files_size", "files", ["size"])


def _estimates() -> None:
    op.create_table(
        "estimates",
        _owner(nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.UniqueConstraint("track_id", "question"),
    )
