"""Loading and running networks that others trained, on stand-ins; what is refused, and how."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import EmptySignalError, ModelError, RequestError
from mixolydian.models.pretrained import EMBEDDERS, embedder
from mixolydian.models.pretrained.openl3 import OpenL3
from tests.models.pretrained.stand_ins import put, stand_in, weights

SHAPES = {
    "vggish": (["n", 96, 64], 2, 128),
    "yamnet": (["n", 96, 64, 1], 2, 1024),
    "openl3": (["n", 256, 199, 1], 1, 512),
}


def installed(home: Path, name: str) -> None:
    put(home, name, stand_in(*SHAPES[name]).SerializeToString())


def noise(rate: int, seconds: float = 3.0) -> np.ndarray:
    return np.random.default_rng(0).normal(size=int(rate * seconds)).astype(np.float32) * 0.1


@pytest.mark.parametrize("name", sorted(EMBEDDERS))
def test_vectors_are_what_the_network_says_of_the_front_end(tmp_path: Path, name: str) -> None:
    installed(tmp_path, name)
    how = embedder(name, tmp_path)
    y = noise(how.sample_rate)
    found = how.embed(y, how.sample_rate)
    patches = how.patches(how.windows(y))
    bands = patches.mean(axis=2 if name == "openl3" else 1)
    assert found.dtype == np.float32
    assert found.shape == (len(patches), how.dimensions)
    assert np.allclose(found, bands @ weights(bands.shape[1], how.dimensions), atol=1e-2, rtol=1e-4)


@pytest.mark.parametrize("name", sorted(EMBEDDERS))
def test_other_rates_and_the_shortest_sound(tmp_path: Path, name: str) -> None:
    installed(tmp_path, name)
    how = embedder(name, tmp_path)
    assert how.embed(noise(22050), 22050).shape == how.embed(noise(44100), 44100).shape
    assert how.embed(np.ones(1, np.float32), 8000).shape == (1, how.dimensions)


def test_batches_change_nothing(tmp_path: Path) -> None:
    installed(tmp_path, "yamnet")
    how = embedder("yamnet", tmp_path)
    y = noise(16000, 20.0)
    assert len(how.windows(y)) > how.batch
    assert np.allclose(how.embed(y, 16000)[:5], how.embed(y[:70000], 16000)[:5], atol=1e-4)


@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        (["n", 96, 64], 2),
        (["n", 1, 96, 64], 3),
        (["n", 96, 64, 1], 2),
        ([1, 96, 64, 1], 2),
        (["n", "t", 64], 2),
        (["n", "t", 64, "c"], 2),
    ],
)
def test_axes_as_the_converter_left_them(tmp_path: Path, shape: list[int | str], axis: int) -> None:
    put(tmp_path, "vggish", stand_in(shape, axis, 128).SerializeToString())
    assert embedder("vggish", tmp_path).embed(noise(16000), 16000).shape == (3, 128)


def test_the_embedding_is_found_beside_the_classes(tmp_path: Path) -> None:
    graph = stand_in(["n", 96, 64, 1], 2, 1024, extra=521)
    put(tmp_path, "yamnet", graph.SerializeToString())
    assert embedder("yamnet", tmp_path).embed(noise(16000), 16000).any()


def test_openl3_of_the_larger_size(tmp_path: Path) -> None:
    path = put(tmp_path, "openl3", stand_in(["n", 256, 199, 1], 1, 6144).SerializeToString())
    assert OpenL3(path, size=6144, hop=1.0).embed(noise(48000), 48000).shape == (4, 6144)
    with pytest.raises(ModelError, match="512 numbers per frame, found 6144"):
        OpenL3(path).embed(noise(48000), 48000)


@pytest.mark.parametrize("name", sorted(EMBEDDERS))
def test_a_missing_network_is_named_with_its_origin(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match=rf"{name}\.onnx: not there") as refused:
        embedder(name, tmp_path)
    text = str(refused.value)
    assert "\n" not in text
    assert "docs/howto/pretrained-embeddings.md" in text
    assert "Apache-2.0" in text or "CC BY 4.0" in text


def test_an_unknown_embedding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="vggish, yamnet, openl3"):
        embedder("word2vec", tmp_path)


def too_large(path: Path) -> None:
    path.touch()
    os.truncate(path, 2**31)


REFUSED = {
    "not ONNX": (b"\x80\x04 a pickle or so", "cannot be used as a network"),
    "cut off": (stand_in(["n", 96, 64], 2, 128).SerializeToString()[:-50], "cannot be"),
    "waveform in": (stand_in(["n", 1, 15600], 2, 128).SerializeToString(), "log-mel patches"),
    "other bands": (stand_in(["n", 96, 40], 2, 128).SerializeToString(), "log-mel patches"),
    "rows fixed": (stand_in([7, 96, 64], 2, 128).SerializeToString(), "log-mel patches"),
    "classes": (stand_in(["n", 96, 64], 2, 521).SerializeToString(), "128 numbers per frame"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_another_network_is_refused(tmp_path: Path, case: str) -> None:
    content, words = REFUSED[case]
    put(tmp_path, "vggish", content)
    with pytest.raises(ModelError, match=words) as refused:
        embedder("vggish", tmp_path).embed(noise(16000), 16000)
    assert "vggish.onnx" in str(refused.value)


def test_gigabytes_of_zeros_are_not_read(tmp_path: Path) -> None:
    too_large(put(tmp_path, "vggish", b""))
    with pytest.raises(ModelError, match="at most 512 MB, found 2048 MB"):
        embedder("vggish", tmp_path).embed(noise(16000), 16000)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0, np.float32),
        np.zeros((2, 100), np.float32),
        np.array([0.0, np.nan], np.float32),
    ],
)
def test_unusable_sound_is_refused(tmp_path: Path, samples: np.ndarray) -> None:
    installed(tmp_path, "vggish")
    with pytest.raises(EmptySignalError, match="finite mono samples"):
        embedder("vggish", tmp_path).embed(samples, 16000)


def test_importing_loads_no_runtime() -> None:
    code = (
        "import sys, mixolydian.models.pretrained; "
        "sys.exit(any(m in sys.modules for m in ('torch', 'onnxruntime', 'onnx', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
