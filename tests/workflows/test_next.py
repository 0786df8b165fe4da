"""`next`: from the library to suggestions, and from an opinion to the very next answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.errors import RequestError, UnknownTrackError, UnreadableError
from mixolydian.library import batch
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.lists import OURS, KeptList, ListEntry, Rating
from mixolydian.workflows import next as verb
from mixolydian.workflows import recommending
from mixolydian.workflows.next import NextRequest, forget_profile, next_track
from tests.workflows.shelves import emotion, entry, fill, track_id

dice = np.random.default_rng(5)


def by(name, track):
    """`track` by another artist."""
    return replace(track, tags=replace(track.tags, artist=name))


@pytest.fixture
def crate(settings):
    """Warm and cold tracks that differ in sound; wool is played."""
    near, far = np.ones(8), -np.ones(8)
    tracks = [
        by("Ann", entry("wool", vector=near)),
        by("Bea", entry("felt", emotion("happy"), vector=near + 0.1 * dice.normal(size=8))),
        by("Ann", entry("silk", emotion("sad"), vector=near + 0.1 * dice.normal(size=8))),
        by("Cyd", entry("iron", vector=far + 0.1 * dice.normal(size=8))),
        by("Dot", entry("zinc", vector=far + 0.1 * dice.normal(size=8))),
        by("Eve", entry("fast", bpm=150.0, energy=9, key="2B", vector=near)),
        entry("mute", bpm=None, key=None, energy=None),
    ]
    fill(settings, *tracks)
    return settings


def titles(result):
    return [n.row.title for n in result.suggestions]


def test_what_sounds_near_comes_first_with_reasons(crate):
    found = next_track(NextRequest(("wool",)), crate)
    assert set(titles(found)[:2]) == {"felt", "silk"}
    assert len(found.suggestions) == 6
    assert all(n.suggestion.reason for n in found.suggestions)
    assert [row.title for row in found.played] == ["wool"]
    assert any("no playlists" in note for note in found.notes)
    assert "only 6 other tracks are left to suggest" in found.notes


def test_every_opinion_changes_the_very_next_answer(crate):
    ask = NextRequest(("wool",))
    before = next_track(ask, crate)
    first = titles(before)[0]
    after = next_track(NextRequest(("wool",), skip=(first,)), crate)
    assert titles(after)[0] != first
    assert after.said == (f"skipped: {first}",)
    assert first in titles(after)
    assert first not in titles(next_track(NextRequest(("wool",), ban=(first,)), crate))
    liked = next_track(NextRequest(("wool",), like=("iron",)), crate)
    places = {t: s.suggestion.value for t, s in zip(titles(liked), liked.suggestions, strict=True)}
    old = {t: s.suggestion.value for t, s in zip(titles(before), before.suggestions, strict=True)}
    assert places["zinc"] - old["zinc"] > places["silk"] - old["silk"]
    assert forget_profile(crate) == 3
    again = next_track(ask, crate)
    assert titles(again) == titles(before)


def test_saying_does_not_read_the_library_again(crate, monkeypatch):
    ask = NextRequest(("wool",))
    next_track(ask, crate)
    read = []
    monkeypatch.setattr(recommending, "_read", lambda *a: read.append(a))
    next_track(ask, crate)
    next_track(NextRequest(("wool",), like=("silk",)), crate)
    assert read == []


def forgetful(monkeypatch):
    """As in a new process."""
    monkeypatch.setattr(recommending, "_MEMORY", {})


def arrays_of(settings):
    return list((settings.home / "recommending").glob("*.npz"))


def test_a_new_process_reads_the_arrays_and_answers_the_same(crate, monkeypatch):
    ask = NextRequest(("wool",), context="peak", emotion="happy")
    told = next_track(ask, crate)
    next_track(NextRequest(("wool",), like=("silk",)), crate)
    forget_profile(crate)
    monkeypatch.setattr(recommending, "_read", lambda *a: pytest.fail("it was read again"))
    for _ in range(2):
        forgetful(monkeypatch)
        assert next_track(ask, crate) == told
    assert len(arrays_of(crate)) == 1


def test_arrays_of_another_state_or_broken_ones_are_not_used(crate, monkeypatch):
    ask = NextRequest(("wool",), limit=20)
    told = next_track(ask, crate)
    arrays_of(crate)[0].write_bytes(b"PK no arrays")
    forgetful(monkeypatch)
    assert next_track(ask, crate) == told
    forgetful(monkeypatch)
    fill(crate, entry("new", vector=np.ones(8)))
    assert "new" in titles(next_track(ask, crate))
    assert len(arrays_of(crate)) == 1


def test_no_place_for_the_arrays_is_no_misfortune(crate):
    (crate.home / "recommending").write_text("in the way")
    assert next_track(NextRequest(("wool",)), crate).suggestions


def test_many_are_told_as_few_are(crate, monkeypatch):
    few = next_track(NextRequest(("wool",)), crate)
    forgetful(monkeypatch)
    monkeypatch.setattr(batch, "AT_ONCE", 2)
    assert next_track(NextRequest(("wool",)), crate) == few


def test_stars_and_plays_are_weak_votes(crate):
    ask = NextRequest(("wool",))
    before = next_track(ask, crate)
    assert all(p.name != "taste" for n in before.suggestions for p in n.suggestion.parts)
    with Catalogue(crate.catalogue) as catalogue:
        catalogue.keep_said({track_id("zinc"): Rating(5, 12), track_id("felt"): Rating(0, 0)}, {})
    taste = {
        n.row.title: next(p for p in n.suggestion.parts if p.name == "taste")
        for n in next_track(ask, crate).suggestions
    }
    assert taste["zinc"].words.startswith("you gave it five stars and played it 12 times")
    assert taste["zinc"].worth > taste["iron"].worth > 0.5 > taste["silk"].worth
    liked = next_track(NextRequest(("wool",), like=("iron",)), crate)
    likes = {n.row.title: n.suggestion.parts[-1].worth for n in liked.suggestions}
    assert likes["iron"] > taste["zinc"].worth


def test_a_change_of_the_library_is_seen(crate):
    ask = NextRequest(("wool",), limit=20)
    assert "new" not in titles(next_track(ask, crate))
    fill(crate, entry("new", vector=np.ones(8)))
    assert "new" in titles(next_track(ask, crate))


def test_lists_keep_company_and_unplayed_tracks_are_still_suggested(crate):
    with Catalogue(crate.catalogue) as catalogue:
        entries = tuple(ListEntry(f"/{n}", track_id(n)) for n in ("wool", "zinc"))
        gone = (ListEntry("/nowhere"),)
        catalogue.keep_lists([KeptList(f"night {n}", entries + gone) for n in range(30)])
    found = next_track(NextRequest(("wool",)), crate)
    (zinc,) = [n for n in found.suggestions if n.row.title == "zinc"]
    assert (
        "in 30 of your lists with what was played, 30 times straight after"
        in zinc.suggestion.reason
    )
    assert titles(found).index("zinc") < titles(found).index("iron")
    assert "mute" in titles(found)


def test_a_set_planned_here_tells_nothing_of_the_users_taste(crate):
    with Catalogue(crate.catalogue) as catalogue:
        entries = tuple(ListEntry(f"/{n}", track_id(n)) for n in ("wool", "zinc"))
        catalogue.keep_lists([KeptList("friday", entries, program=OURS)])
    found = next_track(NextRequest(("wool",)), crate)
    assert not any("your list" in n.suggestion.reason for n in found.suggestions)


def test_emotion_and_artists(crate):
    assert titles(next_track(NextRequest(("wool",), emotion="happy"), crate))[0] == "felt"
    assert titles(next_track(NextRequest(("wool",), emotion="sad"), crate))[0] == "silk"
    once = next_track(NextRequest(("wool",), avoid_artist_repeat=True), crate)
    assert "silk" not in titles(once)
    assert len({n.row.artist for n in once.suggestions}) == len(once.suggestions)
    with pytest.raises(RequestError, match="no track's emotion is known"):
        next_track(NextRequest(("wool",), emotion="angry"), _without_emotions(crate))


def _without_emotions(settings):
    other = replace(settings, home=settings.home / "other")
    fill(other, entry("wool"))
    return other


def test_a_set_from_a_playlist(crate, tmp_path):
    playlist = tmp_path / "set.m3u8"
    playlist.write_text("#EXTM3U\n/music/iron.flac\n/x/unknown.flac\n/music/wool.flac\n", "utf-8")
    found = next_track(NextRequest(set_file=str(playlist)), crate)
    assert [row.title for row in found.played] == ["iron", "wool"]
    assert found.notes[0].endswith("set.m3u8: 1 of its 3 tracks are not in the library")
    playlist.write_text("#EXTM3U\n/x/unknown.flac\n", "utf-8")
    with pytest.raises(RequestError, match=r"none of its tracks \(1\)"):
        next_track(NextRequest(set_file=str(playlist)), crate)
    with pytest.raises(UnreadableError):
        next_track(NextRequest(set_file=str(tmp_path / "none.m3u8")), crate)
    collection = playlist.rename(tmp_path / "collection.xml")
    with pytest.raises(RequestError, match="expected a playlist, "):
        next_track(NextRequest(set_file=str(collection)), crate)


def test_how_little_is_left_is_said(crate):
    def said(*played):
        return next_track(NextRequest(played), crate).notes[0]

    others = [n.row.title for n in next_track(NextRequest(("wool",)), crate).suggestions]
    assert said("wool", *others[1:]) == "only one other track is left to suggest"
    assert said("wool", *others) == "no other track is left to suggest"


def test_the_mix_engine_judges_where_portraits_are_kept(crate, monkeypatch):
    worth = {track_id("felt"): 0.2, track_id("silk"): 0.9}

    def portrait(catalogue, found, place, settings):
        name = found.shelf.ids[place]
        return name if name in worth or name == track_id("wool") else None

    monkeypatch.setattr(verb, "portrait_at", portrait)
    monkeypatch.setattr(verb, "transition_value", lambda a, b: worth[b])
    found = next_track(NextRequest(("wool",)), crate)
    assert titles(found)[0] == "silk"
    assert "0.90" in found.suggestions[0].suggestion.parts[-1].words


def test_no_portrait_is_made(crate):
    found = next_track(NextRequest(("wool",)), crate)
    assert all(p.name != "transition" for n in found.suggestions for p in n.suggestion.parts)
    assert not (crate.home / "portraits").exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "expected a track"),
        ({"played": ("a",), "set_file": "b"}, "found both"),
        ({"played": ("a",), "context": "lunch"}, "warmup, peak, closing"),
        ({"played": ("a",), "emotion": "bored"}, "relaxed, happy"),
        ({"played": ("a",), "limit": 0}, "limit of 1"),
    ],
)
def test_wrong_requests(wrong, words):
    with pytest.raises(RequestError, match=words):
        NextRequest(**wrong)


def test_unknown_tracks_and_two_minds(crate):
    with pytest.raises(UnknownTrackError):
        next_track(NextRequest(("nothing",)), crate)
    with pytest.raises(RequestError, match="judged twice"):
        next_track(NextRequest(like=("wool",), ban=("wool",)), crate)
    assert forget_profile(crate) == 0
