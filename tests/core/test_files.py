"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import pytest

from mixolydian.core.errors import RequestError, StorageError, UnreadableError
from mixolydian.core.files import read_json, sweep, write_binary, write_bytes, write_text


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = write_binary(tmp_path / "a" / "b.mid", lambda file: file.write(b"\x00\xff"))
    assert path.read_bytes() == b"\x00\xff"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = write_binary(tmp_path / "a.mid", lambda file: file.write(b"old"))
    path.chmod(0o640)

    def fail(file: IO[bytes]) -> None:
        file.write(b"new")
        raise RequestError("stop")

    with pytest.raises(RequestError):
        write_binary(path, fail)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.mid"]
    write_binary(path, lambda file: file.write(b"new"))
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.mid").mkdir()
    with pytest.raises(StorageError, match=r"x\.mid: cannot be written"):
        write_binary(tmp_path / "x.mid", lambda file: file.write(b"1"))
    assert os.listdir(tmp_path) == ["x.mid"]


def test_what_a_killed_run_left_is_swept_and_nothing_else(tmp_path: Path, monkeypatch) -> None:
    for name in (".mixo-abc.part", "mixo.part", ".mixo-demo", "song.mp3"):
        (tmp_path / name).write_bytes(b"x")
    sweep(tmp_path)
    assert len(os.listdir(tmp_path)) == 4, "a run may still write on it"
    monkeypatch.setattr("mixolydian.core.files.ABANDONED", -1.0)
    sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".mixo-demo", "mixo.part", "song.mp3"]
    sweep(tmp_path / "none")


def test_text_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    assert write_text(tmp_path / "a", ("é\r\n", "x\n")).read_bytes() == b"\xc3\xa9\r\nx\n"
    assert write_bytes(tmp_path / "b", b"\x00\r\n", durable=False).read_bytes() == b"\x00\r\n"


def test_json_a_user_names_is_read_or_refused_with_its_name(tmp_path: Path) -> None:
    path = write_text(tmp_path / "plan.json", '{"a": [1, "é"]}')
    assert read_json(path, "the plan") == {"a": [1, "é"]}
    with pytest.raises(
        UnreadableError, match=r"none\.json: cannot be read \(No such file.*the plan"
    ):
        read_json(tmp_path / "none.json", "the plan")
    for broken in (b'{"a": ', b"\xff\xfe{", b"[" * 100_000):
        with pytest.raises(
            UnreadableError, match=r"plan\.json: cannot be read \(not JSON.*the plan"
        ):
            read_json(write_bytes(path, broken), "the plan")
