"""A reader of MusicXML scores: the notes of every part and the bars, in quarters.

Reads partwise files, plain or packed (.mxl). Repeats are not played out: the music is taken as
it stands on the page. Grace notes, cues and unpitched notes are left out.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from mixolydian.core.errors import DecodeError, UnreadableError
from mixolydian.core.types import Note

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
LARGEST = 50_000_000
"""bytes of an unpacked score; more is no score of ours."""


@dataclass(frozen=True)
class Measure:
    """A bar: its `number` as printed, where it starts, and how long it is."""

    number: str
    start: float
    length: float


@dataclass(frozen=True, eq=False)
class Sheet:
    """A score: part name → notes, the bars of the first part, time signatures, rights."""

    parts: tuple[tuple[str, tuple[Note, ...]], ...]
    measures: tuple[Measure, ...]
    meters: tuple[tuple[int, int], ...]
    rights: str


def read_sheet(path: Path) -> Sheet:
    """The score of a .mxl, .musicxml or .xml file.

    Raises
    ------
    UnreadableError, DecodeError
        The file is missing, or no partwise MusicXML.
    """
    try:
        root = ElementTree.fromstring(_text(path))
        return _sheet(root)
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read: {error}") from error
    except (ElementTree.ParseError, zipfile.BadZipFile, ValueError, KeyError) as error:
        raise DecodeError(f"{path}: expected partwise MusicXML, found: {error}") from error


def _text(path: Path) -> bytes:
    if path.suffix != ".mxl":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        inside = [i for i in archive.infolist() if i.filename.endswith((".xml", ".musicxml"))]
        scores = [i for i in inside if not i.filename.startswith("META-INF")]
        if not scores or scores[0].file_size > LARGEST:
            raise ValueError("no score inside, or one that is too large")
        return archive.read(scores[0])


def _sheet(root: ElementTree.Element) -> Sheet:
    if root.tag != "score-partwise":
        raise ValueError(f"a {root.tag}")
    names = {p.get("id"): p.findtext("part-name", "") for p in root.iter("score-part")}
    readers = []
    for part in root.findall("part"):
        reader = _Reader()
        for measure in part.findall("measure"):
            reader.measure(measure)
        readers.append((names.get(part.get("id")) or "", reader))
    if not readers:
        raise ValueError("no parts")
    first = readers[0][1]
    meters = tuple(dict.fromkeys(first.meters))
    rights = " ".join(r.text or "" for r in root.iter("rights"))
    parts = tuple((name, tuple(sorted(r.notes, key=_order))) for name, r in readers)
    return Sheet(parts, tuple(first.measures), meters, rights)


def _order(note: Note) -> tuple[float, float]:
    return note.onset, note.pitch


class _Reader:
    """Walks one part bar by bar."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.measures: list[Measure] = []
        self.meters: list[tuple[int, int]] = []
        self._divisions, self._transpose = 1.0, 0
        self._start = self._now = self._before = 0.0
        self._tied: dict[tuple[str, int], int] = {}

    def measure(self, element: ElementTree.Element) -> None:
        """Read one bar; the next begins where the longest voice of this one ends."""
        self._now, latest = self._start, self._start
        for child in element:
            if child.tag == "attributes":
                self._attributes(child)
            elif child.tag == "note":
                self._note(child)
            elif child.tag in ("backup", "forward"):
                self._now += self._length(child) * (1 if child.tag == "forward" else -1)
            latest = max(latest, self._now)
        self.measures.append(Measure(element.get("number", ""), self._start, latest - self._start))
        self._start = latest

    def _attributes(self, element: ElementTree.Element) -> None:
        self._divisions = float(element.findtext("divisions", str(self._divisions)))
        for change in element.iter("transpose"):
            octaves = int(change.findtext("octave-change", "0"))
            self._transpose = int(change.findtext("chromatic", "0")) + 12 * octaves
        for time in element.iter("time"):
            beats, unit = time.findtext("beats", ""), time.findtext("beat-type", "")
            if not (beats.isdigit() and unit.isdigit()):
                raise ValueError(f"time signature {beats}/{unit}")
            self.meters.append((int(beats), int(unit)))

    def _length(self, element: ElementTree.Element) -> float:
        return float(element.findtext("duration", "0")) / self._divisions

    def _note(self, element: ElementTree.Element) -> None:
        if element.find("grace") is not None or element.find("cue") is not None:
            return
        length = self._length(element)
        if element.find("chord") is None:
            self._before, self._now = self._now, self._now + length
        pitch = element.find("pitch")
        if pitch is not None and length > 0:
            self._sound(element, _midi(pitch) + self._transpose, self._before, length)

    def _sound(self, element: ElementTree.Element, pitch: int, at: float, length: float) -> None:
        """A new note, or a longer one where a tie ends here."""
        key = (element.findtext("voice", ""), pitch)
        ties = {tie.get("type") for tie in element.findall("tie")}
        index = self._tied.pop(key, None) if "stop" in ties else None
        if index is not None and abs(self.notes[index].offset - at) < 1e-6:
            old = self.notes[index]
            self.notes[index] = Note(old.onset, at + length, old.pitch, old.velocity)
        else:
            index = len(self.notes)
            velocity = 84 if abs(at - self._start) < 1e-6 else 74
            self.notes.append(Note(at, at + length, float(pitch), velocity))
        if "start" in ties:
            self._tied[key] = index


def _midi(pitch: ElementTree.Element) -> int:
    alter = round(float(pitch.findtext("alter", "0")))
    octave = int(pitch.findtext("octave", "4"))
    return 12 * (octave + 1) + STEPS[pitch.findtext("step", "C")] + alter


def measures_by_number(sheet: Sheet) -> Iterator[tuple[int, Measure]]:
    """(printed number, bar) of the bars whose number is a plain integer."""
    for measure in sheet.measures:
        if measure.number.isdigit():
            yield int(measure.number), measure
