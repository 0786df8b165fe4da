"""The meter against the EBU's own test signals, made here as the documents describe them.

EBU Tech 3341 (2016) cases 1–6 (integrated), 9–14 in short (curves), 15–23 (true peak);
EBU Tech 3342 (2016) cases 1–4 (range); ITU-R BS.1770-4 (reference level, channel weights).
"""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.audio import loudness
from mixolydian.audio.loudness import LoudnessStream, TruePeak, measure_loudness
from tests import corpus

RATE = 48_000
rng = np.random.default_rng


def sine(level, seconds, sample_rate=RATE, hz=1000.0, n_channels=2):
    """A sine of `level` dBFS in every channel."""
    t = np.arange(round(seconds * sample_rate)) / sample_rate
    y = 10 ** (level / 20) * np.sin(2 * np.pi * hz * t)
    return np.tile(y, (n_channels, 1)).astype(np.float32)


def sequence(*steps, sample_rate=RATE):
    return np.concatenate([sine(level, s, sample_rate) for level, s in steps], axis=1)


# --------------------------------------------------------------------------- integrated


@pytest.mark.parametrize("sample_rate", [8_000, 11_025, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_tech_3341_cases_1_and_2(level, sample_rate):
    measured = measure_loudness(sine(level, 20.0, sample_rate), sample_rate)
    assert measured.lufs == pytest.approx(level, abs=0.1)
    assert measured.momentary == pytest.approx(level, abs=0.1)
    assert measured.short_term[30:] == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize(
    "steps",
    [
        ((-36, 10), (-23, 60), (-36, 10)),
        ((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)),
        ((-26, 20), (-20, 20.1), (-26, 20)),
    ],
    ids=["3", "4", "5"],
)
def test_tech_3341_gates(steps):
    assert measure_loudness(sequence(*steps), RATE).lufs == pytest.approx(-23.0, abs=0.1)


def test_tech_3341_case_6_five_channels():
    """-28 dB in left and right, -24 in the centre, -30 in both surrounds: -23 LUFS."""
    levels = (-28.0, -28.0, -24.0, -30.0, -30.0)
    y = np.concatenate([sine(level, 20.0, n_channels=1) for level in levels])
    assert measure_loudness(y, RATE).lufs == pytest.approx(-23.0, abs=0.1)
    with_lfe = np.insert(y, 3, sine(0.0, 20.0, hz=60.0, n_channels=1)[0], axis=0)
    assert measure_loudness(with_lfe, RATE).lufs == pytest.approx(-23.0, abs=0.1)


def test_bs_1770_reference_level():
    """A 997 Hz sine at 0 dBFS in one front channel reads -3.01 LKFS."""
    y = sine(0.0, 10.0, hz=997.0, n_channels=1)
    assert measure_loudness(y, RATE).lufs == pytest.approx(-3.01, abs=0.02)
    left_only = np.concatenate([y, np.zeros_like(y)])
    assert measure_loudness(left_only, RATE).lufs == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize(
    ("n_channels", "channel", "weight"),
    [
        (3, 2, 0.0),
        (4, 2, 1.5),
        (5, 4, 1.5),
        (6, 3, -np.inf),
        (6, 4, 1.5),
        (7, 4, 0.0),
        (7, 6, 1.5),
        (8, 3, -np.inf),
        (8, 4, 0.0),
        (8, 7, 1.5),
    ],
)
def test_channel_weights(n_channels, channel, weight):
    y = np.zeros((n_channels, RATE), dtype=np.float32)
    y[channel] = sine(-20.0, 1.0, hz=997.0, n_channels=1)
    assert measure_loudness(y, RATE).lufs == pytest.approx(-23.01 + weight, abs=0.02)


def test_gain_moves_loudness_and_peak_and_not_the_range():
    y = corpus.sound(8.0, 44_100) * np.linspace(0.2, 1.0, 8 * 44_100, dtype=np.float32)
    a, b = measure_loudness(y, 44_100), measure_loudness(y * np.float32(0.5), 44_100)
    step = 20 * np.log10(0.5)
    assert b.lufs - a.lufs == pytest.approx(step, abs=0.01)
    assert b.true_peak_dbtp - a.true_peak_dbtp == pytest.approx(step, abs=0.001)
    assert b.range_lu == pytest.approx(a.range_lu, abs=0.01)


# --------------------------------------------------------------------------- curves


def test_curves_are_what_a_meter_shows():
    """Case 9's pattern: the momentary reading follows in 0.4 s, the short-term one in 3 s."""
    measured = measure_loudness(sequence((-40, 5), (-20, 5)), RATE)
    times, momentary, short_term = measured.times, measured.momentary, measured.short_term
    assert times[0] == pytest.approx(0.4)
    assert times[-1] == pytest.approx(10.0)
    assert len(times) == len(momentary) == len(short_term) == 97
    assert np.interp(5.0, times, momentary) == pytest.approx(-40, abs=0.1)
    assert np.interp(5.4, times, momentary) == pytest.approx(-20, abs=0.1)
    assert np.interp(5.0, times, short_term) == pytest.approx(-40, abs=0.1)
    assert np.interp(6.5, times, short_term) == pytest.approx(-20 + 10 * np.log10(0.505), abs=0.1)
    assert np.interp(8.0, times, short_term) == pytest.approx(-20, abs=0.1)


def test_silence_and_short_sounds():
    silent = measure_loudness(np.zeros((2, 5 * RATE), np.float32), RATE)
    assert silent.lufs == silent.true_peak_dbtp == -np.inf
    assert silent.range_lu == 0.0
    assert np.isneginf(silent.momentary).all()
    short = measure_loudness(sine(-6.0, 0.3), RATE)
    assert short.lufs == -np.inf
    assert short.true_peak_dbtp == pytest.approx(-6.0, abs=0.1)
    assert len(short.times) == len(short.momentary) == len(short.short_term) == 0
    one = measure_loudness(np.full((1, 1), 0.5, np.float32), RATE)
    assert one.true_peak_dbtp == pytest.approx(-6.02, abs=0.01)
    assert measure_loudness(sine(-20.0, 1.0), RATE).range_lu == 0.0


@pytest.mark.parametrize("sample_rate", [44_100, 11_025])
def test_blocks_do_not_matter(sample_rate):
    y = (rng(3).standard_normal((2, 6 * sample_rate)) * 0.1).astype(np.float32)
    whole = measure_loudness(y, sample_rate)
    stream = LoudnessStream(sample_rate, 2)
    for block in np.split(y, [1, 17, 5_000, 5_001, 30_000], axis=1):
        stream.push(block)
    pieces = stream.finish()
    assert pieces.lufs == pytest.approx(whole.lufs, abs=1e-9)
    assert pieces.range_lu == pytest.approx(whole.range_lu, abs=1e-9)
    assert pieces.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-5)
    np.testing.assert_allclose(pieces.momentary, whole.momentary, atol=1e-9)


# --------------------------------------------------------------------------- range


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (((-20, 20), (-30, 20)), 10.0),
        (((-20, 20), (-15, 20)), 5.0),
        (((-40, 20), (-20, 20)), 20.0),
        (((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15.0),
    ],
    ids=["1", "2", "3", "4"],
)
def test_tech_3342(steps, expected):
    assert measure_loudness(sequence(*steps), RATE).range_lu == pytest.approx(expected, abs=1.0)


def test_integrated_and_range_agree_with_libebur128():
    """Real dynamics: noise that swells. libebur128's range steps by 1 s, ours by 0.1 s."""
    from pyebur128 import MeasurementMode, R128State, get_loudness_global, get_loudness_range

    swell = np.abs(np.sin(np.arange(40 * 44_100) / 44_100 * 0.37)) ** 2
    y = (rng(5).standard_normal((2, 40 * 44_100)) * swell * 0.2).astype(np.float32)
    mode = int(MeasurementMode.MODE_I | MeasurementMode.MODE_LRA)
    state = R128State(2, 44_100, mode)
    state.add_frames(np.ascontiguousarray(y.T).reshape(-1), y.shape[1])
    measured = measure_loudness(y, 44_100)
    assert measured.lufs == pytest.approx(get_loudness_global(state), abs=0.001)
    assert measured.range_lu == pytest.approx(get_loudness_range(state), abs=0.5)


# --------------------------------------------------------------------------- true peak

TOLERANCE = (-0.4, 0.2)  # Tech 3341, table 1


def within(measured, expected):
    return TOLERANCE[0] <= measured - expected <= TOLERANCE[1]


@pytest.mark.parametrize("sample_rate", [44_100, 48_000])
@pytest.mark.parametrize(
    ("divisor", "phase", "amplitude", "expected"),
    [
        (4, 0, 0.5, -6.0),
        (4, 45, 0.5, -6.0),
        (6, 60, 0.5, -6.0),
        (8, 67.5, 0.5, -6.0),
        (4, 45, 1.41, 3.0),
    ],
    ids=["15", "16", "17", "18", "19"],
)
def test_tech_3341_sines_between_the_samples(divisor, phase, amplitude, expected, sample_rate):
    n = np.arange(sample_rate)
    envelope = np.minimum(1.0, np.minimum(n, n[::-1]) / 1000.0)
    y = amplitude * envelope * np.sin(2 * np.pi * n / divisor + np.deg2rad(phase))
    measured = measure_loudness(np.stack([y, y]).astype(np.float32), sample_rate)
    assert within(measured.true_peak_dbtp, expected), measured.true_peak_dbtp


@pytest.mark.parametrize("offset", [0, 1, 2, 3])
def test_tech_3341_cases_20_to_23(offset):
    """A burst of full scale at four times the rate, low-passed, then every fourth sample."""
    n = 4 * RATE
    t = np.arange(n)
    y = np.sin(2 * np.pi * t / (6 * 4)) * 0.5
    y[n // 2 : n // 2 + 24] = np.sin(2 * np.pi * t[:24] / 24) * 1.0
    spectrum = np.fft.rfft(y)
    spectrum[int(0.45 * n / 4) :] = 0.0
    y = np.fft.irfft(spectrum, n)
    y /= np.abs(y).max()
    measured = measure_loudness(y[offset::4][None].astype(np.float32), RATE)
    assert within(measured.true_peak_dbtp, 0.0), measured.true_peak_dbtp


def everywhere(y):
    """The true peak with every gap of every channel oversampled."""
    peak = float(np.abs(y).max())
    for channel in y:
        padded = np.pad(channel, 24)
        windows = np.lib.stride_tricks.sliding_window_view(padded, 24)
        peak = max(peak, float(np.abs(windows @ loudness._TAPS).max()))
    return 20 * np.log10(peak)


@pytest.mark.parametrize("kind", ["noise", "clipped", "music", "impulse", "step", "nyquist"])
def test_skipping_stretches_changes_nothing(kind):
    random = rng(7)
    n = 100_000
    sounds = {
        "noise": random.standard_normal((2, n)) * 0.3,
        "clipped": np.clip(random.standard_normal((2, n)).cumsum(axis=1) * 0.1, -1, 1),
        "music": corpus.sound(n / 44_100, 44_100)[:, :n],
        "impulse": np.eye(2, n, 40_000),
        "step": np.repeat(random.choice([-0.9, 0.9], (2, n // 50)), 50, axis=1),
        "nyquist": np.tile([0.5, -0.5], (2, n // 2)),
    }
    y = sounds[kind].astype(np.float32)
    peak = TruePeak(2)
    for block in np.split(y, [10, 40_000, 40_010, 90_001], axis=1):
        peak.push(block)
    assert peak.finish() == pytest.approx(everywhere(y), abs=1e-5)


def test_the_interpolator_is_exact_on_lines_and_good_on_sines():
    place = np.arange(24) - 11.0
    for fraction, taps in zip((0.25, 0.5, 0.75), loudness._TAPS.T, strict=True):
        assert taps.sum() == pytest.approx(1.0, abs=1e-6)
        assert taps @ place == pytest.approx(fraction, abs=1e-5)
        for w in np.pi * np.array([0.1, 0.5, 0.8]):
            assert taps @ np.exp(1j * w * place) == pytest.approx(
                np.exp(1j * w * fraction), abs=0.01
            )
