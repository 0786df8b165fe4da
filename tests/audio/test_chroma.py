"""Constant-Q, tuning and chroma on sound of known pitch."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mixolydian.audio import chroma as c

Sound = NDArray[np.float32]


def tones(pitches: list[float], seconds: float = 4.0, harmonics: int = 1) -> Sound:
    """Steady tones with `harmonics` partials falling as 1 / h."""
    t = np.arange(int(seconds * c.SAMPLE_RATE)) / c.SAMPLE_RATE
    y = np.zeros(t.size)
    for pitch in pitches:
        f = 440.0 * 2 ** ((pitch - 69) / 12)
        for h in range(1, harmonics + 1):
            if f * h < 9000:
                y += np.sin(2 * np.pi * f * h * t + h) / h
    return (0.1 * y).astype(np.float32)


def constant_q(y: Sound) -> c.FloatMatrix:
    stream = c.ConstantQStream()
    stream.push(y)
    return stream.finish()


def test_blocks_of_any_size_give_the_same_frames() -> None:
    rng = np.random.default_rng(3)
    y = rng.standard_normal(400_000).astype(np.float32)
    whole = constant_q(y)
    stream = c.ConstantQStream()
    start = 0
    while start < y.size:
        size = int(rng.integers(0, 60_000))
        stream.push(y[start : start + size])
        start += size
    np.testing.assert_array_equal(stream.finish(), whole)


@pytest.mark.parametrize("n", [0, 1, 2047, 2048, 131_072, 140_000])
def test_shape(n: int) -> None:
    cq = constant_q(np.zeros(n, dtype=np.float32))
    assert cq.shape == (c.N_BINS, 1 + n // c.HOP_LENGTH)
    assert cq.dtype == np.float32


@pytest.mark.parametrize("pitch", [28, 40, 52, 64, 76, 88, 100])
def test_a_sine_peaks_in_its_bin_at_its_amplitude(pitch: int) -> None:
    cq = constant_q(tones([pitch]))
    frame = cq[:, cq.shape[1] // 2]
    assert int(frame.argmax()) == 3 * (pitch - 21)
    assert frame.max() == pytest.approx(0.1, rel=0.2)


def test_a_click_lies_in_its_own_frame() -> None:
    y = np.zeros(5 * c.SAMPLE_RATE, dtype=np.float32)
    y[20 * c.HOP_LENGTH] = 1.0
    cq = constant_q(y)
    assert int(cq[150:].sum(axis=0).argmax()) == 20
    assert int(cq[:100].sum(axis=0).argmax()) == 20


@pytest.mark.parametrize("cents", [-45, -30, -10, 0, 7, 25, 45])
def test_tuning_is_found(cents: float) -> None:
    y = tones([p + cents / 100 for p in (45, 57, 61, 64, 69)], harmonics=6)
    found = c.estimate_tuning(constant_q(y))
    assert found == pytest.approx(cents, abs=4)


def test_tuning_of_silence_is_zero() -> None:
    assert c.estimate_tuning(np.zeros((c.N_BINS, 5), dtype=np.float32)) == 0.0


@pytest.mark.parametrize("cents", [0, 40])
def test_chroma_holds_the_chord_and_the_bass(cents: float) -> None:
    detune = cents / 100
    y = tones([p + detune for p in (57, 60, 64)], harmonics=8)  # A minor, and F in the bass
    y = y + tones([41 + detune], harmonics=8)
    cq = constant_q(y)
    tuning = c.estimate_tuning(cq)
    treble = c.chroma(cq, tuning).mean(axis=1)
    assert {9, 0, 4} <= set(np.argsort(treble)[-4:].tolist())
    assert int(c.bass_chroma(cq, tuning).mean(axis=1).argmax()) == 5


def test_overtones_do_not_count_as_notes() -> None:
    cq = constant_q(tones([48], harmonics=16))  # C3: its 3rd and 5th partials are G and E
    chroma = c.chroma(cq).mean(axis=1)
    assert chroma[7] < 0.25 * chroma[0]
    assert chroma[4] < 0.35 * chroma[0]


def test_gain_does_not_matter() -> None:
    cq = constant_q(tones([57, 60, 64], harmonics=8))
    np.testing.assert_allclose(c.chroma(cq * 1e-3), c.chroma(cq), rtol=1e-3, atol=1e-3)


def test_noise_has_far_less_chroma_than_tones() -> None:
    rng = np.random.default_rng(0)
    noise = constant_q((0.1 * rng.standard_normal(4 * c.SAMPLE_RATE)).astype(np.float32))
    tonal = constant_q(tones([57, 60, 64], harmonics=8))
    contrast = [np.ptp(c.chroma(x).mean(axis=1)) for x in (noise, tonal)]
    assert contrast[1] > 5 * contrast[0]


def test_silence_and_constants_are_finite() -> None:
    for level in (0.0, 0.5):
        cq = constant_q(np.full(50_000, level, dtype=np.float32))
        assert np.isfinite(c.chroma(cq)).all()
        assert np.isfinite(c.estimate_tuning(cq))
