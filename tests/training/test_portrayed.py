"""Portraits of pieces for recipes: kept, read again, dealt into crates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.errors import EmptySignalError, RequestError
from mixolydian.training import portrayed as module
from mixolydian.training.portrayed import crates, folded, portrayed
from mixolydian.training.sounds import COMPOSED, rendered
from mixolydian.training.workshop import Workshop
from tests.dj.scenes import portrait

SOUNDS = rendered(COMPOSED, range(3), 1, 10.0)


@pytest.fixture
def made(monkeypatch):
    """Made-up portraits, by whom they were asked for; one has no beat."""
    asked = []

    def portrait_of(sound, ear):
        asked.append(sound.number)
        return portrait(sound.number, 32, steady=sound.number != 1)

    class Engine:
        def __init__(self, *settings):
            pass

        def map(self, task, items):
            for item in items:
                task(item)
                yield type("Outcome", (), {"item": item, "failure": None})

    monkeypatch.setattr(module, "portrait_of", portrait_of)
    monkeypatch.setattr(module, "LocalEngine", Engine)
    return asked


def test_they_are_made_once_and_those_without_a_beat_left_out(made, tmp_path):
    workshop = Workshop(tmp_path, jobs=1)
    first = portrayed(SOUNDS, workshop)
    assert made == [0, 1, 2]
    again = portrayed(SOUNDS, workshop)
    assert made == [0, 1, 2]
    assert len(first) == len(again) == 2
    np.testing.assert_array_equal(again[1].bands, portrait(2, 32).bands)


def test_a_damaged_one_is_made_again(made, tmp_path):
    workshop = Workshop(tmp_path, jobs=1)
    portrayed(SOUNDS, workshop)
    for place in tmp_path.rglob("*.npz"):
        place.write_bytes(b"")
    assert len(portrayed(SOUNDS, workshop)) == 2
    assert made == [0, 1, 2, 0, 1, 2]


def test_one_that_cannot_be_made_is_named(monkeypatch, tmp_path):
    def silent(sound, ear):
        raise EmptySignalError("silence")

    monkeypatch.setattr(module, "portrait_of", silent)
    monkeypatch.setattr(module, "LocalEngine", FailingEngine)
    with pytest.raises(RequestError, match=r"composed-1-000000: cannot be portrayed \(silence\)"):
        portrayed(SOUNDS, Workshop(tmp_path, jobs=1))


class FailingEngine:
    def __init__(self, *settings):
        pass

    def map(self, task, items):
        failure = type("Failure", (), {"type": "EmptySignalError", "message": "silence"})
        yield type("Outcome", (), {"item": items[0], "failure": failure})


def test_neighbours_in_tempo_share_a_crate():
    pieces = [replace(portrait(i, 32, name="abcde"[i]), bpm=bpm)
              for i, bpm in enumerate([174.0, 90.0, 128.0, 86.0, 126.0])]  # fmt: skip
    found = [[p.bpm for p in crate] for crate in crates(pieces, 3)]
    assert found == [[86.0, 174.0, 90.0], [126.0, 128.0]]
    assert folded(60.0) == pytest.approx(120.0)
