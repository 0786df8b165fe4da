"""The search language: what it finds, what it refuses, and that nothing makes it fall over."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.core.errors import RequestError
from mixolydian.core.types import (
    Analysis,
    Drop,
    Energy,
    Estimate,
    FileTags,
    Loudness,
    Provenance,
    Tempo,
    Track,
)
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.query import FIELDS, KeyTerm, NumberTerm, TextTerm, parse_query
from mixolydian.library.records import FileState
from mixolydian.theory.key import make_key, parse_key


def camelot(text):
    return parse_key(text).camelot


def parse(text):
    return parse_query(text, camelot)


CRATE = {
    "t1": (120.0, (9, "minor"), 7, -8.0, 200.0, 2, ("Été Sauvage", "Daft Punk", "Techno", 1997)),
    "t2": (127.99, (0, "major"), 5, -10.5, 330.0, 0, ("Night Drive", "Kavinsky", "House", 2010)),
    "t3": (174.0, (4, "minor"), 9, -6.0, 95.0, 1, ("Drive By", "Daft Crew", "Drum & Bass", 2019)),
    "t4": (None, None, None, None, 12.0, None, (None, None, None, None)),
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    with Catalogue(tmp_path_factory.mktemp("home") / "library.sqlite") as opened:
        for n, (track_id, facts) in enumerate(CRATE.items()):
            _put(opened, n, track_id, *facts)
        yield opened


def _put(catalogue, n, track_id, bpm, key, energy, lufs, duration, drops, tags):
    title, artist, genre, year = tags
    machine = Provenance("Fake", "1")
    values = {
        "tempo": None if bpm is None else Tempo(bpm),
        "key": None if key is None else make_key(*key),
        "energy": None if energy is None else Energy(energy, [], []),
        "loudness": None if lufs is None else Loudness(lufs, -1.0, 5.0),
        "drops": None if drops is None else (Drop(1.0, 1.0),) * drops,
    }
    answers = {
        q: Estimate(v, None if v is None else 0.9, machine, reason="silent" if v is None else None)
        for q, v in values.items()
    }
    path = f"/crate/{n}_some-file.mp3"
    file_tags = FileTags(title=title, artist=artist, genre=genre, year=year)
    track = Track(track_id, path, duration, file_tags, Analysis(duration, answers))
    catalogue.remember(FileState(path, 1, 1), track, {}, "0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "t1 t2 t3 t4"),
        ("bpm:120-128", "t1 t2"),
        ("bpm:128..120", "t1 t2"),
        ("bpm:128", "t2"),
        ("bpm:=128", ""),
        ("bpm:120,174", "t1 t3"),
        ("bpm:>120", "t2 t3"),
        ("bpm:>=120", "t1 t2 t3"),
        ("bpm:<120", ""),
        ("bpm:<=120", "t1"),
        ("key:8A", "t1"),
        ("key:Am", "t1"),
        ('key:"A minor"', "t1"),
        ("key:8a,8b", "t1 t2"),
        ("key:2m", "t3"),
        ("energy:>6", "t1 t3"),
        ("energy:5-7", "t1 t2"),
        ("lufs:-11--7", "t1 t2"),
        ("lufs:>-7", "t3"),
        ("length:3:00-6:00", "t1 t2"),
        ("length:<30", "t4"),
        ("drops:>0", "t1 t3"),
        ("drops:0", "t2"),
        ("year:1990-1999", "t1"),
        ("genre:techno", "t1"),
        ("genre:techno,house", "t1 t2"),
        ('genre:"drum & bass"', "t3"),
        ('artist:"daft punk"', "t1"),
        ("artist:daft", "t1 t3"),
        ("title:drive", "t2 t3"),
        ("drive", "t2 t3"),
        ("ete", "t1"),
        ("ÉTÉ sauv", "t1"),
        ("drive daft", "t3"),
        ("path:some", "t1 t2 t3 t4"),
        ("bpm:100-180 key:2m,8A energy:>8 daft", "t3"),
        ("BPM:174 Genre:drum", "t3"),
        ("nothing", ""),
    ],
)
def test_what_is_found(catalogue, text, expected):
    found = sorted(row.track_id for row in catalogue.rows(parse(text)))
    assert found == expected.split()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("tempo:120", "no field 'tempo'"),
        ("bpm:fast", "bpm takes a number"),
        ("bpm:120-", "bpm takes a number"),
        ("bpm:>a", "bpm takes a number"),
        ("energy:", "has no value"),
        ("energy: 7", "has no value"),
        ('artist:"open', "cannot read the search"),
        ("key:H9", "expected a key"),
        ("!!!", "needs a letter or a digit"),
        ('title:""', "needs a letter or a digit"),
    ],
)
def test_what_is_refused(text, complaint):
    with pytest.raises(RequestError, match=complaint) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_terms():
    assert parse('bpm:120-128 key:8A artist:"x y" word').terms == (
        NumberTerm("bpm", ((120.0, 128.0),)),
        KeyTerm(("8A",)),
        TextTerm("artist", ("x y",)),
        TextTerm(None, ("word",)),
    )


@given(low=st.floats(0, 1000), high=st.floats(0, 1000))
def test_a_range_is_read_in_either_order(low, high):
    low, high = round(low, 3), round(high, 3)
    (term,) = parse(f"bpm:{low:.3f}-{high:.3f}").terms
    assert term == NumberTerm("bpm", ((min(low, high), max(low, high)),))


_FRAGMENTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from([f"{field}:" for field in FIELDS]),
    st.sampled_from(
        [
            '"',
            " ",
            ",",
            "-",
            ">",
            "*",
            "(",
            ")",
            "OR",
            "NOT",
            "NEAR",
            "8A",
            "120",
            "'",
            "a\0b",
            "a\udcff",
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(text=st.lists(_FRAGMENTS, max_size=6).map("".join))
def test_any_text_is_answered_or_refused(catalogue, text):
    try:
        found = catalogue.rows(parse(text))
    except RequestError:
        return
    assert len(found) <= len(CRATE)
