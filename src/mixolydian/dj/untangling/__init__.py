"""A mix heard backwards; see :mod:`mixolydian.dj.untangling.untangle`."""

from mixolydian.dj.untangling.heard import Heard
from mixolydian.dj.untangling.result import Handover, Play, Unknown, Untangled
from mixolydian.dj.untangling.untangle import untangle

__all__ = ["Handover", "Heard", "Play", "Unknown", "Untangled", "untangle"]
