"""The recipe of genre on a handful of short pieces, and on what a user has corrected."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.core.types import Analysis, Estimate, FileTags, Provenance, Tags, Track
from mixolydian.creation.genres import GENRES
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState
from mixolydian.models.store import Store
from mixolydian.training.datasets.sources import SOURCES as RENDERED_SOURCES
from mixolydian.training.recipes import genre
from mixolydian.training.recipes.genre import (
    ELECTRONIC,
    FAMILIES,
    LABELS,
    RECIPE,
    SOURCES,
    corrected,
)
from mixolydian.training.rendered import BANDS, SEED, TEST_SEED, bands
from mixolydian.training.sounds import COMPOSED, Sound, frames_of
from mixolydian.training.workshop import Workshop
from tests.training.datasets.sounds import RATE, clicks

STYLE, EMBEDDED = 249, 256


def network(inputs):
    return np.concatenate([inputs.mean(axis=1)] * 2, axis=1).astype(np.float32)


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """Everything in this process; a stand-in for the embedding; two short pieces a side."""

    def worked_out(wanted, how, shop):
        return [np.asarray(how(frames_of(s, shop.ear)), dtype=np.float32) for s in wanted]

    def pieces(shop, seed):
        plain = [Sound(COMPOSED, n, seed, 5.0, damaged=False) for n in (0, 1)]
        return [*plain, replace(plain[0], number=2, damaged=True), Sound("speech", 0, seed, 5.0)]

    embedder = SimpleNamespace(network=network, card=SimpleNamespace(weights="e5"))
    monkeypatch.setattr(genre, "embedder", lambda shop: embedder)
    monkeypatch.setattr(genre, "heard_all", lambda wanted, shop: wanted)
    monkeypatch.setattr(genre, "hear", lambda wanted, ear: iter(()))
    monkeypatch.setattr(genre, "derived", worked_out)
    monkeypatch.setattr(genre, "sounds", pieces)
    return Workshop(tmp_path / "work", jobs=1, home=tmp_path / "home")


@pytest.fixture
def library(tmp_path):
    """Puts tracks with a genre into the library of the workshop's home."""

    def add(name, label, kind="human", **tags):
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, clicks().T, RATE)
        settings = Settings(home=tmp_path / "home")
        settings.home.mkdir(exist_ok=True)
        answer = Estimate(Tags({label: 1.0}), 1.0, Provenance("someone", "1", kind=kind))
        track = Track(
            name.encode().hex().ljust(64, "0"),
            str(path),
            6.0,
            FileTags(**tags),
            Analysis(6.0, {"genre": answer}),
        )
        with Catalogue(settings.catalogue) as catalogue:
            catalogue.remember(FileState(str(path), 5, 1), track, {"genre": "1"}, "1")
        return str(path)

    return add


def named(row):
    return {label for label, target in zip(LABELS, row, strict=True) if target}


# ---------------------------------------------------------------------------- labels


def test_every_genre_that_is_composed_has_labels():
    assert GENRES.keys() <= FAMILIES.keys()
    assert (set(SOURCES) - {COMPOSED, "when_in_rome"}) <= FAMILIES.keys()
    assert set(SOURCES) - {COMPOSED} <= RENDERED_SOURCES.keys()
    assert BANDS.keys() <= RENDERED_SOURCES.keys()
    assert {"rock", "pop", "synthesizers"} <= FAMILIES.keys()


def test_labels_are_the_sub_genres_and_their_families():
    assert len(set(ELECTRONIC) & set(GENRES)) >= 12
    assert len(set(LABELS)) == len(LABELS)
    assert {label for labels in FAMILIES.values() for label in labels} == set(LABELS)
    assert all("electronic" in FAMILIES[name] for name in ELECTRONIC)


# ---------------------------------------------------------------------------- examples


def test_pieces_become_examples(workshop):
    found = RECIPE.examples(workshop)
    assert found.inputs.shape == (3, STYLE + EMBEDDED)
    assert found.labels == LABELS
    assert not found.exclusive
    assert found.origins[:2] == ("clean", "clean")
    for row, sound in zip(found.targets, genre.sounds(workshop, SEED), strict=False):
        truth = frames_of(sound, workshop.ear).truth
        assert named(row) == set(FAMILIES[truth["style"]])
    assert found.ids == tuple(f"composed-{SEED}-{n:06d}" for n in range(3))
    assert found.groups == found.ids, "a composed piece stands alone"


def test_the_tests_are_of_another_seed(workshop):
    tests = RECIPE.tests(workshop)
    pool = RECIPE.examples(workshop)
    for found in tests.values():
        assert not set(found.groups) & set(pool.groups)
        assert all(f"-{TEST_SEED}-" in name for name in found.ids)
    assert next(iter(tests)) == "rendered"
    damaged = next(found for name, found in tests.items() if name.startswith("damaged"))
    assert set(damaged.origins) <= {"damaged"}


def test_a_song_that_was_learnt_from_is_no_test(workshop, monkeypatch):
    examples = genre._examples

    def of_songs(heard, styles, shop):
        found = examples(heard, styles, shop)
        own = f"pop909/{heard[1].seed}"
        return replace(found, groups=("pop909/7", own, own))

    monkeypatch.setattr(genre, "_examples", of_songs)
    assert RECIPE.examples(workshop).groups[0] == "pop909/7"
    assert set(RECIPE.tests(workshop)["rendered"].groups) == {f"pop909/{TEST_SEED}"}


def test_bands_are_learnt_from_and_judged_apart(workshop, monkeypatch):
    monkeypatch.setattr(
        genre, "bands", lambda shop, seed: [Sound(COMPOSED, 7, seed, 5.0, damaged=False)]
    )
    assert len(RECIPE.examples(workshop)) == 4
    tests = RECIPE.tests(workshop)
    assert tests["bands"].ids == (f"composed-{TEST_SEED}-000007",)
    assert not set(tests["bands"].ids) & set(tests["rendered"].ids)


def test_without_a_soundfont_there_are_no_bands(workshop):
    assert bands(workshop, SEED) == []


def test_the_card_names_the_embedding(workshop):
    assert RECIPE.facts(workshop)["embedding"] == "e5"


def test_without_an_embedding_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(Store, "find", lambda self, name: None)
    with pytest.raises(RequestError, match="mixo train embedding"):
        RECIPE.facts(Workshop(tmp_path, jobs=1, home=tmp_path))


# ---------------------------------------------------------------------------- corrections


def test_without_a_library_there_are_none(workshop):
    assert corrected(workshop) == []
    assert not workshop.home.exists(), "and none is made"


def test_corrections_are_learnt_from(workshop, library):
    path = library("one", "House", artist="Ann")
    library("two", "dub", artist="Ann")
    library("three", "polka")
    library("four", "techno", kind="machine")
    (found,) = corrected(workshop)
    assert found.ids[0] == path
    assert len(found) == 2
    assert named(found.targets[0]) == {"house", "electronic"}
    assert named(found.targets[1]) == {"dub", "reggae"}
    assert set(found.groups) == {"own library/artist ann"}, "an artist stays on one side"
    assert set(found.origins) == {"own library"}
    joined = RECIPE.examples(workshop)
    assert len(joined) == 5
    assert joined.ids[-2:] == found.ids
    assert not set(found.ids) & set(RECIPE.tests(workshop)["rendered"].ids)


def test_files_of_one_name_are_two_examples(workshop, library, tmp_path):
    library("a", "house", artist="Ann")
    (tmp_path / "b").mkdir()
    library("b/a", "techno", artist="Bob")
    (found,) = corrected(workshop)
    assert len(set(found.ids)) == 2


def test_a_family_alone_is_a_label_too(workshop, library):
    library("one", "electronic")
    (found,) = corrected(workshop)
    assert named(found.targets[0]) == {"electronic"}


def test_a_file_that_cannot_be_heard_is_left_out(workshop, library, monkeypatch):
    library("one", "house")
    library("two", "techno")
    monkeypatch.setattr(genre, "hear", lambda wanted, ear: iter([(wanted[0], "broken")]))
    (found,) = corrected(workshop)
    assert len(found) == 1
    monkeypatch.setattr(genre, "hear", lambda wanted, ear: iter([(s, "broken") for s in wanted]))
    assert corrected(workshop) == []
