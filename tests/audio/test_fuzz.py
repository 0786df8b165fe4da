"""Whatever the bytes, the door answers or refuses in one line: no crash, no hang, no leak.

The long run is `benchmarks/fuzz_decoder.py`.
"""

from __future__ import annotations

import random
import signal
import threading

import pytest

from tests.audio.fuzz import Prober, mutate, seeds
from tests.corpus import FUZZ_SEEDS

MUTANTS_PER_FORMAT = 12


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    return seeds(tmp_path_factory.mktemp("seeds"), seconds=0.3)


@pytest.fixture(scope="module")
def prober():
    with Prober(timeout=10.0) as prober:
        yield prober


@pytest.mark.parametrize("name", FUZZ_SEEDS)
def test_mutants_are_answered_or_refused(name, valid, prober, tmp_path):
    path = tmp_path / f"mutant {name}"
    path.write_bytes(valid[name])
    assert prober.probe(path, timeout=30.0).outcome == "answered"
    for number in range(MUTANTS_PER_FORMAT):
        path.write_bytes(mutate(valid[name], random.Random(f"{name} {number}")))
        verdict = prober.probe(path)
        assert verdict.outcome in ("answered", "refused"), (number, verdict)
    assert prober.spoken() == b""


def test_a_mutant_is_a_changed_file_and_reproducible(valid):
    data = valid["pcm16.wav"]
    mutants = [mutate(data, random.Random(seed)) for seed in range(20)]
    assert mutants == [mutate(data, random.Random(seed)) for seed in range(20)]
    assert sum(mutant != data for mutant in mutants) >= 18


def test_the_prober_sees_hangs_and_deaths(prober, tmp_path):
    path = tmp_path / "any.wav"
    path.write_bytes(b"x")
    prober._process.send_signal(signal.SIGSTOP)
    assert prober.probe(path, timeout=0.2).outcome == "hung"
    assert prober.probe(path, timeout=30.0).outcome == "refused"
    prober._process.send_signal(signal.SIGSTOP)
    threading.Timer(0.1, prober._process.kill).start()
    assert prober.probe(path, timeout=30.0).outcome == "crashed"
    assert prober.probe(path, timeout=30.0).outcome == "refused"
