"""Hand-made tracks of known content, for everything that shows or writes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixolydian.core.types import (
    Analysis,
    Beats,
    Chord,
    Cue,
    Drop,
    Energy,
    Estimate,
    FileTags,
    KeyChange,
    Loudness,
    Phrase,
    Provenance,
    Section,
    Segment,
    Summary,
    Tempo,
    TempoSegment,
    Track,
)
from mixolydian.theory.key import make_key

MACHINE = Provenance("GridTempo", "3", {"lowest": 40})
BPM = 120.0
BAR = 2.0
DURATION = 64.0
HOSTILE = "</script><script>alert('x')</script> \"A\" & B \u202e\x07"


def estimate(value: Any, confidence: float | None = 0.95, **more: Any) -> Estimate[Any]:
    """A machine's answer."""
    return Estimate(value, confidence, MACHINE, **more)


def full_analysis() -> Analysis:
    """64 s at 120 BPM, A minor: intro, buildup, drop (at 32 s), outro; no genre."""
    times = np.arange(128) * 0.5
    sections = (
        Section(0.0, 16.0, "intro", 0.2),
        Section(16.0, 32.0, "buildup", 0.5),
        Section(32.0, 56.0, "drop", 1.0),
        Section(56.0, 64.0, "outro", 0.1),
    )
    chords = (
        Chord(0.0, 30.0, "A:min"),
        Chord(30.0, 50.0, "F:maj7/3"),
        Chord(50.0, 60.0, "N"),
        Chord(60.0, 64.0, "X"),
    )
    answers = {
        "tempo": estimate(
            Tempo(BPM, (TempoSegment(0.0, DURATION, BPM, 0.0),)),
            alternatives=(({"bpm": 60.0}, 0.03),),
        ),
        "beats": estimate(
            Beats(times, np.arange(128) % 4 + 1, 4, (Phrase(0.0, 8), Phrase(16.0, 8)))
        ),
        "key": estimate(make_key(9, "minor", -7.0), 0.8),
        "chords": estimate(chords, 0.6),
        "sections": estimate(sections, 0.7),
        "drops": estimate((Drop(32.0, 0.9),)),
        "cues": estimate((Cue(0.0, "mix-in"), Cue(32.0, "drop"), Cue(56.0, "mix-out"))),
        "energy": estimate(Energy(7, times, np.linspace(0.0, 1.0, 128))),
        "loudness": estimate(Loudness(-8.13, -0.31, 5.25), None),
        "music": estimate((Segment(0.0, DURATION, "music"),)),
        "genre": Estimate(None, provenance=MACHINE, reason="no model is trained yet"),
        "harmony": estimate(Summary({"chords_per_bar": 0.5, "borrowed": False}), None),
    }
    return Analysis(DURATION, answers)


def example_track(
    title: str | None = "Night Drive",
    path: str = "/music/crate/night drive.flac",
    track_id: str = "0123456789abcdef",
    **changed: Estimate[Any],
) -> Track:
    """The full example; `changed` replaces answers."""
    analysis = full_analysis()
    answers = {**analysis.estimates, **changed}
    tags = FileTags(title, "Ann Example", "First", 2024, "techno", 120.0, "8A")
    return Track(track_id, path, DURATION, tags, Analysis(DURATION, answers))


def changing_track() -> Track:
    """A track with a tempo change, a key change, and speech in between."""
    tempo = Tempo(120.0, (TempoSegment(0, 32, 120.0, 0), TempoSegment(32, 64, 126.5, 32)))
    changes = (KeyChange(0.0, 40.0, "A", "minor"), KeyChange(40.0, 64.0, "B", "minor"))
    content = (
        Segment(0.0, 10.0, "speech"),
        Segment(10.0, 20.0, "speech"),
        Segment(20.0, 64.0, "music"),
    )
    return example_track(
        tempo=estimate(tempo),
        key=estimate(make_key(9, "minor", 0.0, changes)),
        music=estimate(content),
    )


def unknown_track() -> Track:
    """Nothing could be told: every question has a reason."""
    questions = ("tempo", "beats", "key", "chords", "sections", "drops", "cues", "energy")
    answers = {q: Estimate[Any](None, reason=f"no {q} in silence") for q in questions}
    tags = FileTags()
    return Track("ffff", "/music/silence.wav", 3.0, tags, Analysis(3.0, answers))
