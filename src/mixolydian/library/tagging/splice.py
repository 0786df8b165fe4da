"""Changes to a file as splices: these bytes come in the place of those, the rest stays.

Positions and lengths in bytes of the file as it was. Splices are sorted and do not overlap. The
inverse of a list of splices, taken from the old file, turns the new file into the old one bit
for bit, and is as small as the change.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from mixolydian.core.errors import StorageError, UnreadableError
from mixolydian.core.files import write_whole

_STEP = 1 << 20
_MANY_PARTS = 2000
"""More parts than this are compared at their ends only: finding the best match takes too long."""


@dataclass(frozen=True)
class Splice:
    """`content` in the place of the bytes [start, stop)."""

    start: int
    stop: int
    content: bytes

    @property
    def growth(self) -> int:
        """How many bytes longer the file becomes."""
        return len(self.content) - (self.stop - self.start)


@dataclass(frozen=True)
class Applied:
    """What a file became: `size` in bytes and `sha256` of its content."""

    size: int
    sha256: str


def difference(start: int, old: Sequence[bytes], new: Sequence[bytes]) -> list[Splice]:
    """The splices that turn the parts `old`, which lie at `start`, into the parts `new`."""
    places = [start]
    for part in old:
        places.append(places[-1] + len(part))
    if max(len(old), len(new)) > _MANY_PARTS:
        return _trimmed(start, b"".join(old), b"".join(new))
    found: list[Splice] = []
    for what, i, i_end, j, j_end in SequenceMatcher(None, old, new, False).get_opcodes():
        if what != "equal":
            found += _trimmed(places[i], b"".join(old[i:i_end]), b"".join(new[j:j_end]))
    return found


def _trimmed(start: int, old: bytes, new: bytes) -> list[Splice]:
    """One splice without what both have at their beginning and end; none when they are equal."""
    if old == new:
        return []
    head = _common(old, new)
    rest = min(len(old), len(new)) - head
    tail = _common(old[::-1][:rest], new[::-1][:rest])
    return [Splice(start + head, start + len(old) - tail, new[head : len(new) - tail])]


def _common(a: bytes, b: bytes) -> int:
    """How many bytes `a` and `b` share at their beginning."""
    least, most = 0, min(len(a), len(b))
    while least < most:
        middle = (least + most + 1) // 2
        if a[least:middle] == b[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def ordered(splices: Iterable[Splice]) -> tuple[Splice, ...]:
    """Sorted by place; ValueError when two overlap."""
    found = tuple(sorted(splices, key=lambda s: (s.start, s.stop)))
    for before, after in pairwise(found):
        if after.start < before.stop:
            raise ValueError(f"splices overlap at byte {after.start}")
    return found


def inverse(file: BinaryIO, splices: Sequence[Splice]) -> tuple[Splice, ...]:
    """The splices that turn the changed file back into `file`."""
    found, shift = [], 0
    for splice in splices:
        file.seek(splice.start)
        former = file.read(splice.stop - splice.start)
        start = splice.start + shift
        found.append(Splice(start, start + len(splice.content), former))
        shift += splice.growth
    return tuple(found)


def applied(source: BinaryIO, target: BinaryIO, splices: Sequence[Splice]) -> Applied:
    """Write `source` with its `splices` to `target`; what it became."""
    digest, size, place = hashlib.sha256(), 0, 0

    def put(content: bytes) -> None:
        nonlocal size
        target.write(content)
        digest.update(content)
        size += len(content)

    for splice in splices:
        _copy(source, place, splice.start, put)
        put(splice.content)
        place = splice.stop
    _copy(source, place, None, put)
    return Applied(size, digest.hexdigest())


def _copy(source: BinaryIO, start: int, stop: int | None, put: Callable[[bytes], None]) -> None:
    source.seek(start)
    left = stop - start if stop is not None else None
    while left is None or left > 0:
        content = source.read(_STEP if left is None else min(_STEP, left))
        if not content:
            if left:
                raise OSError("the file became shorter while it was read")
            return
        put(content)
        left = None if left is None else left - len(content)


def sha256_of(file: BinaryIO) -> str:
    """SHA-256 of a file's content, as hexadecimal digits."""
    file.seek(0)
    digest = hashlib.sha256()
    while content := file.read(_STEP):
        digest.update(content)
    return digest.hexdigest()


def rewrite(
    path: Path,
    splices: Sequence[Splice],
    check: Callable[[str, Applied], None],
    before: os.stat_result,
) -> None:
    """Change the file at `path`, whole or not at all.

    `before` is its status when `splices` were worked out: a file that changed since is left.
    The changed file is written beside it, with its permissions, owner and extended attributes.
    `check` is given the name of that file and what it became, and stops everything by raising:
    then the file at `path` is as it was. The time of change becomes the present.

    Raises
    ------
    UnreadableError
        Another program changed it meanwhile.
    StorageError
        The disk is full, or the folder may not be written to.
    """
    splices = ordered(splices)
    _check_room(path, before.st_size + sum(s.growth for s in splices))

    def fill(name: str) -> None:
        with open(path, "rb") as source, open(name, "wb") as target:
            became = applied(source, target, splices)
        _take_after(path, name)
        check(name, became)
        now = os.stat(path)
        if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise UnreadableError(
                f"{_shown(path)}: expected it to rest, but another program changed it meanwhile; "
                "try again"
            )

    write_whole(path, fill)


def _check_room(path: Path, size: int) -> None:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise UnreadableError(f"{_shown(path)}: its folder is gone; check the disk") from error
    if free < size + _STEP:
        raise StorageError(
            f"{_shown(path)}: expected {size} bytes of free space "
            f"for the changed file, found {free}; free some space"
        )


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _take_after(path: Path, name: str) -> None:
    """Permissions and extended attributes of `path` for the new file, and its owner if we may."""
    shutil.copystat(path, name)
    owner = os.stat(path)
    with suppress(OSError, AttributeError):
        os.chown(name, owner.st_uid, owner.st_gid)
    os.utime(name)
