"""The readable side of a piece: MIDI, a session for the workstation, and a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mixolydian import __version__
from mixolydian.core.files import write_text
from mixolydian.core.types import Note
from mixolydian.creation.arrangement import GESTURES, Arrangement, Automation, Gesture, Hit
from mixolydian.creation.names import STEM_OF_LANE, STEMS
from mixolydian.library.formats.dawproject import write_dawproject
from mixolydian.library.formats.midi import (
    DRUM_CHANNEL,
    MidiMarker,
    MidiTrack,
    melodic_channel,
    write_midi,
)
from mixolydian.library.formats.session import AudioTrack, Session
from mixolydian.library.formats.timeline import Timeline
from mixolydian.theory.key import camelot
from mixolydian.theory.mode import family
from mixolydian.theory.pitch import pitch_class
from mixolydian.workflows.composing.sounds import Sounds
from mixolydian.workflows.reporting.arrangement_picture import arrangement_svg
from mixolydian.workflows.reporting.arrangement_view import (
    ArrangementView,
    Curve,
    Stroke,
    Sweep,
    ViewRow,
    ViewSection,
)

MIDI, SESSION, PICTURE = "score.mid", "session.dawproject", "arrangement.svg"
PROGRAMS = {"bass": 38, "chords": 4, "pad": 89, "arpeggio": 80, "lead": 81, "vocal": 53}
"""General MIDI programs (from 0) that come nearest to the parts."""
DRUM_PITCHES = {
    "kick": 36, "snare": 38, "clap": 39, "rim": 37, "hat": 42, "open": 46, "ride": 51, "crash": 49,
    "shaker": 70, "perc": 63, "cowbell": 56, "tom": 45,
}  # fmt: skip
"""General MIDI percussion of every drum lane."""
STROKE_LENGTH = 0.05
"""seconds of a drum stroke in a score."""
COLORS = {
    "kick": "#c2410c", "snare": "#ea580c", "hats": "#d97706", "percussion": "#ca8a04",
    "bass": "#4338ca", "chords": "#0f766e", "pad": "#0e7490", "arpeggio": "#0369a1",
    "lead": "#be185d", "vocal": "#a21caf", "texture": "#64748b", "fx": "#475569",
}  # fmt: skip
GROUPS = {
    "kick": "drums", "snare": "drums", "hats": "drums", "percussion": "drums", "pad": "chords",
    "arpeggio": "chords", "texture": "fx",
}  # fmt: skip
"""Stem → colour group of the picture, where it is not the stem's own name."""
DIRECTIONS = {"riser": 1, "reverse": 1, "downlifter": -1, "impact": -1, "subdrop": -1}


def title_of(arrangement: Arrangement) -> str:
    """What the piece is called: genre, tempo and key."""
    brief = arrangement.brief
    return f"{brief.genre} {brief.bpm:g} BPM {brief.tonic} {brief.mode}"


def write_scores(arrangement: Arrangement, sounds: Sounds, folder: Path) -> None:
    """Write the MIDI file and the session beside the sounds."""
    timeline = _timeline(arrangement)
    tracks = _tracks(arrangement)
    markers = tuple(
        MidiMarker(s.start, name)
        for s, name in zip(arrangement.sections, display_names(arrangement), strict=True)
    )
    title = title_of(arrangement)
    write_midi(folder / MIDI, tracks, timeline, markers, arrangement.key_changes, title)
    if not sounds.stems:
        return
    audio = tuple(
        AudioTrack(name, path, sounds.duration, sounds.sample_rate, color=COLORS[name])
        for name, path in sounds.stems.items()
    )
    session = Session(
        title, timeline, audio, tracks, markers, genre=arrangement.brief.genre,
        comment=f"seed {arrangement.brief.seed}", version=__version__,
        colors={t.name: COLORS[t.name] for t in tracks if t.name in COLORS},
    )  # fmt: skip
    write_dawproject(folder / SESSION, session)


def _timeline(arrangement: Arrangement) -> Timeline:
    return Timeline(np.append(arrangement.beats.times, arrangement.end), arrangement.beats.meter)


def display_names(arrangement: Arrangement) -> tuple[str, ...]:
    """Section names as people write them: intro, drop 1, drop 2."""
    labels = [s.label for s in arrangement.sections]
    counts: dict[str, int] = {}
    names = []
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
        names.append(f"{label} {counts[label]}" if labels.count(label) > 1 else label)
    return tuple(names)


def _tracks(arrangement: Arrangement) -> tuple[MidiTrack, ...]:
    """A track per pitched part, and one with all drums."""
    melodic = tuple(
        MidiTrack(part.name, melodic_channel(i), PROGRAMS.get(part.name, 0), part.notes)
        for i, part in enumerate(arrangement.parts)
    )
    strokes = sorted(
        (
            Note(h.time, h.time + STROKE_LENGTH, DRUM_PITCHES[lane], _velocity(h))
            for lane, hits in arrangement.drums.items()
            for h in hits
        ),
        key=lambda n: (n.onset, n.pitch),
    )
    drums = (MidiTrack("drums", DRUM_CHANNEL, 0, tuple(strokes)),) if strokes else ()
    return (*drums, *melodic)


def _velocity(hit: Hit) -> int:
    return max(1, round(127 * hit.velocity))


# ------------------------------------------------------------------------- the picture


def write_picture(arrangement: Arrangement, sounds: Sounds, folder: Path) -> None:
    """Write the picture of the piece."""
    write_text(folder / PICTURE, arrangement_svg(view_of(arrangement, sounds)), durable=False)


def view_of(arrangement: Arrangement, sounds: Sounds) -> ArrangementView:
    """The piece as the picture shows it."""
    brief = arrangement.brief
    code = camelot(pitch_class(brief.tonic), family(brief.mode))
    minutes, seconds = divmod(round(sounds.duration), 60)
    named = zip(arrangement.sections, display_names(arrangement), strict=True)
    rows = (_row(arrangement, stem) for stem in STEMS)
    return ArrangementView(
        title=f"{brief.genre} · {brief.bpm:g} BPM · {brief.tonic} {brief.mode} ({code})",
        subtitle=f"{minutes}:{seconds:02d} · {brief.n_bars} bars · seed {brief.seed} · "
        f"{sounds.lufs:.1f} LUFS",
        duration=sounds.duration,
        sections=tuple(ViewSection(s, name) for s, name in named),
        drops=arrangement.drops,
        chords=arrangement.chords,
        downbeats=arrangement.beats.downbeats,
        energy=_energy(arrangement),
        waveform=sounds.waveform,
        rows=tuple(row for row in rows if row is not None),
    )


def _energy(arrangement: Arrangement) -> Curve:
    """The energy of the sections, in steps."""
    times = [t for s in arrangement.sections for t in (s.start, s.end)]
    return Curve(np.array(times), np.repeat([s.energy or 0.0 for s in arrangement.sections], 2))


def _row(arrangement: Arrangement, stem: str) -> ViewRow | None:
    """One line of the picture; None for a stem that does not play."""
    notes = tuple(n for p in arrangement.parts if p.stem == stem for n in p.notes)
    strokes = tuple(
        Stroke(h.time, h.velocity)
        for lane, hits in arrangement.drums.items()
        if STEM_OF_LANE[lane] == stem
        for h in hits
    )
    sweeps = tuple(_sweep(g) for g in arrangement.gestures if GESTURES[g.kind] == stem)
    if not (notes or strokes or sweeps):
        return None
    curves = tuple(_curve(a) for a in arrangement.automation if a.target == stem)
    return ViewRow(stem, GROUPS.get(stem, stem), notes, strokes, sweeps, curves)


def _sweep(gesture: Gesture) -> Sweep:
    return Sweep(gesture.start, gesture.end, DIRECTIONS.get(gesture.kind, 0))


def _curve(automation: Automation) -> Curve:
    times, values = zip(*automation.points, strict=True)
    return Curve(np.array(times), np.array(values), automation.parameter)
