"""`mixo playlist` on the command line."""

from __future__ import annotations

import pytest

from tests.workflows.shelves import emotion, entry, fill


@pytest.fixture
def library(tmp_path):
    place = tmp_path / "home" / "library.sqlite"
    fill(
        place,
        entry("Low Tide", emotion("relaxed", 0.93), bpm=70.0, energy=2),
        entry("High Tide", emotion("relaxed", 0.91), bpm=72.0, energy=3),
        entry("Storm", emotion("angry", 0.95), bpm=150.0, energy=9),
        entry("Fog", emotion("relaxed", 0.5)),
    )
    return place


def test_the_list_and_what_was_left_out(mixo, library, tmp_path):
    ran = mixo("playlist", "--emotion", "relaxed", "--out", tmp_path / "calm.m3u8")
    assert (ran.code, ran.err) == (0, "")
    assert "Low Tide" in ran.out
    assert "93 %" in ran.out
    assert "Storm" not in ran.out
    assert "relaxed: 2 tracks, 8:00" in ran.out
    assert "1 left out: not sure enough" in ran.out
    assert "only 8.0 of 45 minutes" in ran.out
    assert (tmp_path / "calm.m3u8").is_file()


def test_json(mixo, library):
    ran = mixo("playlist", "--emotion", "relaxed", "--max-energy", 2, "--json")
    (made,) = ran.documents
    assert made["schema"] == "mixolydian.playlist/1"
    (track,) = made["tracks"]
    assert (track["title"], track["probability"], track["step"]) == ("Low Tide", 0.93, None)
    assert made["left_out"] == {"unsure": 1, "other": 1, "limits": 1}


def test_one_line_per_emotion(mixo, library, tmp_path):
    ran = mixo("playlist", "--emotion", "all", "--out", tmp_path / "all", "--json")
    assert [made["emotion"] for made in ran.documents] == ["relaxed", "happy", "sad", "angry"]
    assert [made["path"] is None for made in ran.documents] == [False, True, True, False]


def test_nothing_fits(mixo, library):
    ran = mixo("playlist", "--emotion", "sad")
    assert ran.code == 1
    assert "no track fits" in ran.out


def test_wrong_words(mixo):
    ran = mixo("playlist", "--emotion", "bored")
    assert ran.code == 2
    assert "relaxed, happy, sad, angry, all" in ran.err
