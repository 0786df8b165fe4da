"""Counts of what a format could not say."""

from __future__ import annotations

from mixolydian.library.formats.tally import Tally, together


def test_losses_are_counted_by_their_words() -> None:
    tally = Tally()
    for words, count in (("loops", 2), ("colours", 0), ("stars", 1), ("loops", 3)):
        tally.add(words, count)
    assert tally.notes() == ("5 × loops", "1 × stars")


def test_notes_of_several_files_are_those_of_one() -> None:
    notes = ["7 annotations left out", "by another program", "4 annotations left out", "01 a: bad"]
    assert together([*notes, "by another program"]) == (
        "11 annotations left out",
        "by another program",
        "01 a: bad",
    )
