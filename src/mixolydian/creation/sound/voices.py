# ruff: noqa: E501
"""The voices: settings of every synthesised instrument, as data.

`synth.render_note` plays them; how loud a voice is does not matter here, because
`levels.voice_gain` brings every patch to the same loudness. Basses come first, then chords,
pads, plucks, leads and voices that sing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Voice:
    """Settings of one voice. Times in seconds, frequencies in Hz, levels linear."""

    wave: str = "saw"
    """a name of `waves.WAVES`, vox (sung vowels), or fm."""
    unison: int = 1
    detune: float = 0.0
    """cents between the outermost unison voices and the middle."""
    cutoff: float = 18000.0
    keytrack: float = 0.0
    """share of the pitch (against 220 Hz) by which the cutoff moves."""
    resonance: float = 0.7
    sweep: float = 0.0
    """octaves the cutoff starts above its resting place (below it when negative)."""
    sweep_decay: float = 0.2
    wobble: float = 0.0
    """octaves of slow cutoff modulation."""
    wobble_rate: float = 3.0
    attack: float = 0.003
    decay: float = 0.3
    sustain: float = 0.7
    release: float = 0.08
    sub: float = 0.0
    """level of a sine one octave below."""
    ratio: float = 1.0
    """FM: modulator frequency / carrier frequency."""
    index: float = 0.0
    """FM: modulation index at the attack; limited so that the side bands stay below 20 kHz."""
    index_decay: float = 0.3
    vibrato: float = 0.0
    """cents."""
    noise: float = 0.0
    """level of breath or bow noise."""
    glide: float = 0.0
    """cents below the pitch at which each note starts (above it when negative)."""
    octave: int = 0
    drive: float = 0.0
    """distortion of the whole note, 0 (none) to about 8."""
    width: float = 0.5
    """place of the outermost unison voices between the middle (0) and the sides (1)."""
    lowcut: float = 0.0
    """Hz below which the voice is thinned out; 0 leaves it whole."""
    chorus: float = 0.0
    """share of a chorus of two moving delays, 0–1."""
    slide: float = 0.0
    """seconds a note takes to arrive from the one it is tied to; 0 for voices that do not slide."""
    touch: float = 0.5
    """octaves between the cutoff of the softest and the hardest stroke."""
    vowels: str = "a"
    """vox: the vowels a note moves through, of `waves.FORMANTS`."""
    morph: float = 0.25
    """vox: seconds from each vowel to the next."""
    click: float = 0.0
    """level of a short tick at the attack (hammer, plectrum, key)."""
    sync: float = 0.0
    """wobbles per beat; above 0 it decides `wobble_rate` by the tempo."""
    glide_time: float = 0.02
    """seconds in which the glide fades to a third."""


def varied(voice: Voice, rng: np.random.Generator) -> Voice:
    """`voice` with one piece's own touch on filter, detuning and envelope."""
    return replace(
        voice,
        cutoff=float(np.clip(voice.cutoff * 2 ** rng.uniform(-0.4, 0.6), 60, 17000)),
        detune=voice.detune * float(rng.uniform(0.6, 1.3)),
        resonance=voice.resonance * float(rng.uniform(0.8, 1.25)),
        sweep=voice.sweep * float(rng.uniform(0.8, 1.2)),
        decay=voice.decay * float(rng.uniform(0.7, 1.4)),
        release=voice.release * float(rng.uniform(0.8, 1.3)),
        index=voice.index * float(rng.uniform(0.75, 1.3)),
        wobble_rate=voice.wobble_rate * float(rng.uniform(0.8, 1.25)),
    )


VOICES: dict[str, Voice] = {
    # basses
    "sub": Voice("triangle", cutoff=220, decay=0.4, sustain=0.9, release=0.06, attack=0.004, touch=0.2),
    "round": Voice("saw", cutoff=420, keytrack=0.5, sweep=1.0, sweep_decay=0.12, decay=0.5, sustain=0.6),
    "saw": Voice("saw", cutoff=700, resonance=1.4, sweep=2.2, sweep_decay=0.12, decay=0.25, sustain=0.6, sub=0.4),
    "square": Voice("square", cutoff=1500, sweep=1.5, sweep_decay=0.15, decay=0.4, sustain=0.6),
    "reese": Voice("saw", unison=3, detune=18, cutoff=650, resonance=1.0, wobble=0.7, wobble_rate=0.7, sustain=0.9, sub=0.7, width=0.4, slide=0.05),
    "growl": Voice("pulse", unison=2, detune=9, cutoff=600, resonance=2.4, wobble=1.8, sync=2, sustain=0.95, sub=0.7, drive=2.0, width=0.3, slide=0.04),
    "wobble": Voice("square", unison=2, detune=7, cutoff=420, resonance=3.0, wobble=2.2, sync=1, sustain=1.0, sub=0.9, drive=1.2, width=0.2, slide=0.05),
    "yoi": Voice("vox", cutoff=5000, vowels="oaie", morph=0.11, sustain=0.95, drive=3.0, sub=0.8, unison=2, detune=6, width=0.3),
    "fm": Voice("fm", ratio=1.0, index=3.2, index_decay=0.12, decay=0.3, sustain=0.55, sub=0.3),
    "fmgrowl": Voice("fm", ratio=0.5, index=4.5, index_decay=0.5, decay=0.6, sustain=0.8, drive=2.0, sub=0.4),
    "donk": Voice("fm", ratio=2.0, index=2.4, index_decay=0.05, decay=0.16, sustain=0.15, release=0.05, glide=-900, glide_time=0.012, click=0.3),
    "rolling": Voice("saw", cutoff=320, resonance=1.2, keytrack=0.4, sweep=2.0, sweep_decay=0.06, decay=0.16, sustain=0.35, release=0.03, sub=0.5),
    "acid": Voice("saw", cutoff=330, resonance=6.0, sweep=3.0, sweep_decay=0.16, decay=0.3, sustain=0.5, release=0.03, drive=1.5, slide=0.06, touch=1.6),
    "acidsquare": Voice("square", cutoff=380, resonance=7.0, sweep=2.6, sweep_decay=0.2, decay=0.35, sustain=0.5, release=0.03, drive=1.0, slide=0.06, touch=1.6),
    "808": Voice("sine", decay=1.2, sustain=0.35, release=0.25, drive=1.6, slide=0.07, glide=-700, glide_time=0.015, touch=0.0),
    "hooverbass": Voice("hoover", unison=3, detune=22, cutoff=1600, resonance=0.9, glide=300, glide_time=0.05, sustain=0.9, sub=0.5, width=0.4, drive=0.8, slide=0.05),
    "organbass": Voice("organ", cutoff=900, decay=0.25, sustain=0.4, octave=1, click=0.1),
    "picked": Voice("string", cutoff=1100, keytrack=0.3, sweep=2.0, sweep_decay=0.25, decay=0.8, sustain=0.35, click=0.15),
    "upright": Voice("upright", cutoff=900, keytrack=0.3, sweep=1.4, sweep_decay=0.12, decay=0.7, sustain=0.2, release=0.12, click=0.2, glide=30),
    "gabberbass": Voice("square", cutoff=2200, sustain=0.9, drive=6.0, decay=0.3, release=0.03, glide=-400),
    # chords
    "piano": Voice("piano", cutoff=3400, keytrack=0.5, sweep=1.2, sweep_decay=0.4, attack=0.002, decay=1.4, sustain=0.1, release=0.16, unison=2, detune=2, click=0.2, lowcut=120),
    "organ": Voice("organ", cutoff=5000, attack=0.004, decay=0.1, sustain=0.95, release=0.05, vibrato=4, click=0.15, chorus=0.3, lowcut=150),
    "epiano": Voice("fm", ratio=1.0, index=1.4, index_decay=0.5, decay=1.2, sustain=0.25, release=0.2, vibrato=3, chorus=0.4, click=0.06, lowcut=120),
    "wurli": Voice("reed", cutoff=2200, keytrack=0.4, sweep=1.0, sweep_decay=0.2, decay=0.9, sustain=0.25, release=0.12, drive=0.6, vibrato=5, lowcut=120),
    "stab": Voice("saw", unison=3, detune=12, cutoff=900, resonance=1.6, sweep=2.2, sweep_decay=0.14, decay=0.22, sustain=0.15, release=0.12, width=0.8, lowcut=180),
    "dubchord": Voice("saw", unison=2, detune=8, cutoff=620, resonance=2.2, sweep=1.2, sweep_decay=0.1, decay=0.18, sustain=0.1, release=0.2, width=0.9, lowcut=220, chorus=0.5),
    "ravestab": Voice("hoover", unison=3, detune=16, cutoff=4500, sweep=1.0, sweep_decay=0.1, decay=0.3, sustain=0.4, release=0.08, width=0.8, lowcut=180),
    "supersaw": Voice("saw", unison=7, detune=24, cutoff=7000, attack=0.006, decay=0.8, sustain=0.85, release=0.18, width=1.0, lowcut=180),
    "hoover": Voice("hoover", unison=4, detune=26, cutoff=5200, glide=500, glide_time=0.06, attack=0.01, sustain=0.9, release=0.15, width=0.9, lowcut=150, chorus=0.4),
    "brass": Voice("brass", unison=2, detune=7, cutoff=900, keytrack=0.5, sweep=1.4, sweep_decay=0.35, attack=0.03, decay=0.5, sustain=0.8, release=0.12, lowcut=120),
    "strings": Voice("saw", unison=4, detune=11, cutoff=3200, keytrack=0.4, attack=0.12, decay=0.8, sustain=0.9, release=0.35, vibrato=6, width=0.8, lowcut=160),
    "guitar": Voice("string", cutoff=2200, keytrack=0.4, sweep=2.0, sweep_decay=0.3, attack=0.002, decay=0.9, sustain=0.12, release=0.1, click=0.25, lowcut=110),
    "crunch": Voice("saw", unison=2, detune=6, cutoff=3000, attack=0.004, decay=0.8, sustain=0.75, release=0.08, drive=4.0, lowcut=100),
    "clav": Voice("clav", cutoff=2600, resonance=1.4, keytrack=0.4, sweep=1.0, sweep_decay=0.1, decay=0.35, sustain=0.2, release=0.04, click=0.25, lowcut=150),
    "futurechord": Voice("saw", unison=5, detune=20, cutoff=2400, wobble=1.2, sync=2, attack=0.01, sustain=0.9, release=0.2, width=1.0, lowcut=160),
    # pads
    "pad": Voice("saw", unison=4, detune=14, cutoff=1800, wobble=0.5, wobble_rate=0.25, attack=0.25, decay=1.0, sustain=0.85, release=0.6, width=0.9, lowcut=160),
    "warm": Voice("triangle", unison=4, detune=10, cutoff=1500, attack=0.3, decay=1.0, sustain=0.9, release=0.7, width=0.9, chorus=0.4, lowcut=140),
    "dark": Voice("pulse", unison=3, detune=10, cutoff=800, wobble=0.6, wobble_rate=0.17, attack=0.35, decay=1.0, sustain=0.9, release=0.7, width=0.9, lowcut=120),
    "glass": Voice("glass", unison=3, detune=5, cutoff=9000, attack=0.15, decay=1.5, sustain=0.6, release=0.9, width=1.0, chorus=0.5, lowcut=200),
    "evolving": Voice("hollow", unison=3, detune=9, cutoff=900, resonance=1.8, sweep=-1.2, sweep_decay=1.6, wobble=0.8, wobble_rate=0.11, attack=0.4, sustain=0.9, release=0.9, width=1.0, lowcut=160),
    "sweeppad": Voice("saw", unison=5, detune=16, cutoff=2600, resonance=1.6, sweep=-2.0, sweep_decay=1.2, attack=0.2, sustain=0.9, release=0.7, width=1.0, lowcut=180),
    "airpad": Voice("sine", unison=3, detune=6, attack=0.5, sustain=0.9, release=1.0, noise=0.15, width=1.0, chorus=0.6, cutoff=6000, lowcut=200),
    "choir": Voice("vox", unison=4, detune=13, cutoff=5000, attack=0.2, decay=0.8, sustain=0.9, release=0.5, vibrato=9, width=0.9, vowels="ao", morph=1.2, lowcut=160),
    # plucks and arpeggios
    "pluck": Voice("saw", unison=2, detune=6, cutoff=700, keytrack=0.5, resonance=1.3, sweep=3.0, sweep_decay=0.11, decay=0.28, sustain=0.08, release=0.2, width=0.7, lowcut=200),
    "trancepluck": Voice("saw", unison=4, detune=15, cutoff=1400, keytrack=0.4, sweep=2.4, sweep_decay=0.1, decay=0.25, sustain=0.1, release=0.18, width=0.9, lowcut=220),
    "bell": Voice("fm", ratio=3.5, index=2.2, index_decay=0.6, decay=0.9, sustain=0.05, release=0.5, lowcut=200),
    "marimba": Voice("fm", ratio=4.0, index=1.1, index_decay=0.04, decay=0.35, sustain=0.02, release=0.2, click=0.15, lowcut=150),
    "kalimba": Voice("glass", cutoff=5000, decay=0.5, sustain=0.03, release=0.3, click=0.25, lowcut=180),
    "chip": Voice("pulse", cutoff=9000, attack=0.002, decay=0.2, sustain=0.4, release=0.03, lowcut=150),
    "blip": Voice("triangle", cutoff=4000, decay=0.12, sustain=0.03, release=0.06, glide=-300, glide_time=0.01, lowcut=200),
    "harp": Voice("string", cutoff=3200, keytrack=0.5, sweep=1.0, sweep_decay=0.3, attack=0.002, decay=0.9, sustain=0.05, release=0.4, chorus=0.2, lowcut=150),
    # leads
    "lead": Voice("saw", unison=2, detune=8, cutoff=4200, resonance=1.2, sweep=0.8, attack=0.005, decay=0.4, sustain=0.75, release=0.12, vibrato=8, lowcut=180, slide=0.04),
    "squarelead": Voice("square", unison=2, detune=5, cutoff=3600, resonance=1.1, sustain=0.8, release=0.1, vibrato=10, lowcut=180, slide=0.05),
    "synclead": Voice("sync", cutoff=7000, sweep=1.2, sweep_decay=0.3, sustain=0.8, release=0.1, vibrato=6, lowcut=180),
    "fmlead": Voice("fm", ratio=2.0, index=2.4, index_decay=0.8, decay=0.5, sustain=0.7, release=0.1, vibrato=6, lowcut=180),
    "trancelead": Voice("saw", unison=7, detune=19, cutoff=9000, attack=0.004, decay=0.5, sustain=0.75, release=0.15, width=0.9, lowcut=220),
    "screech": Voice("square", cutoff=1700, resonance=9.0, sweep=1.4, sweep_decay=0.18, sustain=0.9, drive=6.0, release=0.05, glide=200, glide_time=0.04, lowcut=250, slide=0.04, octave=0),
    "whistle": Voice("sine", cutoff=6000, attack=0.02, sustain=0.9, release=0.08, vibrato=14, noise=0.01, glide=120, glide_time=0.04, slide=0.08, lowcut=200),
    "flute": Voice("triangle", cutoff=3500, attack=0.04, decay=0.3, sustain=0.85, release=0.1, vibrato=10, noise=0.05, lowcut=180),
    "moog": Voice("pulse", cutoff=1200, resonance=1.8, sweep=1.8, sweep_decay=0.3, keytrack=0.4, sustain=0.7, release=0.1, slide=0.06, vibrato=6, lowcut=120),
    # voices that sing
    "vox": Voice("vox", cutoff=6000, attack=0.03, decay=0.5, sustain=0.85, release=0.09, vibrato=22, noise=0.012, glide=110, width=0.2, vowels="ao", slide=0.06, lowcut=140),
    "chop": Voice("vox", cutoff=7000, attack=0.008, decay=0.18, sustain=0.5, release=0.05, vowels="ea", morph=0.08, glide=-150, glide_time=0.03, lowcut=180),
    "ooh": Voice("vox", unison=2, detune=6, cutoff=3500, attack=0.06, sustain=0.9, release=0.2, vibrato=16, noise=0.008, vowels="uo", morph=0.4, width=0.4, lowcut=160),
    "aah": Voice("vox", unison=3, detune=9, cutoff=6500, attack=0.05, sustain=0.9, release=0.2, vibrato=14, vowels="ae", morph=0.6, width=0.6, lowcut=160),
    "vocoder": Voice("vox", unison=5, detune=15, cutoff=8000, attack=0.01, sustain=0.95, release=0.08, vowels="aeiou", morph=0.22, width=0.8, lowcut=160),
}  # fmt: skip
"""Every voice by its name."""
