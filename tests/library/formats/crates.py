"""Random crates for round trips: names in every script, missing fields, odd paths."""

from __future__ import annotations

from hypothesis import strategies as st

from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)

SCRIPTS = "aZ9 äøß 北京 Москва עברית ไทย 🎧 &<>\"' % # ; é"
NAMES = st.text(
    st.one_of(st.sampled_from(SCRIPTS), st.characters(exclude_categories=("Cc", "Cs"))), max_size=20
).map(str.strip)
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
COLORS = st.none() | st.tuples(*[st.integers(0, 255)] * 3)
TIMES = st.floats(0.0, 590.0, allow_nan=False).map(lambda time: round(time, 4))
KEYS = st.none() | st.tuples(st.sampled_from(TONICS), st.sampled_from(("major", "minor")))


@st.composite
def grids(draw: st.DrawFn) -> tuple[GridMarker, ...]:
    """No grid, one tempo, or several whose markers lie on the beats of those before."""
    if not draw(st.booleans()):
        return ()
    time, markers = round(draw(st.floats(0.0, 2.0)), 4), []
    for _ in range(draw(st.integers(1, 4))):
        bpm = round(draw(st.floats(60.0, 190.0)), 2)
        markers.append(GridMarker(time, bpm))
        time += draw(st.integers(4, 64)) * 60.0 / bpm
    return tuple(markers)


@st.composite
def markers(draw: st.DrawFn, buttons: int = 8) -> tuple[Marker, ...]:
    """Hot cues and loops, each on a button of its own."""
    slots = draw(st.lists(st.integers(0, buttons - 1), unique=True, max_size=buttons))
    found = []
    for slot in slots:
        time, loop = draw(TIMES), draw(st.booleans())
        end = time + 0.001 + draw(st.floats(0.0, 8.0)) if loop else None
        kind = "loop" if loop else "cue"
        found.append(Marker(time, kind, end, slot, draw(NAMES), draw(COLORS)))
    return tuple(sorted(found, key=lambda mark: mark.time))


@st.composite
def tracks(draw: st.DrawFn, number: int = 0) -> CollectionTrack:
    """One track; `number` keeps its path its own."""
    key = draw(KEYS)
    folder = draw(NAMES).replace("/", "_").replace("\x00", "")
    return CollectionTrack(
        path=f"/music/{folder or 'x'}/{number}.flac",
        title=draw(NAMES),
        artist=draw(NAMES),
        album=draw(NAMES),
        genre=draw(NAMES),
        comment=draw(NAMES),
        year=draw(st.none() | st.integers(1900, 2100)),
        duration=draw(st.none() | st.floats(600.0, 700.0)),
        bpm=draw(st.none() | st.floats(60.0, 190.0)),
        tonic=key and key[0],
        mode=key and key[1],
        grid=draw(grids()),
        markers=draw(markers()),
        rating=draw(st.none() | st.integers(1, 5)),
        color=draw(COLORS),
        plays=draw(st.none() | st.integers(1, 500)),
        added=draw(st.sampled_from(("", "2024-05-01"))),
    )


@st.composite
def collections(draw: st.DrawFn) -> Collection:
    """A few tracks, playlists of them, and a history."""
    found = tuple(draw(tracks(number)) for number in range(draw(st.integers(0, 4))))
    paths = [track.path for track in found]
    order = st.lists(st.sampled_from(paths), max_size=6) if paths else st.just([])
    names = draw(st.lists(NAMES.filter(bool), unique_by=str.casefold, max_size=3))
    lists = [CollectionList(name, tuple(draw(order))) for name in names]
    if draw(st.booleans()):
        lists.append(CollectionList("2024-05-01", tuple(draw(order)), date="2024-05-01 22:00:00"))
    return Collection(found, tuple(lists))
