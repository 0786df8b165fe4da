"""Sound design: the voice of every part, chosen from the genre's and turned by the seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.sound.voices import VOICES, Voice

MIN_CUTOFF, MAX_CUTOFF = 60.0, 17000.0
FOLLOWS_TEMPO = 2.0
"""Hz from which a wobble goes with the beat; slower ones drift freely."""


def patch(brief: Brief, part: str) -> Voice:
    """The voice of `part` with this piece's own touch on filter, detuning and envelope."""
    genre = GENRES[brief.genre]
    choices = {
        "bass": genre.bass_voices,
        "chords": genre.chord_voices,
        "pad": genre.pad_voices,
        "arpeggio": genre.arpeggio_voices,
        "lead": genre.lead_voices,
        "vocal": genre.vocal_voices,
    }[part]
    name = brief.setting(f"{part}.voice") or str(brief.random(f"voice {part}").choice(choices))
    return _touched(VOICES[name], brief, part)


def _touched(voice: Voice, brief: Brief, part: str) -> Voice:
    rng = brief.random(f"touch {part}")
    octaves = rng.uniform(-0.5, 0.8) + float(brief.setting(f"{part}.cutoff") or 0.0)
    return replace(
        voice,
        cutoff=float(np.clip(voice.cutoff * 2**octaves, MIN_CUTOFF, MAX_CUTOFF)),
        detune=voice.detune * float(rng.uniform(0.6, 1.3)),
        resonance=voice.resonance * float(rng.uniform(0.8, 1.25)),
        decay=voice.decay * float(rng.uniform(0.7, 1.4)),
        release=voice.release * float(rng.uniform(0.8, 1.3)),
        wobble_rate=_wobble_rate(voice, brief, rng),
    )


def _wobble_rate(voice: Voice, brief: Brief, rng: np.random.Generator) -> float:
    if voice.wobble_rate < FOLLOWS_TEMPO:
        return voice.wobble_rate
    return brief.bpm / 60 * float(rng.choice([1.0, 1.5, 2.0]))


def drum_kit(brief: Brief) -> str:
    """The name of the drum kit."""
    chosen = brief.setting("drums.kit")
    return chosen or str(brief.random("kit name").choice(GENRES[brief.genre].kits))
