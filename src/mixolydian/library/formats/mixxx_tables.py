"""The tables of Mixxx's library database that we read and write, and a new one of them.

Source of truth: the tables of schema version 32 as Mixxx 2.3.3 makes them, and of version 39 (Mixxx
2.4 and 2.5) as they stand in a user's mixxxdb.sqlite; mass8326/mixxxkit (MIT) lists their columns.
A new database holds every table of that version that Mixxx asks for at its start, so that Mixxx
takes it as its own and brings it up to date.
"""

from __future__ import annotations

import sqlite3

SCHEMA_VERSION = 39
MIN_COMPATIBLE = 3
"""the oldest version whose Mixxx can open it, as Mixxx itself records it."""

NEEDED: tuple[tuple[str, set[str]], ...] = (
    ("track_locations", {"id", "location"}),
    (
        "library",
        {"id", "location", "title", "artist", "album", "year", "genre", "comment", "duration"}
        | {"samplerate", "bpm", "timesplayed", "rating", "key", "key_id", "datetime_added"}
        | {"beats", "beats_version", "beats_sub_version", "bpm_lock", "mixxx_deleted"}
        | {"keys", "keys_version", "keys_sub_version"},
    ),
    ("cues", {"track_id", "type", "position", "length", "hotcue", "label", "color"}),
    ("Playlists", {"id", "name", "position", "hidden", "date_created"}),
    ("PlaylistTracks", {"playlist_id", "track_id", "position"}),
    ("crates", {"id", "name"}),
    ("crate_tracks", {"crate_id", "track_id"}),
)
"""What reading needs: Mixxx 2.3 (schema 32) and everything after it has it."""

_TABLES = """
CREATE TABLE settings (
  name TEXT UNIQUE NOT NULL, value TEXT, locked INTEGER DEFAULT 0, hidden INTEGER DEFAULT 0);
CREATE TABLE track_locations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, location VARCHAR(512) UNIQUE, filename VARCHAR(512),
  directory VARCHAR(512), filesize INTEGER, fs_deleted INTEGER, needs_verification INTEGER);
CREATE TABLE LibraryHashes (
  directory_path VARCHAR(256) PRIMARY KEY, hash INTEGER, directory_deleted INTEGER,
  needs_verification INTEGER DEFAULT 0);
CREATE TABLE directories (directory TEXT UNIQUE);
CREATE TABLE library (
  id INTEGER PRIMARY KEY AUTOINCREMENT, artist VARCHAR(64), title VARCHAR(64),
  album VARCHAR(64), year VARCHAR(16), genre VARCHAR(64), tracknumber VARCHAR(3),
  location INTEGER REFERENCES track_locations(location), comment VARCHAR(256),
  url VARCHAR(256), duration FLOAT, bitrate INTEGER, samplerate INTEGER, cuepoint INTEGER,
  bpm FLOAT, wavesummaryhex BLOB, channels INTEGER,
  datetime_added DEFAULT CURRENT_TIMESTAMP, mixxx_deleted INTEGER, played INTEGER,
  header_parsed INTEGER DEFAULT 0, filetype VARCHAR(8) DEFAULT '?', replaygain FLOAT DEFAULT 0,
  timesplayed INTEGER DEFAULT 0, rating INTEGER DEFAULT 0, key VARCHAR(8) DEFAULT '',
  beats BLOB, beats_version TEXT, composer VARCHAR(64) DEFAULT '', bpm_lock INTEGER DEFAULT 0,
  beats_sub_version TEXT DEFAULT '', keys BLOB, keys_version TEXT, keys_sub_version TEXT,
  key_id INTEGER DEFAULT 0, grouping TEXT DEFAULT '', album_artist TEXT DEFAULT '',
  coverart_source INTEGER DEFAULT 0, coverart_type INTEGER DEFAULT 0,
  coverart_location TEXT DEFAULT '', coverart_hash INTEGER DEFAULT 0,
  replaygain_peak REAL DEFAULT -1.0, tracktotal TEXT DEFAULT '//', color INTEGER,
  coverart_color INTEGER, coverart_digest BLOB, last_played_at DATETIME DEFAULT NULL,
  source_synchronized_ms INTEGER DEFAULT NULL);
CREATE TABLE cues (
  id INTEGER PRIMARY KEY AUTOINCREMENT, track_id INTEGER NOT NULL REFERENCES library(id),
  type INTEGER DEFAULT 0 NOT NULL, position INTEGER DEFAULT -1 NOT NULL,
  length INTEGER DEFAULT 0 NOT NULL, hotcue INTEGER DEFAULT -1 NOT NULL,
  label TEXT DEFAULT '' NOT NULL, color INTEGER DEFAULT 4294901760 NOT NULL);
CREATE TABLE Playlists (
  id INTEGER PRIMARY KEY, name VARCHAR(48), position INTEGER,
  hidden INTEGER DEFAULT 0 NOT NULL, date_created DATETIME, date_modified DATETIME,
  locked INTEGER DEFAULT 0);
CREATE TABLE PlaylistTracks (
  id INTEGER PRIMARY KEY, playlist_id INTEGER REFERENCES Playlists(id),
  track_id INTEGER REFERENCES library(id), position INTEGER, pl_datetime_added TEXT);
CREATE INDEX idx_PlaylistTracks_playlist_id_track_id ON PlaylistTracks (playlist_id, track_id);
CREATE INDEX idx_PlaylistTracks_track_id ON PlaylistTracks (track_id);
CREATE TABLE crates (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(48) UNIQUE NOT NULL,
  count INTEGER DEFAULT 0, show INTEGER DEFAULT 1, locked INTEGER DEFAULT 0,
  autodj_source INTEGER DEFAULT 0);
CREATE TABLE crate_tracks (
  crate_id INTEGER NOT NULL REFERENCES crates(id),
  track_id INTEGER NOT NULL REFERENCES library(id), UNIQUE (crate_id, track_id));
CREATE INDEX idx_crate_tracks_track_id ON crate_tracks (track_id);
CREATE TABLE track_analysis (
  id INTEGER PRIMARY KEY AUTOINCREMENT, track_id INTEGER NOT NULL REFERENCES track_locations(id),
  type VARCHAR(512), description VARCHAR(1024), version VARCHAR(512),
  created DATETIME DEFAULT CURRENT_TIMESTAMP, data_checksum VARCHAR(512));
CREATE INDEX track_analysis_track_id_index ON track_analysis (track_id);
CREATE TABLE itunes_library (
  id INTEGER PRIMARY KEY, artist VARCHAR(48), title VARCHAR(48), album VARCHAR(48),
  year VARCHAR(16), genre VARCHAR(32), tracknumber VARCHAR(3), location VARCHAR(512),
  comment VARCHAR(60), duration INTEGER, bitrate INTEGER, bpm INTEGER, rating INTEGER,
  grouping TEXT DEFAULT '', album_artist TEXT DEFAULT '');
CREATE TABLE itunes_playlists (id INTEGER PRIMARY KEY, name VARCHAR(100) UNIQUE);
CREATE TABLE itunes_playlist_tracks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, playlist_id INTEGER REFERENCES itunes_playlists(id),
  track_id INTEGER REFERENCES itunes_library(id), position INTEGER DEFAULT 0);
CREATE TABLE traktor_library (
  id INTEGER PRIMARY KEY AUTOINCREMENT, artist VARCHAR(48), title VARCHAR(48),
  album VARCHAR(48), year VARCHAR(16), genre VARCHAR(32), tracknumber VARCHAR(3),
  location VARCHAR(512) UNIQUE, comment VARCHAR(60), duration INTEGER, bitrate INTEGER,
  bpm FLOAT, key VARCHAR(6), rating INTEGER);
CREATE TABLE traktor_playlists (id INTEGER PRIMARY KEY, name VARCHAR(100) UNIQUE);
CREATE TABLE traktor_playlist_tracks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, playlist_id INTEGER REFERENCES traktor_playlists(id),
  track_id INTEGER REFERENCES traktor_library(id), position INTEGER DEFAULT 0);
CREATE TABLE rhythmbox_library (
  id INTEGER PRIMARY KEY AUTOINCREMENT, artist VARCHAR(48), title VARCHAR(48),
  album VARCHAR(48), year VARCHAR(16), genre VARCHAR(32), tracknumber VARCHAR(3),
  location VARCHAR(512) UNIQUE, comment VARCHAR(60), duration INTEGER, bitrate INTEGER,
  bpm FLOAT, key VARCHAR(6), rating INTEGER);
CREATE TABLE rhythmbox_playlists (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(100) UNIQUE);
CREATE TABLE rhythmbox_playlist_tracks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, playlist_id INTEGER REFERENCES rhythmbox_playlists(id),
  track_id INTEGER REFERENCES rhythmbox_library(id), position INTEGER DEFAULT 0);
"""


def create(database: sqlite3.Connection) -> None:
    """Make the tables of schema version 39, empty, in a new database nobody knows yet."""
    database.executescript(f"PRAGMA synchronous = OFF; BEGIN; {_TABLES}")
    database.executemany(
        "INSERT INTO settings (name, value) VALUES (?, ?)",
        [
            ("mixxx.schema.version", str(SCHEMA_VERSION)),
            ("mixxx.schema.last_used_version", str(SCHEMA_VERSION)),
            ("mixxx.schema.min_compatible_version", str(MIN_COMPATIBLE)),
        ],
    )
