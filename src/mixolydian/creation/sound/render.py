"""Arrangement → Signal: notes and strokes into stems, stems into a mastered mix.

Every distinct (pitch, length) of a voice is synthesised once per piece and reused, and so
is every drum; placing a sound means adding it at the sample nearest to its time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixolydian.core.types import FloatArray, Note, Signal
from mixolydian.creation.sound import effects
from mixolydian.creation.arrange import Arrangement, Part
from mixolydian.creation.brief import Brief
from mixolydian.creation.sound.drums import LANE_LEVEL, LANE_PAN, band_noise, make_kit
from mixolydian.creation.percussion import Hit
from mixolydian.creation.styles import STYLES
from mixolydian.creation.sound.synth import SAMPLE_RATE, render_note
from mixolydian.creation.sound.voices import VOICES, Voice
from mixolydian.theory.pitch import midi_to_hz

TAIL = 1.5
"""seconds after the last bar line for releases and reverb."""
STEM_LEVEL = {
    "kick": -11.0, "drums": -17.0, "bass": -14.0, "harmony": -18.0, "lead": -18.5, "fx": -24.0,
}  # fmt: skip
"""dBFS of each stem where it plays, before the brief's own mix."""
LENGTH_STEP = 0.02
"""seconds to which held lengths are rounded, so that equal notes are rendered once."""


def render(arrangement: Arrangement) -> Signal:
    """The mastered mix, 44.1 kHz stereo; the same arrangement gives the same samples."""
    brief = arrangement.brief
    stems = render_stems(arrangement)
    stems = _duck(stems, arrangement)
    mix = _ambience(stems, arrangement)
    for stem in stems.values():
        mix += stem
    return Signal(_master(mix, brief), SAMPLE_RATE)


def render_stems(arrangement: Arrangement) -> dict[str, FloatArray]:
    """Dry stems (2, n) at their mixing level: kick, drums, bass, harmony, lead, fx."""
    n = round((arrangement.end + TAIL) * SAMPLE_RATE)
    stems = _drum_stems(arrangement, n)
    for part in arrangement.parts:
        stem = stems.setdefault(part.stem, np.zeros((2, n), dtype=np.float32))
        _add_part(stem, part, arrangement.brief)
    if arrangement.risers:
        stems["fx"] = _risers(arrangement, n)
    return {name: _level(y, name, arrangement.brief) for name, y in stems.items()}


def _level(y: FloatArray, name: str, brief: Brief) -> FloatArray:
    """`y` brought to its place in the balance."""
    own = STYLES[brief.style].kick if name == "kick" else 0.0
    wanted = STEM_LEVEL[name] + own + getattr(brief.mix, name, 0.0)
    now = effects.loud_rms(y)
    return y if now == 0 else y * np.float32(10 ** (wanted / 20) / now)


def _drum_stems(arrangement: Arrangement, n: int) -> dict[str, FloatArray]:
    brief = arrangement.brief
    kit = make_kit(STYLES[brief.style].kit, brief.random("kit"))
    stems: dict[str, FloatArray] = {}
    for lane, hits in arrangement.drums.items():
        name = "kick" if lane == "kick" else "drums"
        stem = stems.setdefault(name, np.zeros((2, n), dtype=np.float32))
        _add_hits(stem, kit[lane] * LANE_LEVEL[lane], hits, LANE_PAN.get(lane, 0.0))
    return stems


def _add_hits(stem: FloatArray, shot: FloatArray, hits: tuple[Hit, ...], pan: float) -> None:
    sides = np.array([[np.sqrt((1 - pan) / 2)], [np.sqrt((1 + pan) / 2)]], dtype=np.float32)
    stereo = (sides * shot).astype(np.float32)
    for hit in hits:
        start = round(hit.time * SAMPLE_RATE)
        end = min(start + stereo.shape[1], stem.shape[1])
        stem[:, start:end] += np.float32(hit.velocity) * stereo[:, : end - start]


def part_voice(part: Part, brief: Brief) -> Voice:
    """The part's voice with this piece's own touch on filter, detuning and envelope."""
    rng = brief.random(f"voice {part.name}")
    voice = VOICES[part.voice]
    return replace(
        voice,
        cutoff=float(np.clip(voice.cutoff * 2 ** rng.uniform(-0.5, 0.8), 60, 17000)),
        detune=voice.detune * float(rng.uniform(0.6, 1.3)),
        resonance=voice.resonance * float(rng.uniform(0.8, 1.25)),
        decay=voice.decay * float(rng.uniform(0.7, 1.4)),
        release=voice.release * float(rng.uniform(0.8, 1.3)),
        wobble_rate=_wobble_rate(voice, brief, rng),
    )


def _wobble_rate(voice: Voice, brief: Brief, rng: np.random.Generator) -> float:
    """Fast wobbles follow the tempo, slow ones drift freely."""
    if voice.wobble_rate < 2:
        return voice.wobble_rate
    return brief.bpm / 60 * float(rng.choice([1.0, 1.5, 2.0]))


def _add_part(stem: FloatArray, part: Part, brief: Brief) -> None:
    voice = part_voice(part, brief)
    cache: dict[tuple[float, int], FloatArray] = {}
    for note in part.notes:
        sound = _sound(note, voice, brief, cache)
        start = round(note.onset * SAMPLE_RATE)
        end = min(start + sound.shape[1], stem.shape[1])
        if start < end:
            stem[:, start:end] += np.float32(note.velocity / 127) * sound[:, : end - start]


def _sound(
    note: Note, voice: Voice, brief: Brief, cache: dict[tuple[float, int], FloatArray]
) -> FloatArray:
    held = max(1, round((note.offset - note.onset) / LENGTH_STEP))
    key = (note.pitch, held)
    if key not in cache:
        hz = midi_to_hz(note.pitch + brief.tuning_cents / 100)
        cache[key] = render_note(voice, hz, held * LENGTH_STEP, brief.seed)
    return cache[key]


def _risers(arrangement: Arrangement, n: int) -> FloatArray:
    """Noise that climbs through eight bands, and a boom where it ends."""
    rng = arrangement.brief.random("risers")
    out = np.zeros((2, n), dtype=np.float32)
    for start, end in arrangement.risers:
        first, last = round(start * SAMPLE_RATE), round(end * SAMPLE_RATE)
        t = np.linspace(0, 1, last - first, dtype=np.float32)
        for band, low in enumerate(np.geomspace(300, 7000, 8)):
            shape = np.exp(-((t * 8 - band - 0.5) ** 2)) * t**1.5
            out[:, first:last] += shape * band_noise(last - first, low, low * 1.7, rng)
        boom = _impact(rng)
        stop = min(last + boom.shape[0], n)
        out[:, last:stop] += boom[: stop - last]
    return out


def _impact(rng: np.random.Generator) -> FloatArray:
    """A boom of 1.2 s."""
    n = round(1.2 * SAMPLE_RATE)
    t = np.arange(n) / SAMPLE_RATE
    y = np.cos(2 * np.pi * (38 * t + 3 * (1 - np.exp(-t / 0.1)))) * np.exp(-t / 0.35)
    noise = band_noise(n, 100, 4000, rng) * np.exp(-t / 0.25)
    return np.asarray(1.5 * y + 0.4 * noise, dtype=np.float32)


def _duck(stems: dict[str, FloatArray], arrangement: Arrangement) -> dict[str, FloatArray]:
    """Side-chain: every kick pushes bass and harmony down."""
    depth = arrangement.brief.mix.sidechain
    kicks = arrangement.drums.get("kick", ())
    if not depth or not kicks:
        return stems
    n = next(iter(stems.values())).shape[1]
    beat = 60 / arrangement.tempo.bpm
    gain = effects.duck_gain(n, [h.time for h in kicks], depth, min(0.9 * beat, 0.35))
    soft = 1 - (1 - gain) * np.float32(0.8)
    ways = {"bass": gain, "harmony": soft, "fx": soft}
    return {name: y * ways[name] if name in ways else y for name, y in stems.items()}


SEND = {"drums": 0.25, "harmony": 0.8, "lead": 0.9, "fx": 0.8}
"""share of each stem that goes to the room."""


def _ambience(stems: dict[str, FloatArray], arrangement: Arrangement) -> FloatArray:
    """Reverb and echo returns (2, n)."""
    brief = arrangement.brief
    rng = brief.random("room")
    send = np.zeros_like(next(iter(stems.values())))
    for name, share in SEND.items():
        if name in stems:
            send += np.float32(share) * stems[name]
    seconds, damping = float(rng.uniform(0.6, 2.2)), float(rng.uniform(2500, 9000))
    room = np.zeros_like(send)
    if brief.mix.reverb:
        kernel = effects.reverb_kernel(seconds, damping, rng)
        room += np.float32(0.7 * brief.mix.reverb) * effects.convolve(send, kernel)
    if brief.mix.delay and "lead" in stems:
        time = 60 / arrangement.tempo.bpm * float(rng.choice([0.5, 0.75, 0.75, 1.0]))
        room += np.float32(brief.mix.delay) * effects.echo(stems["lead"], time, 0.55)
    return room


def _at_level(y: FloatArray, dbfs: float) -> FloatArray:
    """`y` with its loud parts at `dbfs` RMS."""
    return y * np.float32(10 ** (dbfs / 20) / max(effects.loud_rms(y), 1e-9))


def _master(y: FloatArray, brief: Brief) -> FloatArray:
    """Hiss, colour, bus compression and saturation, then the asked level under a limiter."""
    mix = brief.mix
    y = _at_level(y, -12.0)
    if mix.hiss > -90.0:
        noise = brief.random("hiss").standard_normal(y.shape, dtype=np.float32)
        y = y + np.float32(10 ** ((mix.hiss - 12.0) / 20)) * noise
    y = effects.colour(y, mix.tilt, mix.air)
    y = effects.compress(_at_level(y, -12.0), -16.0, 1 + 3 * mix.drive)
    y = effects.saturate(_at_level(y, -12.0), mix.drive)
    return effects.limit(_at_level(y, mix.level))
