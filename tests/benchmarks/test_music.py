"""The comparison of music detection: what a programme holds, what is judged, what is shown."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

pytest.importorskip("sklearn")
pytest.importorskip("torch")

from benchmarks import music, music_material, music_speech, music_tables
from mixolydian.core.types import Segment
from mixolydian.evaluation.classification import score
from mixolydian.training.clips import LABELS, POOLED, Clip, examples_of
from mixolydian.training.datasets.item import SAMPLE_RATE
from mixolydian.training.summaries import NAMES

RATE = SAMPLE_RATE
WORDS = {"both": "speech over music"}


def right():
    """The answer that is true of a programme."""
    now, found = 0.0, []
    for kind, length in music_speech.PLAN:
        found.append(Segment(now, now + length, WORDS.get(kind, kind)))
        now += length
    return tuple(found)


def row(segments, over=0.0):
    heard = {kind: music_speech.said(segments, kind) for kind in music_speech.WORDS}
    late = {kind: music_speech.delays(segments, kind) for kind in music_speech.WORDS}
    return music_speech.Judged("a piece", over, "clean", "somebody", heard, late)


def test_the_true_answer_is_perfect():
    found = music_speech.summed_up([row(right())] * 3)
    assert {k: v["value"] for k, v in found["overall"].items()} == {
        "music": 1.0,
        "speech": 1.0,
        "both": 1.0,
    }
    assert found["delay"] == {
        "median": 0.0,
        "90th percentile": 0.0,
        "within 1 s": 1.0,
        "missed": 0.0,
    }


def test_music_all_the_time_misses_speech_and_the_ends_of_music():
    found = music_speech.summed_up([row((Segment(0.0, 52.0, "music"),))])
    # 42 of 52 seconds hold music
    assert found["overall"]["music"]["value"] == pytest.approx(2 * 42 / (2 * 42 + 10), abs=1e-4)
    assert found["overall"]["speech"]["value"] == 0.0
    # music: one end that is missed and one start that is there; speech: two starts and one end
    assert found["delay"]["missed"] == pytest.approx(3 / 5)


def test_a_late_answer_is_late():
    late = tuple(Segment(s.start + 0.8, s.end + 0.8, s.label) for s in right())
    assert music_speech.delays(late, "speech") == pytest.approx([0.8, 0.8, 0.8])


def test_a_programme_holds_what_the_plan_says():
    n = round(music_speech.SECONDS * RATE)
    rng = np.random.default_rng(0)
    speech, played = (rng.normal(0, s, n).astype(np.float32) for s in (0.1, 0.001))
    y = music_speech.programme(speech, played, 20.0, "clean").samples[0]

    def level(start, end):
        return 10 * np.log10(np.mean(y[int(start * RATE) : int(end * RATE)] ** 2))

    assert level(26, 33) - level(1, 9) == pytest.approx(20.0, abs=0.5)
    assert level(35, 41) == pytest.approx(level(1, 9), abs=0.5)
    assert level(11, 23) > level(26, 33)


def test_rests_are_cut():
    sound = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    y = np.concatenate([sound, np.zeros(3 * RATE, np.float32), sound])
    assert len(music_speech._unpaused(y)) == pytest.approx(2.5 * RATE, abs=0.05 * RATE)


def test_real_clips_are_found_and_named(tmp_path):
    rng = np.random.default_rng(0)
    for name, seconds in {
        "emotify/audio/001_rock.wav": 30,
        "librosa_data/audio/pibble.wav": 4,
        "librosa_data/audio/waltz.wav": 21,
        **{f"voice_to_midi/voice_{i}.wav": 4 for i in range(4)},
        "ultrastar/Somebody/audio.wav": 21,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, rng.normal(0, 0.1, 22050 * seconds), 22050)
    found = list(music_material.real_clips(tmp_path))
    assert [(c.origin, c.music) for c in found] == [
        ("emotify", True),
        ("librosa", False),
        ("librosa", True),
        ("librosa", True),
        ("voice_to_midi", True),
        ("ultrastar", True),
        ("ultrastar", True),
    ]
    assert all(c.power.shape == (POOLED, 64) for c in found)


def clip(music_there, i):
    power = np.full((POOLED, 64), 1.0 + music_there, np.float32)
    return Clip(np.zeros(len(NAMES), np.float32), power, music_there, f"g{i}", f"c{i}", "here")


def test_figures_are_those_of_music():
    made = [clip(i < 6, i) for i in range(10)]
    p = np.array([0.9] * 5 + [0.2] + [0.1] * 3 + [0.8])
    examples = examples_of(made, np.zeros((10, 1), np.float32))
    found = music.figures(np.stack([1 - p, p], axis=1), examples)
    assert found["precision"]["value"] == pytest.approx(5 / 6, abs=1e-4)
    assert found["recall"]["value"] == pytest.approx(5 / 6, abs=1e-4)
    assert found["specificity"]["value"] == pytest.approx(3 / 4)
    assert found["accuracy"]["low"] < 0.8 < found["accuracy"]["high"]
    assert found["accuracy_by_origin"] == {"here": [0.8, 10]}
    assert found["clips"] == {"other": 4, "music": 6}


def test_production_takes_music_or_singing():
    def probabilities(inputs):
        return np.tile([0.2, 0.9, 0.7, 0.1], (len(inputs), 1))

    labels = ("music", "speech", "singing", "noise")
    asked = SimpleNamespace(probabilities=probabilities, card=SimpleNamespace(labels=labels))
    assert music.musical(clip(True, 0).power, asked) == pytest.approx(0.7)


def test_every_learner_of_every_recipe_has_a_row():
    names = [entry.name for entry in music.entries()]
    assert len(names) == len(set(names)) == 11
    assert "k-nearest on LPC" in names


def test_tables_show_figures_and_why_there_are_none():
    made = [clip(i < 3, i) for i in range(6)]
    p = score(np.eye(2)[[1, 1, 1, 0, 0, 0]], np.eye(2)[[1, 1, 1, 0, 0, 0]], LABELS)
    examples = examples_of(made, np.zeros((6, 1), np.float32))
    tests = {"rendered": music.figures(p.probabilities, examples)}
    result = {
        "models": {
            "ours": {"tests": tests, "ms_per_second": 0.5, "mb": 0.1},
            "theirs": {"none": "needs weights"},
        },
        "speech_over_music": {"systems": {"rules": music_speech.summed_up([row(right())] * 2)}},
    }
    text = music_tables.tables(result)
    assert "| ours | 1.000 (1.000–1.000) |" in text
    assert "| theirs | needs weights |" in text
    assert "| ours | no such clips |" in text
    assert "| +0 dB | 1.000 (1.000–1.000) |" in text
