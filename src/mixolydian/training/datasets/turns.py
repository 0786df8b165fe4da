"""Random settings of a piece: what is muted, turned, or borrowed from another genre."""

from __future__ import annotations

import numpy as np

from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.genres.base import Genre
from mixolydian.creation.names import DRUM_STEMS, LANES, PITCHED, STEMS
from mixolydian.training.datasets.profiles import Profile

Settings = dict[str, str]
MOST_MUTED = 5
"""stems that are left out of a sparse piece at most."""


def random_settings(
    brief: Brief, profile: Profile, rng: np.random.Generator
) -> tuple[tuple[str, str], ...]:
    """The settings that `profile` gives the piece, sorted by path."""
    rows: Settings = _muted(GENRES[brief.genre], profile, rng)
    if rng.random() < profile.section_mutes:
        rows |= _section_mutes(brief, rng)
    if rng.random() < profile.foreign_voice:
        rows |= _foreign_voices(rng)
    if rng.random() < profile.foreign_kit:
        rows["drums.kit"] = str(rng.choice(_other(rng).kits))
    if rng.random() < profile.foreign_pattern:
        rows |= _foreign_lanes(brief, rng)
    if rng.random() < profile.knobs:
        rows |= _knobs(rng)
    return tuple(sorted(rows.items()))


def _other(rng: np.random.Generator) -> Genre:
    return GENRES[str(rng.choice(list(GENRES)))]


def _muted(genre: Genre, profile: Profile, rng: np.random.Generator) -> Settings:
    """Stems that never play: some, all drums, or all that has a pitch."""
    pick = rng.random()
    silent: tuple[str, ...] = ()
    if pick < profile.drums_only:
        # ambient has sections without a drum, and would fall silent
        silent = () if genre.form == "ambient" else (*PITCHED, "texture", "fx")
    elif pick < profile.drums_only + profile.beatless:
        silent = DRUM_STEMS
    elif pick < profile.drums_only + profile.beatless + profile.sparse:
        chosen = rng.choice(STEMS, int(rng.integers(2, MOST_MUTED + 1)), replace=False)
        silent = tuple(str(stem) for stem in chosen)
    return {f"{stem}.mute": "on" for stem in silent}


def _section_mutes(brief: Brief, rng: np.random.Generator) -> Settings:
    """One to three stems that miss a section."""
    count = int(rng.integers(1, 4))
    sections, stems = rng.choice(brief.section_names, count), rng.choice(STEMS, count)
    return {f"{a}.{b}.mute": "on" for a, b in zip(sections, stems, strict=True)}


def _foreign_voices(rng: np.random.Generator) -> Settings:
    """One to three parts with the voice of another genre."""
    parts = rng.choice(PITCHED, int(rng.integers(1, 4)), replace=False)
    return {f"{part}.voice": str(rng.choice(_voices(_other(rng), str(part)))) for part in parts}


def _voices(genre: Genre, part: str) -> tuple[str, ...]:
    return {
        "bass": genre.bass_voices,
        "chords": genre.chord_voices,
        "pad": genre.pad_voices,
        "arpeggio": genre.arpeggio_voices,
        "lead": genre.lead_voices,
        "vocal": genre.vocal_voices,
    }[part]


def _foreign_lanes(brief: Brief, rng: np.random.Generator) -> Settings:
    """One to three lanes of another genre's groove; only where bars are of four beats."""
    other = _other(rng)
    if brief.meter != 4 or other.meter != 4:
        return {}
    groove = other.grooves[int(rng.integers(len(other.grooves)))]
    known = [lane for lane in groove if lane in LANES]
    lanes = rng.choice(known, min(len(known), int(rng.integers(1, 4))), replace=False)
    return {f"{lane}.pattern": groove[str(lane)] for lane in lanes}


def _knobs(rng: np.random.Generator) -> Settings:
    """Octaves, filters and levels of a few parts."""
    rows: Settings = {}
    for part in PITCHED:
        if rng.random() < 0.3:
            rows[f"{part}.cutoff"] = f"{rng.uniform(-1.5, 1.5):.2f}"
        if part != "bass" and rng.random() < 0.15:
            rows[f"{part}.octave"] = str(rng.choice([-1, 1]))
    for stem in STEMS:
        if rng.random() < 0.2:
            rows[f"{stem}.gain"] = f"{rng.uniform(-8, 5):.1f}"
    return rows
