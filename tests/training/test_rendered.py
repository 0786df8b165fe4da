"""The rendered sounds of recipes: two sides of different seeds, and what cannot be heard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.engines.local import Failure
from mixolydian.training import rendered
from mixolydian.training.datasets.sources import SOURCES, Stock
from mixolydian.training.rendered import (
    N_COMPOSED,
    OTHERS,
    SEED,
    TEST_SEED,
    heard_all,
    sounds,
    streams,
)
from mixolydian.training.sounds import COMPOSED
from mixolydian.training.workshop import Workshop
from tests.training.streams import stream


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path, jobs=1, home=tmp_path)


def counts(found):
    return {s.source: sum(o.source == s.source for o in found) for s in found}


def test_the_two_sides_share_nothing(workshop):
    sides = [sounds(workshop, seed) for seed in (SEED, TEST_SEED)]
    assert {s.seed for s in sides[0]} == {SEED}
    assert {s.seed for s in sides[1]} == {TEST_SEED}
    assert not {s.name for s in sides[0]} & {s.name for s in sides[1]}
    assert not {workshop.ear.place(s) for s in sides[0]} & {workshop.ear.place(s) for s in sides[1]}


def test_without_corpora_what_needs_none(workshop):
    found = counts(sounds(workshop, SEED))
    assert found.keys() == {COMPOSED, "speech", "ambience", "singing", "mixture"}
    assert found[COMPOSED] == N_COMPOSED[SEED]
    assert found["speech"] == OTHERS["speech"][0]
    assert counts(sounds(workshop, TEST_SEED))["speech"] == OTHERS["speech"][1]


def test_corpora_at_hand_are_used(tmp_path):
    (tmp_path / "pop909").mkdir()
    found = counts(sounds(Workshop(tmp_path, Stock(tmp_path), 1, home=tmp_path), SEED))
    assert found["pop909"] == OTHERS["pop909"][0]
    assert "nottingham" not in found
    assert OTHERS.keys() <= SOURCES.keys()


def test_quick_is_a_small_part_of_everything(workshop):
    whole, part = (counts(sounds(w, TEST_SEED)) for w in (workshop, replace(workshop, quick=True)))
    assert part.keys() == whole.keys()
    assert sum(part.values()) < sum(whole.values()) / 10
    quick = set(sounds(replace(workshop, quick=True), TEST_SEED))
    assert quick <= set(sounds(workshop, TEST_SEED)), "so that its frames serve the whole run"


@pytest.fixture
def failing(monkeypatch):
    """Hearing in which the first so many sounds fail."""

    def chosen(n):
        def hear(wanted, ear, watch):
            watch(len(wanted), len(wanted))
            yield from ((s, Failure("ModelError", "no voice")) for s in wanted[:n])

        monkeypatch.setattr(rendered, "hear", hear)

    return chosen


def test_a_few_that_cannot_be_heard_are_left_out(workshop, failing):
    told = []
    wanted = sounds(workshop, TEST_SEED)[:100]
    failing(2)
    watching = replace(workshop, watch=lambda what, done, of, figures: told.append((what, done)))
    assert heard_all(wanted, watching) == wanted[2:]
    assert told == [("listening to sounds", 100)]


def test_many_that_cannot_be_heard_are_an_error(workshop, failing):
    failing(3)
    with pytest.raises(RequestError, match=r"3 of 100 sounds .* composed-42-000000: no voice"):
        heard_all(sounds(workshop, TEST_SEED)[:100], workshop)


def test_streams_are_of_everything_but_mixtures(tmp_path, monkeypatch):
    (tmp_path / "speech" / "prompts").mkdir(parents=True)
    (tmp_path / "speech" / "prompts" / "a.wav").write_bytes(b"a")
    workshop = Workshop(tmp_path, Stock(tmp_path), 1, quick=True, home=tmp_path)
    monkeypatch.setattr(rendered, "heard_all", lambda wanted, shop: wanted)
    monkeypatch.setattr(
        rendered, "stream", lambda s, ear: stream("noise", group=s.name, origin=s.source)
    )
    found = counts_of_origins(streams(workshop, held_out=False))
    assert "mixture" not in found
    assert found["open/speech"] == 1
    assert found[COMPOSED] == N_COMPOSED[SEED] // rendered.QUICK
    assert "open/speech" not in counts_of_origins(streams(workshop, held_out=True))


def counts_of_origins(found):
    return {s.origin: sum(o.origin == s.origin for o in found) for s in found}
