"""The recipe of the embedding: how it is judged, shipped, and goes on after a kill."""

# ruff: noqa: E402
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("lightning")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.evaluation.significance import Interval
from mixolydian.models import windows
from mixolydian.models.bundle import read_model
from mixolydian.models.network import Network
from mixolydian.training.content import LABELS
from mixolydian.training.contrastive import DIMENSIONS, Encoder
from mixolydian.training.recipes import embedding
from mixolydian.training.recipes.embedding import RECIPE, exported, judged
from mixolydian.training.workshop import Workshop
from tests.training.streams import stream

EPOCHS = 3


class KilledError(Exception):
    pass


def encoder(seed=0, width=8):
    """An encoder whose normalisation has seen something."""
    torch.manual_seed(seed)
    made = Encoder(width)
    made.train()
    made(torch.randn(16, windows.WINDOW, windows.N_BANDS))
    return made.eval()


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A workshop of two dozen small sounds, and epochs of two batches."""

    def streams(workshop, held_out):
        seeds = range(24, 40) if held_out else range(24)
        return [replace(stream(LABELS[i % 4], seed=i, n=220), origin="composed") for i in seeds]

    monkeypatch.setattr(embedding, "streams", streams)
    monkeypatch.setattr(embedding, "PER_EPOCH", 2)
    return Workshop(tmp_path / "work", jobs=1, home=tmp_path)


@pytest.fixture
def judgements(monkeypatch):
    """What the untrained and the trained network are said to reach."""

    def said(*values):
        left = [{"retrieval": Interval(v, v, v, 9)} for v in values]

        def judged(network, unseen, folder):
            return left.pop(0) if len(left) > 1 else left[0]

        monkeypatch.setattr(embedding, "judged", judged)

    return said


SMALL = {"epochs": str(EPOCHS), "batch": "8"}


# ---------------------------------------------------------------------------- shipping


def test_the_network_that_ships_says_what_torch_says(tmp_path):
    made = encoder()
    (tmp_path / "model.onnx").write_bytes(exported(made))
    network = Network.read(tmp_path / "model.onnx")
    rng = np.random.default_rng(0)
    for n in (1, 7):
        x = rng.normal(size=(n, windows.WINDOW, windows.N_BANDS)).astype(np.float32)
        with torch.no_grad():
            ours = made(torch.from_numpy(x)).numpy()
        found = network(x)
        assert found.shape == (n, DIMENSIONS)
        np.testing.assert_allclose(found, ours, atol=1e-5)


# ---------------------------------------------------------------------------- judging


def test_sounds_that_stay_as_they_are_are_found_again(tmp_path):
    unseen = [stream("music", slice(6 * i, 6 * i + 6), n=260, seed=i) for i in range(8)]
    found = judged(exported(encoder()), [replace(s, origin="composed") for s in unseen], tmp_path)
    assert found["retrieval"].mean > 0.9
    assert list(tmp_path.iterdir()) == []


def test_sounds_that_cannot_be_told_apart_are_not(tmp_path):
    rng = np.random.default_rng(0)
    noise = [replace(stream("noise", n=260), origin="composed") for _ in range(12)]
    for s in noise:
        s.power[:] = rng.gamma(0.5, size=s.power.shape)
    found = judged(exported(encoder()), noise, tmp_path)["retrieval"]
    assert found.mean < 0.4
    assert found.low <= found.mean <= found.high


def test_a_windows_own_sound_is_counted_not_itself():
    rows = [np.eye(3, 4, dtype=np.float32)[[i, i]] for i in range(3)]
    assert embedding._retrieval(rows).mean == 1.0
    alone = [np.eye(3, 4, dtype=np.float32)[[i]] for i in range(3)]
    assert embedding._retrieval(alone).mean == 0.0


def test_the_genre_of_the_nearest_other_piece():
    rng = np.random.default_rng(0)
    named = []
    for i in range(8):
        piece = stream("music", seed=i)
        centre = np.zeros(6)
        centre[:3] = 5.0 if piece.style == "style 0" else -5.0
        named.append(((centre + rng.normal(size=(4, 6))).astype(np.float32), piece))
    assert embedding._neighbours(named).mean == 1.0
    shuffled = [(row, replace(piece, style=f"own {i}")) for i, (row, piece) in enumerate(named)]
    assert embedding._neighbours(shuffled).mean == 0.0


# ---------------------------------------------------------------------------- making


def test_a_run_leaves_a_network_and_its_card(toy, judgements):
    judgements(0.2, 0.6)
    told = []
    watching = replace(toy, watch=lambda what, done, of, figures: told.append((done, of)))
    result = RECIPE.make(watching, settings=SMALL)
    assert told == [(n, EPOCHS) for n in range(1, EPOCHS + 1)]
    model = read_model(result.folder)
    assert model.card == result.card
    assert model.card.scores["held out"]["values"]["retrieval"] == 0.6
    assert model.card.baseline["held out"]["values"]["retrieval"] == 0.2
    assert model.card.settings["batch"] == 8
    assert model.card.facts["robustness"] == {"telephone band": 0.6}
    assert model.card.sizes == {"train": 24, "held out": 16}
    found = model.network(np.zeros((2, windows.WINDOW, windows.N_BANDS), np.float32))
    assert found.shape == (2, DIMENSIONS)
    assert not list(toy.folder.rglob("*.ckpt"))


def test_no_better_than_untrained_is_an_error(toy, judgements):
    judgements(0.6, 0.6)
    with pytest.raises(RequestError, match="no better than untrained"):
        RECIPE.make(toy, settings=SMALL)
    assert not list(toy.folder.rglob("*.onnx"))


def test_batch_norm_learns_too(toy, judgements, monkeypatch):
    """Judging the untrained network must not leave it as one that is put to use."""
    kept = []
    fitted = embedding._fitted
    monkeypatch.setattr(embedding, "_fitted", lambda *a: kept.append(fitted(*a)) or kept[0])
    judgements(0.2, 0.6)
    RECIPE.make(toy, settings=SMALL)
    assert kept[0].scale.num_batches_tracked >= 2
    assert not torch.allclose(kept[0].scale.running_var, torch.ones(DIMENSIONS))


def test_exporting_leaves_the_encoder_as_it_was():
    made = encoder().train()
    exported(made)
    assert made.training


def killed(toy, settings=SMALL, **changes):
    def dies(what, done, of, figures):
        if done == 2:
            raise KilledError

    with pytest.raises(KilledError):
        RECIPE.make(replace(toy, watch=dies, **changes), settings=settings)


def epochs_of(toy, settings=SMALL):
    told = []
    watching = replace(toy, watch=lambda what, done, of, figures: told.append(done))
    RECIPE.make(watching, settings=settings)
    return told


def test_a_killed_run_goes_on_where_it_was(toy, judgements):
    judgements(0.2, 0.2, 0.6)
    killed(toy)
    assert list(toy.folder.rglob("last.ckpt"))
    assert epochs_of(toy)[0] > 1
    assert not list(toy.folder.rglob("*.ckpt"))


def test_a_run_of_another_kind_starts_afresh(toy, judgements):
    judgements(0.2, 0.2, 0.6)
    killed(toy)
    longer = {**SMALL, "epochs": str(EPOCHS + 2)}
    assert epochs_of(toy, longer) == list(range(1, EPOCHS + 3))


def test_quick_is_two_epochs(toy, judgements):
    judgements(0.2, 0.6)
    assert epochs_of(replace(toy, quick=True)) == [1, 2]


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"depth": "3"}, "has no setting depth"), ({"epochs": "many"}, "numbers, found .*'many'")],
)
def test_wrong_settings_are_refused(toy, settings, says):
    with pytest.raises(RequestError, match=says):
        RECIPE.make(toy, settings=settings)


def test_there_are_no_labels(toy):
    for asked in (RECIPE.examples, RECIPE.tests):
        with pytest.raises(RequestError, match="mixo train"):
            asked(toy)
