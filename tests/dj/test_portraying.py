"""A portrait of sound whose beats, chords and voices are known."""

from functools import cache

import numpy as np
import pytest

from mixolydian.audio.features import Features
from mixolydian.core.errors import EmptySignalError, LibraryError
from mixolydian.core.types import (
    Analysis,
    Beats,
    Chord,
    Drop,
    Energy,
    Estimate,
    Loudness,
    Phrase,
    Signal,
    Summary,
    Tempo,
)
from mixolydian.dj import beatwise
from mixolydian.dj.portrait import from_arrays, to_arrays
from mixolydian.dj.portraying import portray

SR, BPM, LEAD = 44100, 125.0, 0.1
PERIOD = 60 / BPM
SECONDS = 24.0


def sound(gain: float = 1.0) -> np.ndarray:
    """Kick on every beat, a hat on the off-beat, and from 12 s on an A minor chord."""
    t = np.arange(round(SECONDS * SR)) / SR
    phase = (t - LEAD) % PERIOD
    playing = t >= LEAD
    kick = np.sin(2 * np.pi * 60 * phase) * np.exp(-25 * phase) * playing
    off = (t - LEAD - PERIOD / 2) % PERIOD
    hat = np.random.default_rng(0).standard_normal(len(t)) * np.exp(-80 * off) * playing
    hat = np.diff(hat, prepend=0.0)
    pad = sum(np.sin(2 * np.pi * f * t) for f in (220.0, 261.63, 329.63)) * (t >= 12.0)
    return (gain * (0.6 * kick + 0.1 * hat + 0.08 * pad)).astype(np.float32)


def answers(lufs: float = -12.0) -> Analysis:
    times = np.arange(LEAD, SECONDS, PERIOD)
    positions = np.arange(len(times)) % 4 + 1
    beats = Beats(times, positions, 4, (Phrase(LEAD, 4), Phrase(LEAD + 16 * PERIOD, 8)))
    half = np.arange(0.25, SECONDS, 0.5)
    estimates = {
        "tempo": Estimate(Tempo(BPM), 0.9),
        "beats": Estimate(beats, 0.9),
        "chords": Estimate((Chord(0, 12, "N"), Chord(12, SECONDS, "A:min")), 0.9),
        "drops": Estimate((Drop(LEAD + 16 * PERIOD + 0.02, 0.9),), 0.9),
        "energy": Estimate(Energy(5, half, half / SECONDS), 0.9),
        "loudness": Estimate(Loudness(lufs, -1.0, 3.0), 1.0),
        "timbre": Estimate(Summary({"vector": [1.0, 2.0]}), 0.9),
    }
    return Analysis(SECONDS, estimates)


@cache
def portrait(gain: float = 1.0):
    features = Features(Signal(sound(gain), SR))
    return portray(features, answers(), track_id="ab12", path="a.wav", title="A", artist="B")


def test_beats_and_what_was_answered():
    p = portrait()
    assert p.steady
    assert p.bpm == pytest.approx(BPM, abs=1e-3)
    assert p.grid.time_at(4) == pytest.approx(LEAD, abs=1e-4)
    assert p.n_beats == int(np.ceil(p.grid.beat_at(SECONDS)))
    assert [(q.beat, q.bars) for q in p.phrases] == [(4, 4), (20, 8)]
    assert p.drops == (20.0,)
    assert p.chords[8] == "N"
    assert p.chords[-3] == "A:min"
    assert p.energy[-3] > p.energy[6]
    assert p.vector.tolist() == [1.0, 2.0]


def test_what_sounds_before_the_first_sample_is_nothing():
    p = portrait()
    assert p.bands[:3].max() < 1e-6
    assert (p.chroma[:3] == 0).all()
    assert p.level[:3].max() == beatwise.QUIETEST


def test_onsets_fall_on_their_quarter_and_band():
    p = portrait()
    mean = p.onsets[8:24].mean(axis=0)
    assert mean[:, 0].argmax() == 0
    assert mean[:, 2].argmax() == 2
    assert mean[0, 0] > 0.7
    assert mean[2, 0] < 0.2
    assert mean[0, 2] < 0.4 * mean[2, 2]


def test_chroma_is_the_chord_that_sounds():
    p = portrait()
    late = p.chroma[-10:-2].mean(axis=0)
    assert late.sum() == pytest.approx(1.0, abs=1e-3)
    assert set(np.argsort(late)[-3:]) == {9, 0, 4}
    notes = p.salience[-10:-2, 24:].mean(axis=0)
    assert {57, 60, 64} <= set(np.argsort(notes)[-4:] + 24 + 21)


def test_powers_are_those_of_the_sound_and_levels_do_not_know_gain():
    p, soft = portrait(), portrait(0.25)
    inside = slice(6, 22)
    times = p.grid.time_at(np.array([6, 22]))
    y = sound()[int(times[0] * SR) : int(times[1] * SR)]
    assert 10 * np.log10(p.bands[inside].sum(axis=1).mean() / np.mean(y**2)) == pytest.approx(
        0.0, abs=2.0
    )
    assert p.bands[inside, 0].mean() > 5 * p.bands[inside, 1].mean()
    assert soft.level == pytest.approx(p.level, abs=0.05)
    assert soft.bands * 16 == pytest.approx(p.bands, rel=1e-2, abs=1e-6)


def test_arrays_hold_the_whole_portrait(tmp_path):
    p = portrait()
    np.savez(tmp_path / "p.npz", **to_arrays(p))
    with np.load(tmp_path / "p.npz", allow_pickle=False) as kept:
        q = from_arrays(dict(kept))
    assert (q.title, q.key, q.phrases, q.chords, q.drops) == (
        p.title,
        p.key,
        p.phrases,
        p.chords,
        p.drops,
    )
    assert (q.onsets == p.onsets).all()
    assert q.grid.time_at(100.5) == p.grid.time_at(100.5)
    with pytest.raises(LibraryError, match="damaged"):
        from_arrays({"document": np.array("{}")})


def test_silence_and_snippets_are_refused():
    silent = Features(Signal(np.zeros(10 * SR, dtype=np.float32), SR))
    with pytest.raises(EmptySignalError, match="silence"):
        portray(silent, answers(), track_id="", path="s.wav", title="", artist="")
    short = Features(Signal(sound()[: 3 * SR], SR))
    with pytest.raises(EmptySignalError, match="at least 8 s"):
        portray(short, answers(), track_id="", path="s.wav", title="", artist="")


def test_a_track_without_answers_counts_half_seconds():
    features = Features(Signal(sound(), SR))
    analysis = Analysis(SECONDS, {"loudness": Estimate(Loudness(-12.0, -1.0, 3.0), 1.0)})
    p = portray(features, analysis, track_id="", path="", title="", artist="")
    assert not p.steady
    assert p.n_beats == 48
    assert p.key is None
    assert set(p.chords) == {"N"}


def test_means_share_frames_between_stretches():
    frames = np.arange(10.0)[np.newaxis]
    found = beatwise.means(frames, 2.0, np.array([-1.0, 0.25, 1.0, 4.75]))
    assert found[1, 0] == pytest.approx(4 / 3)  # frames 1 and half of 2
    assert found[2, 0] == pytest.approx((0.5 * 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9) / 7.5)
