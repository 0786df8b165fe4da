"""DAWproject files: well-formed by the schema's rules, and every stem on the grid."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from mixolydian.core.errors import RequestError, UnreadableError
from mixolydian.core.types import Note
from mixolydian.library.formats.dawproject import write_dawproject
from mixolydian.library.formats.midi import MidiMarker, MidiTrack
from mixolydian.library.formats.session import AudioTrack, Session
from mixolydian.library.formats.timeline import Timeline
from tests.library.formats.test_timeline import GRIDS, beat_times

NAME, TIMELINE = {"name", "color", "comment"}, {"id", "name", "color", "timeUnit", "track"}
REAL = {"id", "name", "min", "max", "unit!", "value", "parameterID"}
POINTS = ["Target!", "RealPoint*", "TimeSignaturePoint*"]
RULES: dict[str, tuple[list[str], set[str]]] = {
    "Project": (["Application!", "Transport", "Structure", "Arrangement", "Scenes"], {"version!"}),
    "Application": ([], {"name!", "version!"}),
    "Transport": (["Tempo", "TimeSignature"], set()),
    "Tempo": ([], REAL),
    "TimeSignature": ([], {"id", "name", "numerator!", "denominator!"}),
    "Structure": (["Track*"], set()),
    "Track": (["Channel", "Track*"], {"id", "name", "color", "comment", "contentType", "loaded"}),
    "Channel": (
        ["Devices", "Mute", "Pan", "Sends", "Volume"],
        {"id", "name", "color", "audioChannels", "destination", "role", "solo"},
    ),
    "Mute": ([], {"id", "name", "value"}),
    "Pan": ([], REAL),
    "Volume": ([], REAL),
    "Arrangement": (
        ["Lanes", "Markers", "TempoAutomation", "TimeSignatureAutomation"],
        {"id", "name", "color", "comment"},
    ),
    "Lanes": (["Lanes*", "Clips*"], TIMELINE),
    "Clips": (["Clip*"], TIMELINE),
    "Clip": (
        ["Clips", "Notes", "Warps"],
        NAME | {"time!", "duration", "contentTimeUnit", "playStart", "playStop", "reference"},
    ),
    "Warps": (["Audio!", "Warp+"], TIMELINE | {"contentTimeUnit!"}),
    "Audio": (["File!"], TIMELINE | {"duration!", "channels!", "sampleRate!", "algorithm"}),
    "File": ([], {"path!", "external"}),
    "Warp": ([], {"time!", "contentTime!"}),
    "Notes": (["Note*"], TIMELINE),
    "Note": ([], {"time!", "duration!", "channel!", "key!", "vel", "rel"}),
    "Markers": (["Marker+"], TIMELINE),
    "Marker": ([], NAME | {"time!"}),
    "TempoAutomation": (POINTS, TIMELINE | {"unit"}),
    "TimeSignatureAutomation": (POINTS, TIMELINE | {"unit"}),
    "Target": ([], {"parameter", "expression", "channel", "key", "controller"}),
    "RealPoint": ([], {"time!", "value!", "interpolation"}),
    "TimeSignaturePoint": ([], {"time!", "numerator!", "denominator!"}),
}
"""What the schema of DAWproject 1.0 says of the elements written here: the children in their
order (! exactly one, * any number, + one or more, else at most one) and the attributes (! must)."""
REFERENCES = {"track", "destination", "parameter", "reference"}
NUMBERS = {"time", "duration", "contentTime", "value", "min", "max", "vel", "playStart"}


def check(element: ET.Element) -> None:
    """Holds every element below `element` against `RULES`."""
    children, attributes = RULES[element.tag]
    pattern = "".join(
        f"(?:{c.rstrip('!*+')},)" + {"!": "", "*": "*", "+": "+"}.get(c[-1], "?") for c in children
    )
    found = "".join(f"{child.tag}," for child in element)
    assert re.fullmatch(pattern, found), f"{element.tag} holds {found}"
    allowed = {a.rstrip("!") for a in attributes}
    needed = {a.rstrip("!") for a in attributes if a.endswith("!")}
    assert needed <= set(element.keys()) <= allowed, f"{element.tag} has {element.keys()}"
    for name in NUMBERS & set(element.keys()):
        if element.get(name) not in ("true", "false"):
            assert re.fullmatch(r"-?\d+(\.\d+)?", element.get(name, ""))
    for child in element:
        check(child)


def session_of(folder: Path, times: np.ndarray, meter: int = 4) -> Session:
    """Three stems of three seconds more than the beats, two parts and two sections."""
    stems = []
    for name in ("kick", "bass & <lead>", "pad"):
        file = folder / "stems" / f"{name[:4]}.flac"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(name.encode() * 100)
        stems.append(AudioTrack(name, file, float(times[-1]) + 3.0, 44100, color="#3457d5"))
    notes = tuple(Note(float(t), float(t) + 0.2, 40.0, 100) for t in times[:-1])
    return Session(
        "Night & Day",
        Timeline(times, meter),
        tuple(stems),
        (MidiTrack("bass", 0, 38, notes), MidiTrack("empty", 1, 0, ())),
        (MidiMarker(float(times[0]), "intro"), MidiMarker(float(times[16]), 'drop "1"\x00')),
        genre="techno",
        colors={"bass": "#aa5500"},
    )


def read(path: Path) -> ET.Element:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return ET.fromstring(archive.read("project.xml"))


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "nan"))


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("meter", [3, 6])
def test_the_document_keeps_the_rules(tmp_path: Path, name: str, meter: int) -> None:
    session = session_of(tmp_path, GRIDS[name], meter)
    root = read(write_dawproject(tmp_path / "a.dawproject", session))
    check(root)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    used = {e.get(name) for e in root.iter() for name in REFERENCES if e.get(name)}
    assert used <= set(ids)


@pytest.mark.parametrize("name", GRIDS)
def test_every_stem_plays_unstretched_on_the_grid(tmp_path: Path, name: str) -> None:
    """A workstation's clock (tempo) and the clip's warps say the same second at every beat."""
    times = GRIDS[name]
    session = session_of(tmp_path, times)
    root = read(write_dawproject(tmp_path / "a.dawproject", session))
    points = [(number(p, "time"), number(p, "value")) for p in root.iter("RealPoint")]
    tempo = root.find("Transport/Tempo")
    assert tempo is not None
    points = points or [(0.0, number(tempo, "value"))]
    assert points[0] == (0.0, pytest.approx(number(tempo, "value")))
    quarters = np.array([q for q, _ in points])
    bpm = np.array([v for _, v in points])
    seconds = np.concatenate([[0.0], np.cumsum(np.diff(quarters) * 60 / bpm[:-1])])
    beats = session.timeline.pickup + np.arange(times.size)
    for warps in root.iter("Warps"):
        at = [number(w, "time") for w in warps.iter("Warp")]
        content = [number(w, "contentTime") for w in warps.iter("Warp")]
        np.testing.assert_allclose(np.interp(beats, at, content), times, rtol=0, atol=12e-6)
        index = np.searchsorted(quarters, at, side="right") - 1
        clock = seconds[index] + (np.array(at) - quarters[index]) * 60 / bpm[index]
        np.testing.assert_allclose(content, clock, rtol=0, atol=1e-6)
        assert content[0] == at[0] == 0.0
        assert content[-1] == pytest.approx(times[-1] + 3.0, abs=1e-6)


def test_clips_are_as_long_as_the_piece(tmp_path: Path) -> None:
    times = beat_times(120.0, 64)
    root = read(write_dawproject(tmp_path / "a.dawproject", session_of(tmp_path, times)))
    outer = [clip for clip in root.iter("Clip") if clip.get("name")]
    assert [(c.get("name"), number(c, "duration")) for c in outer] == [
        ("kick", 70.0), ("bass & <lead>", 70.0), ("pad", 70.0), ("bass", 64.0),
    ]  # fmt: skip
    assert {number(c, "time") for c in root.iter("Clip")} == {0.0}
    assert root.find(".//TempoAutomation") is None, "a steady tempo needs no automation"


def test_notes_are_muted_and_stems_are_not(tmp_path: Path) -> None:
    session = session_of(tmp_path, beat_times(120.0, 64))
    root = read(write_dawproject(tmp_path / "a.dawproject", session))
    found = {
        track.get("name"): (track.get("contentType"), mute.get("value"), track.get("color"))
        for track in root.iter("Track")
        for mute in track.iter("Mute")
    }
    assert found == {
        "kick": ("audio", "false", "#3457d5"),
        "bass & <lead>": ("audio", "false", "#3457d5"),
        "pad": ("audio", "false", "#3457d5"),
        "bass": ("notes", "true", "#aa5500"),
        "empty": ("notes", "true", None),
        "Master": ("audio notes", "false", None),
    }
    (master,) = [c for c in root.iter("Channel") if c.get("role") == "master"]
    targets = {c.get("destination") for c in root.iter("Channel") if c is not master}
    assert targets == {master.get("id")}
    notes = list(root.iter("Note"))
    assert [number(n, "time") for n in notes] == list(range(64))
    assert {(n.get("key"), number(n, "duration")) for n in notes} == {("40", 0.4)}


def test_markers_and_a_pickup(tmp_path: Path) -> None:
    times = beat_times(120.0, 64, start=1.1)
    root = read(write_dawproject(tmp_path / "a.dawproject", session_of(tmp_path, times)))
    markers = [(number(m, "time"), m.get("name")) for m in root.iter("Marker")]
    assert markers == [(2.0, "intro"), (18.0, 'drop "1"')]
    signatures = [
        tuple(number(p, key) for key in ("time", "numerator", "denominator"))
        for p in root.iter("TimeSignaturePoint")
    ]
    assert signatures == [(0.0, 2.0, 4.0), (2.0, 4.0, 4.0)]


def test_stems_are_found_beside_the_project(tmp_path: Path) -> None:
    session = session_of(tmp_path, beat_times(120.0))
    path = write_dawproject(tmp_path / "daw" / "a.dawproject", session)
    files = list(read(path).iter("File"))
    assert [f.get("path") for f in files] == [
        "../stems/kick.flac", "../stems/bass.flac", "../stems/pad.flac",
    ]  # fmt: skip
    assert {f.get("external") for f in files} == {"true"}
    assert all((path.parent / f.get("path", "")).is_file() for f in files)


def test_stems_can_be_packed_in(tmp_path: Path) -> None:
    session = session_of(tmp_path, beat_times(120.0))
    path = write_dawproject(tmp_path / "a.dawproject", session, embed=True)
    with zipfile.ZipFile(path) as archive:
        for track, file in zip(session.audio, read(path).iter("File"), strict=True):
            assert file.get("external") is None
            assert archive.read(file.get("path", "")) == track.file.read_bytes()


def test_metadata_and_equal_bytes(tmp_path: Path) -> None:
    session = session_of(tmp_path, GRIDS["drift"])
    one, two = (write_dawproject(tmp_path / n, session, embed=True) for n in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        metadata = ET.parse(io.BytesIO(archive.read("metadata.xml"))).getroot()
    assert metadata.tag == "MetaData"
    found = [(e.tag, e.text) for e in metadata]
    assert found == [("Title", "Night & Day"), ("Genre", "techno")]


def test_a_missing_stem_and_equal_names_are_refused(tmp_path: Path) -> None:
    session = session_of(tmp_path, beat_times(120.0))
    other = tmp_path / "other" / "pad.flac"
    other.parent.mkdir()
    other.write_bytes(b"1")
    twice = (*session.audio, AudioTrack("pad 2", other, 1.0, 44100))
    with pytest.raises(RequestError, match="different file names"):
        write_dawproject(
            tmp_path / "a.dawproject",
            Session("x", session.timeline, twice),
            embed=True,
        )
    session.audio[1].file.unlink()
    with pytest.raises(UnreadableError, match=r"bass\.flac: no such stem"):
        write_dawproject(tmp_path / "a.dawproject", session)
    assert not (tmp_path / "a.dawproject").exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"duration": 0.0}, "a stem with sound in it"),
        ({"gain": 2.5}, "gain in 0–2"),
        ({"pan": -0.1}, "pan in 0–1"),
        ({"color": "red"}, "a colour as #rrggbb"),
    ],
)
def test_values_out_of_range_are_refused(settings: dict[str, object], words: str) -> None:
    values = {"name": "x", "file": Path("x"), "duration": 1.0, "sample_rate": 44100} | settings
    with pytest.raises(RequestError, match=words):
        AudioTrack(**values)  # type: ignore[arg-type]
