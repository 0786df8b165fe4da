"""Keys as programs spell them."""

from __future__ import annotations

import pytest

from mixolydian.library.formats.keynames import TONICS, KeyName, parse, short


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("Am", "A", "minor"), ("F#m", "F#", "minor"), ("Gbm", "F#", "minor"), ("Bb", "Bb", "major"),
        ("8A", "A", "minor"), ("08b", "C", "major"), ("1m", "A", "minor"), ("1d", "C", "major"),
        ("9A", "E", "minor"), ("12B", "E", "major"), ("2d", "G", "major"),
        ("C♯ min", "C#", "minor"), ("E minor", "E", "minor"), ("d", "D", "major"),
        ("Cb", "B", "major"), ("GM", "G", "major"),
    ],
)  # fmt: skip
def test_names(text: str, tonic: str, mode: str) -> None:
    assert parse(text) == KeyName(tonic, mode)


@pytest.mark.parametrize("text", ["", "13A", "0d", "H", "Amm", "off", "A B"])
def test_what_names_no_key(text: str) -> None:
    assert parse(text) is None


def test_short_names_come_back() -> None:
    for tonic in TONICS:
        for mode in ("major", "minor"):
            assert parse(short(tonic, mode)) == KeyName(tonic, mode)
