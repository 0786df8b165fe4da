"""Key relations over all pairs of the 24 keys."""

from collections import Counter

import pytest

from mixolydian.core.types import Key
from mixolydian.evaluation import key

TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
KEYS = [Key(t, m, "", "") for t in TONICS for m in ("major", "minor")]


@pytest.mark.parametrize(
    ("estimate", "name", "weighted"),
    [
        (("A", "minor"), "exact", 1.0),
        (("E", "minor"), "fifth", 0.5),
        (("D", "minor"), "fifth", 0.5),
        (("C", "major"), "relative", 0.3),
        (("A", "major"), "parallel", 0.2),
        (("F#", "major"), "other", 0.0),
        (("Bb", "minor"), "other", 0.0),
    ],
)
def test_relations_of_a_minor(estimate, name, weighted):
    scores = key.evaluate(Key("A", "minor", "8A", "1m"), Key(*estimate, "", ""))
    assert scores.relation == name
    assert scores.weighted == weighted
    assert scores.exact == (name == "exact")


@pytest.mark.parametrize("reference", KEYS, ids=str)
def test_every_key_has_one_of_each_relation(reference):
    counts = Counter(key.relation(reference, other) for other in KEYS)
    assert counts == {"exact": 1, "fifth": 2, "relative": 1, "parallel": 1, "other": 19}


def test_relations_are_symmetric():
    for a in KEYS:
        for b in KEYS:
            assert key.relation(a, b) == key.relation(b, a)


def test_tuning_and_no_answer():
    flat = Key("C", "major", "8B", "1d", tuning_cents=-31.0)
    assert key.evaluate(KEYS[0], flat).tuning_error == -31.0
    assert key.evaluate(KEYS[0], None).weighted == 0
