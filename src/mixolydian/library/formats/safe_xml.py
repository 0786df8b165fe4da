"""Reading XML that may be broken, foreign or hostile, piece by piece.

What DJ programs exchange is a root, a few sections in it, and in each section thousands of records
(tracks, playlist trees). :func:`records` gives one record at a time, so that memory holds one
record and not the file. Everything that could hurt is refused: document type definitions (with
them entity bombs and external files), files, values, nesting and numbers of elements without
bounds, pipes and devices. Text between elements is not kept: these formats speak in attributes.

The encoding is UTF-8, whatever the file declares: UTF-8 proves itself, declarations lie.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from mixolydian.core.errors import DecodeError, RequestError, UnreadableError

MAX_BYTES = 512 * 2**20
"""A collection of 100,000 tracks has some 250 MB."""
MAX_ELEMENTS = 2_500_000
"""Of 100,000 tracks with grids, cues and playlists: some 1,500,000."""
MAX_RECORD = 1_000_000
"""Elements of one record, which memory holds at once: all playlists are one."""
MAX_DEPTH = 256
MAX_VALUE = 2**20
"""Bytes of one tag with all its attributes."""

_BLOCK = 2**16
_PARTS = "export single playlists instead of the whole collection"
_AGAIN = "export the collection again from the DJ program"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 and UTF-32 with a byte order mark begin."""


@dataclass(frozen=True, slots=True)
class Element:
    """A tag: its attributes, and the elements in it in order."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """The children called `name`."""
        return (child for child in self.children if child.name == name)

    def get(self, attribute: str, child: str = "") -> str:
        """An attribute, of the first child of that name if one is given; "" when missing."""
        element = next(self.all(child), None) if child else self
        return element.attributes.get(attribute, "") if element else ""


@dataclass(frozen=True, slots=True)
class Record:
    """An element right below a section."""

    section: str
    element: Element


def shown(path: Path) -> str:
    """`path` as an error message can hold it."""
    return os.fsencode(path).decode("utf-8", "replace")


def records(path: Path, root: str, sections: Collection[str]) -> Iterator[Record]:
    """The records of `sections` of the XML file at `path`, in the order of the file.

    Raises
    ------
    UnreadableError
        The file is missing, no regular file, or may not be read.
    DecodeError
        It is not well-formed UTF-8 XML, has a document type definition, or passes a limit.
    RequestError
        Its root is not `root`: it is another program's.
    """
    reader = _Reader(shown(path), root, sections)
    for block in _blocks(path):
        reader.feed(block)
        yield from reader.take()
    reader.finish()
    yield from reader.take()


def _blocks(path: Path) -> Iterator[bytes]:
    name = shown(path)
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(f"{name}: expected a file; name the exported collection itself")
        with open(path, "rb") as file:
            yield from _measured(iter(lambda: file.read(_BLOCK), b""), status.st_size, name)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UnreadableError(f"{name}: cannot be read ({why}); check the path") from error


def _measured(blocks: Iterator[bytes], size: int, name: str) -> Iterator[bytes]:
    """The blocks, looked at for what is no UTF-8 XML, and never more than `MAX_BYTES`."""
    if size > MAX_BYTES:
        raise DecodeError(
            f"{name}: expected at most {MAX_BYTES >> 20} MiB, found {size >> 20} MiB; {_PARTS}"
        )
    first = next(blocks, b"")
    _check_head(first, name)
    yield first
    read = len(first)
    for block in blocks:
        read += len(block)
        if read > MAX_BYTES:
            raise DecodeError(f"{name}: grows while it is read; export it first, then import")
        yield block


def _check_head(head: bytes, name: str) -> None:
    if head.startswith(_WIDE) or b"\0" in head[:4]:
        raise DecodeError(f"{name}: expected UTF-8, found UTF-16 or binary data; {_AGAIN} as XML")
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise DecodeError(f"{name}: expected XML, found something else; {_AGAIN} as XML")


class _Reader:
    """Grows the tree of the record it is in; finished records wait in `done`."""

    def __init__(self, name: str, root: str, sections: Collection[str]) -> None:
        self.name, self.root, self.sections = name, root, sections
        self.open: list[str | Element] = []
        """root, section, then the elements of the record around the next tag."""
        self.skipped = 0
        self.done: list[Record] = []
        self.elements = self.fed = self.in_record = 0
        self.parser = expat.ParserCreate("UTF-8")
        self.encoding = ""
        self.parser.XmlDeclHandler = self.declared
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def refusal(self, why: str, remedy: str = _AGAIN) -> DecodeError:
        return DecodeError(f"{self.name}: line {self.parser.CurrentLineNumber}: {why}; {remedy}")

    def declared(self, version: str, encoding: str | None, alone: int) -> None:
        self.encoding = encoding or ""

    def feed(self, block: bytes, last: bool = False) -> None:
        try:
            self.parser.Parse(block, last)
        except expat.ExpatError as error:
            why = expat.ErrorString(error.code) or "unknown fault"
            if self.encoding.upper() not in ("", "UTF-8"):
                why += f" (it says it is {self.encoding[:40]})"
            raise self.refusal(f"expected well-formed UTF-8 XML, found: {why}") from error
        self.fed += len(block)
        if self.fed - self.parser.CurrentByteIndex > MAX_VALUE:
            raise self.refusal(f"found a tag or value of more than {MAX_VALUE >> 10} KiB")

    def finish(self) -> None:
        self.feed(b"", last=True)

    def take(self) -> list[Record]:
        taken, self.done = self.done, []
        return taken

    def doctype(self, *_: object) -> None:
        raise self.refusal("found a document type definition, which no DJ program writes")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.in_record += 1
        if self.elements > MAX_ELEMENTS or self.in_record > MAX_RECORD:
            raise self.refusal(
                f"found more elements than the {MAX_ELEMENTS:,} of a large collection", _PARTS
            )
        depth = len(self.open) + self.skipped
        if depth >= MAX_DEPTH:
            raise self.refusal(f"found elements nested more than {MAX_DEPTH} deep")
        if depth == 0 and name != self.root:
            raise RequestError(
                f"{self.name}: expected the root <{self.root}>, found <{name[:40]}>; "
                "choose the program that wrote the file"
            )
        if self.skipped or (depth == 1 and name not in self.sections):
            self.skipped += 1
        else:
            self.open.append(name if depth < 2 else self.grow(Element(name, attributes)))

    def grow(self, element: Element) -> Element:
        parent = self.open[-1]
        if isinstance(parent, Element):
            parent.children.append(element)
        return element

    def end(self, _: str) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        closed = self.open.pop()
        if isinstance(closed, Element) and len(self.open) == 2:
            self.in_record = 0
            self.done.append(Record(str(self.open[1]), closed))
