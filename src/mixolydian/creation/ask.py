"""What a user asks, in a user's words → a complete brief.

Nothing but a genre need be said; the rest is drawn from the genre's habits by the seed.
Bars in these words count from 1, as in every sequencer.

======================  ==========================================================
``bpm``                 ``128.5`` · ``120>140`` from first to last bar ·
                        ``126, 132@65`` from bar 65 · ``126, 140@65-81`` ramp
``key``                 ``8A`` · ``Am`` · ``F# dorian`` · ``Am, Bm@65``
``structure``           ``intro:16 buildup:8 drop:32 outro:16``
``energy``              ``7`` · ``3 6 10 4 6 10 3`` (one per section) ·
                        ``drop:10 breakdown:2`` (by label or by name: drop2)
``progression``         ``i bVI bIII bVII`` · ``i:2 bVI:1 bVII:1``
======================  ==========================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.creation.brief import BPM, MOODS, TONICS, Brief, Mix
from mixolydian.creation.forms import Form, fitted_form, forms_of, read_structure
from mixolydian.creation.genres import GENRES
from mixolydian.creation.genres.base import Genre
from mixolydian.creation.harmony import read_progression
from mixolydian.creation.structure import ENERGY
from mixolydian.theory.key import parse_key
from mixolydian.theory.mode import MODES
from mixolydian.theory.pitch import pitch_class, pitch_class_name

SECONDS = (5.0, 3600.0)
"""shortest and longest piece that may be asked for."""
PHRASED = 16
"""bars from which a length is met to two bars, so that phrases stay whole."""
USUAL_ENERGY = 7
MOOD_MINOR = {"dark": 1.0, "aggressive": 0.9, "melancholic": 0.95, "bright": 0.1, "euphoric": 0.4}
"""share of pieces in minor under a mood."""
_AT = re.compile(r"(.+?)@(\d+)(?:-(\d+))?")


@dataclass(frozen=True)
class Wish:
    """What is asked; None (or empty) leaves it to the genre and the seed."""

    genre: str
    seed: int = 0
    bpm: str | None = None
    key: str | None = None
    seconds: float | None = None
    structure: str | None = None
    energy: str | None = None
    progression: str | None = None
    swing: float | None = None
    meter: int | None = None
    mood: str = "neutral"
    half_time: bool = False
    loudness: float | None = None
    settings: tuple[tuple[str, str], ...] = ()


def ask(wish: Wish) -> Brief:
    """The complete brief of a wish.

    Raises
    ------
    RequestError
        Something asked for cannot be had; the message says what can.
    """
    if wish.genre not in GENRES:
        raise RequestError(f"genre must be one of {', '.join(GENRES)}; found {wish.genre!r}")
    if wish.mood not in MOODS:
        raise RequestError(f"mood must be one of {', '.join(MOODS)}; found {wish.mood!r}")
    if wish.structure is not None and wish.seconds is not None:
        raise RequestError("expected a structure or a length, found both; leave one out")
    genre = GENRES[wish.genre]
    rng = np.random.default_rng([max(wish.seed, 0), 7])
    usual = round(float(rng.uniform(*genre.tempo)))
    tempo = read_tempo(wish.bpm) if wish.bpm is not None else Tempi(float(usual))
    meter = genre.meter if wish.meter is None else wish.meter
    keys = read_keys(wish.key) if wish.key is not None else _drawn_key(genre, wish.mood, rng)
    form = _form(wish, genre, tempo, meter, rng)
    swing = round(float(rng.uniform(*genre.swing)), 3) if wish.swing is None else wish.swing
    return Brief(
        genre=genre.name,
        bpm=tempo.first,
        tonic=keys[0][1],
        mode=keys[0][2],
        form=form,
        meter=meter,
        swing=swing,
        seed=wish.seed,
        energy=_energy(wish, form),
        progression=read_progression(wish.progression) if wish.progression else (),
        mood=wish.mood,
        half_time=wish.half_time,
        tempo_changes=tempo.changes,
        tempo_ramps=tempo.ramps_in(sum(bars for _, bars in form)),
        key_changes=keys[1:],
        settings=wish.settings,
        jitter=round(float(rng.uniform(*genre.jitter)), 2),
        mix=_mix(genre, wish, rng),
    )


# ------------------------------------------------------------------------------ tempo


@dataclass(frozen=True)
class Tempi:
    """The `first` tempo, `changes` (bar, bpm) and `ramps` (bar, last bar, bpm), bars from 0;
    a ramp to bar −1 goes on to the end."""

    first: float
    changes: tuple[tuple[int, float], ...] = ()
    ramps: tuple[tuple[int, int, float], ...] = ()

    @property
    def mean(self) -> float:
        """About the mean tempo, for turning a length into bars."""
        if self.ramps and self.ramps[0][1] == -1:
            return (self.first + self.ramps[0][2]) / 2
        return self.first

    def ramps_in(self, n_bars: int) -> tuple[tuple[int, int, float], ...]:
        """The ramps of a piece of `n_bars` bars."""
        return tuple((a, n_bars if b == -1 else b, bpm) for a, b, bpm in self.ramps)


def _bpm(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not BPM[0] <= value <= BPM[1]:
        raise RequestError(
            f"bpm must lie in [{BPM[0]:g}, {BPM[1]:g}], such as 128.5, 120>140 or 126, 132@65; "
            f"found {text.strip()!r}"
        )
    return round(value, 2)


def read_tempo(text: str) -> Tempi:
    """The tempi that `text` asks for, to 0.01 BPM; RequestError when it cannot be read."""
    first, *others = text.split(",")
    start, to, end = first.partition(">")
    if to:
        return Tempi(_bpm(start), ramps=((0, -1, _bpm(end)),))
    changes, ramps = [], []
    for word in others:
        value, bar, last = _placed(word, "132@65 or 140@65-81")
        if last is None:
            changes.append((bar, _bpm(value)))
        else:
            ramps.append((bar, last, _bpm(value)))
    return Tempi(_bpm(first), tuple(changes), tuple(ramps))


def _placed(word: str, example: str) -> tuple[str, int, int | None]:
    """(value, bar, last bar) of ``value@bar`` or ``value@bar-bar``, bars from 0."""
    found = _AT.fullmatch(word.strip())
    if found is None or int(found[2]) < 1:
        raise RequestError(f"expected VALUE@BAR such as {example}, found {word.strip()!r}")
    return found[1], int(found[2]) - 1, None if found[3] is None else int(found[3]) - 1


# -------------------------------------------------------------------------------- key


def read_keys(text: str) -> tuple[tuple[int, str, str], ...]:
    """(bar, tonic, mode) of every key that `text` asks for, the first at bar 0."""
    first, *others = text.split(",")
    rows = [(0, *read_key(first))]
    for word in others:
        value, bar, _ = _placed(word, "Bm@65")
        rows.append((bar, *read_key(value)))
    return tuple(rows)


def read_key(text: str) -> tuple[str, str]:
    """(tonic, mode) of `8A`, `Am`, `F# dorian`; RequestError otherwise."""
    clean = text.strip().replace("_", " ")
    tonic, _, mode = clean.partition(" ")
    if mode.lower() in MODES and re.fullmatch(r"[A-Ga-g][#b♯♭]?", tonic):
        return pitch_class_name(pitch_class(tonic[0].upper() + tonic[1:])), mode.lower()
    try:
        key = parse_key(clean)
    except RequestError as error:
        raise RequestError(
            f"key: {error}; or a tonic and a mode of {', '.join(MODES)}, such as F# dorian"
        ) from error
    return pitch_class_name(pitch_class(key.tonic)), key.mode


def _drawn_key(
    genre: Genre, mood: str, rng: np.random.Generator
) -> tuple[tuple[int, str, str], ...]:
    minor = rng.random() < MOOD_MINOR.get(mood, genre.minor)
    return ((0, TONICS[int(rng.integers(12))], "minor" if minor else "major"),)


# ---------------------------------------------------------------- form, energy and mix


def _form(wish: Wish, genre: Genre, tempo: Tempi, meter: int, rng: np.random.Generator) -> Form:
    choices = forms_of(genre)
    drawn = choices[int(rng.integers(len(choices)))]
    if wish.structure is not None:
        return read_structure(wish.structure)
    if wish.seconds is None:
        return drawn
    if not SECONDS[0] <= wish.seconds <= SECONDS[1]:
        raise RequestError(
            f"expected a length of {SECONDS[0]:g} s to {SECONDS[1] / 60:g} minutes, "
            f"found {wish.seconds:g} s"
        )
    bars = wish.seconds * tempo.mean / 60 / max(meter, 1)
    return fitted_form(drawn, genre.form, 2 * round(bars / 2) if bars >= PHRASED else round(bars))


def _energy(wish: Wish, form: Form) -> tuple[float, ...]:
    """One level in [0, 1] per section; empty when nothing is asked."""
    if wish.energy is None:
        return ()
    words = re.split(r"[\s,]+", wish.energy.strip())
    if all(":" in word for word in words):
        return _named_energy(dict(word.split(":", 1) for word in words), form)
    levels = [_level(word) for word in words]
    if len(levels) == 1:
        shift = 0.8 * (levels[0] - USUAL_ENERGY / 10)
        return tuple(round(min(max(ENERGY[x] + shift, 0.0), 1.0), 3) for x, _ in form)
    if len(levels) != len(form):
        raise RequestError(
            f"energy: expected one level, or one for each of the {len(form)} sections, "
            f"found {len(levels)}"
        )
    return tuple(levels)


def _named_energy(asked: Mapping[str, str], form: Form) -> tuple[float, ...]:
    counts: dict[str, int] = {}
    levels, known = [], set()
    for label, _ in form:
        counts[label] = counts.get(label, 0) + 1
        name = f"{label}{counts[label]}"
        known |= {label, name}
        text = asked.get(name, asked.get(label))
        levels.append(ENERGY[label] if text is None else _level(text))
    unknown = sorted(set(asked) - known)
    if unknown:
        raise RequestError(f"energy: sections are {', '.join(sorted(known))}; found {unknown[0]!r}")
    return tuple(levels)


def _level(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 10:
        raise RequestError(f"energy: expected levels from 0 to 10, found {text!r}")
    return round(value / 10, 3)


def _mix(genre: Genre, wish: Wish, rng: np.random.Generator) -> Mix:
    """The genre's sound, within its ranges."""
    sidechain, reverb, delay, drive, tilt = (
        round(float(rng.uniform(low, high)), 3)
        for low, high in (genre.sidechain, genre.reverb, genre.delay, genre.drive, genre.tilt)
    )
    loudness = genre.loudness if wish.loudness is None else wish.loudness
    return Mix(
        sidechain=sidechain, reverb=reverb, delay=delay, drive=drive, tilt=tilt, loudness=loudness
    )
