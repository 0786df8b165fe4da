# ruff: noqa: E501
"""The voices: settings of every synthesised instrument, as data.

`synth.render_note` plays them. Bass voices come first, then chords and pads, then leads.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """Settings of one voice. Times in seconds, frequencies in Hz, levels linear."""

    wave: str = "saw"
    """saw, square, pulse, triangle, sine, organ, string, vox (sung vowels), or fm."""
    unison: int = 1
    detune: float = 0.0
    """cents between the outermost unison voices and the middle."""
    cutoff: float = 18000.0
    keytrack: float = 0.0
    """share of the pitch (against 220 Hz) by which the cutoff moves."""
    resonance: float = 0.7
    sweep: float = 0.0
    """octaves the cutoff starts above its resting place."""
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
    index_decay: float = 0.3
    vibrato: float = 0.0
    """cents."""
    noise: float = 0.0
    """level of breath or bow noise."""
    glide: float = 0.0
    """cents below the pitch at which each note starts, gone within 60 ms."""
    octave: int = 0
    drive: float = 0.0
    width: float = 0.5


VOICES: dict[str, Voice] = {
    # basses
    "sub": Voice("triangle", cutoff=220, decay=0.4, sustain=0.9, release=0.06, attack=0.004),
    "round": Voice("saw", cutoff=420, keytrack=0.5, sweep=1.0, sweep_decay=0.12, decay=0.5, sustain=0.6),
    "saw": Voice("saw", cutoff=700, resonance=1.4, sweep=2.2, sweep_decay=0.12, decay=0.25, sustain=0.6, sub=0.4),
    "square": Voice("square", cutoff=1500, sweep=1.5, sweep_decay=0.15, decay=0.4, sustain=0.6),
    "reese": Voice("saw", unison=3, detune=18, cutoff=650, resonance=1.0, wobble=0.7, wobble_rate=0.7, sustain=0.9, sub=0.7, width=0.4),
    "growl": Voice("pulse", unison=2, detune=9, cutoff=600, resonance=2.4, wobble=1.8, wobble_rate=4.6, sustain=0.95, sub=0.7, drive=2.0),
    "fm": Voice("fm", ratio=1.0, index=3.2, index_decay=0.12, decay=0.3, sustain=0.55, sub=0.3),
    "acid": Voice("saw", cutoff=330, resonance=5.0, sweep=3.0, sweep_decay=0.16, decay=0.3, sustain=0.5, release=0.03, drive=1.5, glide=60),
    "808": Voice("sine", decay=1.2, sustain=0.35, release=0.25, drive=1.6, sweep=0.0),
    "organbass": Voice("organ", cutoff=900, decay=0.25, sustain=0.4, octave=1),
    "picked": Voice("string", cutoff=1100, keytrack=0.3, sweep=2.0, sweep_decay=0.25, decay=0.8, sustain=0.35),
    # chords and pads
    "pad": Voice("saw", unison=4, detune=14, cutoff=1800, wobble=0.5, wobble_rate=0.25, attack=0.25, decay=1.0, sustain=0.85, release=0.6, width=0.9),
    "dark": Voice("pulse", unison=3, detune=10, cutoff=800, wobble=0.6, wobble_rate=0.17, attack=0.35, decay=1.0, sustain=0.9, release=0.7, width=0.9),
    "strings": Voice("saw", unison=4, detune=11, cutoff=3200, keytrack=0.4, attack=0.12, decay=0.8, sustain=0.9, release=0.35, vibrato=6, width=0.8),
    "supersaw": Voice("saw", unison=7, detune=24, cutoff=7000, attack=0.006, decay=0.8, sustain=0.85, release=0.18, width=1.0),
    "brass": Voice("saw", unison=2, detune=7, cutoff=900, keytrack=0.5, sweep=1.4, sweep_decay=0.35, attack=0.03, decay=0.5, sustain=0.8, release=0.12),
    "stab": Voice("saw", unison=3, detune=12, cutoff=900, resonance=1.6, sweep=2.2, sweep_decay=0.14, decay=0.22, sustain=0.15, release=0.12, width=0.8),
    "pluck": Voice("saw", unison=2, detune=6, cutoff=700, keytrack=0.5, resonance=1.3, sweep=3.0, sweep_decay=0.11, decay=0.28, sustain=0.08, release=0.2, width=0.7),
    "organ": Voice("organ", cutoff=5000, attack=0.004, decay=0.1, sustain=0.95, release=0.05, vibrato=4),
    "piano": Voice("string", cutoff=2600, keytrack=0.6, sweep=1.5, sweep_decay=0.5, attack=0.002, decay=1.4, sustain=0.12, release=0.18, unison=2, detune=2, width=0.5),
    "guitar": Voice("string", cutoff=2200, keytrack=0.4, sweep=2.0, sweep_decay=0.3, attack=0.002, decay=0.9, sustain=0.12, release=0.1),
    "crunch": Voice("saw", unison=2, detune=6, cutoff=3000, attack=0.004, decay=0.8, sustain=0.75, release=0.08, drive=4.0),
    "epiano": Voice("fm", ratio=1.0, index=1.4, index_decay=0.5, decay=1.2, sustain=0.25, release=0.2, vibrato=3),
    "bell": Voice("fm", ratio=3.5, index=2.2, index_decay=0.6, decay=0.9, sustain=0.05, release=0.5, octave=0),
    # leads
    "lead": Voice("saw", unison=2, detune=8, cutoff=4200, resonance=1.2, sweep=0.8, attack=0.005, decay=0.4, sustain=0.75, release=0.12, vibrato=8),
    "fmlead": Voice("fm", ratio=2.0, index=2.4, index_decay=0.8, decay=0.5, sustain=0.7, release=0.1, vibrato=6),
    "vox": Voice("vox", cutoff=6000, attack=0.03, decay=0.5, sustain=0.85, release=0.09, vibrato=22, noise=0.012, glide=110, width=0.2),
    "choir": Voice("vox", unison=4, detune=13, cutoff=5000, attack=0.2, decay=0.8, sustain=0.9, release=0.5, vibrato=9, width=0.9),
    "flute": Voice("triangle", cutoff=3500, attack=0.04, decay=0.3, sustain=0.85, release=0.1, vibrato=10, noise=0.05),
}  # fmt: skip
"""Every voice by its name."""
