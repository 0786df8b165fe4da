"""The catalogue's tables as they stand at the newest migration.

`files` are places on disk, `tracks` are sounds (a sound may lie in several files),
`estimates` are answers about a sound; `tracks.stamps` says which version of which estimator
each machine answer is from, so that a scan sees what is outdated without reading answers.
`taught` are the tags a user has taught. `lists` and `list_tracks` are playlists and histories of
DJ programs, `ratings` what is said there of a track, `marks` the cues and loops set there.
`opinions` are the user's own: tracks liked, skipped, banned.
`tracks_fts` is the full-text index; its rowid is `tracks.id`. Paths are kept as bytes in the file
system's own encoding, because a path need not be valid text. Durations are in seconds, `mtime_ns`
in nanoseconds.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0005"
"""The newest migration this version knows."""

metadata = MetaData()

tracks = Table(
    "tracks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("track_id", Text, nullable=False, unique=True),
    Column("duration", Float, nullable=False),
    Column("stamps", Text, nullable=False, default=""),
    Column("title", Text),
    Column("artist", Text),
    Column("album", Text),
    Column("year", Integer),
    Column("genre", Text),
    Column("tag_bpm", Float),
    Column("tag_key", Text),
    Column("tag_genre", Text),
    Column("bit_rate", Float),
    Column("bpm", Float),
    Column("bpm_confidence", Float),
    Column("meter", Integer),
    Column("tonic", Text),
    Column("mode", Text),
    Column("camelot", Text),
    Column("open_key", Text),
    Column("key_confidence", Float),
    Column("energy", Integer),
    Column("lufs", Float),
    Column("drops", Integer),
    Column("timbre", LargeBinary),
    Index("tracks_bpm", "bpm"),
    Index("tracks_camelot", "camelot"),
)

files = Table(
    "files",
    metadata,
    Column("path", LargeBinary, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("track_id", Text, ForeignKey("tracks.track_id", ondelete="CASCADE")),
    Column("status", Text, nullable=False),
    Column("error_type", Text),
    Column("error_message", Text),
    Column("version", Text, nullable=False),
    Index("files_track", "track_id"),
    Index("files_size", "size"),
)

estimates = Table(
    "estimates",
    metadata,
    Column("track_id", Text, ForeignKey("tracks.track_id", ondelete="CASCADE"), nullable=False),
    Column("question", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("document", Text, nullable=False),
    UniqueConstraint("track_id", "question"),
)

taught = Table(
    "taught",
    metadata,
    Column("name", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

lists = Table(
    "lists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("program", Text, nullable=False),
    UniqueConstraint("program", "folder", "name", "date"),
)

list_tracks = Table(
    "list_tracks",
    metadata,
    Column("list_id", Integer, ForeignKey("lists.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("track_id", Text),
    Column("path", LargeBinary, nullable=False),
    Index("list_tracks_track", "track_id"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("track_id", Text, ForeignKey("tracks.track_id", ondelete="CASCADE"), primary_key=True),
    Column("program", Text, primary_key=True),
    Column("rating", Integer),
    Column("plays", Integer),
    Column("color", Text),
    Column("added", Text, nullable=False),
    Column("comment", Text, nullable=False, default="", server_default=""),
)

marks = Table(
    "marks",
    metadata,
    Column("track_id", Text, ForeignKey("tracks.track_id", ondelete="CASCADE"), primary_key=True),
    Column("program", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

opinions = Table(
    "opinions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("track_id", Text, ForeignKey("tracks.track_id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("said", Text, nullable=False),
)

FTS_COLUMNS = ("title", "artist", "album", "genre", "path")
