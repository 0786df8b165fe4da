"""Random briefs: every style, all keys, tempi with fractions, forms that fit a duration."""

from __future__ import annotations

import numpy as np

from mixolydian.creation.brief import TONICS, Brief, Mix
from mixolydian.creation.styles import STYLES, Style

Form = tuple[tuple[str, int], ...]

TEMPLATES: dict[str, tuple[str, ...]] = {
    "club": (
        "intro2 buildup1 drop4 breakdown2 buildup1 drop4 outro2",
        "intro4 drop4 breakdown2 buildup1 drop4 outro4",
        "intro2 drop2 breakdown2 buildup1 drop4 outro2",
        "intro2 verse2 breakdown1 buildup1 drop4 breakdown1 drop2 outro1",
        "intro1 breakdown1 buildup1 drop3 breakdown2 buildup1 drop3 outro1",
        "intro2 buildup1 drop3 bridge1 drop3 breakdown1 drop2",
        "intro3 verse2 buildup1 drop4 outro2",
        "intro2 breakdown2 buildup1 drop4 breakdown2 drop4 outro1",
        "intro4 drop4 breakdown2 buildup2 drop4 outro2",
        "intro2 verse2 buildup1 drop4 breakdown3 buildup1 drop4",
        "breakdown2 buildup1 drop4 breakdown2 drop2",
        "intro1 drop4 breakdown1 drop4 outro1",
        "intro2 verse4 breakdown2 verse2 drop4 outro2",
        "buildup2 drop4 bridge2 buildup1 drop4 outro2",
        "intro2 buildup2 drop6 outro2",
        "drop4 breakdown2 buildup1 drop4",
    ),
    "song": (
        "intro1 verse4 chorus4 verse4 chorus4 outro1",
        "intro2 verse2 chorus2 verse2 chorus2 bridge2 chorus2 outro1",
        "verse4 chorus2 verse4 chorus2 bridge2 chorus4",
        "intro1 verse2 chorus4 bridge1 verse2 chorus4 outro1",
        "intro2 verse4 chorus4 bridge2 chorus4",
        "chorus2 verse4 chorus2 breakdown2 chorus4 outro2",
        "intro1 verse4 chorus2 bridge1 chorus2",
    ),
    "ambient": (
        "intro2 verse4 bridge2 verse4 outro2",
        "intro4 verse4 breakdown2 chorus4 outro2",
        "intro2 chorus4 outro2",
    ),
}
"""Forms by family: label and length in units of 2, 4 or 8 bars."""


def form_for(
    family: str, bpm: float, meter: int, seconds: tuple[float, float], rng: np.random.Generator
) -> Form:
    """A form of the family whose length at `bpm` falls within `seconds`."""
    bar = 60.0 / bpm * meter
    options = []
    for template in TEMPLATES[family]:
        parts = [(t[:-1], int(t[-1])) for t in template.split()]
        for unit in (1, 2, 4, 8):
            form = tuple((label, n * unit) for label, n in parts)
            length = bar * sum(n for _, n in form)
            miss = max(seconds[0] - length, length - seconds[1], 0.0)
            options.append((miss, form))
    best = min(miss for miss, _ in options)
    fitting = [form for miss, form in options if miss <= best + 1e-9]
    return _uneven(fitting[int(rng.integers(len(fitting)))], rng)


def _uneven(form: Form, rng: np.random.Generator) -> Form:
    """Now and then one section is longer or shorter by half, as in real tracks."""
    if rng.random() < 0.7:
        return form
    i = int(rng.integers(len(form)))
    label, bars = form[i]
    changed = max(2, bars + int(rng.choice([-1, 1])) * max(1, bars // 2))
    return (*form[:i], (label, changed), *form[i + 1 :])


class KeyDeck:
    """Deals tonics so that all twelve come up in each mode before one repeats."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._decks: dict[str, list[str]] = {"major": [], "minor": []}

    def deal(self, mode: str) -> str:
        deck = self._decks[mode]
        if not deck:
            deck += [str(t) for t in self._rng.permutation(TONICS)]
        return deck.pop()


def _near_zero(rng: np.random.Generator, spread: float, low: float, high: float) -> float:
    """A Gaussian draw in dB, cut to [low, high]."""
    return float(np.clip(rng.normal(0.0, spread), low, high))


def _mix(style: Style, rng: np.random.Generator) -> Mix:
    return Mix(
        drums=_near_zero(rng, 2.5, -7, 6),
        kick=_near_zero(rng, 2, -6, 5),
        bass=_near_zero(rng, 2, -6, 5),
        harmony=_near_zero(rng, 2.5, -8, 6),
        lead=_near_zero(rng, 2.5, -8, 6),
        sidechain=float(rng.uniform(*style.sidechain)),
        reverb=float(rng.uniform(0.05, 0.8)),
        delay=float(rng.uniform(0, 0.5)),
        drive=float(rng.uniform(0.05, 0.9)),
        tilt=_near_zero(rng, 3.5, -9, 9),
        level=float(rng.uniform(-18, -8)),
        air=float(rng.uniform(5000, 16000)) if rng.random() < 0.3 else 20000.0,
        hiss=float(rng.uniform(-60, -32)) if rng.random() < 0.25 else -100.0,
    )


def _changes(
    form: Form, bpm: float, tonic: str, mode: str, rng: np.random.Generator
) -> dict[str, object]:
    """Rarely: a new tempo or a key a step higher from some section on."""
    bars = np.cumsum([n for _, n in form])[:-1]
    out: dict[str, object] = {}
    if rng.random() < 0.05 and len(bars):
        factor = float(rng.choice([0.9, 0.95, 1.06, 1.12]))
        out["tempo_changes"] = ((int(rng.choice(bars)), round(bpm * factor, 2)),)
    if rng.random() < 0.05 and len(bars) > 1:
        step = int(rng.choice([1, 2, 3]))
        higher = TONICS[(TONICS.index(tonic) + step) % 12]
        out["key_changes"] = ((int(bars[-1]), higher, mode),)
    return out


def random_brief(
    name: str, seed: int, deck: KeyDeck, seconds: tuple[float, float], rng: np.random.Generator
) -> Brief:
    """One brief in style `name`; half of the pieces keep a whole-number tempo."""
    style = STYLES[name]
    bpm = float(rng.uniform(*style.tempo))
    bpm = float(round(bpm)) if rng.random() < 0.35 else round(bpm, 2)
    mode = "minor" if rng.random() < style.minor else "major"
    tonic = deck.deal(mode)
    form = form_for(style.form, bpm, style.meter, seconds, rng)
    played = style.jitter[1] > 0
    return Brief(
        style=name,
        bpm=bpm,
        tonic=tonic,
        mode=mode,
        form=form,
        meter=style.meter,
        swing=round(float(rng.uniform(*style.swing)), 3) if rng.random() < 0.8 else 0.0,
        seed=seed,
        tuning_cents=round(float(rng.uniform(-50, 50)), 1) if rng.random() < 0.3 else 0.0,
        drift=round(float(rng.uniform(0.003, 0.015)), 4) if played and rng.random() < 0.35 else 0.0,
        jitter=round(float(rng.uniform(*style.jitter)), 2) if played else 0.0,
        lead_in=round(float(rng.uniform(0.02, 1.5)), 4) if rng.random() < 0.5 else 0.0,
        mix=_mix(style, rng),
        **_changes(form, bpm, tonic, mode, rng),  # type: ignore[arg-type]
    )


def random_briefs(pieces: int, seed: int, seconds: tuple[float, float]) -> tuple[Brief, ...]:
    """`pieces` briefs that go through all styles in turn."""
    rng = np.random.default_rng(seed)
    deck = KeyDeck(rng)
    names: list[str] = []
    while len(names) < pieces:
        names += [str(n) for n in rng.permutation(list(STYLES))]
    return tuple(
        random_brief(name, seed * 10_000 + i, deck, seconds, rng)
        for i, name in enumerate(names[:pieces])
    )
