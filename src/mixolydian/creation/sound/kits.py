# ruff: noqa: E501
"""The drum kits: for every lane the designs that the seed may choose, and the kit's colour.

`Kit` gives strokes: two layers of velocity and a few variants of each, all decided by the
piece's seed, the lane and the variant, never by the order of play.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from zlib import crc32

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import FloatArray
from mixolydian.creation.sound.drums import (
    Blip,
    Clap,
    Design,
    Kick,
    Metal,
    Shaker,
    Snare,
    Tick,
    Tom,
)
from mixolydian.creation.sound.filters import filtered
from mixolydian.creation.sound.shaping import distort
from mixolydian.creation.sound.units import SAMPLE_RATE


@dataclass(frozen=True)
class Colour:
    """What a sampler, a tape or a room does to a whole kit."""

    bits: int = 0
    """word length to which strokes are reduced; 0 leaves them alone."""
    high: float = 0.0
    """Hz above which strokes are dull; 0 leaves them bright."""
    room: float = 0.0
    """level of early reflections, 0–1."""
    drive: float = 0.0


@dataclass(frozen=True)
class KitDesign:
    """Designs per lane; a lane that is not named takes them from `COMMON`."""

    lanes: Mapping[str, tuple[Design, ...]] = field(default_factory=dict)
    colour: Colour = Colour()


COMMON: Mapping[str, tuple[Design, ...]] = {
    "kick": (Kick(48, 300, 0.025, 0.28, 0.5, 1.5), Kick(52, 220, 0.035, 0.24, 0.3, 1.0)),
    "snare": (Snare(200, 0.4), Snare(180, 0.3, 1500, 12000, 0.13)),
    "clap": (Clap(0.14), Clap(0.2, 0.011), Clap(0.1, 0.007, 4, 1200, 9000)),
    "rim": (Blip(1700, 0.03, 1.2), Blip(1100, 0.04, 0.9, 1.61)),
    "hat": (Metal(0.04, 7500), Metal(0.055, 8200, 0.25), Metal(0.035, 6500, 0.6, 480)),
    "open": (Metal(0.24, 7000), Metal(0.17, 7800, 0.3), Metal(0.3, 6000, 0.5, 480)),
    "ride": (Metal(0.6, 4500, 0.6, 430, 1.5), Metal(0.45, 5500, 0.5, 610, 2.0)),
    "crash": (Metal(1.8, 2800, 0.3, 380, 0.5), Metal(2.4, 3500, 0.25, 510, 0.3)),
    "shaker": (Shaker(), Shaker(0.07, 5500, 14000), Shaker(0.11, 3000, 9000)),
    "perc": (
        Blip(420, 0.12, 0.4, 1.5, 0.3),
        Blip(760, 0.06, 0.5, 1.48, 0.1),
        Blip(300, 0.16, 0.3, 1.59, 0.4),
        Tick(1800),
    ),
    "cowbell": (Blip(562, 0.2, 0.2, 1.48, square=True), Blip(640, 0.14, 0.2, 1.5, square=True)),
    "tom": (Tom(95), Tom(120, 0.28, 0.4), Tom(140, 0.22, 0.2, 0.8)),
}
KITS: Mapping[str, KitDesign] = {
    "club": KitDesign(),
    "808": KitDesign({
        "kick": (Kick(44, 150, 0.03, 0.6, 0.3, 0.8), Kick(48, 180, 0.04, 0.45, 0.25, 1.6), Kick(50, 120, 0.02, 0.9, 0.15, 0.5)),
        "snare": (Snare(185, 0.6, 1800, 12000, 0.12), Snare(210, 0.5, 1000, 10000, 0.18), Snare(175, 0.4, 2500, 14000, 0.1)),
        "clap": (Clap(0.18, 0.010, 3, 800, 5500), Clap(0.22, 0.011, 3, 700, 6500)),
        "hat": (Metal(0.035, 7800, 0.9, 500), Metal(0.05, 7000, 0.8, 540), Metal(0.028, 8500, 0.7, 560)),
        "open": (Metal(0.28, 7500, 0.9, 500), Metal(0.36, 6800, 0.8, 540)),
        "tom": (Tom(85, 0.4, 0.05, 0.3), Tom(120, 0.35, 0.05, 0.3), Tom(165, 0.3, 0.05, 0.3)),
        "perc": (Blip(310, 0.14, 0.05, 1.01, 0.2), Blip(420, 0.12, 0.05, 1.01, 0.2), Blip(2500, 0.03, 0.2, 1.2)),
    }),
    "909": KitDesign({
        "kick": (Kick(50, 280, 0.022, 0.32, 0.6, 1.8), Kick(54, 330, 0.018, 0.26, 0.7, 2.2), Kick(47, 240, 0.03, 0.36, 0.4, 1.4)),
        "snare": (Snare(205, 0.45, 1400, 13000, 0.15), Snare(190, 0.35, 1800, 14000, 0.2)),
        "clap": (Clap(0.13, 0.0085, 3, 1000, 8000), Clap(0.17, 0.01, 3, 900, 7000)),
        "hat": (Metal(0.045, 8000, 0.1), Metal(0.06, 7200, 0.15)),
        "open": (Metal(0.22, 7400, 0.12), Metal(0.3, 6800, 0.15)),
        "ride": (Metal(0.7, 5200, 0.35, 520, 1.2), Metal(0.5, 6000, 0.4, 640, 1.6)),
    }),
    "707": KitDesign({
        "kick": (Kick(60, 190, 0.015, 0.18, 0.6, 0.8), Kick(56, 230, 0.018, 0.2, 0.5, 1.0)),
        "snare": (Snare(220, 0.5, 1500, 10000, 0.13), Snare(240, 0.4, 2000, 11000, 0.11)),
        "hat": (Metal(0.03, 8500, 0.3), Metal(0.04, 8000, 0.45)),
        "cowbell": (Blip(587, 0.16, 0.2, 1.5, square=True),),
    }, Colour(bits=10, high=13000)),
    "techno": KitDesign({
        "kick": (Kick(45, 350, 0.03, 0.4, 0.35, 2.5), Kick(50, 280, 0.025, 0.3, 0.6, 3.0), Kick(43, 220, 0.04, 0.45, 0.2, 4.0, 0.02, 5000), Kick(47, 420, 0.018, 0.34, 0.5, 2.0)),
        "snare": (Snare(210, 0.3, 2000, 12000, 0.1), Snare(170, 0.4, 900, 8000, 0.14)),
        "clap": (Clap(0.11, 0.008, 3, 1100, 8000), Clap(0.24, 0.012, 4, 800, 6000)),
        "hat": (Metal(0.03, 8500, 0.2), Metal(0.045, 7500, 0.5, 600), Metal(0.025, 9500, 0.1)),
        "open": (Metal(0.16, 7800, 0.15), Metal(0.22, 7000, 0.4), Metal(0.13, 9000, 0.1)),
        "perc": (Blip(520, 0.08, 0.3, 1.7, 0.6), Blip(210, 0.12, 0.4, 1.4, 0.5), Tick(1200, 0.02), Blip(1400, 0.03, 0.6, 2.3)),
        "tom": (Tom(75, 0.3, 0.15, 0.6), Tom(92, 0.25, 0.2, 0.9)),
    }, Colour(drive=0.3)),
    "minimal": KitDesign({
        "kick": (Kick(52, 180, 0.018, 0.18, 0.2, 0.6), Kick(48, 240, 0.014, 0.2, 0.3, 1.0), Kick(55, 140, 0.025, 0.16, 0.1, 0.4)),
        "snare": (Snare(260, 0.2, 3000, 14000, 0.06), Blip(900, 0.04, 1.0)),
        "clap": (Clap(0.07, 0.006, 2, 1500, 9000), Clap(0.09, 0.008, 3, 1200, 7000)),
        "hat": (Tick(7000, 0.02, 1.0), Metal(0.018, 9500, 0.1), Metal(0.03, 8500, 0.3)),
        "open": (Metal(0.1, 8500, 0.1), Metal(0.14, 7500, 0.2)),
        "perc": (Tick(1400), Tick(3200, 0.008), Blip(980, 0.03, 0.2, 1.2, 0.8), Blip(260, 0.05, 0.2, 1.4, 0.6)),
        "rim": (Tick(2200, 0.015), Blip(1900, 0.02, 0.8)),
    }),
    "hardcore": KitDesign({
        "kick": (Kick(55, 420, 0.05, 0.24, 0.8, 12.0, 0.05), Kick(60, 500, 0.04, 0.22, 0.7, 9.0, 0.06), Kick(52, 700, 0.045, 0.26, 0.9, 16.0, 0.04, 7000), Kick(49, 380, 0.06, 0.28, 0.5, 22.0, 0.05, 5500)),
        "snare": (Snare(220, 0.5, 1000, 10000, 0.12, drive=2.0), Snare(200, 0.4, clap=0.5, drive=1.5)),
        "clap": (Clap(0.12, 0.008, 3, 900, 9000), Clap(0.16)),
        "tom": (Tom(130, 0.25, 0.4, 1.0),),
    }, Colour(drive=0.6)),
    "breaks": KitDesign({
        "kick": (Kick(62, 180, 0.02, 0.15, 0.7, 1.2), Kick(56, 240, 0.02, 0.18, 0.6, 1.5), Kick(66, 150, 0.015, 0.14, 0.8, 0.9)),
        "snare": (Snare(230, 0.6, 900, 8000, 0.12), Snare(205, 0.5, 1500, 9000, 0.15), Snare(250, 0.55, 1100, 10000, 0.1)),
        "hat": (Metal(0.04, 6500, 0.3, 620), Metal(0.06, 5500, 0.2)),
        "open": (Metal(0.25, 5500, 0.3, 620), Metal(0.2, 5000, 0.25)),
        "ride": (Metal(0.5, 3500, 0.4, 430, 1.5), Metal(0.6, 4200, 0.5, 390, 2.0)),
    }, Colour(bits=11, high=12000, room=0.5, drive=0.5)),
    "dnb": KitDesign({
        "kick": (Kick(52, 320, 0.02, 0.17, 0.7, 2.2), Kick(56, 280, 0.024, 0.15, 0.6, 2.8), Kick(50, 380, 0.016, 0.2, 0.8, 1.8)),
        "snare": (Snare(200, 0.65, 1200, 13000, 0.16, drive=1.2), Snare(215, 0.6, 900, 12000, 0.2, drive=1.6, clap=0.25), Snare(190, 0.7, 1500, 14000, 0.13, drive=1.0)),
        "hat": (Metal(0.035, 8000, 0.15), Metal(0.05, 7000, 0.3)),
        "ride": (Metal(0.45, 5000, 0.4, 520, 1.2),),
    }, Colour(room=0.25, drive=0.3)),
    "dubstep": KitDesign({
        "kick": (Kick(52, 300, 0.03, 0.25, 0.6, 2.0), Kick(48, 260, 0.03, 0.28, 0.5, 2.5), Kick(55, 360, 0.02, 0.22, 0.7, 3.0)),
        "snare": (Snare(195, 0.7, 900, 10000, 0.25, drive=1.2), Snare(220, 0.6, 1200, 12000, 0.2, drive=1.5, clap=0.4), Snare(180, 0.75, 1000, 13000, 0.3, drive=1.0, clap=0.3)),
        "clap": (Clap(0.2, 0.01, 4, 900, 9000), Clap(0.16)),
    }, Colour(room=0.2, drive=0.4)),
    "lofi": KitDesign({
        "kick": (Kick(58, 140, 0.03, 0.2, 0.3, 1.0), Kick(54, 160, 0.025, 0.22, 0.4, 1.5)),
        "snare": (Snare(180, 0.5, 700, 5000, 0.13), Snare(200, 0.4, 900, 6000, 0.16), Blip(900, 0.05, 1.4)),
        "hat": (Metal(0.04, 5500, 0.2, high=9000), Shaker(0.06, 3500, 8000)),
        "open": (Metal(0.18, 5000, 0.2, high=9000),),
    }, Colour(bits=9, high=7000, room=0.3, drive=0.5)),
    "acoustic": KitDesign({
        "kick": (Kick(64, 130, 0.015, 0.18, 0.6, 0.6, 0, 4500), Kick(70, 150, 0.012, 0.16, 0.8, 0.5, 0, 5500), Kick(58, 110, 0.02, 0.2, 0.5, 0.5, 0, 4000)),
        "snare": (Snare(190, 0.6, 1000, 9000, 0.18), Snare(220, 0.5, 1500, 11000, 0.15), Snare(175, 0.65, 900, 8000, 0.2)),
        "hat": (Metal(0.06, 5500, 0.3, 660, 0.5), Metal(0.05, 6500, 0.2, 590, 0.6)),
        "open": (Metal(0.4, 5000, 0.3, 660), Metal(0.35, 5500, 0.25, 590)),
        "ride": (Metal(0.9, 3500, 0.5, 410, 2.0), Metal(0.8, 4000, 0.55, 370, 2.5)),
        "tom": (Tom(90, 0.45, 0.4), Tom(120, 0.4, 0.45), Tom(155, 0.35, 0.45)),
    }, Colour(room=0.7)),
    "eighties": KitDesign({
        "kick": (Kick(55, 200, 0.02, 0.22, 0.7, 1.0), Kick(60, 230, 0.02, 0.2, 0.5, 1.2)),
        "snare": (Snare(180, 0.6, 800, 9000, 0.32, True), Snare(170, 0.5, 1000, 9000, 0.26, True), Snare(190, 0.55, 900, 10000, 0.22, True, clap=0.4)),
        "tom": (Tom(90, 0.5, 0.3, 1.2), Tom(130, 0.45, 0.3, 1.2), Tom(170, 0.4, 0.3, 1.2)),
        "clap": (Clap(0.2, 0.01, 3, 900, 7000),),
    }, Colour(bits=12, room=0.6)),
}  # fmt: skip
"""Every drum kit by its name."""

HARD = 0.6
"""velocity from which the harder layer sounds."""
N_VARIANTS = 3
TUNING = 0.06
"""standard deviation of the seed's own tuning and length of a design, relative."""


class Kit:
    """The strokes of kit `name` as the piece with `seed` hears them.

    Raises RequestError when there is no such kit.
    """

    def __init__(self, name: str, seed: int) -> None:
        if name not in KITS:
            raise RequestError(f"kit must be one of {', '.join(KITS)}; found {name!r}")
        self._kit = KITS[name]
        self._seed = seed
        self._shots: dict[tuple[str, bool, int], FloatArray] = {}

    def stroke(self, lane: str, velocity: float = 1.0, variant: int = 0) -> FloatArray:
        """The stroke (n,) of `lane`, before any level."""
        key = (lane, velocity >= HARD, variant % N_VARIANTS)
        if key not in self._shots:
            self._shots[key] = self._render(*key)
        return self._shots[key]

    def design(self, lane: str) -> Design:
        """The design that the seed chose for `lane`, with its own tuning."""
        designs = self._kit.lanes.get(lane, COMMON[lane])
        rng = np.random.default_rng([self._seed, crc32(lane.encode()), 1])
        return _tuned(designs[int(rng.integers(len(designs)))], rng)

    def _render(self, lane: str, hard: bool, variant: int) -> FloatArray:
        seed = [self._seed, crc32(lane.encode()), 2 + variant]
        y = self.design(lane).stroke(np.random.default_rng(seed))
        y = coloured(y / np.float32(np.abs(y).max() + 1e-9), self._kit.colour, lane)
        return y if hard else filtered(y, 0.0, 5500.0 if lane != "kick" else 2500.0)


def _tuned(design: Design, rng: np.random.Generator) -> Design:
    """`design` with pitches and lengths moved a little."""
    moved = {}
    for f in fields(design):
        value = getattr(design, f.name)
        if f.name in ("low", "tone", "length", "hz", "base", "bend") and value > 1e-3:
            factor = float(1 + TUNING * np.clip(rng.standard_normal(), -2, 2))
            share = f.name == "tone" and value <= 1
            moved[f.name] = min(1.0, value * factor) if share else value * factor
    return replace(design, **moved)


def coloured(y: FloatArray, colour: Colour, lane: str) -> FloatArray:
    """`y` (n,) through the sampler, the amplifier and the room of its kit."""
    if colour.drive and lane != "kick":
        y = distort(y, colour.drive)
    if colour.bits:
        step = np.float32(2.0 ** (1 - colour.bits))
        y = np.trunc(y / step) * step
    if colour.high:
        y = filtered(y, 0.0, colour.high)
    return _in_room(y, colour.room) if colour.room and lane != "kick" else y


REFLECTIONS = ((0.0071, 0.5), (0.0113, -0.42), (0.0197, 0.34), (0.0291, -0.27), (0.0433, 0.2))
"""(seconds, level) of the early reflections of a drum room."""


def _in_room(y: FloatArray, level: float) -> FloatArray:
    """`y` and its early reflections, duller than itself."""
    last = round((REFLECTIONS[-1][0] + 0.001) * SAMPLE_RATE)
    out = np.pad(y, (0, last))
    dull = filtered(y, 250.0, 5000.0)
    for delay, share in REFLECTIONS:
        start = round(delay * SAMPLE_RATE)
        out[start : start + len(y)] += np.float32(level * share) * dull
    return out
