"""Files as Traktor names them: a volume, folders parted by ``/:``, a file name.

On Windows the volume is the drive (``C:``), on macOS the name of the disk. The start disk, whose
name nobody knows from outside, is taken to be called as Apple calls it; other disks lie below
/Volumes. As file names hold no ``/``, ``/:`` parts them without doubt, even if they hold a colon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

START_DISK = "Macintosh HD"

_DRIVE = re.compile(r"[A-Za-z]:")
_DISK = re.compile(r"/Volumes/([^/]+)(/.*)", re.DOTALL)


@dataclass(frozen=True)
class Location:
    """`directory` begins and ends with ``/:``."""

    volume: str
    directory: str
    file: str

    @property
    def key(self) -> str:
        """How playlists name the file."""
        return self.volume + self.directory + self.file


def from_path(path: str) -> Location | None:
    """Where Traktor sees an absolute path of macOS or Windows; None for any other text."""
    volume, inside = START_DISK, path
    if path.startswith("\\\\"):
        inside = path.replace("\\", "/")
    elif _DRIVE.match(path):
        volume, inside = path[:2], path[2:].replace("\\", "/")
    elif disk := _DISK.fullmatch(path):
        volume, inside = disk[1], disk[2]
        if _is_special(volume) or inside.startswith(f"/Volumes/{volume}/"):
            volume, inside = START_DISK, path
    folder, slash, file = inside.rpartition("/")
    if not (inside.startswith("/") and slash and file):
        return None
    return Location(volume, (folder + "/").replace("/", "/:"), file)


def to_path(location: Location) -> str:
    """The path of a location; one whose disk is not here is kept as text."""
    inside = location.directory.replace("/:", "/") + location.file
    volume = location.volume
    if _DRIVE.fullmatch(volume):
        return volume + inside
    if volume.startswith("\\\\"):
        return volume.replace("\\", "/") + inside
    if not volume or volume.startswith(START_DISK) or inside.startswith(f"/Volumes/{volume}/"):
        return inside
    return f"/Volumes/{volume}{inside}"


def _is_special(volume: str) -> bool:
    """Whether a disk's name means something else than that disk."""
    return bool(volume.startswith((START_DISK, "\\\\")) or _DRIVE.fullmatch(volume))


def from_key(key: str) -> str:
    """The path a playlist's key names; "" when it names none."""
    volume, mark, inside = key.partition("/:")
    folder, second, file = (mark + inside).rpartition("/:")
    return to_path(Location(volume, folder + second, file)) if file else ""
