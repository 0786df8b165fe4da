"""Two spellings of one name are one."""

from __future__ import annotations

from mixolydian.core.names import same_name


def test_case_and_spaces_make_no_other_name() -> None:
    assert same_name("  Sven\tVäth ") == same_name("sven väth") == "sven väth"
    assert same_name("STRASSE") == same_name("Straße")
    assert same_name(" \n") == ""
    assert same_name("A B") != same_name("AB")
