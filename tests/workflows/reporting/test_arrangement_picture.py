"""The picture of an arrangement: everything in its place, nothing from outside, never too big."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Chord, Drop, Note, Section
from mixolydian.workflows.reporting.arrangement_bands import chord_name, loop_of
from mixolydian.workflows.reporting.arrangement_picture import arrangement_svg
from mixolydian.workflows.reporting.arrangement_rows import stretches_of
from mixolydian.workflows.reporting.arrangement_scale import LEFT, RIGHT, color, pale
from mixolydian.workflows.reporting.arrangement_view import (
    ArrangementView,
    Curve,
    Stroke,
    Sweep,
    ViewRow,
    ViewSection,
)
from tests.example_tracks import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
BAR = 2.0
VIEW = ArrangementView(
    title="Techno in A minor",
    subtitle="120 BPM · seed 7",
    duration=64.0,
    sections=(
        ViewSection(Section(0, 16, "intro", 0.3), "intro"),
        ViewSection(Section(16, 20, "buildup", 0.5), "buildup 1"),
        ViewSection(Section(20, 64, "drop", 1.0), "drop 1"),
    ),
    drops=(Drop(20.0, 0.9),),
    chords=tuple(
        Chord(20 + 4 * k, 24 + 4 * k, label) for k, label in enumerate(["A:min", "F:maj"] * 5)
    ),
    downbeats=np.arange(0, 64, BAR),
    energy=Curve(np.array([0.0, 16.0, 20.0]), np.array([0.3, 0.5, 1.0])),
    waveform=np.stack([-np.ones(3000), np.linspace(0, 1, 3000)]),
    rows=(
        ViewRow("kick", "kick", strokes=(Stroke(0.0, 1.0), Stroke(32.0, 0.5))),
        ViewRow(
            "bass",
            "bass",
            notes=(Note(20.0, 36.0, 36, 127), Note(36.0, 52.0, 48, 40)),
            curves=(Curve(np.array([20.0, 36.0, 36.0]), np.array([0.0, 1.0, 0.5]), "cutoff"),),
        ),
        ViewRow("effects", "fx", sweeps=(Sweep(16.0, 20.0, 1), Sweep(20.0, 24.0, -1))),
    ),
)


def pixels(seconds: float) -> float:
    return LEFT + (RIGHT - LEFT) * seconds / VIEW.duration


def drawn(view: ArrangementView) -> ET.Element:
    """The picture, parsed: it has to be well-formed."""
    return ET.fromstring(arrangement_svg(view))


def texts(root: ET.Element) -> list[str]:
    return [e.text or "" for e in root.iter(f"{SVG}text")]


def paths(root: ET.Element, kind: str) -> list[str]:
    return [e.get("d", "") for e in root.iter(f"{SVG}path") if e.get("class") == kind]


def row_of(root: ET.Element, name: str) -> ET.Element:
    return next(g for g in root.iter(f"{SVG}g") if g.get("color") and texts(g)[0] == name)


def test_names_numbers_and_times_are_there() -> None:
    shown = texts(drawn(VIEW))
    assert shown[:2] == ["Techno in A minor", "120 BPM · seed 7"]
    for word in ("intro", "drop 1", "energy", "sound", "chords", "kick", "bass", "effects"):
        assert word in shown
    assert [t for t in shown if t.isdigit()] == ["1", "9", "11"], "first bars, counted from 1"
    assert "0:30" in shown
    assert "Am F" in shown


def test_sections_and_drops_stand_at_their_times() -> None:
    root = drawn(VIEW)
    blocks = [r for r in root.iter(f"{SVG}rect") if r.get("height") == "26"]
    lefts = [float(b.get("x", "nan")) for b in blocks]
    assert lefts == pytest.approx([pixels(t) + 0.75 for t in (0, 16, 20)], abs=0.1)
    (line,) = paths(root, "drop")
    assert float(re.findall(r"M([\d.]+) ", line)[0]) == pytest.approx(pixels(20), abs=0.06)


def test_strokes_stand_at_their_times_and_heights() -> None:
    """A tick's place is in half-pixels; the row is 14 pixels, 28 halves, tall."""
    marks = "".join(paths(row_of(drawn(VIEW), "kick"), "mark"))
    ticks = [(int(x), int(size)) for x, size in re.findall(r"m(\d+) 28v-(\d+)", marks)]
    assert [size for _, size in sorted(ticks)] == [26, 13]
    assert [x / 2 for x, _ in sorted(ticks)] == pytest.approx([pixels(0), pixels(32)], abs=1.0)


def test_notes_lie_at_their_times_higher_when_higher_and_fainter_when_softer() -> None:
    row = row_of(drawn(VIEW), "bass")
    marks = [e for e in row.iter(f"{SVG}path") if e.get("class") == "mark"]
    soft, loud = sorted(marks, key=lambda e: float(e.get("stroke-opacity", "1")))
    (low,) = re.findall(r"M(\d+) (\d+)h(\d+)", loud.get("d", ""))
    (high,) = re.findall(r"M(\d+) (\d+)h(\d+)", soft.get("d", ""))
    assert int(low[1]) > int(high[1]), "y grows downwards"
    assert [int(low[0]) / 2, int(high[0]) / 2] == pytest.approx([pixels(20), pixels(36)], abs=0.5)
    assert int(low[2]) / 2 == pytest.approx(pixels(16) - pixels(0), abs=0.5)


def test_a_knob_is_drawn_where_the_row_plays_with_its_jump() -> None:
    (knob,) = paths(row_of(drawn(VIEW), "bass"), "knob")
    points = [(int(x) / 2, int(y)) for x, y in re.findall(r"(\d+) (\d+)", knob)]
    assert points[0][0] == pytest.approx(pixels(20), abs=1)
    assert points[-1][0] == pytest.approx(pixels(52), abs=1)
    assert [y for _, y in points] == [64, 4, 34, 34], "the bottom, the top, the middle, held"


def test_sweeps_open_towards_the_loud_end() -> None:
    (shape,) = paths(row_of(drawn(VIEW), "effects"), "sweep")
    rise, fall = shape.split("z")[:2]
    assert re.fullmatch(r"M(\d+) 28L(\d+) 2V28", rise)
    assert re.fullmatch(r"M(\d+) 28V2L(\d+) 28V28", fall)


def test_the_same_view_gives_the_same_text() -> None:
    assert arrangement_svg(VIEW) == arrangement_svg(replace(VIEW))


def test_nothing_is_fetched_and_no_text_breaks_out() -> None:
    hostile = replace(
        VIEW,
        title=HOSTILE,
        subtitle=HOSTILE,
        sections=(ViewSection(Section(0, 64, HOSTILE, 0.1), HOSTILE),),
        chords=(Chord(0, 64, HOSTILE),),
        rows=(replace(VIEW.rows[1], name=HOSTILE, group=HOSTILE),),
    )
    text = arrangement_svg(hostile)
    root = ET.fromstring(text)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        "svg", "style", "rect", "text", "path", "g", "title",
    }  # fmt: skip
    assert not re.search(r"url\(|@import|<script", text)
    assert not any(
        name.startswith("on") or name == "href" for e in root.iter() for name in e.attrib
    )


def test_an_empty_piece_can_be_drawn() -> None:
    root = drawn(ArrangementView("x", "", 1.0))
    assert texts(root)[0] == "x"
    assert float(root.get("height", "0")) > 100
    silent = drawn(ArrangementView("x", "", 1.0, waveform=np.zeros((2, 10)), rows=VIEW.rows[:1]))
    assert "sound" in texts(silent)


def test_eight_busy_minutes_stay_small() -> None:
    rng = np.random.default_rng(1)
    times = np.arange(0, 480, 60 / 174 / 4)
    strokes = tuple(Stroke(float(t), float(rng.uniform(0.2, 1))) for t in times)
    notes = tuple(
        Note(float(t), float(t) + 0.08, float(rng.integers(40, 76)), int(rng.integers(30, 127)))
        for t in times
    )
    rows = [ViewRow(f"drum {k}", "drums", strokes=strokes) for k in range(10)]
    rows += [ViewRow(f"part {k}", "lead", notes=notes) for k in range(4)]
    view = replace(VIEW, duration=480.0, downbeats=np.arange(0, 480, 1.379), rows=tuple(rows))
    assert len(arrangement_svg(view).encode()) < 400_000


def test_stretches_run_from_bar_line_to_bar_line_and_end_at_sections() -> None:
    bars = np.arange(0.0, 22.0, 2.0)
    edges = np.array([0.0, 8.0])
    moments = [(0.5, 0.6), (2.1, 2.2), (5.99, 6.5), (8.0, 11.0), (17.0, 17.1)]
    assert stretches_of(moments, bars, edges) == [(0, 4), (6, 8), (8, 12), (16, 18)]
    assert stretches_of([(3.0, 9.0)], bars, edges) == [(2, 8), (8, 10)], "a held note goes on"
    assert stretches_of(moments[:2], np.empty(0), edges) == [(0.5, 2.2)]
    assert stretches_of([], bars, edges) == []


def test_loops() -> None:
    assert loop_of("ABAB") == "AB"
    assert loop_of("ABCAB") == "ABC"
    assert loop_of("AABA") == "AAB"
    assert loop_of("A") == "A"
    assert loop_of("") == ""


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("A:min", "Am"), ("C:maj", "C"), ("F#:min7/b3", "F#m7"), ("Bb", "Bb"), ("G:7", "G7"),
        ("D:maj7", "Dmaj7"), ("B:hdim7", "Bø"), ("E:sus4", "Esus4"), ("C:minmaj7", "CmΔ"),
    ],
)  # fmt: skip
def test_chord_names(label: str, name: str) -> None:
    assert chord_name(label) == name


def test_long_loops_and_narrow_blocks_lose_words_not_places() -> None:
    sections = (
        ViewSection(Section(0, 60, "intro", 0.3), "intro"),
        ViewSection(Section(60, 62.6, "breakdown", 0.5), "breakdown 2"),
        ViewSection(Section(62.6, 64, "outro", 0.1), "outro"),
    )
    shown = texts(drawn(replace(VIEW, sections=sections)))
    assert "breakdown 2" not in shown
    assert "bre" in shown
    minors = tuple(Chord(6.0 * k, 6.0 * k + 6, f"{root}:min") for k, root in enumerate("CDEFGAB"))
    chords = (*minors, *(Chord(t, t + 6.0, label) for t, label in ((42, "C"), (48, "D"))))
    whole = (ViewSection(Section(0, 64, "drop", 1.0), "drop"),)
    shown = texts(drawn(replace(VIEW, sections=whole, chords=chords)))
    assert "Cm Dm Em Fm Gm Am Bm C …" in shown


def test_colours() -> None:
    assert color("bass") == color("bass", 3)
    assert color("unheard of", 0) != color("unheard of", 1)
    assert (pale("#000000", 0.0), pale("#102030", 1.0)) == ("#ffffff", "#102030")


def test_views_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(RequestError, match="a piece of some length"):
        ArrangementView("x", "", 0.0)
    with pytest.raises(RequestError, match=r"waveform of shape \(2, n\)"):
        ArrangementView("x", "", 1.0, waveform=np.zeros(4))
    with pytest.raises(RequestError, match="as many values as times"):
        Curve(np.zeros(2), np.zeros(3))
