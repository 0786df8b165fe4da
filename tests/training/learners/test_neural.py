"""The perceptron, and the way of training that all neural learners share."""

# ruff: noqa: E402
from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("lightning")
pytest.importorskip("onnxruntime")

from mixolydian.core.errors import RequestError
from mixolydian.training.learners.base import Job, Pruned, learner
from mixolydian.training.learners.losses import label_weights
from mixolydian.training.learners.neural import Perceptron, standardising
from tests.training.learners import toys

TRAIN, VALID, TEST = toys.rings(300, 0), toys.rings(100, 1), toys.rings(300, 2)
QUICK = Perceptron(hidden=(16,), epochs=40, lr=0.02, dropout=0.0, batch=32)
BRIEF = replace(QUICK, epochs=6, patience=6)


class KilledError(Exception):
    pass


def test_learns_a_circle_and_keeps_the_figures_of_every_epoch() -> None:
    fitted = QUICK.fit(TRAIN, VALID, Job())
    assert toys.right(fitted, TEST) > 0.9
    assert [row["epoch"] for row in fitted.history] == list(range(1, len(fitted.history) + 1))
    assert set(fitted.history[0]) == {"epoch", "train_loss", "valid_loss", "lr"}
    assert fitted.history[-1]["valid_loss"] < fitted.history[0]["valid_loss"]


def test_the_table_of_learners_finds_it_and_reads_settings() -> None:
    made = learner("perceptron").made({"hidden": "32,16", "lr": "0.01", "balanced": "true"})
    assert made == Perceptron(hidden=(32, 16), lr=0.01, balanced=True)


def test_the_same_seed_gives_the_same_network_and_leaves_the_callers_dice() -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    first = BRIEF.fit(TRAIN, VALID, Job(seed=3)).scores(TEST.inputs)
    assert torch.equal(before, torch.random.get_rng_state())
    assert np.array_equal(first, BRIEF.fit(TRAIN, VALID, Job(seed=3)).scores(TEST.inputs))
    assert not np.array_equal(first, BRIEF.fit(TRAIN, VALID, Job(seed=4)).scores(TEST.inputs))


@pytest.mark.parametrize("members", [1, 2])
def test_goes_on_after_a_kill_as_if_nothing_had_been(tmp_path: Path, members: int) -> None:
    how = replace(BRIEF, members=members, dropout=0.3)
    told: list[tuple[str, int]] = []

    def dies(what: str, done: int, of: int, figures: Mapping[str, float]) -> None:
        told.append((what, done))
        if len(told) == 4:
            raise KilledError

    def listens(what: str, done: int, of: int, figures: Mapping[str, float]) -> None:
        told.append((what, done))

    with pytest.raises(KilledError):
        how.fit(TRAIN, VALID, Job(folder=str(tmp_path), watch=dies))
    resumed = how.fit(TRAIN, VALID, Job(folder=str(tmp_path), watch=listens))
    assert [done for _, done in told[:6]] == [1, 2, 3, 4, 5, 6]
    assert len(told) == 6 * members
    whole = how.fit(TRAIN, VALID, Job())
    assert resumed.history == whole.history
    assert np.array_equal(resumed.scores(TEST.inputs), whole.scores(TEST.inputs))


def test_a_finished_fit_is_not_done_again(tmp_path: Path) -> None:
    told: list[int] = []
    job = Job(folder=str(tmp_path), watch=lambda what, done, of, figures: told.append(done))
    first = BRIEF.fit(TRAIN, VALID, job)
    assert len(told) == 6
    again = BRIEF.fit(TRAIN, VALID, job)
    assert len(told) == 6
    assert np.array_equal(first.scores(TEST.inputs), again.scores(TEST.inputs))


@pytest.mark.parametrize("change", ["settings", "seed", "data", "weights", "damaged", "no tensors"])
def test_a_foreign_checkpoint_is_ignored(tmp_path: Path, change: str) -> None:
    job, how, train = Job(folder=str(tmp_path)), BRIEF, TRAIN
    BRIEF.fit(TRAIN, VALID, job)
    place = tmp_path / "member-0.ckpt"
    if change == "settings":
        how = replace(BRIEF, dropout=0.1)
    elif change == "seed":
        job = replace(job, seed=1)
    elif change == "data":
        train = TRAIN.take(np.arange(299))
    elif change == "weights":
        train = replace(TRAIN, weights=np.linspace(0.5, 1, 300, dtype=np.float32))
    elif change == "damaged":
        place.write_bytes(place.read_bytes()[:900])
    else:
        torch.save({"fingerprint": Path("x")}, place)
    found = how.fit(train, VALID, job)
    clean = how.fit(train, VALID, replace(job, folder=""))
    assert found.history == clean.history


def test_stops_early_and_keeps_the_best_epoch() -> None:
    noise = np.random.default_rng(0)
    train = toys.examples(noise.normal(size=(40, 20)), np.eye(2)[noise.integers(0, 2, 40)])
    valid = toys.examples(noise.normal(size=(40, 20)), np.eye(2)[noise.integers(0, 2, 40)])
    how = Perceptron(hidden=(32,), epochs=60, patience=4, lr=0.02, l2=0.0, dropout=0.0)
    fitted = how.fit(train, valid, Job())
    losses = [row["valid_loss"] for row in fitted.history]
    assert len(losses) < 60
    assert len(losses) == int(np.argmin(losses)) + 1 + 4
    p = toys.probabilities(fitted.scores(valid.inputs))
    loss = -np.log(p[np.arange(40), valid.classes]).mean()
    assert loss == pytest.approx(min(losses), abs=1e-5)


def test_the_learning_rate_falls_when_the_loss_stays() -> None:
    how = replace(QUICK, epochs=60, patience=9, lr=0.05)
    rates = [row["lr"] for row in how.fit(TRAIN, VALID, Job()).history]
    assert rates[0] == 0.05
    assert rates[-1] < 0.05


def test_a_study_can_give_a_trial_up() -> None:
    seen: list[tuple[int, float]] = []

    def prune(step: int, score: float) -> bool:
        seen.append((step, score))
        return step == 3

    with pytest.raises(Pruned):
        BRIEF.fit(TRAIN, VALID, Job(prune=prune))
    assert [step for step, _ in seen] == [1, 2, 3]
    assert seen[0][1] < 0


def test_soft_targets_give_soft_answers() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 3))
    soft = 1 / (1 + np.exp(-2 * x[:, 0]))
    data = toys.examples(x, np.stack([soft, 1 - soft], axis=1))
    fitted = replace(QUICK, hidden=()).fit(data, data, Job())
    found = toys.probabilities(fitted.scores(data.inputs))[:, 0]
    assert np.abs(found - soft).mean() < 0.05


def test_labels_that_do_not_exclude_each_other() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 3))
    data = toys.examples(x, np.stack([x[:, 0] > 0, x[:, 1] > 0.5], axis=1), exclusive=False)
    fitted = replace(QUICK, balanced=True).fit(data, data, Job())
    found = toys.probabilities(fitted.scores(data.inputs), exclusive=False) > 0.5
    assert (found == (data.targets > 0.5)).mean() > 0.9
    assert np.allclose(found.sum(axis=0), data.targets.sum(axis=0), rtol=0.3)


def test_weights_decide_between_contradicting_examples() -> None:
    x = np.zeros((200, 2)) + np.random.default_rng(0).normal(size=(200, 2))
    label = np.arange(200) % 2
    heavy = toys.examples(x, np.eye(2)[label], weights=np.where(label == 1, 1.0, 0.01))
    assert toys.right(BRIEF.fit(heavy, heavy, Job()), heavy) == pytest.approx(0.5)
    found = BRIEF.fit(heavy, heavy, Job()).scores(heavy.inputs)
    assert (found.argmax(axis=1) == 1).all()


def test_rare_labels_count_as_much_when_balanced() -> None:
    targets = np.eye(3)[np.array([0] * 90 + [1] * 10)]
    weights = label_weights(toys.examples(np.zeros((100, 2)), targets))
    assert weights == pytest.approx([100 / 180, 5.0, 0.0])
    several = toys.examples(np.zeros((100, 2)), targets, exclusive=False)
    assert label_weights(several) == pytest.approx([10 / 90, 9.0, 10.0], abs=0.02)


def test_normalisation_comes_from_the_training_part_and_is_inside() -> None:
    layer = standardising(TRAIN)
    z = layer(torch.from_numpy(TRAIN.inputs)).numpy()
    assert np.abs(z[:, :2].mean(axis=0)).max() < 1e-3
    assert z[:, :2].std(axis=0) == pytest.approx([1, 1], abs=1e-3)
    assert (z[:, 2] == 0).all()
    assert np.abs(layer(torch.full((1, 3), 1e9)).numpy()).max() <= 8


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("exclusive", [True, False])
def test_the_exported_network_agrees(
    members: int, exclusive: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    train = replace(TRAIN, exclusive=exclusive)
    fitted = replace(BRIEF, members=members, epochs=2).fit(train, VALID, Job())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        content = fitted.onnx()
    for rows in (1, 7, 300):
        ours = toys.probabilities(fitted.scores(TEST.inputs[:rows]), exclusive)
        theirs = toys.probabilities(toys.shipped(content, TEST.inputs[:rows]), exclusive)
        assert np.abs(ours - theirs).max() <= 1e-5
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("settings", [{"members": 3}, {"mc_samples": 20}, {"last_layer": "bayes"}])
def test_spread_is_larger_where_nothing_was_learnt(settings: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 200)
    x = rng.normal(size=(200, 2)) + np.where(label, 3, -3)[:, None] * [1, 0]
    data = toys.examples(x, np.eye(2)[label])
    how = replace(QUICK, dropout=0.2, epochs=20, **settings)
    fitted = how.fit(data, data, Job())
    near, between = np.array([[-3, 0], [3, 0]], np.float32), np.array([[0, 0]], np.float32)
    sure, unsure = fitted.spread(near), fitted.spread(between)
    assert sure is not None
    assert unsure is not None
    assert sure.shape == (2, 2)
    assert sure.max() < unsure.min() <= 0.5
    again = fitted.spread(between)
    assert again is not None
    assert np.array_equal(unsure, again)


def test_bayes_is_surer_with_more_examples() -> None:
    few = replace(BRIEF, last_layer="bayes").fit(TRAIN.take(np.arange(30)), VALID, Job())
    many = replace(BRIEF, last_layer="bayes").fit(TRAIN, VALID, Job())
    a, b = few.spread(TEST.inputs), many.spread(TEST.inputs)
    assert a is not None
    assert b is not None
    assert a.mean() > b.mean()


def test_without_uncertainty_asked_for_there_is_no_spread() -> None:
    assert replace(BRIEF, epochs=1).fit(TRAIN, VALID, Job()).spread(TEST.inputs) is None


def test_importances_name_the_columns_that_count() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 4)) * [1, 100, 1, 1]
    data = toys.examples(x, np.eye(2)[(x[:, 1] > 0).astype(int)])
    found = QUICK.fit(data, data, Job()).importances
    assert found is not None
    assert found.argmax() == 1
    assert found[1] > 0.6
    assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": 0}, "epochs"),
        ({"lr": -1.0}, "lr"),
        ({"lr": float("nan")}, "lr"),
        ({"batch": 1}, "batch"),
        ({"l2": -1.0}, "l2"),
        ({"dropout": 1.0}, "dropout"),
        ({"hidden": "8,0"}, "hidden"),
        ({"last_layer": "magic"}, "point or bayes"),
    ],
)
def test_refuses_settings_that_cannot_be(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        Perceptron.made(settings)


def test_a_checkpoint_is_data_only(tmp_path: Path) -> None:
    replace(BRIEF, epochs=1).fit(TRAIN, VALID, Job(folder=str(tmp_path)))
    state = torch.load(tmp_path / "member-0.ckpt", weights_only=True)
    assert state["history"][0]["epoch"] == 1


def test_refuses_examples_it_cannot_learn_from() -> None:
    one = toys.examples(np.zeros((9, 2)), np.eye(2)[np.zeros(9, dtype=int)])
    with pytest.raises(RequestError, match="2 labels"):
        BRIEF.fit(one, one, Job())
    with pytest.raises(RequestError, match=r"\(n, d\)"):
        BRIEF.fit(toys.tones(9, 0), toys.tones(9, 0), Job())
    with pytest.raises(RequestError, match="judged on"):
        BRIEF.fit(TRAIN, TRAIN.take(np.arange(0)), Job())


def test_says_so_when_the_loss_is_never_finite() -> None:
    data = replace(TRAIN, weights=np.full(300, np.nan, np.float32))
    with pytest.raises(RequestError, match="smaller lr"):
        BRIEF.fit(data, data, Job())
