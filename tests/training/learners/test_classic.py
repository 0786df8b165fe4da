"""Classic learners: they learn, say it in probabilities, and ship what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("xgboost")
pytest.importorskip("onnx")

from mixolydian.core.errors import RequestError
from mixolydian.models.calibration import Calibration
from mixolydian.training.learners.base import LEARNERS, Job, learner
from mixolydian.training.learners.forests import RandomForest
from tests.training.learners.clouds import D, clouds
from tests.training.learners.toys import shipped

SMALL = {"random-forest": {"trees": 20}, "xgboost": {"rounds": 20, "eta": 0.3}}
NONE = np.zeros(0, dtype=int)
CLASSIC = [name for name, place in LEARNERS.items() if place.startswith("classic:")]
LEARNING = [name for name in CLASSIC if name != "dummy"]


def made(name, **settings):
    return learner(name).made({**SMALL.get(name, {}), **settings})


def fitted(name, train, **settings):
    return made(name, **settings).fit(train, clouds(40, 2, exclusive=train.exclusive), Job(1))


def chances(logits, exclusive):
    return Calibration().apply(logits, exclusive)


def soft(examples, share=0.8):
    n_labels = len(examples.labels)
    targets = examples.targets * share + (1 - share) / (n_labels if examples.exclusive else 2)
    return replace(examples, targets=targets.astype(np.float32))


@pytest.mark.parametrize("exclusive", [True, False], ids=["exclusive", "independent"])
@pytest.mark.parametrize("name", CLASSIC)
class TestEvery:
    def test_it_learns_what_is_easy(self, name, exclusive):
        model = fitted(name, clouds(240, 1, exclusive=exclusive))
        test = clouds(200, 3, exclusive=exclusive)
        p = chances(model.scores(test.inputs), exclusive)
        right = p.argmax(1) == test.classes if exclusive else (p > 0.5) == (test.targets > 0.5)
        least = {"dummy": 0.2, "k-nearest": 0.85}.get(name, 0.9)
        assert right.mean() >= least
        assert model.scores(test.inputs).dtype == np.float32
        if name != "dummy":
            truth = test.targets > 0.5
            assert p[truth].mean() > 0.65 > 0.5 > p[~truth].mean()

    @pytest.mark.parametrize("absent", [None, 1], ids=["all", "one absent"])
    def test_the_network_says_the_same(self, name, exclusive, absent):
        train = clouds(90, 1, exclusive=exclusive, absent=absent)
        model, inputs = fitted(name, train), clouds(300, 3).inputs
        inputs[0] = 1e30
        inputs[1] = -1e30
        inputs[2:40] = train.inputs[2:40]
        ours = chances(model.scores(inputs), exclusive)
        theirs = chances(shipped(model.onnx(), inputs), exclusive)
        assert np.abs(ours - theirs).max() < 1e-5
        assert shipped(model.onnx(), inputs[:1]).shape == (1, 3)
        if absent is not None:
            assert ours[:, absent].max() < 0.1

    def test_soft_targets_make_softer_answers(self, name, exclusive):
        train = clouds(120, 1, exclusive=exclusive)
        hard = chances(fitted(name, train).scores(train.inputs), exclusive)
        softer = chances(fitted(name, soft(train)).scores(train.inputs), exclusive)
        assert softer.max(axis=1).mean() <= hard.max(axis=1).mean() + 1e-6

    def test_the_same_seed_gives_the_same_network(self, name, exclusive):
        train = clouds(60, 1, exclusive=exclusive)
        assert fitted(name, train).onnx() == fitted(name, train).onnx()

    def test_an_example_that_counts_nothing_teaches_nothing(self, name, exclusive):
        train = clouds(120, 1, exclusive=exclusive)
        wrong = clouds(120, 5, exclusive=exclusive)
        wrong = replace(wrong, targets=np.roll(wrong.targets, 1, axis=1))
        inputs = np.concatenate([train.inputs, wrong.inputs])
        both = replace(
            train,
            inputs=inputs,
            targets=np.concatenate([train.targets, wrong.targets]),
            groups=train.groups + tuple(f"wrong {g}" for g in wrong.groups),
            ids=train.ids + tuple(f"wrong {i}" for i in wrong.ids),
            weights=np.repeat([1.0, 0.0], 120).astype(np.float32),
        )
        p = chances(fitted(name, both).scores(train.inputs), exclusive)
        if name != "dummy":
            hit = (
                (p.argmax(1) == train.classes) if exclusive else (p > 0.5) == (train.targets > 0.5)
            )
            assert hit.mean() > 0.8

    def test_importances_are_shares(self, name, exclusive):
        found = fitted(name, clouds(120, 1, exclusive=exclusive)).importances
        if name in ("dummy", "svm", "k-nearest"):
            assert found is None
        else:
            assert found.shape == (D,)
            assert found.sum() == pytest.approx(1.0)
            assert found[-1] == 0.0  # the column that never changes


@pytest.mark.parametrize("name", LEARNING)
class TestRefusals:
    def test_one_class_only(self, name):
        train = clouds(20, 1)
        one = replace(train, targets=np.tile(np.float32([1, 0, 0]), (20, 1)))
        with pytest.raises(RequestError, match=r"at least two classes, found only label 0"):
            made(name).fit(one, one, Job())

    def test_sequences(self, name):
        train = clouds(20, 1)
        long = replace(train, inputs=np.zeros((20, 4, D), np.float32))
        with pytest.raises(RequestError, match="sequences"):
            made(name).fit(long, long, Job())

    def test_other_columns_than_learnt(self, name):
        model = fitted(name, clouds(40, 1))
        with pytest.raises(RequestError, match=r"rows of 6 figures, found inputs of shape \(5,\)"):
            model.scores(np.zeros((2, 5), np.float32))

    def test_weights_that_are_none(self, name):
        train = replace(clouds(20, 1), weights=np.zeros(20, np.float32))
        with pytest.raises(RequestError, match="weights"):
            made(name).fit(train, train, Job())

    def test_a_handful_is_learnt_from_all_the_same(self, name):
        few = clouds(4, 3, n_labels=2)
        assert {0, 1} == set(few.classes)
        model = made(name).fit(few, few.take(NONE), Job())
        assert np.isfinite(model.scores(few.inputs)).all()
        ours, theirs = model.scores(few.inputs), shipped(model.onnx(), few.inputs)
        np.testing.assert_allclose(chances(ours, True), chances(theirs, True), atol=1e-5)


@pytest.mark.parametrize("name", [n for n in LEARNING if "balance" in vars(made(n))])
def test_balance_brings_rare_classes_back(name):
    train = clouds(300, 1, n_labels=2, apart=0.5)
    rare = (train.classes == 1).cumsum() <= 12
    train = train.take((train.classes == 0) | rare)
    test = clouds(200, 3, n_labels=2, apart=0.5)
    plain, even = (
        made(name, balance=b)
        .fit(train, test.take(NONE), Job())
        .scores(test.inputs)
        .argmax(1)
        .mean()
        for b in (False, True)
    )
    assert plain < even or name in ("linear-svm", "svm")  # Platt's step puts the prior back


def test_the_baseline_takes_sequences_and_counts():
    train = clouds(40, 1)
    long = replace(train, inputs=np.zeros((40, 4, D), np.float32))
    model = made("dummy").fit(long, long, Job())
    shares = (train.targets.sum(0) + 0.5) / 41.5
    np.testing.assert_allclose(chances(model.scores(long.inputs), True)[0], shares, rtol=1e-5)
    np.testing.assert_array_equal(shipped(model.onnx(), long.inputs), model.scores(long.inputs))


def test_lines_are_those_of_sklearn():
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    train, test = clouds(200, 1), clouds(50, 3)
    scaler = StandardScaler().fit(train.inputs.astype(float))
    theirs = LogisticRegression(max_iter=1000)
    theirs.fit(np.clip(scaler.transform(train.inputs), -8, 8), train.classes)
    p = theirs.predict_proba(np.clip(scaler.transform(test.inputs), -8, 8))
    ours = chances(fitted("logistic-regression", train).scores(test.inputs), True)
    np.testing.assert_allclose(ours, p, atol=1e-3)


def test_trees_are_walked_as_sklearn_walks_them():
    from sklearn.ensemble import RandomForestRegressor

    train, test = clouds(200, 1), clouds(50, 3)
    model = RandomForest(trees=10).fit(train, test, Job(4))
    theirs = RandomForestRegressor(10, max_leaf_nodes=64, max_features=0.2, random_state=4)
    theirs.fit(train.inputs, train.targets, sample_weight=np.ones(200))
    p = theirs.predict(test.inputs)
    np.testing.assert_allclose(chances(model.scores(test.inputs), True), p, atol=1e-3)
    spread = model.spread(test.inputs)
    assert spread.shape == (50, 3)
    each = np.stack([tree.predict(test.inputs) for tree in theirs.estimators_])
    np.testing.assert_allclose(spread, each.std(axis=0), atol=1e-5)


def test_boosting_ends_when_validation_says_so():
    train, valid = clouds(100, 1, apart=0.4), clouds(100, 2, apart=0.4)
    model = learner("xgboost").made({"patience": 3, "eta": 0.5}).fit(train, valid, Job())
    losses = [epoch["valid_loss"] for epoch in model.history]
    assert len(losses) < 200
    best = int(np.argmin(losses)) + 1
    assert len(model.forest.roots) == 3 * best
    assert learner("xgboost").made({"rounds": 7}).fit(train, valid.take(NONE), Job()).history


def test_a_validation_part_may_hold_other_classes():
    train, valid = clouds(60, 1, absent=0), clouds(60, 2)
    model = made("xgboost").fit(train, valid, Job())
    assert chances(model.scores(valid.inputs), True)[:, 0].max() < 0.1


def test_networks_stay_small():
    train = clouds(3000, 1, n_labels=6, apart=0.5)
    for name in LEARNING:
        settings = {"examples": 1000} if name in ("svm", "k-nearest") else {}
        if name in ("random-forest", "xgboost"):
            continue
        assert len(made(name, **settings).fit(train, train, Job()).onnx()) < 3_000_000
    tree = RandomForest(trees=20).fit(train, train, Job())
    assert 10 * len(tree.onnx()) < 3_000_000
