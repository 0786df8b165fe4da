"""`mixo mix`: words, JSON and exit codes."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.workflows.conftest import SAMPLE_RATE


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two tracks of kicks and hats, and a file that is none."""
    made = tmp_path_factory.mktemp("crate")
    rng = np.random.default_rng(0)
    hit = np.arange(int(0.12 * SAMPLE_RATE)) / SAMPLE_RATE
    kick = np.sin(2 * np.pi * 60 * hit) * np.exp(-25 * hit)
    kick += 0.3 * rng.standard_normal(hit.size) * np.exp(-200 * hit)
    for name, bpm in (("one", 120.0), ("two", 121.0)):
        sound = 0.01 * rng.standard_normal(16 * SAMPLE_RATE)
        for k in range(int(15 * bpm / 60)):
            at = round(k * 60 / bpm * SAMPLE_RATE)
            sound[at : at + hit.size] += (0.5 if k % 4 == 0 else 0.35) * kick
        soundfile.write(made / f"{name}.wav", sound, SAMPLE_RATE)
    (made / "three.wav").write_bytes(b"no sound")
    return made


def test_a_folder_is_mixed_and_what_failed_is_told(mixo, folder, tmp_path):
    out = tmp_path / "m.wav"
    done = mixo("mix", str(folder), "--out", str(out), "--bars", "2", "--jobs", "1")
    assert done.code == 1
    assert "three.wav" in done.err
    for words in ("one", "two", "Mix:", "Plan:", "Certificate:", "1 transitions"):
        assert words in done.out
    assert out.exists()


def test_json_of_a_plan_only(mixo, folder, tmp_path):
    tracks = [str(folder / f"{name}.wav") for name in ("one", "two")]
    done = mixo("mix", *tracks, "--only-plan", "--out", str(tmp_path / "m.flac"), "--json")
    assert done.code == 0
    document = json.loads(done.out)
    assert document["schema"] == "mixolydian.mixed/1"
    assert document["mix"] is None
    assert Path(document["plan"]).exists()
    assert not (tmp_path / "m.flac").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "tracks or a plan"),
        (("x.wav", "--plan", "p.json"), "not both"),
        (("x.wav", "--tempo", "fast"), "follow, first or a number"),
        (("x.wav", "--kinds", "wormhole"), "wormhole"),
        (("x.wav", "--max-stretch", "80"), "max_stretch"),
        (("x.wav", "--minutes", "0"), "minutes"),
        (("x.wav", "--out", "m.doc"), "flac"),
        (("--plan", "missing.json"), "missing.json"),
    ],
)
def test_wrong_usage_is_told_in_a_line(mixo, words, said):
    done = mixo("mix", *words)
    assert done.code in (1, 2)
    assert said in done.err
    assert "Traceback" not in done.err
