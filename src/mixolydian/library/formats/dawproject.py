"""DAWproject: a session that a digital audio workstation opens with every stem on the grid.

DAWproject 1.0 (Bitwig and PreSonus, MIT licence, https://github.com/bitwig/dawproject) is a zip
file with ``project.xml`` and ``metadata.xml``. Written here:

- the transport's tempo and meter, and both as automation where they change;
- one audio track per stem, its file warped to the grid from the first sample on. Warp points and
  tempo automation are the same points, so nothing is stretched as long as the tempo is left alone;
- one muted track per part with its notes, so that they are at hand and nothing sounds twice;
- a marker per section, and a master track everything runs into.

Stems are referred to where they lie, relative to the project file, or packed into it.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from mixolydian.core.errors import RequestError, UnreadableError
from mixolydian.core.files import write_binary
from mixolydian.library.formats.dawproject_xml import metadata, project
from mixolydian.library.formats.session import AudioTrack, Session

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the zip: the same session gives the same bytes."""


def write_dawproject(path: Path, session: Session, embed: bool = False) -> Path:
    """Write `session` to `path`; returns `path`.

    `embed` packs the stems into the file (one file to carry, twice the disk); otherwise they
    stay where they are, and the project finds them relative to itself.

    Raises
    ------
    UnreadableError
        A stem does not exist.
    RequestError
        Two stems would have one name inside the project.
    StorageError
        The file cannot be written.
    """
    files = _references(path, session.audio, embed)
    document = project(session, files)

    def write(file: IO[bytes]) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            _add(archive, "metadata.xml", metadata(session))
            _add(archive, "project.xml", document)
            for track, attributes in zip(session.audio, files if embed else (), strict=False):
                _pack(archive, attributes["path"], track.file)

    return write_binary(path, write)


def _references(
    path: Path, tracks: Sequence[AudioTrack], embed: bool
) -> tuple[dict[str, str], ...]:
    """The attributes of the `File` element of each track."""
    for track in tracks:
        if not track.file.is_file():
            raise UnreadableError(f"{track.file}: no such stem; write the stems first")
    if not embed:
        return tuple({"path": _relative(t.file, path.parent), "external": "true"} for t in tracks)
    names = [f"audio/{t.file.name}" for t in tracks]
    if len(set(names)) < len(names):
        raise RequestError("stems in one project need different file names; rename one of them")
    return tuple({"path": name} for name in names)


def _relative(file: Path, folder: Path) -> str:
    """The way from `folder` to `file`, with slashes; absolute on another drive."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return file.resolve().as_posix()


def _add(archive: zipfile.ZipFile, name: str, root: ET.Element) -> None:
    ET.indent(root)
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def _pack(archive: zipfile.ZipFile, name: str, file: Path) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.file_size = file.stat().st_size
    with file.open("rb") as source, archive.open(info, "w") as target:
        while block := source.read(1 << 20):
            target.write(block)
