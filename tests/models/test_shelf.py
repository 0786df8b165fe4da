"""Shelf and store: what is installed, which of it answers, and what is damaged is refused."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import ModelError
from mixolydian.models.bundle import CARD, NETWORK, PAGE, read_card, read_model
from mixolydian.models.calibration import Calibration
from mixolydian.models.card import Card
from mixolydian.models.shelf import Shelf
from mixolydian.models.store import Store, ship, write_bundle
from tests.models.networks import WEIGHTS, card, content, linear


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "home", tmp_path / "shipped")


@pytest.fixture
def bundle(tmp_path):
    """Write a bundle; other weights for another `scale`."""

    def make(scale=1.0, folder="run", **changes):
        path = tmp_path / f"{folder}-{scale}"
        write_bundle(path, card(**changes), content(linear(np.float32(scale) * WEIGHTS)))
        return path

    return make


def rewrite(path, change):
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")


# --------------------------------------------------------------------------- bundles


def test_a_bundle_is_filled_in_and_read_back(bundle):
    folder = bundle()
    found = read_card(folder)
    assert len(found.weights) == 64
    assert found.bytes == (folder / NETWORK).stat().st_size
    assert found.milliseconds >= 0.0
    assert found.code
    assert found.made
    assert "# tiny" in (folder / PAGE).read_text("utf-8")


def test_probabilities_are_calibrated(bundle):
    inputs = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    found = read_model(bundle()).probabilities(inputs)
    expected = Calibration("temperature", (2.0,)).apply(inputs @ WEIGHTS, True)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_network_that_does_not_fit_its_card(bundle):
    with pytest.raises(ModelError, match="expected 2 scores per example"):
        bundle(labels=("a", "b"))
    with pytest.raises(ModelError, match="expected inputs of shape"):
        bundle(input_shape=(7,))


def test_an_embedding_has_no_labels(bundle):
    assert read_model(bundle(labels=())).card.labels == ()


def test_another_network_than_the_card_says(bundle):
    folder = bundle()
    (folder / NETWORK).write_bytes(content(linear(2 * WEIGHTS)))
    with pytest.raises(ModelError, match="expected the model with sha256"):
        read_model(folder)


@pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 100_000, '{"schema": 1}'])
def test_a_card_that_is_none(bundle, text):
    folder = bundle()
    (folder / CARD).write_text(text)
    with pytest.raises(ModelError, match=r"card\.json"):
        read_model(folder)


def test_a_card_of_two_gigabytes_is_not_read(bundle):
    folder = bundle()
    os.truncate(folder / CARD, 2**31)
    with pytest.raises(ModelError, match="too large"):
        read_model(folder)


def test_what_was_learnt_names_the_version(bundle):
    first, other = read_model(bundle()), read_model(bundle(2.0))
    warmer = read_model(bundle(folder="warm", calibration=Calibration("temperature", (3.0,))))
    later = read_model(bundle(folder="later", made="2020-01-01"))
    assert len({first.weights, other.weights, warmer.weights}) == 3
    assert first.weights == later.weights
    assert first.version == f"1-{first.weights[:8]}"


# --------------------------------------------------------------------------- the store


def test_nothing_installed(store):
    assert store.names() == ()
    assert store.installed() == ()
    assert store.find("tiny") is None
    with pytest.raises(ModelError, match="tiny: no such model"):
        store.open("tiny")


def test_installed_is_not_yet_current(store, bundle):
    version = store.install(bundle())
    assert store.find("tiny") is None
    assert [(i.version, i.current) for i in store.installed()] == [(version, False)]
    store.promote("tiny", version)
    assert store.open("tiny").version == version
    assert store.names() == ("tiny",)


def test_one_network_per_process(store, bundle):
    store.promote("tiny", store.install(bundle()))
    assert store.open("tiny") is store.open("tiny")


def test_back_and_forth(store, bundle):
    first, second = store.install(bundle()), store.install(bundle(2.0))
    store.promote("tiny", first)
    store.promote("tiny", second)
    store.promote("tiny", second)
    assert store.open("tiny").version == second
    assert store.rollback("tiny") == first
    assert store.open("tiny").version == first
    assert store.rollback("tiny") is None
    assert store.find("tiny") is None
    with pytest.raises(ModelError, match="nothing to roll back"):
        store.rollback("tiny")
    assert len(store.installed()) == 2


def test_own_models_come_before_shipped_ones(store, bundle):
    there = ship(bundle(), store.shipped)
    assert store.open("tiny").version == there
    mine = store.install(bundle(2.0))
    store.promote("tiny", mine)
    assert store.open("tiny").version == mine
    assert [(i.shelf, i.current) for i in store.installed()] == [("own", True), ("shipped", False)]
    assert store.rollback("tiny") == there
    assert [(i.shelf, i.current) for i in store.installed()] == [("own", False), ("shipped", True)]


def test_shipping_replaces(store, bundle):
    old = ship(bundle(), store.shipped)
    new = ship(bundle(2.0), store.shipped)
    ship(bundle(folder="other", name="other"), store.shipped)
    assert store.open("tiny").version == new
    assert not (store.shipped / "tiny" / old).exists()
    assert [i.name for i in store.installed()] == ["other", "tiny"]


def test_installing_twice_changes_nothing(store, bundle):
    assert store.install(bundle()) == store.install(bundle())
    assert len(store.installed()) == 1


def test_a_changed_network_is_refused(store, bundle):
    version = store.install(bundle())
    store.promote("tiny", version)
    path = store.own_shelf.place("tiny", version) / NETWORK
    path.write_bytes(content(linear(3 * WEIGHTS)))
    with pytest.raises(ModelError, match="expected the model with sha256"):
        store.find("tiny")


def test_a_changed_card_is_refused_and_listed(store, bundle):
    version = store.install(bundle())
    store.promote("tiny", version)
    path = store.own_shelf.place("tiny", version) / CARD
    rewrite(path, lambda document: document.update(thresholds={"music": 0.0}))
    with pytest.raises(ModelError, match="changed or damaged"):
        store.find("tiny")
    (listed,) = store.installed()
    assert listed.card is None
    assert "changed or damaged" in listed.fault


def test_deleted_files_are_named(store, bundle):
    version = store.install(bundle())
    store.promote("tiny", version)
    (store.own_shelf.place("tiny", version) / NETWORK).unlink()
    with pytest.raises(ModelError, match=r"model\.onnx: cannot be read"):
        store.find("tiny")


def test_unknown_versions_and_names(store, bundle):
    with pytest.raises(ModelError, match="no such model"):
        store.promote("tiny", "1-0")
    store.install(bundle())
    with pytest.raises(ModelError, match="version 1-0 is not installed"):
        store.promote("tiny", "1-0")


@pytest.mark.parametrize("name", ["../../evil", "Tiny", "", ".hidden", "a/b", "a" * 65])
def test_names_that_would_lead_elsewhere(store, bundle, name):
    with pytest.raises(ModelError, match="expected a name of small letters"):
        store.install(bundle(name=name))
    assert not store.home.exists()


def test_a_bundle_with_a_foreign_schema(store, bundle):
    folder = bundle()
    rewrite(folder / CARD, lambda document: document.update(schema="other"))
    with pytest.raises(ModelError, match="expected a model card"):
        store.install(folder)


BAD_INDEX = {
    "no JSON": "{",
    "a list": "[]",
    "another schema": '{"schema": "mixolydian.models/9", "models": {}}',
    "a path as a name": '{"schema": "mixolydian.models/1", "models": {"../x": {}}}',
    "no versions": '{"schema": "mixolydian.models/1", "models": {"x": {}}}',
    "no hash": json.dumps(
        {
            "schema": "mixolydian.models/1",
            "models": {
                "x": {"versions": {"1": {"model": "", "card": "", "bytes": 1}}, "current": []}
            },
        }
    ),
    "current, but not there": json.dumps(
        {"schema": "mixolydian.models/1", "models": {"x": {"versions": {}, "current": ["1"]}}}
    ),
}


@pytest.mark.parametrize("name", BAD_INDEX)
def test_a_damaged_index(store, name):
    path = store.home / "models" / "index.json"
    path.parent.mkdir(parents=True)
    path.write_text(BAD_INDEX[name])
    with pytest.raises(ModelError):
        store.find("x")


def test_a_crash_leaves_the_old_index(store, bundle, monkeypatch):
    version = store.install(bundle())
    store.promote("tiny", version)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            store.rollback("tiny")
    assert store.open("tiny").version == version


def test_the_package_ships_whole_models():
    """Whatever lies in the package can be read, hashes and all."""
    shipped = Store.__dataclass_fields__["shipped"].default
    for name, line in Shelf(shipped).lines().items():
        for version in line.versions:
            assert isinstance(Shelf(shipped).model(name, version).card, Card)
