"""Random damage to an item, the truth following exactly.

Changes of timing first (speed, lead-in: stems follow), then what a sound goes through on its
way to a listener: mastering, room, vinyl, noise, band limits, a codec, a gain. What was done
is kept in the truth as ``augmented``: a list of ``{"what": …, …settings}``. Stems stay clean:
after damage their sum is no longer the mix, and ``stems_sum`` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import soxr

from mixolydian.training.datasets import codecs, degrade
from mixolydian.training.datasets.item import Item, Samples
from mixolydian.training.datasets.timing import shifted, sped_up

Done = dict[str, Any]


def lead_in(item: Item, seconds: float) -> Item:
    """`item` after `seconds` of silence, rounded to a whole sample."""
    n = round(seconds * item.sample_rate)

    def padded(y: Samples) -> Samples:
        return np.pad(y, ((0, 0), (n, 0)))

    return replace(
        item,
        samples=padded(item.samples),
        stems={name: padded(y) for name, y in item.stems.items()},
        truth=shifted(item.truth, n / item.sample_rate),
    )


def at_speed(item: Item, speed: float) -> Item:
    """`item` played `speed` times as fast by resampling: pitch, tempo and times follow.

    The speed is the nearest ratio that resampling knows to 1 Hz (1/44100).
    """
    rate = round(item.sample_rate * speed)
    real = rate / item.sample_rate

    def resampled(y: Samples) -> Samples:
        out: Samples = soxr.resample(y.T, rate, item.sample_rate).T
        return np.ascontiguousarray(np.clip(out, -1, 1))

    return replace(
        item,
        samples=resampled(item.samples),
        stems={name: resampled(y) for name, y in item.stems.items()},
        truth=sped_up(item.truth, real),
    )


def _mastered(y: Samples, rate: int, rng: np.random.Generator) -> tuple[Samples, Done]:
    drive, hard = float(rng.uniform(0, 9)), bool(rng.random() < 0.4)
    done = {"what": "clipped" if hard else "limited", "drive_db": round(drive, 2)}
    return degrade.mastered(y, drive, hard), done


def _room(y: Samples, rate: int, rng: np.random.Generator) -> tuple[Samples, Done]:
    return degrade.room(y, rate, rng), {"what": "room"}


def _vinyl(y: Samples, rate: int, rng: np.random.Generator) -> tuple[Samples, Done]:
    return degrade.vinyl(y, rate, rng), {"what": "vinyl"}


def _noise(y: Samples, rate: int, rng: np.random.Generator) -> tuple[Samples, Done]:
    snr = float(rng.uniform(8, 45))
    return degrade.add_noise(y, snr, rng), {"what": "noise", "snr_db": round(snr, 2)}


def _band(y: Samples, rate: int, rng: np.random.Generator) -> tuple[Samples, Done]:
    low, high = float(rng.uniform(15, 250)), float(rng.uniform(3500, 16000))
    done = {"what": "band", "low": round(low), "high": round(high)}
    return degrade.band_limit(y, rate, low, high), done


def _telephone(y: Samples, rate: int, rng: np.random.Generator) -> tuple[Samples, Done]:
    return degrade.telephone(y, rate), {"what": "telephone"}


def _codec(y: Samples, rate: int, rng: np.random.Generator) -> tuple[Samples, Done]:
    names = codecs.codecs()
    if not names or rate < 32_000:
        return y, {"what": "none"}
    codec, bit_rate = str(rng.choice(names)), int(rng.choice(codecs.BIT_RATES))
    coded = degrade.fit(codecs.round_trip(y, rate, codec, bit_rate))
    return coded, {"what": codec, "bit_rate": bit_rate}


def _gain(y: Samples, rate: int, rng: np.random.Generator) -> tuple[Samples, Done]:
    db = float(rng.uniform(-18, 6))
    sign = -1.0 if rng.random() < 0.5 else 1.0
    done = {"what": "gain", "db": round(db, 2), "inverted": sign < 0}
    return degrade.fit(y * np.float32(sign * 10 ** (db / 20))), done


_Damage = Callable[[Samples, int, np.random.Generator], tuple[Samples, Done]]
DAMAGES: tuple[tuple[float, _Damage], ...] = (
    (0.25, _mastered), (0.15, _room), (0.08, _vinyl), (0.2, _noise), (0.08, _band),
    (0.03, _telephone), (0.45, _codec), (0.5, _gain),
)  # fmt: skip
"""(how often, what), in the order a sound meets them."""


def augment(item: Item, rng: np.random.Generator) -> Item:
    """A randomly damaged copy of `item`; its truth says what was done under ``augmented``.

    One in six is left alone but for its name's variant, so clean sound stays in the data.
    """
    if rng.random() < 1 / 6:
        return replace(item, truth={**item.truth, "augmented": []})
    done: list[Done] = []
    if rng.random() < 0.25:
        item = at_speed(item, float(rng.uniform(0.92, 1.08)))
        done.append({"what": "speed"})
    if rng.random() < 0.25:
        item = lead_in(item, float(rng.uniform(0.01, 2.0)))
        done.append({"what": "lead-in"})
    y = item.samples
    for chance, damage in DAMAGES:
        if rng.random() < chance:
            y, what = damage(y, item.sample_rate, rng)
            done.append(what)
    truth = {**item.truth, "augmented": done, "stems_sum": y is item.samples}
    return replace(item, samples=np.clip(y, -1, 1).astype(np.float32), truth=truth)
