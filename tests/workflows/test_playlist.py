"""Playlists by emotion: who is in, who is left out and why, how long, in what order."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Estimate
from mixolydian.library.catalogue import Catalogue
from mixolydian.workflows.playlist import EMOTIONS, PlaylistRequest, playlist
from tests.workflows.shelves import emotion, entry, fill


def titles(made):
    return [chosen.row.title for chosen in made.chosen]


def one(settings, name="relaxed", **wishes):
    (made,) = playlist(PlaylistRequest(name, **wishes), settings).playlists
    return made


def test_only_what_is_sure_enough_is_taken(settings):
    untold = Estimate(None, reason="no music is heard")
    fill(
        settings,
        entry("sure", emotion("relaxed", 0.95)),
        entry("doubtful", emotion("relaxed", 0.6)),
        entry("other", emotion("angry", 0.95)),
        entry("said", emotion("relaxed", 0.4, human=True)),
        entry("untold", untold),
        entry("unasked"),
    )
    made = one(settings)
    assert set(titles(made)) == {"sure", "said"}
    assert made.left_out == {"unsure": 1, "untold": 1, "unasked": 1, "other": 1}
    sure = next(c for c in made.chosen if c.row.title == "sure")
    assert (sure.probability, sure.confidence, sure.human) == (0.95, 0.95, False)
    assert "95%" in sure.reason
    assert any("no music is heard" in note for note in made.notes)
    assert any("only 8.0 of 45 minutes" in note for note in made.notes)
    assert "doubtful" in titles(one(settings, min_confidence=0.5))


def test_limits_of_energy_and_tempo(settings):
    calm = emotion("relaxed")
    fill(
        settings,
        entry("right", calm, bpm=70.0, energy=3),
        entry("fast", calm, bpm=90.0, energy=3),
        entry("hard", calm, bpm=70.0, energy=5),
        entry("tempo unknown", calm, bpm=None, energy=3),
        entry("energy unknown", calm, bpm=70.0, energy=None),
    )
    made = one(settings, bpm="50-80", max_energy=4)
    assert titles(made) == ["right"]
    assert made.left_out == {"limits": 4}
    assert len(one(settings).chosen) == 5
    assert titles(one(settings, min_energy=5)) == ["hard"]
    assert titles(one(settings, query="title:fast")) == ["fast"]


@pytest.mark.parametrize(
    ("lengths", "wanted", "expected"),
    [
        ((4.0, 4.0, 4.0), 8.0, 8.0),
        ((4.0, 4.0, 4.0), 11.6, 12.0),  # over by less than half a minute
        ((4.0, 4.0, 4.0), 11.4, 8.0),  # over by more: rather under
        ((5.0, 5.0, 3.0, 3.0), 8.0, 8.0),  # an exchange finds the exact length
        ((9.0, 2.0), 3.0, 2.0),
    ],
)
def test_the_length_comes_as_near_as_it_can(settings, lengths, wanted, expected):
    sure = [0.99 - 0.01 * n for n in range(len(lengths))]
    fill(
        settings,
        *(
            entry(f"t{n}", emotion("sad", p), minutes=m)
            for n, (p, m) in enumerate(zip(sure, lengths, strict=True))
        ),
    )
    assert one(settings, "sad", minutes=wanted).seconds == 60.0 * expected


def test_the_surest_are_taken_first(settings):
    fill(settings, *(entry(f"t{n}", emotion("happy", 0.81 + 0.01 * n)) for n in range(9)))
    made = one(settings, "happy", minutes=12.0)
    assert set(titles(made)) == {"t8", "t7", "t6"}
    assert made.left_out == {"spare": 6}


def test_the_order_is_smooth(settings):
    bpms = (90.0, 124.0, 96.0, 115.0, 108.0, 102.0)
    fill(settings, *(entry(f"{b:g}", emotion("happy"), bpm=b) for b in bpms))
    order = [float(t) for t in titles(one(settings, "happy"))]
    assert order in (sorted(bpms), sorted(bpms, reverse=True))


def test_half_tempo_is_near(settings):
    fill(
        settings,
        entry("a", emotion("sad"), bpm=70.0),
        entry("b", emotion("sad"), bpm=141.0),
        entry("c", emotion("sad"), bpm=90.0),
    )
    made = one(settings, "sad")
    assert titles(made)[1] != "c"
    assert all(abs(chosen.step.tempo) < 35.0 for chosen in made.chosen[1:])


@pytest.mark.parametrize(("arc", "sign"), [("falling", -1), ("rising", 1)])
def test_an_arc_of_energy(settings, arc, sign):
    levels = (3, 6, 2, 7, 5, 1)
    bpms = (100.0, 101.0, 99.0, 103.0, 98.0, 104.0)
    fill(
        settings,
        *(
            entry(f"e{e}", emotion("relaxed"), energy=e, bpm=b)
            for e, b in zip(levels, bpms, strict=True)
        ),
    )
    energies = [chosen.row.energy for chosen in one(settings, arc=arc).chosen]
    assert energies == sorted(levels, reverse=sign < 0)


def test_a_limit_to_steps_of_tempo(settings):
    near = [60.0 * 1.05**n for n in range(5)]
    fill(
        settings,
        *(entry(f"near {b:.1f}", emotion("relaxed"), bpm=b) for b in near),
        entry("far", emotion("relaxed", 0.99), bpm=100.0),
    )
    made = one(settings, tempo_step=6.0)
    assert "far" not in titles(made)
    assert made.left_out == {"apart": 1}
    steps = [b.row.bpm / a.row.bpm for a, b in pairwise(made.chosen)]
    assert all(1 / 1.061 < step < 1.061 for step in steps)
    assert len(one(settings).chosen) == 6


def test_nothing_fits(settings):
    assert one(settings).notes == ("the library holds no such track",)
    fill(settings, entry("long", emotion("sad"), minutes=60.0))
    made = one(settings, "sad", minutes=10.0)
    assert made.chosen == ()
    assert "longer than 10 minutes" in made.notes[0]
    assert made.left_out == {"long": 1}
    assert one(settings, "happy").notes[0] == "no track fits"


def test_a_file_that_is_gone_is_left_out(settings):
    fill(settings, entry("gone", emotion("sad")), entry("here", emotion("sad")))
    with Catalogue(settings.catalogue) as catalogue:
        catalogue.mark(["/music/gone.flac"], "missing")
    made = one(settings, "sad")
    assert titles(made) == ["here"]
    assert made.left_out == {"missing": 1}


def test_the_playlist_is_written(settings, tmp_path):
    fill(settings, entry("slow", emotion("sad")), entry("quick", emotion("happy")))
    path = tmp_path / "lists" / "sad.m3u8"
    made = one(settings, "sad", out=str(path))
    assert made.path == path
    assert path.read_text("utf-8").splitlines() == [
        "#EXTM3U",
        "#EXTINF:240,Ann Example - slow",
        "/music/slow.flac",
    ]
    assert one(settings, "angry", out=str(tmp_path / "none.m3u8")).path is None
    assert not (tmp_path / "none.m3u8").exists()


def test_one_playlist_per_emotion(settings, tmp_path):
    fill(settings, entry("slow", emotion("sad")), entry("quick", emotion("happy")))
    request = PlaylistRequest("all", out=str(tmp_path / "lists"))
    made = playlist(request, settings).playlists
    assert [m.emotion for m in made] == list(EMOTIONS)
    assert sorted(p.name for p in (tmp_path / "lists").iterdir()) == ["happy.m3u8", "sad.m3u8"]


def test_the_same_library_gives_the_same_playlist(settings):
    fill(
        settings,
        *(
            entry(f"t{n}", emotion("sad"), bpm=80.0 + 7 * n % 31, energy=1 + n % 7)
            for n in range(20)
        ),
    )
    assert titles(one(settings, "sad")) == titles(one(settings, "sad"))


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"emotion": "bored"}, "relaxed, happy, sad, angry, all"),
        ({"min_confidence": 1.5}, "confidence of 0 to 1"),
        ({"minutes": 0.0}, "minutes"),
        ({"minutes": float("nan")}, "minutes"),
        ({"max_energy": 11}, "energies from 1 to 10"),
        ({"min_energy": 6, "max_energy": 3}, "found 6 to 3"),
        ({"bpm": "slow"}, "bpm takes a number"),
        ({"bpm": "50 genre:x"}, "range of tempi"),
        ({"tempo_step": 0.0}, "tempo step"),
        ({"arc": "sideways"}, "falling, steady, rising"),
    ],
)
def test_what_is_refused(wishes, said):
    with pytest.raises(RequestError, match=said):
        PlaylistRequest(**({"emotion": "sad"} | wishes))
