"""The two documents inside a DAWproject file, as XML elements.

Element and attribute names, and the order of elements, follow the schema of DAWproject 1.0
(https://github.com/bitwig/dawproject, MIT licence). It counts in quarter notes ("beats");
gains are linear, pan runs from 0 (left) to 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

import numpy as np

from mixolydian.library.formats.midi import MidiTrack
from mixolydian.library.formats.session import MAX_GAIN, AudioTrack, Session
from mixolydian.library.formats.timeline import TempoPoint

FORMAT_VERSION = "1.0"
TEMPO_TOLERANCE = 10e-6
"""Seconds by which the grid may miss a beat: half a sample at 48 kHz."""
SHORTEST_NOTE = 1 / 960
"""quarters."""


def metadata(session: Session) -> ET.Element:
    """``metadata.xml``: what is known of the piece in words."""
    root = ET.Element("MetaData")
    words = {"Title": session.title, "Artist": session.artist, "Genre": session.genre}
    for name, text in (words | {"Comment": session.comment}).items():
        if text:
            ET.SubElement(root, name).text = _text(text)
    return root


def project(session: Session, files: Sequence[Mapping[str, str]]) -> ET.Element:
    """``project.xml``; `files` are the attributes of the `File` element of each stem."""
    return _Document(session, files).xml()


def _number(value: float) -> str:
    """A decimal without an exponent, which not every reader takes."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """What an XML file can hold of a name, on one line."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


class _Document:
    """Builds ``project.xml``: every element gets the next id, so that none repeats."""

    def __init__(self, session: Session, files: Sequence[Mapping[str, str]]) -> None:
        self.session = session
        self.files = files
        self.line = session.timeline
        self.tempi = self.line.tempo_map(TEMPO_TOLERANCE)
        self.ids: Iterator[int] = itertools.count()

    def id(self) -> str:
        return f"id{next(self.ids)}"

    def xml(self) -> ET.Element:
        session = self.session
        root = ET.Element("Project", version=FORMAT_VERSION)
        ET.SubElement(root, "Application", name="Mixolydian", version=session.version)
        tempo, meter = self.transport(root)
        tracks = self.structure(ET.SubElement(root, "Structure"))
        self.arrangement(root, tracks, tempo, meter)
        return root

    def transport(self, root: ET.Element) -> tuple[str, str]:
        """Tempo and meter at the start; returns the ids of both parameters."""
        transport = ET.SubElement(root, "Transport")
        tempo = self.real(transport, "Tempo", self.tempi[0].bpm, "bpm", 20, 999)
        signature = self.line.signatures[0]
        meter = self.id()
        ET.SubElement(
            transport,
            "TimeSignature",
            numerator=str(signature.numerator),
            denominator=str(signature.denominator),
            id=meter,
        )
        return tempo, meter

    def real(
        self, parent: ET.Element, name: str, value: float, unit: str, low: float, high: float
    ) -> str:
        """A parameter that holds a number; returns its id."""
        reference = self.id()
        attributes = {"min": _number(low), "max": _number(high), "value": _number(value)}
        ET.SubElement(parent, name, attributes | {"unit": unit, "id": reference, "name": name})
        return reference

    def structure(self, parent: ET.Element) -> list[str]:
        """The tracks: stems, notes, master; returns the ids of stems and notes in order."""
        master, ids = self.id(), []
        for a in self.session.audio:
            track = self.track(parent, "audio", a.name, a.color)
            self.channel(track, master, a.muted, a.gain, a.pan, a.channels)
            ids.append(track.get("id", ""))
        for n in self.session.notes:
            track = self.track(parent, "notes", n.name, self.session.colors.get(n.name))
            self.channel(track, master, True)
            ids.append(track.get("id", ""))
        self.channel(self.track(parent, "audio notes", "Master", None), master, role="master")
        return ids

    def track(self, parent: ET.Element, content: str, name: str, color: str | None) -> ET.Element:
        attributes = {"contentType": content, "loaded": "true", "id": self.id()}
        shown = {"color": color} if color else {}
        return ET.SubElement(parent, "Track", attributes | {"name": _text(name)} | shown)

    def channel(
        self,
        track: ET.Element,
        master: str,
        muted: bool = False,
        gain: float = 1.0,
        pan: float = 0.5,
        channels: int = 2,
        role: str = "regular",
    ) -> None:
        """The mixer strip of a track; the schema wants mute, pan and volume in this order."""
        where = {"id": master} if role == "master" else {"id": self.id(), "destination": master}
        attributes = {"audioChannels": str(channels), "role": role, "solo": "false"}
        channel = ET.SubElement(track, "Channel", attributes | where)
        mute = {"value": str(muted).lower(), "id": self.id(), "name": "Mute"}
        ET.SubElement(channel, "Mute", mute)
        self.real(channel, "Pan", pan, "normalized", 0, 1)
        self.real(channel, "Volume", gain, "linear", 0, MAX_GAIN)

    def arrangement(self, root: ET.Element, tracks: Sequence[str], tempo: str, meter: str) -> None:
        arrangement = ET.SubElement(root, "Arrangement", id=self.id())
        lanes = ET.SubElement(arrangement, "Lanes", timeUnit="beats", id=self.id())
        contents: list[AudioTrack | MidiTrack] = [*self.session.audio, *self.session.notes]
        files = iter(self.files)
        for track, content in zip(tracks, contents, strict=True):
            lane = ET.SubElement(lanes, "Lanes", track=track, id=self.id())
            clips = ET.SubElement(lane, "Clips", id=self.id())
            if isinstance(content, AudioTrack):
                self.audio_clip(clips, content, next(files))
            elif content.notes:
                self.note_clip(clips, content)
        self.markers(arrangement)
        self.tempo_automation(arrangement, tempo)
        self.meter_automation(arrangement, meter)

    def clip(self, parent: ET.Element, length: float, name: str | None = None) -> ET.Element:
        attributes = {"time": "0", "duration": _number(length), "contentTimeUnit": "beats"}
        shown = {} if name is None else {"name": _text(name)}
        return ET.SubElement(parent, "Clip", attributes | {"playStart": "0"} | shown)

    def audio_clip(self, clips: ET.Element, track: AudioTrack, file: Mapping[str, str]) -> None:
        """A clip around a clip, as workstations write it: the outer one to move, the inner to
        hold the sound."""
        warps = _warp_points(self.tempi, track.duration)
        length = warps[-1][0]
        outer = self.clip(clips, length, track.name)
        inner = self.clip(ET.SubElement(outer, "Clips", id=self.id()), length)
        units = {"contentTimeUnit": "seconds", "timeUnit": "beats", "id": self.id()}
        warp = ET.SubElement(inner, "Warps", units)
        media = {"channels": str(track.channels), "sampleRate": str(track.sample_rate)}
        media |= {"duration": _number(track.duration), "id": self.id()}
        ET.SubElement(ET.SubElement(warp, "Audio", media), "File", dict(file))
        for quarter, seconds in warps:
            points = {"time": _number(quarter), "contentTime": _number(seconds)}
            ET.SubElement(warp, "Warp", points)

    def note_clip(self, clips: ET.Element, track: MidiTrack) -> None:
        starts = self.line.quarters(np.array([n.onset for n in track.notes]))
        ends = self.line.quarters(np.array([n.offset for n in track.notes]))
        length = max(self.line.end, float(ends.max()))
        parent = ET.SubElement(self.clip(clips, length, track.name), "Notes", id=self.id())
        for note, start, end in zip(track.notes, starts, ends, strict=True):
            place = {"time": _number(start), "duration": _number(max(SHORTEST_NOTE, end - start))}
            pitch = {"channel": str(track.channel), "key": str(round(note.pitch))}
            ET.SubElement(parent, "Note", place | pitch | {"vel": _number(note.velocity / 127)})

    def markers(self, arrangement: ET.Element) -> None:
        if not self.session.markers:
            return
        parent = ET.SubElement(arrangement, "Markers", timeUnit="beats", id=self.id())
        places = self.line.quarters(np.array([m.time for m in self.session.markers]))
        for marker, place in zip(self.session.markers, places, strict=True):
            ET.SubElement(parent, "Marker", time=_number(place), name=_text(marker.text))

    def automation(
        self, arrangement: ET.Element, name: str, parameter: str, unit: Mapping[str, str]
    ) -> ET.Element:
        attributes = {"timeUnit": "beats", "id": self.id(), **unit}
        points = ET.SubElement(arrangement, name, attributes)
        ET.SubElement(points, "Target", parameter=parameter)
        return points

    def tempo_automation(self, arrangement: ET.Element, parameter: str) -> None:
        if len(self.tempi) < 2:
            return
        points = self.automation(arrangement, "TempoAutomation", parameter, {"unit": "bpm"})
        for point in self.tempi:
            place = {"time": _number(point.quarter), "value": _number(point.bpm)}
            ET.SubElement(points, "RealPoint", place | {"interpolation": "hold"})

    def meter_automation(self, arrangement: ET.Element, parameter: str) -> None:
        if len(self.line.signatures) < 2:
            return
        points = self.automation(arrangement, "TimeSignatureAutomation", parameter, {})
        for s in self.line.signatures:
            numbers = {"numerator": str(s.numerator), "denominator": str(s.denominator)}
            ET.SubElement(points, "TimeSignaturePoint", {"time": _number(s.quarter)} | numbers)


def _warp_points(tempi: Sequence[TempoPoint], duration: float) -> list[tuple[float, float]]:
    """(quarter, second) where the tempo changes within `duration` seconds, and at its end."""
    points = [p for p in tempi if p.seconds < duration]
    last = points[-1]
    end = last.quarter + (duration - last.seconds) / last.length
    return [*((p.quarter, p.seconds) for p in points), (end, duration)]
