"""Keys: notations and relations."""

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.theory import key


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A minor", "A minor"),
        ("Am", "A minor"),
        ("a min", "A minor"),
        ("8A", "A minor"),
        ("8a", "A minor"),
        ("1m", "A minor"),
        ("C", "C major"),
        ("CM", "C major"),
        ("1d", "C major"),
        ("8B", "C major"),
        ("Db", "C# major"),
        ("D♭ major", "C# major"),
        ("G#m", "Ab minor"),
        ("1A", "Ab minor"),
        ("12B", "E major"),
        ("5d", "E major"),
        ("f# moll", "F# minor"),
        ("Eb:min", "Eb minor"),
    ],
)
def test_every_usual_notation(text: str, name: str) -> None:
    assert str(key.parse_key(text)) == name


@pytest.mark.parametrize("text", ["", "H minor", "13A", "0B", "A dorian", "8", "Amm", "minor"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="expected a key"):
        key.parse_key(text)


def test_all_24_keys_round_trip_in_every_notation() -> None:
    keys = [key.make_key(*key.key_of_index(i)) for i in range(24)]
    for k in keys:
        for text in (str(k), k.camelot, k.open_key):
            assert key.parse_key(text) == k
    assert len({k.camelot for k in keys}) == len({k.open_key for k in keys}) == 24
    assert [key.key_index(*key.key_of_index(i)) for i in range(24)] == list(range(24))


def test_relations() -> None:
    a_minor = key.parse_key("A minor")
    assert str(key.relative(a_minor)) == "C major"
    assert key.relative(key.relative(a_minor)) == a_minor
    assert str(key.parallel(a_minor)) == "A major"
    assert str(key.dominant(a_minor)) == "E minor"
    assert str(key.subdominant(a_minor)) == "D minor"
    assert str(key.transpose(a_minor, 1)) == "Bb minor"


@pytest.mark.parametrize(
    ("a", "b", "steps"), [("8A", "8A", 0), ("8A", "9A", 1), ("8A", "8B", 1), ("12A", "1A", 1),
                          ("8A", "2A", 6), ("8A", "9B", 2)]
)  # fmt: skip
def test_wheel_distance(a: str, b: str, steps: int) -> None:
    assert key.wheel_distance(key.parse_key(a), key.parse_key(b)) == steps


def test_scale_of_relatives_is_the_same() -> None:
    assert set(key.scale(9, "minor")) == set(key.scale(0, "major"))


def test_unknown_mode_is_refused() -> None:
    with pytest.raises(RequestError, match="major or minor"):
        key.make_key(0, "dorian")
