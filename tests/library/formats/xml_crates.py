"""Random collections for the XML formats: every script, missing fields, odd paths and texts."""

from __future__ import annotations

from hypothesis import strategies as st

from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    CueKind,
    GridMarker,
    Marker,
)

TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
WORDS = (
    "Ångström",
    "Москва",
    "北京の夜",
    "عربي",
    "עברית",
    "ไทย",
    "🎧",
    "&amp; <b> \"'",
    "a\tb\nc\r",
    " ",
)
# every character that XML can hold
TEXT = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    ),
    max_size=6,
).map("".join)
# what may stand between two slashes
NAME = st.one_of(
    st.sampled_from(("x", ":y", "a:b", "%41", "a b", "#1?", "über", "\\", "Volumes", "C:")), TEXT
).map(lambda name: name.replace("/", "_") or "_")
START = st.sampled_from(("/", "C:/", "d:/", "/Volumes/USB/", "/Volumes/", "//server/", "/Users/"))
SECONDS = st.floats(0, 3599)
KINDS: tuple[CueKind, ...] = ("cue", "loop", "fade-in", "fade-out", "load")
BYTE = st.integers(0, 255)
COLOR = st.none() | st.tuples(BYTE, BYTE, BYTE)


@st.composite
def paths(draw: st.DrawFn) -> str:
    start, names = draw(START), draw(st.lists(NAME, min_size=1, max_size=4))
    if start[1:2] == ":":  # on Windows a backslash parts names
        names = [name.replace("\\", "_") for name in names]
    elif start == "/" and names[0] == "C:":
        names[0] = "D"  # /C:/… is how a URL spells a drive
    return start + "/".join(names) + draw(st.sampled_from((".mp3", ".flac", ".WAV", "")))


@st.composite
def markers(draw: st.DrawFn) -> Marker:
    kind, time = draw(st.sampled_from(KINDS)), draw(SECONDS)
    ends = st.floats(time + 0.01, 3600)
    end = draw(ends if kind == "loop" else st.none() | ends)
    slot = draw(st.none() | st.integers(0, 7))
    return Marker(time, kind, end, slot, draw(TEXT), draw(COLOR))


@st.composite
def grids(draw: st.DrawFn, plain: bool) -> tuple[GridMarker, ...]:
    """`plain`: bars of four beats and markers on downbeats only."""
    meter = 4 if plain else draw(st.integers(2, 7))
    beats = st.just(1) if plain else st.integers(1, meter)
    times = sorted(draw(st.lists(SECONDS, max_size=4)))
    return tuple(GridMarker(t, draw(st.floats(20, 400)), draw(beats), meter) for t in times)


@st.composite
def tracks(draw: st.DrawFn, path: str, plain: bool) -> CollectionTrack:
    keys = st.tuples(st.sampled_from(TONICS), st.sampled_from(("major", "minor")))
    tonic, mode = draw(keys | st.just((None, None)))
    return CollectionTrack(
        path,
        *(draw(TEXT) for _ in range(5)),
        year=draw(st.none() | st.integers(1, 9999)),
        duration=draw(st.none() | st.floats(1, 36000)),
        bpm=draw(st.none() | st.floats(20, 400)),
        tonic=tonic,
        mode=mode,
        grid=draw(grids(plain)),
        markers=tuple(draw(st.lists(markers(), max_size=4))),
        rating=draw(st.none() | st.integers(0, 5)),
        color=None if plain else draw(COLOR),
        plays=draw(st.none() | st.integers(0, 9999)),
        added=draw(st.just("") | st.dates().map(lambda day: day.isoformat())),
    )


@st.composite
def collections(draw: st.DrawFn, plain: bool = False) -> Collection:
    """Up to five tracks and a few playlists of them; `plain` as Traktor can say it."""
    files = draw(st.lists(paths(), max_size=5, unique=True))
    held = tuple(draw(tracks(path, plain)) for path in files)
    lists = []
    for _ in range(draw(st.integers(0, 3)) if files else 0):
        chosen = draw(st.lists(st.sampled_from(files), max_size=6))
        folder = draw(st.lists(TEXT, max_size=2))
        lists.append(CollectionList(draw(TEXT), tuple(chosen), tuple(folder)))
    return Collection(held, tuple(lists))
