"""The catalogue: what is put in comes out, humans win, every call is all or nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mixolydian.core.errors import LibraryError, RequestError, StorageError, UnknownTrackError
from mixolydian.core.types import (
    Analysis,
    Beats,
    Drop,
    Energy,
    Estimate,
    FileTags,
    Key,
    Loudness,
    Provenance,
    Summary,
    Tags,
    Tempo,
    Track,
)
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.database import sqlite_path
from mixolydian.library.records import FileState, read_stamps, row_of, write_stamps
from mixolydian.library.tables import HEAD

MACHINE = Provenance("Fake", "1")
HUMAN = Provenance("user", "1", kind="human")
STAMPS = {"tempo": "t1", "key": "k1"}


def track(track_id="aa11", path="/music/a.mp3", bpm=128.0, **tags):
    answers = {
        "tempo": Estimate(Tempo(bpm), 0.9, MACHINE),
        "beats": Estimate(Beats([0.5, 1.0], [1, 2], 4), 0.8, MACHINE),
        "key": Estimate(Key("A", "minor", "8A", "1m"), 0.7, MACHINE),
        "drops": Estimate((Drop(60.0, 0.9),), 0.6, MACHINE),
        "energy": Estimate(Energy(7, [0.0], [0.5]), None, MACHINE),
        "loudness": Estimate(Loudness(-8.1, -0.3, 5.2), None, MACHINE),
        "genre": Estimate(None, reason="no model is trained yet", provenance=MACHINE),
        "timbre": Estimate(Summary({"vector": [1.0, -2.0, 0.5]}), None, MACHINE),
    }
    return Track(track_id, path, 200.0, FileTags(**tags), Analysis(200.0, answers))


def answer(question, value, provenance=HUMAN, track_id="aa11"):
    estimate = Estimate(value, 1.0, provenance)
    return Track(track_id, "", 200.0, FileTags(), Analysis(200.0, {question: estimate}))


def state(path="/music/a.mp3", size=10, mtime_ns=20):
    return FileState(path, size, mtime_ns)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "home" / "library.sqlite"


@pytest.fixture
def catalogue(place):
    with Catalogue(place, busy_seconds=0.2) as opened:
        yield opened


def test_a_track_comes_back_as_it_was(catalogue):
    given = track(title="Song", artist="Band", year=1999, genre="House", key="Am", bit_rate=320.0)
    catalogue.remember(state(), given, STAMPS, "0.1")
    found = catalogue.track("aa11")
    assert found.path == "/music/a.mp3"
    assert found.duration == 200.0
    assert found.tags == given.tags
    assert found.analysis.estimates.keys() == given.analysis.estimates.keys()
    assert found.analysis.value("tempo") == Tempo(128.0)
    assert found.analysis.value("key") == Key("A", "minor", "8A", "1m")
    assert found.analysis.estimates["genre"].reason == "no model is trained yet"
    assert np.array_equal(found.analysis.value("beats").times, [0.5, 1.0])


def test_the_listing_line(catalogue):
    kept = catalogue.remember(state(), track(title="Song", genre="House"), STAMPS, "0.1")
    row = catalogue.row("aa11")
    assert (row.bpm, row.camelot, row.energy, row.drops, row.meter) == (128.0, "8A", 7, 1, 4)
    assert (row.lufs, row.genre, row.bpm_confidence) == (-8.1, "House", 0.9)
    assert row == row_of(kept, "/music/a.mp3")


def test_it_survives_closing(place):
    with Catalogue(place) as first:
        first.remember(state(), track(), STAMPS, "0.1")
    with Catalogue(f"sqlite:///{place}") as second:
        assert second.track("aa11").duration == 200.0
        assert second.files()["/music/a.mp3"].state == state()


@pytest.mark.parametrize(
    "name",
    ["naïve Ωmega 音楽.mp3", "x" * 251 + ".mp3", os.fsdecode(b"caf\xe9 \xff.mp3"), "a\"b'c\n.mp3"],
)
def test_any_file_name(catalogue, name):
    path = f"/music/{name}"
    catalogue.remember(state(path), track(path=path), STAMPS, "0.1")
    assert catalogue.ids_by_path(path) == "aa11"
    assert list(catalogue.files()) == [path]
    assert catalogue.rows()[0].path == path


def test_a_human_answer_is_never_overwritten_by_a_machine(catalogue):
    catalogue.remember(state(), track(), STAMPS, "0.1")
    catalogue.update(answer("tempo", Tempo(87.0)), {"tempo": "human"})
    catalogue.remember(state(mtime_ns=21), track(bpm=174.0), STAMPS, "0.2")
    assert catalogue.row("aa11").bpm == 87.0
    assert catalogue.row("aa11").corrected == ("tempo",)
    assert catalogue.track("aa11").analysis.value("tempo").bpm == 87.0
    stamps = read_stamps(catalogue.stamps()["aa11"])
    assert stamps["tempo"] == "human"
    assert stamps["key"] == "stale", "the machine did not know what the human had said"


def test_a_human_may_change_their_mind(catalogue):
    catalogue.remember(state(), track(), STAMPS, "0.1")
    catalogue.update(answer("tempo", Tempo(87.0)), {"tempo": "human"})
    catalogue.update(answer("tempo", Tempo(90.0)), {"tempo": "human"})
    assert catalogue.row("aa11").bpm == 90.0
    catalogue.withdraw("aa11", ["tempo"])
    assert "tempo" not in catalogue.estimates("aa11")
    assert read_stamps(catalogue.stamps()["aa11"])["tempo"] == "stale"


def test_a_machine_answer_is_not_withdrawn(catalogue):
    catalogue.remember(state(), track(), STAMPS, "0.1")
    catalogue.withdraw("aa11", ["key"])
    assert "key" in catalogue.estimates("aa11")


def test_a_human_genre_is_searchable(catalogue):
    catalogue.remember(state(), track(genre="Other"), STAMPS, "0.1")
    catalogue.update(answer("genre", Tags({"techno": 1.0})), {"genre": "human"})
    assert catalogue.row("aa11").genre == "techno"


def test_the_same_sound_in_two_files_is_one_track(catalogue):
    catalogue.remember(state("/music/a.mp3"), track(), STAMPS, "0.1")
    catalogue.remember(state("/music/b.mp3"), track(path="/music/b.mp3"), STAMPS, "0.1")
    assert len(catalogue.rows()) == 1
    assert set(catalogue.files()) == {"/music/a.mp3", "/music/b.mp3"}
    assert catalogue.track("aa11").path == "/music/a.mp3"


def test_new_tags_without_new_answers(catalogue):
    catalogue.remember(state(), track(title="Old"), STAMPS, "0.1")
    bare = Track("aa11", "/music/b.mp3", 200.0, FileTags(title="New"), Analysis(200.0, {}))
    catalogue.remember(state("/music/b.mp3"), bare, {}, "0.1", replaces=["/music/a.mp3"])
    assert list(catalogue.files()) == ["/music/b.mp3"]
    assert catalogue.row("aa11").title == "New"
    assert catalogue.row("aa11").bpm == 128.0
    assert read_stamps(catalogue.stamps()["aa11"]) == STAMPS


def test_a_failure_is_remembered(catalogue):
    catalogue.remember_failure(state(), "DecodeError", "not audio", "0.1")
    record = catalogue.files()["/music/a.mp3"]
    assert (record.status, record.error_type, record.error_message) == (
        "failed",
        "DecodeError",
        "not audio",
    )
    assert record.track_id is None
    assert catalogue.rows() == []


def test_missing_files(catalogue):
    catalogue.remember(state(), track(), STAMPS, "0.1")
    catalogue.mark(["/music/a.mp3"], "missing")
    assert catalogue.row("aa11").missing
    assert catalogue.row("aa11").path == "/music/a.mp3"
    catalogue.mark(["/music/a.mp3"], "done")
    assert not catalogue.row("aa11").missing
    catalogue.forget(["/music/a.mp3"])
    assert catalogue.rows() == []


def test_unknown_track(catalogue):
    with pytest.raises(UnknownTrackError, match="no track nope"):
        catalogue.track("nope")


def test_timbres(catalogue):
    catalogue.remember(state(), track(), STAMPS, "0.1")
    ids, vectors = catalogue.timbres()
    assert ids == ["aa11"]
    assert vectors.tolist() == [[1.0, -2.0, 0.5]]


def test_no_timbres(catalogue):
    assert catalogue.timbres()[1].shape == (0, 0)


def test_stamps_round_trip():
    assert read_stamps(write_stamps({"b": "2", "a": "1"})) == {"a": "1", "b": "2"}
    assert read_stamps("") == {}


# ---------------------------------------------------------------------- all or nothing


def test_a_failing_call_leaves_nothing_behind(catalogue, monkeypatch):
    def broken(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("mixolydian.library.catalogue._index", broken)
    with pytest.raises(StorageError, match="disk is full"):
        catalogue.remember(state(), track(), STAMPS, "0.1")
    assert catalogue.files() == {}
    assert catalogue.stamps() == {}


def test_killed_while_writing(place):
    """A process that dies inside a transaction leaves the catalogue as it was before it."""
    with Catalogue(place) as first:
        first.remember(state(), track(), STAMPS, "0.1")
    program = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); c.execute('DELETE FROM estimates')\n"
        'c.execute("UPDATE tracks SET bpm = 1"); os.kill(os.getpid(), 9)\n'
    )
    subprocess.run([sys.executable, "-c", program, str(place)], check=False)
    with Catalogue(place) as second:
        assert second.row("aa11").bpm == 128.0
        assert len(second.estimates("aa11")) == 8


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file size")
def test_a_full_disk(place):
    Catalogue(place).close()
    program = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "from test_catalogue import Catalogue, StorageError, STAMPS, state, track\n"
        "n = 0\n"
        "with Catalogue(sys.argv[1]) as c:\n"
        "    try:\n"
        "        for n in range(10_000):\n"
        "            c.remember(state(f'/m/{n}'), track(f'{n:04x}'), STAMPS, '0.1')\n"
        "    except StorageError as error:\n"
        "        print(n); print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(place), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    count, message = done.stdout.splitlines()
    assert str(place) in message
    with Catalogue(place) as after:
        assert len(after.files()) == int(count)
        assert len(after.rows()) == int(count)


# ---------------------------------------------------------------------- when it cannot be used


def test_locked(place):
    Catalogue(place).close()
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Catalogue(place, busy_seconds=0.1) as catalogue:
        assert catalogue.rows() == [], "readers never wait"
        with pytest.raises(LibraryError, match="in use by another program"):
            catalogue.remember(state(), track(), STAMPS, "0.1")
    other.close()


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_damaged(place, content):
    place.parent.mkdir()
    place.write_bytes(content)
    with pytest.raises(LibraryError, match="is damaged") as caught:
        Catalogue(place)
    assert str(place) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert place.read_bytes() == content, "a damaged catalogue is never touched"


def test_damaged_in_the_middle(place):
    with Catalogue(place) as catalogue:
        for n in range(50):
            catalogue.remember(state(f"/m/{n}"), track(f"{n:04x}"), STAMPS, "0.1")
    content = bytearray(place.read_bytes())
    content[4096 * 4 :] = b"\x5a" * len(content[4096 * 4 :])
    place.write_bytes(content)
    with pytest.raises(LibraryError, match="is damaged"):
        read_everything(place)


def read_everything(place):
    with Catalogue(place) as catalogue:
        return catalogue.rows(), catalogue.files(), catalogue.estimates("0001")


def test_from_a_newer_version(place):
    Catalogue(place).close()
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(LibraryError, match="newer Mixolydian"):
        Catalogue(place)


def test_another_programs_database(place):
    place.parent.mkdir()
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(LibraryError, match="another program"):
        Catalogue(place)


def test_a_home_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="MIXOLYDIAN_HOME"):
        Catalogue(tmp_path / "file" / "library.sqlite")


def test_a_folder_in_the_place_of_the_catalogue(tmp_path):
    with pytest.raises(StorageError, match="cannot be opened"):
        Catalogue(tmp_path)


@pytest.mark.parametrize("url", ["postgresql://host/db", "sqlite://", "nonsense://"])
def test_urls_that_are_no_file(url):
    with pytest.raises(RequestError, match="sqlite:///PATH"):
        sqlite_path(url)


def test_the_newest_migration_is_the_head(place):
    Catalogue(place).close()
    with sqlite3.connect(place) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    assert found == [(HEAD,)]


def test_migrations_give_the_tables_we_use(place):
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.pool import NullPool

    from mixolydian.library.tables import metadata

    Catalogue(place).close()
    engine = create_engine(f"sqlite:///{place}", poolclass=NullPool)
    for table in metadata.sorted_tables:
        found = {c["name"]: c for c in inspect(engine).get_columns(table.name)}
        assert found.keys() == {c.name for c in table.columns}
        for column in table.columns:
            assert found[column.name]["nullable"] == column.nullable or column.primary_key
    engine.dispose()
