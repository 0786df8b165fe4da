"""Real recordings among the open corpora whose content is known: speech, effects, music.

Every file is a :class:`~mixolydian.training.sounds.Sound` whose facts name its content and its
group (a speaker, a game): what must not be on both sides of a split. Groups in ``HELD_OUT`` are
never learnt from; they are what the models are judged on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mixolydian.training.datasets.sources import Stock
from mixolydian.training.sounds import Sound

SOUNDS = (".ogg", ".flac", ".wav", ".mp3", ".opus", ".m4a")
CORPORA = {"speech": "speech", "nonmusic": "noise", "electronic": "music"}
"""folder → what its files hold."""
HELD_OUT = frozenset(
    {
        "speech/fsdd/theo", "speech/fsdd/lucas", "nonmusic/supertux", "nonmusic/torus-trooper",
        "electronic/torus-trooper", "electronic/tumiki-fighters",
    }
)  # fmt: skip
COPIES = frozenset({"nonmusic/supertux/saw.flac"})
"""files that another group has too, byte for byte."""
LICENCES = (
    "open/speech: Spanish prompts and spoken digits (CC BY-SA, GPL-2)",
    "open/nonmusic: sound effects of games (GPL, CC BY-SA, BSD)",
    "open/electronic: electronic music of games (BSD style)",
)


def recordings(stock: Stock, held_out: bool) -> list[Sound]:
    """The recordings at hand that are held out, or those that are not; none without data."""
    if stock.data is None:
        return []
    return [
        Sound(f"open/{corpus}", path=str(path), facts=(("content", content), ("group", group)))
        for corpus, content in CORPORA.items()
        for path, group in _files(stock.data / corpus)
        if (group in HELD_OUT) == held_out
    ]


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Sound files and their groups."""
    for path in sorted(folder.rglob("*")):
        own = path.relative_to(folder.parent).as_posix()
        if path.suffix.lower() in SOUNDS and own not in COPIES:
            yield path, _group(path, folder)


def _group(path: Path, folder: Path) -> str:
    """A folder of the corpus; of the spoken digits (DIGIT_SPEAKER_TAKE) the speaker."""
    place = path.parent.relative_to(folder).as_posix()
    speaker = f"/{path.stem.split('_')[1]}" if place == "fsdd" else ""
    return f"{folder.name}/{place}{speaker}"
