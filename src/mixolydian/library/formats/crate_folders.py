"""Playlists in folders: the flat lists of a collection ⇄ the tree that DJ programs keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mixolydian.library.formats.collection import CollectionList


@dataclass(frozen=True)
class Folder:
    """Folders and lists in the order of their first appearance."""

    name: str
    children: list[Folder | CollectionList] = field(default_factory=list)

    def folder(self, name: str) -> Folder:
        """The folder `name` in this one, made if it is not there."""
        for child in self.children:
            if isinstance(child, Folder) and child.name == name:
                return child
        made = Folder(name)
        self.children.append(made)
        return made


def tree(lists: Iterable[CollectionList], root: str) -> Folder:
    """The lists, each in its folder, below a folder `root`."""
    top = Folder(root)
    for one in lists:
        place = top
        for name in one.folder:
            place = place.folder(name)
        place.children.append(one)
    return top
