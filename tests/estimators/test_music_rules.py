"""Content over time: music, speech-like sound, noise, silence."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.estimators.music_rules import MusicRules, evidence
from tests.estimators import form_sounds as fs


def speech(seconds: float) -> np.ndarray:
    """Syllables: a gliding voice through vowel resonances, fricatives, pauses between words."""
    rng = np.random.default_rng(3)
    n = int(seconds * fs.SR)
    y = np.zeros(n)
    at = 0
    while at < n:
        for _ in range(rng.integers(2, 6)):
            length = int(rng.uniform(0.09, 0.22) * fs.SR)
            fs._add(y, _syllable(length, rng), at / fs.SR)
            at += length + int(rng.uniform(0.01, 0.04) * fs.SR)
        at += int(rng.uniform(0.15, 0.5) * fs.SR)
    return y


def _syllable(length: int, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(length) / fs.SR
    pitch = rng.uniform(95, 150) * 2 ** (rng.uniform(-3, 3) * t)
    phase = 2 * np.pi * np.cumsum(pitch) / fs.SR
    first, second = rng.uniform(300, 800), rng.uniform(900, 2200)
    voice = np.zeros(length)
    for k in range(1, 25):
        f = k * pitch.mean()
        gain = np.exp(-(((f - first) / 150) ** 2)) + 0.5 * np.exp(-(((f - second) / 250) ** 2))
        voice += (gain + 0.02) * np.sin(k * phase)
    consonant = int(0.35 * length) if rng.random() < 0.6 else 0
    hiss = 0.3 * np.diff(rng.standard_normal(length + 1))
    shape = np.hanning(length)
    return np.where(np.arange(length) < consonant, hiss * 0.4, voice * shape)


def noise(seconds: float) -> np.ndarray:
    return 0.1 * np.random.default_rng(5).standard_normal(int(seconds * fs.SR))


def answer(y):
    return MusicRules().estimate(fs.listen(y), {})


def share(y, label: str) -> float:
    value = answer(y).value
    return sum(s.end - s.start for s in value if s.label == label) / value[-1].end


MUSIC = [(4, "kick hats bass pad"), (4, "pad")]


def test_music_with_and_without_drums():
    assert share(fs.render(MUSIC), "music") > 0.9


def test_noise_is_noise():
    assert share(noise(12.0), "noise") > 0.95


def test_syllables_are_speech():
    assert share(speech(14.0), "speech") > 0.85


def test_silence_is_an_answer():
    estimate = answer(np.zeros(5 * fs.SR))
    assert [(s.start, s.end, s.label) for s in estimate.value] == [(0.0, 5.0, "silence")]


def test_parts_follow_each_other_at_the_right_times():
    y = np.concatenate([fs.render(MUSIC), np.zeros(5 * fs.SR), noise(10.0)])
    value = answer(y).value
    assert [s.label for s in value] == ["music", "silence", "noise"]
    end = fs.starts(MUSIC)[-1]
    assert [s.start for s in value[1:]] == pytest.approx([end, end + 5.0], abs=0.3)


def test_gain_does_not_matter_above_the_silence_level():
    loud, soft = answer(fs.render(MUSIC)).value, answer(0.05 * fs.render(MUSIC)).value
    assert [s.label for s in loud] == [s.label for s in soft]


@pytest.mark.parametrize("seconds", [0.02, 0.3, 1.2])
def test_short_sounds_get_one_segment_that_covers_them(seconds):
    value = answer(noise(seconds)).value
    assert value[0].start == 0.0
    assert value[-1].end == pytest.approx(seconds, abs=1e-3)


def test_no_segment_is_shorter_than_a_second():
    y = np.concatenate([fs.render(MUSIC), noise(0.6), fs.render(MUSIC)])
    assert all(s.end - s.start >= 1.0 - 1e-9 for s in answer(y).value)


def test_evidence_stays_in_range():
    extremes = np.array([0.0, 1.0])
    measures = ("stability", "tuning", "partials", "pulse", "bass", "gaps", "alternation")
    votes = evidence(dict.fromkeys((*measures, "syllables"), extremes))
    assert np.all((votes >= 0) & (votes <= 1))
