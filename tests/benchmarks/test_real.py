"""Truth read from other programs' files."""

from __future__ import annotations

import pytest

from benchmarks import real
from mixolydian.core.types import Beats, Drop, Segment, Tempo

OSU = """osu file format v14

[TimingPoints]
2558.8215,326.086956521739,4,1,0,100,1,0
12993,-100,4,1,0,100,0,1
23102,-100,4,1,0,100,0,0

[HitObjects]
1,2,3
"""


def test_osu_timing_points(tmp_path):
    path = tmp_path / "a.osu"
    path.write_text(OSU)
    truth = real.osu_truth(path, 60.0)
    assert truth["tempo"].bpm == pytest.approx(184.0)
    assert truth["climax"] == [12.993]
    assert truth["beats"].times[0] == pytest.approx(2.5588215 % 0.326086956521739)
    nearest = abs(truth["beats"].downbeats - 2.5588215).min()
    assert nearest == pytest.approx(0, abs=1e-9)


def test_midi_tempo(tmp_path):
    midi = tmp_path / "notes.mid"
    midi.write_bytes(b"MThd....MTrk\x00\xff\x51\x03\x06\x1a\x80")
    assert real.midi_tempo(midi).bpm == pytest.approx(150.0)


def test_scores_only_what_is_known():
    grid = Beats([0.0, 0.5], [1, 2], 4)
    scores = real.scores(
        {"tempo_any_octave": Tempo(90), "climax": [10.0]},
        {"tempo": Tempo(180.05), "beats": grid, "drops": (Drop(10.2, 1.0),)},
    )
    assert scores == {"tempo.accuracy2": 1.0, "tempo.within_any_octave": 1.0, "climax.f_05": 1.0}


def test_share_of_time():
    value = (Segment(0, 3, "music"), Segment(3, 4, "speech"))
    assert real.share(value, "music") == pytest.approx(0.75)
    assert real.share(None, "music") == 0
