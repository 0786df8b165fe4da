"""`show`: everything known about one track."""

from __future__ import annotations

from dataclasses import dataclass

from mixolydian.core.settings import Settings
from mixolydian.core.types import Track
from mixolydian.workflows.shelf import find_track, open_library


@dataclass(frozen=True)
class ShowRequest:
    """The `track`: a path, the start of its id, or words of its title."""

    track: str


def show(request: ShowRequest, settings: Settings | None = None) -> Track:
    """The track as the library knows it."""
    with open_library(settings) as catalogue:
        return catalogue.track(find_track(catalogue, request.track))
