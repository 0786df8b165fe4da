"""The table of sources: what is there, what is missing, and that an item is always the same."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.training.datasets.sources import (
    KINDS,
    Stock,
    item_name,
    render,
    sources_of,
)

TUNE = "X: {n}\nT:Stand-in {n}\nM:4/4\nL:1/8\nK:C\n"
BARS = '"C"c2e2 g2e2|"F"a2f2 c2f2|"G7"g2f2 d2B2|"C"c4 e4|'


def write_tunes(data):
    """Three good tunes and a bad one in the place of the Nottingham collection."""
    folder = data / "nottingham" / "ABC_cleaned"
    folder.mkdir(parents=True)
    good = "\n\n".join(TUNE.format(n=k) + BARS * 3 for k in range(3))
    (folder / "a.abc").write_text(good + "\n\n" + TUNE.format(n=9) + "c8;|\n")


def test_kinds_and_their_sources(tmp_path):
    plain = {"scores", "singing", "speech", "ambience", "mixture", "classical"}
    assert set(KINDS) == plain | {"bands"}
    assert sources_of("ambience", Stock()) == ("ambience",)
    write_tunes(tmp_path)
    assert sources_of("scores", Stock(tmp_path)) == ("nottingham",)
    with pytest.raises(RequestError, match="pop909, nottingham"):
        sources_of("scores", Stock())
    with pytest.raises(RequestError, match="expected a kind"):
        sources_of("whales", Stock())


def test_items_are_the_same_whoever_makes_them(tmp_path):
    write_tunes(tmp_path)
    stock = Stock(tmp_path)
    for source in ("nottingham", "singing", "ambience"):
        first, again = (render(source, 3, 7, 3.0, stock) for _ in range(2))
        np.testing.assert_array_equal(first.samples, again.samples)
        assert first.truth == again.truth
        assert first.name == item_name(source, 3, 7)
        assert (first.truth["source"], first.truth["number"]) == (source, 3)
        other = render(source, 4, 7, 3.0, stock)
        assert other.samples.shape != first.samples.shape or (other.samples != first.samples).any()


def test_clean_items_are_not_damaged(tmp_path):
    assert "augmented" not in render("ambience", 1, 1, 2.0, damaged=False).truth


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(RequestError, match="expected a source of pop909"):
        render("whales", 0, 0, 5.0)
    with pytest.raises(RequestError, match="expected the corpus folder pop909, found no data"):
        render("pop909", 0, 0, 5.0)
    (tmp_path / "nottingham" / "ABC_cleaned").mkdir(parents=True)
    (tmp_path / "nottingham" / "ABC_cleaned" / "a.abc").write_text(TUNE.format(n=1) + "c8;|\n")
    with pytest.raises(RequestError, match="found none that can be used"):
        render("nottingham", 0, 0, 5.0, Stock(tmp_path))
