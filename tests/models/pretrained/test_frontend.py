"""The front ends give what their networks were trained on."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.models.pretrained.frontend import htk_matrix, magnitudes, slaney_matrix
from mixolydian.models.pretrained.openl3 import OpenL3
from mixolydian.models.pretrained.vggish import PATCH_SAMPLES, VGGish
from mixolydian.models.pretrained.yamnet import YAMNet

NOWHERE = Path("nowhere.onnx")


def sine(frequency: float, rate: int, seconds: float) -> np.ndarray:
    t = np.arange(int(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * frequency * t)).astype(np.float32)


def test_magnitudes_are_those_of_an_fft() -> None:
    y = np.random.default_rng(0).normal(size=(1, 1000)).astype(np.float32)
    found = magnitudes(y, 400, 160, 512)
    hann = np.sin(np.pi * np.arange(400) / 400) ** 2
    assert found.shape == (1, 4, 257)
    assert np.allclose(found[0, 2], np.abs(np.fft.rfft(y[0, 320:720] * hann, 512)), atol=1e-4)


def test_htk_triangles_meet_at_half_and_leave_out_the_constant_part() -> None:
    matrix = htk_matrix(16000, 512, 64, 125.0, 7500.0)
    hertz = np.fft.rfftfreq(512, 1 / 16000)
    assert matrix.shape == (257, 64)
    assert not matrix[hertz < 125].any()
    assert not matrix[hertz > 7500].any()
    inner = matrix[(hertz > 200) & (hertz < 7200)]
    assert np.allclose(inner.sum(axis=1), 1.0, atol=1e-5)
    assert matrix.max() <= 1


def test_slaney_bands_are_librosas() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        filters = pytest.importorskip("librosa.filters")
    theirs = filters.mel(sr=48000, n_fft=2048, n_mels=256)
    assert np.allclose(slaney_matrix(48000, 2048, 256).T, theirs, atol=1e-7)


def test_silence_is_the_logarithm_of_the_offset() -> None:
    silence = np.zeros((2, PATCH_SAMPLES), np.float32)
    assert np.allclose(VGGish(NOWHERE).patches(silence), np.log(0.01))
    assert np.allclose(YAMNet(NOWHERE).patches(silence), np.log(0.001))
    assert VGGish(NOWHERE).patches(silence).shape == (2, 96, 64)


def test_a_tone_is_loudest_in_its_band() -> None:
    patch = VGGish(NOWHERE).patches(sine(1000, 16000, 1.0)[None, :PATCH_SAMPLES])[0]
    mel = 1127 * np.log1p(np.array([125, 1000, 7500]) / 700)
    band = (mel[1] - mel[0]) / (mel[2] - mel[0]) * 65 - 1
    assert abs(patch.mean(axis=0).argmax() - band) < 1
    # A tone of 0.5: the window's mean of 1/2, half of it per side: 400 · 0.5 · 0.5 · 0.5 per bin.
    assert patch.max() == pytest.approx(np.log(50 + 25), abs=0.5)


def test_vggish_leaves_a_rest_out_and_yamnet_fills_it_up() -> None:
    def count(embedder: VGGish | YAMNet, n_samples: int) -> int:
        return len(embedder.windows(np.zeros(n_samples, np.float32)))

    vggish, yamnet = VGGish(NOWHERE), YAMNet(NOWHERE)
    assert [count(vggish, n) for n in (1, 15600, 30959, 30960)] == [1, 1, 1, 2]
    assert [count(yamnet, n) for n in (1, 15600, 15601, 23280, 23281)] == [1, 1, 2, 2, 3]
    assert (vggish.seconds, yamnet.seconds) == (0.96, 0.48)


def test_neighbouring_yamnet_patches_share_half_their_frames() -> None:
    y = np.random.default_rng(1).normal(size=40000).astype(np.float32)
    yamnet = YAMNet(NOWHERE)
    patches = yamnet.patches(yamnet.windows(y))
    assert np.array_equal(patches[0, 48:], patches[1, :48])


def test_openl3_windows_are_centred_and_cover_the_sound() -> None:
    how = OpenL3(NOWHERE, hop=0.1)
    y = np.arange(1, 96001, dtype=np.float32)
    windows = how.windows(y)
    assert windows.shape == (16, 48000)
    assert windows[0, 24000] == 1
    assert windows[3, 24000] == 3 * 4800 + 1
    assert windows[-1].max() == 96000
    assert len(how.windows(y[:10])) == 1


def test_openl3_patches_are_librosas() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        librosa = pytest.importorskip("librosa")
        feature = pytest.importorskip("librosa.feature")
    rng = np.random.default_rng(2)
    y = (sine(440, 48000, 1.0) + rng.normal(size=48000) * 0.001).astype(np.float32)
    ours = OpenL3(NOWHERE).patches(y[None])[0]
    mel = feature.melspectrogram(
        y=y, sr=48000, n_fft=2048, hop_length=242, n_mels=256, power=1.0, pad_mode="constant"
    )
    theirs = librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=80.0)
    assert ours.shape == (256, 199)
    assert np.allclose(ours, theirs - theirs.max(), atol=1e-2)


def test_openl3_hears_silence_as_even() -> None:
    assert (OpenL3(NOWHERE).patches(np.zeros((1, 48000), np.float32)) == 0).all()


def test_openl3_refuses_settings_that_cannot_be() -> None:
    with pytest.raises(RequestError, match="512 or 6144"):
        OpenL3(NOWHERE, size=100)
    with pytest.raises(RequestError, match="hop"):
        OpenL3(NOWHERE, hop=0.0)
