"""Broken, foreign and hostile XML is refused with one line that names the file."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from mixolydian.core.errors import DecodeError, InputError, RequestError, UnreadableError
from mixolydian.library.formats import safe_xml
from mixolydian.library.formats.safe_xml import Record, records

HEAD = b'<?xml version="1.0" encoding="UTF-8"?><ROOT><A>'
TAIL = b"</A></ROOT>"


def read(tmp_path: Path, content: bytes) -> list[Record]:
    path = tmp_path / "crate.xml"
    path.write_bytes(content)
    return list(records(path, "ROOT", ("A",)))


def test_records_of_the_wanted_sections_come_in_order(tmp_path: Path) -> None:
    found = read(tmp_path, b"<ROOT><A><t n='1'><u v='2'/></t>x<t/></A><B><t><A/></t></B></ROOT>")
    assert [(r.section, r.element.name) for r in found] == [("A", "t"), ("A", "t")]
    assert found[0].element.get("v", "u") == "2"
    assert found[0].element.get("n") == "1"
    assert found[1].element.get("n") == found[1].element.get("v", "u") == ""


def test_utf_8_is_read_whatever_the_declaration_says(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><ROOT><A><t n="ü夜"/></A></ROOT>'
    assert read(tmp_path, b"\xef\xbb\xbf" + text.encode())[0].element.get("n") == "ü夜"


HOSTILE = {
    "entity bomb": b'<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><ROOT>&b;</ROOT>',
    "external entity": b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><ROOT/>',
    "undefined entity": HEAD + b"<t n='&boom;'/>" + TAIL,
    "UTF-16": (HEAD + TAIL).decode().encode("utf-16"),
    "UTF-16 without mark": (HEAD + TAIL).decode().encode("utf-16-le"),
    "Latin-1": HEAD + b"<t n='\xfc'/>" + TAIL,
    "NUL": HEAD + b"<t n='a\0b'/>" + TAIL,
    "control character": HEAD + b"<t n='&#1;'/>" + TAIL,
    "empty": b"",
    "a database": b"SQLite format 3\0" + bytes(100),
    "no XML": b"title,artist\n",
    "cut in a tag": HEAD + b"<t n=",
    "cut between tags": HEAD + b"<t/>",
    "crossed tags": HEAD + b"<t><u></t></u>" + TAIL,
    "two roots": HEAD + TAIL + HEAD + TAIL,
    "deep": HEAD + b"<t>" * 300 + b"</t>" * 300 + TAIL,
    "deep elsewhere": b"<ROOT>" + b"<B>" * 300 + b"</B>" * 300 + b"</ROOT>",
    "huge value": HEAD + b"<t n='" + bytes(b"x" * (2 << 20)) + b"'/>" + TAIL,
    "endless comment": HEAD + b"<!--" + bytes(b"x" * (2 << 20)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_safely_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DecodeError, match=r"crate\.xml: .*; ") as caught:
        read(tmp_path, HOSTILE[name])
    assert "\n" not in str(caught.value)


def test_another_programs_root_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="expected the root <ROOT>, found <NML>"):
        read(tmp_path, b"<NML/>")


@pytest.mark.parametrize("limit", ["MAX_ELEMENTS", "MAX_RECORD"])
def test_the_number_of_elements_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    content = HEAD + b"<t>" + b"<u/>" * 7 + b"</t>" + TAIL
    assert read(tmp_path, content)
    monkeypatch.setattr(safe_xml, limit, 7)
    with pytest.raises(DecodeError, match="found more elements"):
        read(tmp_path, content)


def test_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.xml"
    with open(path, "wb") as file:
        file.write(HEAD)
        file.truncate(2**30)  # a hole: takes no space
    with pytest.raises(DecodeError, match="at most 512 MiB, found 1024 MiB"):
        list(records(path, "ROOT", ("A",)))


def test_memory_holds_one_record_and_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "long.xml"
    path.write_bytes(HEAD + (b"<t n='" + b"x" * 1000 + b"'/>\n") * 8000 + b"x" * 2**22 + TAIL)
    tracemalloc.start()
    count = sum(1 for _ in records(path, "ROOT", ("A",)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 8000
    assert peak < 2**21


def test_pipes_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "none.xml", Path("a\0b")):
        with pytest.raises(UnreadableError, match="; "):
            list(records(path, "ROOT", ("A",)))


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    whole = HEAD + b"<t n='1'><u/></t>" + TAIL
    for length in range(len(whole)):
        with pytest.raises(InputError):
            read(tmp_path, whole[:length])
