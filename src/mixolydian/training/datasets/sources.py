"""The table of sources: a name, a number and a seed in, an item out.

| source | kind | needs |
|---|---|---|
| pop909, nottingham, when_in_rome, groove | scores | a data folder, FluidSynth for three of four |
| classical | classical | a data folder, FluidSynth |
| rock, sung pop | bands | a data folder, FluidSynth |
| synth band | bands | FluidSynth |
| singing | singing | – (sings POP909 and Nottingham too where the data is there) |
| speech | speech | espeak-ng |
| ambience | ambience | – |
| mixture | mixture | espeak-ng |

An item depends on nothing but its source, number, seed, length and what is at hand (data,
soundfonts), so any worker may render any item and a stopped run can go on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.training.datasets import (
    ambience,
    classical,
    groove,
    mixture,
    nottingham,
    pop909,
    rock,
    scores,
    singing,
    speech,
    sung_pop,
    synth_band,
    when_in_rome,
)
from mixolydian.training.datasets.augment import augment
from mixolydian.training.datasets.item import Item, Request
from mixolydian.training.datasets.melodies import (
    Melody,
    from_somewhere,
    held_notes,
    melody_of,
    random_melody,
)
from mixolydian.training.datasets.song import Song

TRIES = 400
"""pieces of a corpus that are looked at before one that can be used is found."""
CLIP = (4.0, 16_000)
"""seconds and sample rate of the short sung clips."""


@dataclass(frozen=True)
class Stock:
    """What is at hand: `data`, the folder that holds the corpora's folders, and soundfonts.

    Without soundfonts everything is played by our own voices.
    """

    data: Path | None = None
    soundfonts: tuple[Path, ...] = ()

    def folder(self, name: str) -> Path:
        """The folder of a corpus; RequestError where no data folder is given or it lacks it."""
        if self.data is None or not (self.data / name).is_dir():
            place = "no data folder" if self.data is None else f"none in {self.data}"
            raise RequestError(
                f"expected the corpus folder {name}, found {place}; name its parent with --data"
            )
        return self.data / name


@dataclass(frozen=True)
class Source:
    """A source of items: its `kind`, the corpus `folder` it needs (None: none), its maker."""

    kind: str
    folder: str | None
    make: Callable[[Request, Stock], Item]


def _piece(stock: Stock, corpus: str, rng: np.random.Generator, seconds: float) -> Song:
    """A random song of a corpus that can be trusted."""
    draw = DRAWS[corpus]
    for _ in range(TRIES):
        song = draw(stock, rng, seconds)
        if isinstance(song, Song) and len(song.beats) > 2 * song.meter:
            return song
    raise RequestError(f"{stock.data}: expected songs in {corpus}, found none that can be used")


def _pop909(stock: Stock, rng: np.random.Generator, seconds: float) -> Song | str:
    folders = pop909.folders(stock.folder("pop909"))
    return pop909.load_song(folders[int(rng.integers(len(folders)))], max(1.3 * seconds, 60.0))


def _nottingham(stock: Stock, rng: np.random.Generator, seconds: float) -> Song | str:
    texts = nottingham.collection(stock.folder("nottingham"))
    tune = nottingham.load_score(texts[int(rng.integers(len(texts)))])
    return tune if isinstance(tune, str) else nottingham.perform(tune, rng, 1.2 * seconds)


def _when_in_rome(stock: Stock, rng: np.random.Generator, seconds: float) -> Song | str:
    folders = when_in_rome.pieces(stock.folder("when_in_rome"))
    score = when_in_rome.load_score(folders[int(rng.integers(len(folders)))])
    return score if isinstance(score, str) else when_in_rome.perform(score, rng)


DRAWS: dict[str, Callable[[Stock, np.random.Generator, float], Song | str]] = {
    "pop909": _pop909,
    "nottingham": _nottingham,
    "when_in_rome": _when_in_rome,
}


def _score(corpus: str, request: Request, stock: Stock) -> Item:
    song = _piece(stock, corpus, request.rng(), request.seconds)
    return scores.item_of(request, song, stock.soundfonts, corpus)


def _classical(request: Request, stock: Stock) -> Item:
    song = _piece(stock, "when_in_rome", request.rng(), request.seconds)
    return classical.item_of(request, song, stock.soundfonts, "when_in_rome")


def _groove(request: Request, stock: Stock) -> Item:
    folder = stock.folder("groove_midi")
    rows = groove.performances(folder)
    if not rows:
        raise RequestError(f"{folder}: expected performances of over 25 s, found none")
    row = rows[int(request.rng().integers(len(rows)))]
    return groove.item_of(request, row, folder, stock.soundfonts)


def _melody(request: Request, stock: Stock, rng: np.random.Generator) -> Melody:
    """A melody to sing: made up, or of a corpus that is at hand."""
    known = [c for c in ("pop909", "nottingham") if stock.data and (stock.data / c).is_dir()]
    if known and rng.random() < 0.5:
        song = _piece(stock, str(rng.choice(known)), rng, request.seconds)
        melody = melody_of(song)
        if melody is not None:
            return from_somewhere(melody, request.seconds, rng)
    return random_melody(request.seconds, rng)


def _singing(request: Request, stock: Stock) -> Item:
    rng = request.rng()
    if rng.random() < 0.25:
        clip = Request(request.name, request.seed, CLIP[0])
        return singing.item_of(clip, held_notes(CLIP[0], rng), CLIP[1])
    return singing.item_of(request, _melody(request, stock, rng))


def _rock(request: Request, stock: Stock) -> Item:
    return rock.item_of(request, stock.folder("groove_midi"), stock.soundfonts)


def _sung_pop(request: Request, stock: Stock) -> Item:
    song = _piece(stock, "pop909", request.rng(), request.seconds)
    return sung_pop.item_of(request, song, stock.soundfonts, "pop909")


SOURCES: dict[str, Source] = {
    "pop909": Source("scores", "pop909", partial(_score, "pop909")),
    "nottingham": Source("scores", "nottingham", partial(_score, "nottingham")),
    "when_in_rome": Source("scores", "when_in_rome", partial(_score, "when_in_rome")),
    "groove": Source("scores", "groove_midi", _groove),
    "classical": Source("classical", "when_in_rome", _classical),
    "rock": Source("bands", "groove_midi", _rock),
    "sung pop": Source("bands", "pop909", _sung_pop),
    "synth band": Source("bands", None, lambda r, stock: synth_band.item_of(r, stock.soundfonts)),
    "singing": Source("singing", None, _singing),
    "speech": Source("speech", None, lambda r, stock: speech.item_of(r, stock.soundfonts)),
    "ambience": Source("ambience", None, lambda r, stock: ambience.item_of(r)),
    "mixture": Source("mixture", None, lambda r, stock: mixture.item_of(r, stock.soundfonts)),
}
KINDS = tuple(dict.fromkeys(s.kind for s in SOURCES.values()))


def sources_of(kind: str, stock: Stock) -> tuple[str, ...]:
    """The names of the sources of a kind for which everything is at hand.

    Raises
    ------
    RequestError
        No such kind, or its data is missing.
    """
    if kind not in KINDS:
        raise RequestError(f"expected a kind of {', '.join(KINDS)}, found {kind!r}")
    named = [n for n, s in SOURCES.items() if s.kind == kind]
    found = [n for n in named if _at_hand(SOURCES[n], stock)]
    if not found:
        wanted = ", ".join(str(SOURCES[n].folder) for n in named)
        raise RequestError(f"{stock.data}: expected one of the corpus folders {wanted}, found none")
    return tuple(found)


def _at_hand(source: Source, stock: Stock) -> bool:
    if source.folder is None:
        return True
    return stock.data is not None and (stock.data / source.folder).is_dir()


def item_name(source: str, number: int, seed: int) -> str:
    """The name of an item, and of its files."""
    return f"{source}-{seed}-{number:06d}"


def render(
    source: str,
    number: int,
    seed: int,
    seconds: float,
    stock: Stock = Stock(),
    damaged: bool = True,
) -> Item:
    """Item `number` of `source`: about `seconds` long; `damaged` sends it through `augment`.

    Raises
    ------
    RequestError
        No such source, or what it needs (data, FluidSynth, espeak-ng) is missing.
    """
    if source not in SOURCES:
        raise RequestError(f"expected a source of {', '.join(SOURCES)}, found {source!r}")
    root = (seed, crc32(source.encode()), number)
    item = SOURCES[source].make(Request(item_name(source, number, seed), root, seconds), stock)
    facts = {"source": source, "number": number, "set_seed": seed}
    item.truth.update(facts)
    return augment(item, np.random.default_rng([*root, 1])) if damaged else item
