"""`set` as a workflow: what is chosen from, names, files, refusals."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.settings import Settings
from mixolydian.dj.document import plan_from_document
from mixolydian.engines.local import Failure
from mixolydian.library.formats import m3u8
from mixolydian.workflows import setlist as module
from mixolydian.workflows.portrayed import Portraits, Portrayed, Unusable
from mixolydian.workflows.setlist import SetRequest, set_
from mixolydian.workflows.setlist_names import Asked, Shelf, locks_of
from mixolydian.workflows.shelf import open_library
from tests.dj.setlist.crates import crate, named
from tests.workflows.shelves import HUMAN, entry, fill

ARC = "3 3, 3-9 3, 9 3"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Settings, and twenty tracks that `portraits` hands out for the folder "crate"."""
    tracks = [replace(t, path=f"/music/{t.title}.flac", artist="Ann") for t in crate(20)]
    tracks[4] = replace(tracks[4], title="Æther/夜", artist="B & C <x>", key=None)

    def portraits(names, settings=None, *, tick=None, jobs=None, listen_to=None):
        found = []
        for name in names:
            if name == "crate":
                found += [Portrayed(name, t.path, t) for t in tracks]
            elif name == "elsewhere":
                found.append(Portrayed(name, "/e.flac", named("Elsewhere", path="/e.flac")))
            elif by_path := [t for t in tracks if t.path == name]:
                found.append(Portrayed(name, name, by_path[0]))
            else:
                failure = Failure("UnknownTrackError", "the library holds no such track")
                found.append(Portrayed(name, name, failure=failure))
        return Portraits(tuple(found))

    monkeypatch.setattr(module, "portraits", portraits)
    return Settings(home=tmp_path / "home", jobs=1)


def test_a_set_its_playlist_picture_and_plan(home, tmp_path):
    out = tmp_path / "set.m3u8"
    steps = []
    request = SetRequest(
        ("crate",), arc=ARC, must=("Æther/夜",), artist_gap=0, out=str(out), plan=True
    )
    result = set_(request, home, lambda step, share: steps.append((step, share)))
    assert [file.name for file in result.files] == ["set.m3u8", "set.svg", "set.plan.json"]
    paths = [step.portrait.path for step in result.plan.steps]
    (written,) = m3u8.read(out).lists
    assert list(written.tracks) == paths
    with open_library(home) as catalogue:
        (kept,) = catalogue.lists()
    assert (kept.name, [entry.path for entry in kept.entries]) == ("set", paths)
    plan = plan_from_document(json.loads(result.files[2].read_text("utf-8")), "plan", tmp_path)
    assert [track.path for track in plan.tracks] == paths
    picture = ET.fromstring(result.files[1].read_text("utf-8"))
    said = [e.text for e in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert len(said) == len(paths)
    assert any("B & C <x> - Æther/夜" in text for text in said)
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert steps[-1] == ("done", 1.0)


def test_nothing_is_written_over_unasked(home, tmp_path):
    (tmp_path / "set.svg").write_text("mine", "utf-8")
    request = SetRequest(("crate",), arc=ARC, out=str(tmp_path / "set.m3u8"))
    with pytest.raises(StorageError, match=r"set\.svg: is there already"):
        set_(request, home)
    assert not (tmp_path / "set.m3u8").exists()
    set_(replace(request, overwrite=True), home)
    assert (tmp_path / "set.svg").read_text("utf-8").startswith("<svg")


def test_only_analysed_tracks_are_not_listened_to_unasked(home, tmp_path, monkeypatch):
    asked = []

    def portraits(names, settings=None, *, tick=None, jobs=None, listen_to=None):
        asked.append((len(names), listen_to))
        tracks = [replace(t, path=f"/music/{t.title}.flac", track_id=t.title) for t in crate(20)]
        chosen = [t for t in tracks if "crate" in names or t.path in names]
        rough = listen_to is not None
        return Portraits(tuple(Portrayed(t.path, t.path, t, sketched=rough) for t in chosen))

    monkeypatch.setattr(module, "portraits", portraits)
    result = set_(SetRequest(("crate",), arc=ARC, out=str(tmp_path / "a.m3u8")), home)
    assert asked == [(1, module.LISTENED)]
    assert "20 of the 20 tracks were judged by their analysis" in result.notes[-1]
    out = str(tmp_path / "b.m3u8")
    result = set_(SetRequest(("crate",), arc=ARC, out=out, plan=True), home)
    assert asked[1:] == [(1, module.LISTENED), (len(result.plan.steps), None)]
    result = set_(SetRequest(("crate",), arc=ARC, listen=True), home)
    assert asked[3:] == [(1, None)]
    assert not any("analysis" in note for note in result.notes)


def test_the_length_and_a_usual_arc(home):
    made = set_(SetRequest(("crate",), minutes=9.0), home).plan
    assert [stage.name for stage in made.arc.stages] == ["warmup", "build", "peak", "close"]
    assert made.minutes == pytest.approx(9.0, rel=0.05)
    result = set_(SetRequest(("crate",), minutes=6.0, arc=ARC), home)
    assert "the arc's 9 minutes are brought to 6" in result.notes


def test_a_query_and_a_human_answer(home):
    tracks = crate(20)
    rows = [entry(t.title, bpm=t.bpm, energy=5 + i % 2, key=None) for i, t in enumerate(tracks[:6])]
    answers = dict(rows[2].analysis.estimates)
    answers["energy"] = replace(answers["energy"], provenance=HUMAN)
    rows[2] = replace(rows[2], analysis=replace(rows[2].analysis, estimates=answers))
    fill(home, *rows)
    result = set_(SetRequest(query="energy:5", arc="5 3"), home)
    chosen = {step.portrait.title for step in result.plan.steps}
    assert chosen <= {"T0", "T2", "T4", "Æther/夜"}


def test_a_track_from_elsewhere_may_be_asked_for(home):
    result = set_(SetRequest(("crate",), arc=ARC, start="elsewhere"), home)
    assert result.plan.steps[0].portrait.title == "Elsewhere"
    with pytest.raises(RequestError, match="nowhere: the library holds no such track"):
        set_(SetRequest(("crate",), arc=ARC, start="nowhere"), home)


def test_what_cannot_be_used_is_named(home):
    result = set_(SetRequest(("crate", "crate", "gone"), arc=ARC), home)
    assert result.left_out == (Unusable("gone", "the library holds no such track"),)
    with pytest.raises(RequestError, match="no track is left to choose from; gone: the library"):
        set_(SetRequest(("gone",), arc=ARC), home)
    with pytest.raises(RequestError, match="the query finds none"):
        set_(SetRequest(query="artist:nobody", arc=ARC), home)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tracks": ()}, "needs a crate"),
        ({"arc": ""}, "how long is the set"),
        ({"minutes": 0.0}, "between 1 and 1440"),
        ({"minutes": float("nan")}, "between 1 and 1440"),
        ({"arc": "disco 3"}, "stages are"),
        ({"artist_gap": -1}, "0 to 1000"),
        ({"out": "set.mp3"}, r"written as \.m3u8"),
        ({"plan": True}, "name that with --out"),
    ],
)
def test_wrong_requests(wrong, said):
    with pytest.raises(RequestError, match=said):
        SetRequest(**{"tracks": ("crate",), "arc": ARC, **wrong})


# ---------------------------------------------------------------------- names


SHELF = Shelf.of(
    [
        named("Sun", track_id="abcd1234", path="/m/sun.flac", artist="Ann"),
        named("Sun / Moon", track_id="abce0000", path="/m/sm.flac", artist="Ben"),
        named("Moon", track_id="ffff0000", path="/m/moon.flac", artist="Ben"),
    ]
)


@pytest.mark.parametrize(
    ("name", "place"),
    [("/m/moon.flac", 2), ("abcd", 0), ("sun", 0), ("ann sun", 0), ("ben /", 1), ("mars", None)],
)
def test_a_name_means_a_track(name, place):
    assert SHELF.place(name) == place


def test_a_name_that_fits_several():
    with pytest.raises(RequestError, match="fits several tracks: abce0000"):
        SHELF.place("ben")


def test_pairs_and_slashes_in_names():
    locks = locks_of(SHELF, Asked(never=("Sun/Moon", "Sun / Moon / Moon", "/m/sun.flac/Moon")))
    assert locks.never == {(0, 2), (1, 2)}
    for text, said in (("Sun", "parted by a slash"), ("Sun/Sun", "from itself"), ("Sun/X", "'X'")):
        with pytest.raises(RequestError, match=said):
            locks_of(SHELF, Asked(never=(text,)))


def test_a_sound_under_two_names_lies_there_once():
    again = replace(SHELF.tracks[0], path="/m/copy.flac")
    shelf = Shelf.of([*SHELF.tracks, again])
    assert len(shelf.tracks) == 3
    assert [u.path for u in shelf.left_out] == ["/m/copy.flac"]
