"""Random briefs: every genre in turn, all 24 keys evenly, everything else by the dice.

`random_brief` is a function of (number, seed): any piece of a data set can be made without
the others. Genres and keys come from shuffled decks, so that each comes up once before one
comes up twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mixolydian.creation.brief import METERS, MOODS, TONICS, Brief, Mix
from mixolydian.creation.genres import GENRES
from mixolydian.creation.genres.base import Genre
from mixolydian.creation.harmony import bank
from mixolydian.creation.sound.stems import TAIL
from mixolydian.theory.mode import MODES, family
from mixolydian.training.datasets.forms import Form, random_form
from mixolydian.training.datasets.profiles import WIDE, Profile
from mixolydian.training.datasets.turns import random_settings

KEYS = tuple((tonic, mode) for tonic in TONICS for mode in ("major", "minor"))
ANY_TEMPO = (60.0, 200.0)
EIGHTHS = 1.6
"""tempo of eighths against quarters, where a piece in quarters is played in 6/8."""
PLAYED_DRIFT = 0.35
"""share of pieces by genres with human players whose tempo wanders."""


def random_brief(
    number: int, seed: int, seconds: float | tuple[float, float] = 60.0, profile: Profile = WIDE
) -> Brief:
    """Brief `number` (from 0) of the set that `seed` makes, about `seconds` long.

    A range of seconds is drawn from evenly. A piece is as long as whole bars allow, and has at
    least one.
    """
    rng = np.random.default_rng([seed, number, 1])
    genre = GENRES[_dealt(list(GENRES), number, seed, 2)]
    tonic, mode = KEYS[int(_dealt([str(i) for i in range(len(KEYS))], number, seed, 3))]
    low, high = seconds if isinstance(seconds, tuple) else (seconds, seconds)
    meter = _meter(genre, profile, rng)
    bpm = _tempo(genre, meter, profile, rng)
    lead_in = round(float(rng.uniform(0.02, 2.0)), 4) if rng.random() < profile.lead_in else 0.0
    room = float(rng.uniform(low, high)) - TAIL - min(lead_in, low / 4)
    form = random_form(genre.form, max(1, round(room * bpm / 60 / meter)), rng)
    brief = Brief(
        genre=genre.name,
        bpm=bpm,
        tonic=tonic,
        mode=_mode(mode, profile, rng),
        form=form,
        meter=meter,
        swing=_swing(genre, profile, rng),
        seed=seed * 1_000_003 + number,
        lead_in=min(lead_in, low / 4),
        mix=_mix(genre, profile, rng),
        **_feel(genre, meter, form, profile, rng),
    )
    brief = replace(brief, **_changes(brief, profile, rng))
    return replace(brief, settings=random_settings(brief, profile, rng))


def random_briefs(
    pieces: int, seed: int, seconds: float | tuple[float, float], profile: Profile = WIDE
) -> tuple[Brief, ...]:
    """The first `pieces` briefs of a set."""
    return tuple(random_brief(i, seed, seconds, profile) for i in range(pieces))


def _dealt(names: Sequence[str], number: int, seed: int, deck: int) -> str:
    """Card `number` of an endless row of shuffled decks of `names`."""
    turn, place = divmod(number, len(names))
    return str(np.random.default_rng([seed, turn, deck, 0]).permutation(names)[place])


def _meter(genre: Genre, profile: Profile, rng: np.random.Generator) -> int:
    if rng.random() >= profile.other_meter:
        return genre.meter
    return int(rng.choice([m for m in METERS if m != genre.meter]))


def _tempo(genre: Genre, meter: int, profile: Profile, rng: np.random.Generator) -> float:
    """BPM; one in three is a whole number."""
    low, high = genre.tempo
    pick = rng.random()
    if pick < profile.any_tempo:
        low, high = ANY_TEMPO
    elif pick < profile.any_tempo + profile.near_tempo:
        low, high = low * 0.85, high * 1.15
    if meter == 6 and genre.meter != 6:
        low, high = low * EIGHTHS, high * EIGHTHS
    bpm = float(np.clip(rng.uniform(low, high), 50.0, 240.0))
    return float(round(bpm)) if rng.random() < 0.35 else round(bpm, 2)


def _mode(mode: str, profile: Profile, rng: np.random.Generator) -> str:
    """The key's own mode, or one that is heard as it."""
    if rng.random() >= profile.modes:
        return mode
    # locrian has no fifth on its tonic: nobody would agree on its key
    return str(rng.choice([m for m in MODES if family(m) == mode and m != "locrian"]))


def _swing(genre: Genre, profile: Profile, rng: np.random.Generator) -> float:
    if rng.random() < profile.odd_swing:
        return round(float(rng.uniform(0.05, 0.36)), 3)
    return round(float(rng.uniform(*genre.swing)), 3) if rng.random() < 0.8 else 0.0


def _feel(
    genre: Genre, meter: int, form: Form, profile: Profile, rng: np.random.Generator
) -> dict[str, Any]:
    """Mood, energy, players and tuning."""
    played = genre.jitter[1] > 0
    loose = played or rng.random() < profile.jitter
    jitter = rng.uniform(*genre.jitter) if played else rng.uniform(0.5, 12.0)
    drifts = rng.random() < (PLAYED_DRIFT if played else profile.drift)
    levels = tuple(round(float(x), 2) for x in rng.uniform(0.1, 1.0, len(form)))
    return {
        "mood": str(rng.choice(MOODS)) if rng.random() < profile.moods else "neutral",
        "energy": levels if rng.random() < profile.energies else (),
        "half_time": bool(meter == 4 and rng.random() < profile.half_time),
        "jitter": round(float(jitter), 2) if loose else 0.0,
        "drift": round(float(rng.uniform(0.003, 0.015)), 4) if drifts else 0.0,
        "tuning_cents": _tuning(profile, rng),
    }


def _tuning(profile: Profile, rng: np.random.Generator) -> float:
    return round(float(rng.uniform(-50, 50)), 1) if rng.random() < profile.tuning else 0.0


def _near(rng: np.random.Generator, spread: float, low: float, high: float) -> float:
    """dB around 0, cut to [low, high]."""
    return round(float(np.clip(rng.normal(0.0, spread), low, high)), 2)


def _mix(genre: Genre, profile: Profile, rng: np.random.Generator) -> Mix:
    return Mix(
        drums=_near(rng, 2.5, -7, 6),
        kick=_near(rng, 2, -6, 5),
        bass=_near(rng, 2, -6, 5),
        harmony=_near(rng, 2.5, -8, 6),
        lead=_near(rng, 2.5, -8, 6),
        sidechain=round(float(rng.uniform(*genre.sidechain)), 3),
        reverb=round(float(rng.uniform(0.05, 0.8)), 3),
        delay=round(float(rng.uniform(0, 0.5)), 3),
        drive=round(float(rng.uniform(0.05, 0.9)), 3),
        tilt=_near(rng, 3.0, -9, 9),
        loudness=round(float(rng.uniform(*profile.loudness)), 2),
        air=float(round(rng.uniform(5000, 16000))) if rng.random() < profile.air else 20000.0,
        hiss=round(float(rng.uniform(-60, -32)), 1) if rng.random() < profile.hiss else -100.0,
    )


def _changes(brief: Brief, profile: Profile, rng: np.random.Generator) -> dict[str, Any]:
    """A new tempo or key from some section on, a ramp, chords of another genre."""
    starts = np.cumsum([n for _, n in brief.form])[:-1]
    out: dict[str, Any] = {}
    if len(starts) and rng.random() < profile.tempo_change:
        factor = float(rng.choice([0.9, 0.95, 1.06, 1.12]))
        out["tempo_changes"] = ((int(rng.choice(starts)), round(brief.bpm * factor, 2)),)
    elif brief.n_bars > 4 and rng.random() < profile.tempo_ramp:
        first = int(rng.integers(0, brief.n_bars - 3))
        last = int(rng.integers(first + 2, brief.n_bars + 1))
        out["tempo_ramps"] = ((first, last, round(brief.bpm * rng.uniform(0.88, 1.14), 2)),)
    # the second key comes late, so that the first one stays the key of the piece
    late = starts[2 * starts >= brief.n_bars]
    if len(late) and rng.random() < profile.key_change:
        step = int(rng.choice([1, 2, 3, 5, 7, 9]))
        higher = TONICS[(TONICS.index(brief.tonic) + step) % 12]
        out["key_changes"] = ((int(rng.choice(late)), higher, brief.mode),)
    if rng.random() < profile.progressions:
        other = GENRES[str(rng.choice(list(GENRES)))]
        numerals = str(rng.choice(bank(other.progressions, brief.mode))).split()
        bars = float(rng.choice(other.bars_per_chord))
        out["progression"] = tuple((numeral, bars) for numeral in numerals)
    return out
