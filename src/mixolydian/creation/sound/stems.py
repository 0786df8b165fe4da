"""Stems: the parts, strokes and gestures of an arrangement as stereo tracks.

Each stem depends on its own parts, the times of the kick and the brief, on nothing else; its
effects are printed into it, so the plain sum of the stems is the mix bus. Every sound is
placed at the sample nearest to its time.

Stems are float32 (2, n) at 44.1 kHz.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from mixolydian.core.types import FloatArray
from mixolydian.creation.arrangement import GESTURES, Arrangement
from mixolydian.creation.names import STEM_OF_LANE, STEMS
from mixolydian.creation.sound import automation, levels, sidechain
from mixolydian.creation.sound.playing import add_gestures, add_hits, add_part
from mixolydian.creation.sound.room import Echo, Room, add_ambience, make_room
from mixolydian.creation.sound.units import sample_of

TAIL = 2.5
"""seconds after the last bar line for releases and reverb."""
AHEAD = 3
"""stems begun before they are asked for: a slow pad does not keep the next ones waiting."""
CLOSING = 4096
"""samples of the fade at the very end."""


def n_samples(arrangement: Arrangement) -> int:
    """Samples of every stem and of the mix."""
    return sample_of(arrangement.end + TAIL)


def stems_of(arrangement: Arrangement) -> tuple[str, ...]:
    """The stems that play, in the order of the mixer."""
    playing = {STEM_OF_LANE[lane] for lane, hits in arrangement.drums.items() if hits}
    playing |= {part.stem for part in arrangement.parts if part.notes}
    playing |= {GESTURES[g.kind] for g in arrangement.gestures}
    return tuple(name for name in STEMS if name in playing)


def render_stems(arrangement: Arrangement) -> Iterator[tuple[str, FloatArray]]:
    """(name, samples) of each stem that plays; two are worked on at a time, and `AHEAD` at most
    are held in memory."""
    names = stems_of(arrangement)
    with ThreadPoolExecutor(2) as pool:
        ahead: list[Future[FloatArray]] = []
        for k in range(len(names)):
            while len(ahead) < AHEAD and k + len(ahead) < len(names):
                ahead.append(pool.submit(render_stem, arrangement, names[k + len(ahead)]))
            yield names[k], ahead.pop(0).result()


def render_stem(arrangement: Arrangement, name: str) -> FloatArray:
    """One stem with its effects, (2, n)."""
    y = np.zeros((2, n_samples(arrangement)), dtype=np.float32)
    for lane in arrangement.drums:
        if STEM_OF_LANE[lane] == name:
            add_hits(y, arrangement, lane)
    for part in arrangement.parts:
        if part.stem == name:
            add_part(y, arrangement, part)
    add_gestures(y, arrangement, name)
    return _with_effects(y, arrangement, name)


def _with_effects(y: FloatArray, arrangement: Arrangement, name: str) -> FloatArray:
    brief = arrangement.brief
    automation.apply(y, name, arrangement.automation)
    room, echo = studio(arrangement)
    wet = 1.6 * brief.mix.reverb * levels.ROOM_SEND.get(name, 0.0)
    add_ambience(y, room, wet, echo, brief.mix.delay * levels.ECHO_SEND.get(name, 0.0))
    kicks = [hit.time for hit in arrangement.drums.get("kick", ())]
    depth = brief.mix.sidechain * levels.DUCKED.get(name, 0.0)
    sidechain.push_down(y, kicks, depth, min(0.9 * 60 / arrangement.tempo.bpm, 0.4))
    y[:, -CLOSING:] *= np.linspace(1, 0, CLOSING, dtype=np.float32)[-y.shape[1] :]
    return y


def studio(arrangement: Arrangement) -> tuple[Room, Echo]:
    """The room and the echo of the piece: one of each for all stems."""
    rng = arrangement.brief.random("studio")
    beats = float(rng.choice([0.5, 0.75, 0.75, 0.75, 1.0]))
    seconds = beats * 60 / arrangement.tempo.bpm
    return make_room(rng), Echo(min(seconds, 1.5), float(rng.uniform(0.35, 0.6)))
