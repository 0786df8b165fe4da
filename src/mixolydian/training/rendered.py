"""The rendered sounds that several recipes learn from, and those they are judged on.

Both sides come from the same makers with different seeds. They are heard once (about half an
hour on two cores) and kept; recipes share them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixolydian.core.errors import RequestError
from mixolydian.training.content import Stream, stream, strung
from mixolydian.training.datasets.recordings import recordings
from mixolydian.training.datasets.sources import SOURCES
from mixolydian.training.sounds import COMPOSED, Sound, hear, rendered
from mixolydian.training.workshop import Workshop

SEED, TEST_SEED = 41, 42
N_COMPOSED = {SEED: 1120, TEST_SEED: 280}
"""pieces of 40 s in all genres in turn."""
SECONDS = 40.0
OTHERS: dict[str, tuple[int, int, float]] = {
    "speech": (300, 80, 20.0),
    "ambience": (400, 100, 15.0),
    "singing": (200, 50, 20.0),
    "mixture": (240, 80, 40.0),
    "pop909": (120, 30, 30.0),
    "nottingham": (60, 15, 30.0),
    "when_in_rome": (100, 25, 30.0),
    "groove": (60, 15, 30.0),
    "classical": (120, 30, 30.0),
}
"""source → how many to learn from, how many to be judged on, and how long each."""
BANDS: dict[str, tuple[int, int, float]] = {
    "rock": (120, 30, 25.0),
    "sung pop": (80, 20, 25.0),
    "synth band": (90, 20, 25.0),
}
"""the same of what only genre learns from: bands behind one and the same way through a mix."""
QUICK = 20
"""a quick run takes one in so many."""
LICENCES = (
    "pieces composed and rendered by Mixolydian (own)",
    "espeak-ng voices (GPL program; its output is free)",
    "scores of POP909 (MIT), Groove MIDI (CC BY 4.0), Nottingham (GPL-3), When in Rome "
    "(CC BY-SA 4.0) played through FluidR3 (MIT)",
)


def composed(seed: int, quick: bool = False) -> list[Sound]:
    """The composed pieces of one side."""
    n = N_COMPOSED[seed] // (QUICK if quick else 1)
    return rendered(COMPOSED, range(n), seed, SECONDS)


def sounds(workshop: Workshop, seed: int) -> list[Sound]:
    """All rendered sounds of one side; corpora that are not at hand are left out."""
    return composed(seed, workshop.quick) + _of_sources(OTHERS, workshop, seed)


def bands(workshop: Workshop, seed: int) -> list[Sound]:
    """The bands of one side; those whose corpus or player is not at hand are left out."""
    return _of_sources(BANDS, workshop, seed) if workshop.stock.soundfonts else []


def _of_sources(
    table: Mapping[str, tuple[int, int, float]], workshop: Workshop, seed: int
) -> list[Sound]:
    side = 0 if seed == SEED else 1
    part = QUICK if workshop.quick else 1
    found: list[Sound] = []
    for source in table:
        folder = SOURCES[source].folder
        if folder is None or (workshop.stock.data and (workshop.stock.data / folder).is_dir()):
            first, second, seconds = table[source]
            n = max(1, (second if side else first) // part)
            found += rendered(source, range(n), seed, seconds)
    return found


def heard_all(wanted: Sequence[Sound], workshop: Workshop) -> list[Sound]:
    """`wanted` less those that cannot be heard; their frames are kept.

    Raises
    ------
    RequestError
        More than one in fifty cannot be heard; the message names the first, and why.
    """

    def watch(done: int, of: int) -> None:
        workshop.watch("listening to sounds", done, of, {})

    failed = list(hear(wanted, workshop.ear, watch))
    if len(failed) * 50 > len(wanted):
        sound, failure = failed[0]
        raise RequestError(
            f"{len(failed)} of {len(wanted)} sounds cannot be heard, first {sound.name}: "
            f"{failure.message}"
        )
    missing = {sound for sound, _ in failed}
    return [sound for sound in wanted if sound not in missing]


def streams(workshop: Workshop, held_out: bool) -> list[Stream]:
    """Every sound of this side of the split, heard."""
    asked = sounds(workshop, TEST_SEED if held_out else SEED)
    found = [s for s in asked if s.source != "mixture"] + recordings(workshop.stock, held_out)
    heard = heard_all(found, workshop)
    heard_streams = [stream(sound, workshop.ear) for sound in heard]
    # a file of a few milliseconds, or of silence, holds nothing to learn from
    return strung([s for s in heard_streams if s.labels.any()], workshop.seed)
