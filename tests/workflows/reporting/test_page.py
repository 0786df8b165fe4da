"""The report: one page that shows the values, fetches nothing, and trusts no title."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mixolydian.core.files import write_text
from mixolydian.core.types import Estimate, FileTags, Provenance, Section, Summary, Track
from mixolydian.workflows.reporting import charts, lanes, words
from mixolydian.workflows.reporting.page import render
from tests.example_tracks import (
    HOSTILE,
    changing_track,
    estimate,
    example_track,
    unknown_track,
)

VOID = {"meta", "input", "br", "img", "link", "hr"}


class Page(HTMLParser):
    """What a browser sees: elements, their attributes, text, and whether tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        elif self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def having(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.elements if t == tag and attributes.items() <= a.items()]

    def data(self, index: int = 0) -> dict[str, Any]:
        """The record the timeline of track `index` is drawn from."""
        kinds = [a.get("id") for t, a in self.elements if t == "script"]
        read: dict[str, Any] = json.loads(self.scripts[kinds.index(f"data-{index}")])
        return read


def waveform(n: int = 50) -> dict[str, Any]:
    levels = [i % 256 for i in range(n)]
    return {"duration": 64.0, "n_columns": n} | dict.fromkeys(
        ("peak", "low", "mid", "high"), levels
    )


# ---------------------------------------------------------------------- one track


def test_the_page_of_a_track_says_every_value() -> None:
    page = Page(render([example_track()], made="made by a test"))
    for said in (
        "Night Drive",
        "Ann Example · First · 2024 · techno · 1:04",
        "120.00 BPM",
        "or 60.00 (3 %)",
        "very likely, 95 %",
        "A minor",
        "8A",
        "1m",
        "7 cents flat, no key change",
        "4/4",
        "128 beats, 32 bars",
        "phrases: 2 of 8 bars",
        "7 of 10",
        "−8.1 LUFS",
        "true peak −0.3 dBTP",
        "range 5.2 LU",
        "the file says 120.00",
        "buildup",
        "0:32.00",
        "mix-out",
        "F:maj7/3",
        "chords per bar 0.5",
        "borrowed no",
        "made by a test",
    ):
        assert said in page.text, said
    assert page.having("section", id="overview") == []


def test_what_cannot_be_told_is_said_with_its_reason() -> None:
    page = Page(render([unknown_track()]))
    for question in ("tempo", "beats", "key", "sections", "drops", "energy"):
        assert f"cannot tell: no {question} in silence" in page.text
    assert "cannot tell: this question was not asked" in page.text, "loudness"
    assert "None" not in page.text
    known = Page(render([example_track()]))
    assert "no model is trained yet" in known.text


def test_changes_of_key_and_tempo_are_listed() -> None:
    page = Page(render([changing_track()]))
    assert "moves between 120.00–126.50" in page.text
    assert "1 key change" in page.text
    assert "0:40 B minor 10A 0:24" in page.text
    record = page.data()
    assert record["tempo"] == [[0, 32000, 120.0], [32000, 64000, 126.5]]
    assert record["keys"][1][:4] == [40000, 64000, "B minor", "10A"]
    assert record["content"] == [[0, 20000, "speech"], [20000, 64000, "music"]]


def test_the_timeline_is_drawn_from_the_values() -> None:
    track = example_track()
    record = Page(render([track], {track.track_id: waveform()})).data()
    assert record["duration"] == 64000
    assert np.cumsum(record["beats"]["steps"])[:3].tolist() == [0, 500, 1000]
    assert record["beats"]["positions"].startswith("12341234")
    assert record["beats"]["phrases"] == [[0, 8], [16000, 8]]
    assert record["sections"][2] == [32000, 56000, "drop", 100]
    assert record["drops"] == [[32000, 0.9]]
    assert record["chords"][0] == [0, 30000, "A:min", 210]
    assert record["chords"][2] == [50000, 60000, "N", None]
    assert record["keys"] == [[0, 64000, "A minor", "8A", 210]]
    assert (record["energy"]["curve"][0], record["energy"]["curve"][-1]) == (0, 100)
    assert "tempo" not in record, "a steady tempo needs no lane"
    assert "content" not in record, "nothing but music"
    planes = np.frombuffer(base64.b64decode(record["wave"]), dtype=np.uint8).reshape(4, 50)
    assert (planes == np.arange(50)).all()


def test_a_missing_waveform_is_explained() -> None:
    assert "waveform" in Page(render([example_track()])).text
    track = example_track()
    assert "waveform" not in Page(render([track], {track.track_id: waveform()})).text


def test_a_human_answer_is_shown_as_such() -> None:
    given = Estimate(
        example_track().analysis.value("key"), 1.0, Provenance("Ann", "", kind="human")
    )
    assert "set by hand" in Page(render([example_track(key=given)])).text


# ---------------------------------------------------------------------- a folder


def some_tracks(n: int) -> list[Track]:
    return [example_track(f"Piece {i}", f"/m/{i:03d}.mp3", f"id{i:04d}") for i in range(n)]


def test_a_folder_has_an_overview_and_a_page_per_track() -> None:
    tracks = [*some_tracks(3), unknown_track()]
    page = Page(render(tracks, heading="crate"))
    assert "4 tracks · 3:15 · 120.00–120.00 BPM" in page.text
    assert len(page.having("article")) == 4
    assert all("hidden" in a for a in page.having("article"))
    rows = page.having("tr")
    indexed = [r for r in rows if "data-index" in r]
    assert [r["data-index"] for r in indexed] == ["0", "1", "2", "3"]
    assert indexed[0]["data-camelot"] == "8A"
    assert "data-camelot" not in indexed[3]
    for i in range(4):
        assert page.having("a", href=f"#track-{i}")
        assert page.data(i)["duration"] > 0
    assert page.having("g", **{"data-camelot": "8A"})
    assert "1 without tempo or key are not drawn." in page.text


def test_failures_are_named_with_their_reasons() -> None:
    page = Page(render(some_tracks(1), failures=[("/m/bad.mp3", "not audio: found <text>")]))
    assert "1 file could not be analysed" in page.text
    assert "/m/bad.mp3" in page.text
    assert "not audio: found <text>" in page.text
    only = Page(render([], heading="x", failures=[("/m/bad.mp3", "empty")]))
    assert "0 tracks" in only.text


def test_hundreds_of_tracks_make_one_page_of_moderate_size() -> None:
    tracks = some_tracks(300)
    text = render(tracks, {t.track_id: waveform(1200) for t in tracks})
    assert len(text) < 300 * 25_000
    assert len(Page(text).having("article")) == 300


def test_sort_values_are_numbers() -> None:
    page = Page(render(some_tracks(2)))
    kinds = [a["data-kind"] for a in page.having("th") if "data-kind" in a]
    cells = [a["data-value"] or "" for t, a in page.elements if t == "td" and "data-value" in a]
    for row in (cells[: len(kinds)], cells[len(kinds) :]):
        for kind, value in zip(kinds, row, strict=True):
            if kind == "number":
                float(value)


# ---------------------------------------------------------------------- safety


def hostile_tracks() -> list[Track]:
    tags = FileTags(HOSTILE, HOSTILE, HOSTILE, 2000, HOSTILE, 1.0, HOSTILE)
    reason = Estimate[Any](None, reason=HOSTILE)
    sections = estimate((Section(0, 64, HOSTILE, 0.5),))
    track = example_track(genre=reason, energy=reason, sections=sections)
    return [replace(track, tags=tags, path=f"/m/{HOSTILE}\udcff{i}.mp3") for i in range(2)]


def test_hostile_titles_stay_text() -> None:
    tracks = hostile_tracks()
    clean = [example_track(), example_track()]
    for few in (tracks[:1], tracks):
        page = Page(render(few, heading=HOSTILE, failures=[(HOSTILE, HOSTILE)], made=HOSTILE))
        harmless = Page(render(clean[: len(few)], failures=[("a", "b")]))
        count = len(harmless.having("script"))
        assert len(page.having("script")) == count, "no script came in"
        assert page.having("b", onclick="") == []
        assert "<script>alert('x')</script>" in page.text, "shown as it is"
        assert page.data()["sections"][0][2] == HOSTILE
        assert "\u202e" not in page.text, "a title cannot turn the text around"
        assert "\x07" not in page.text
        events = [k for _, a in page.elements for k in a if k.startswith("on")]
        assert events == []


def test_the_page_is_encodable_whatever_the_file_is_called(tmp_path: Path) -> None:
    text = render(hostile_tracks())
    path = write_text(tmp_path / "a.html", text, errors="replace")
    assert path.read_text("utf-8").startswith("<!doctype html>")


def test_the_page_fetches_nothing() -> None:
    track = example_track()
    text = render([track, changing_track()], {track.track_id: waveform()})
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(|import\(|fetch\(|XMLHttp", text)
    page = Page(text)
    for tag, attributes in page.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "audio", "video", "base"}
        for name in ("src", "srcset", "data", "action", "formaction", "poster"):
            assert name not in attributes
        assert (attributes.get("href") or "#").startswith("#")


def test_the_policy_allows_only_the_pages_own_script() -> None:
    page = Page(render([example_track()]))
    (policy,) = (a["content"] for a in page.having("meta") if "http-equiv" in a)
    assert policy is not None
    assert "default-src 'none'" in policy
    digest = base64.b64encode(hashlib.sha256(page.scripts[-1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy


def test_the_script_never_sets_html() -> None:
    script = Page(render([example_track()])).scripts[-1]
    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert danger not in script


# ---------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.0, "certain, 100 %"),
        (0.9999, "very likely, > 99 %"),
        (0.7, "likely, 70 %"),
        (0.696, "likely, 70 %"),
        (0.55, "uncertain, 55 %"),
        (0.2, "a guess, 20 %"),
        (0.001, "a guess, < 1 %"),
    ],
)
def test_confidence_in_words_and_numbers(probability: float, said: str) -> None:
    assert words.confidence(estimate(1, probability)) == said


@pytest.mark.parametrize(
    ("seconds", "decimals", "said"),
    [
        (0, 0, "0:00"),
        (59.6, 0, "1:00"),
        (61.239, 2, "1:01.24"),
        (3725, 0, "1:02:05"),
        (-1, 0, "0:00"),
    ],
)
def test_clock(seconds: float, decimals: int, said: str) -> None:
    assert words.clock(seconds, decimals) == said


def test_numbers_have_a_true_minus_and_no_negative_zero() -> None:
    assert words.number(-8.13, 1) == "−8.1"
    assert words.number(-0.04, 1) == "0.0"


@pytest.mark.parametrize(
    ("label", "hue"), [("C:maj", 210), ("A:min7/b3", 210), ("G", 240), ("N", None), ("X", None)]
)
def test_chords_have_the_colour_of_their_place_among_fifths(label: str, hue: int | None) -> None:
    assert lanes.chord_hue(label) == hue


def test_facts_are_said_so_that_a_reader_understands() -> None:
    assert words.fact(True) == "yes"
    assert words.fact(None) == "–"
    assert words.fact(0.333, "diatonic_share") == "33 %"
    assert words.fact(0.333) == "0.33"
    assert words.fact(["A:min", 2.0]) == "A:min, 2"
    assert words.fact([0.5] * 52) == "52 values"
    assert words.fact({"bars_per_chord": 1.5}) == "bars per chord 1.5"


def test_a_summary_shows_its_sentence_its_groups_and_its_records() -> None:
    facts = {
        "pattern": {"kick": "X···X···", "snare": "··X···X·"},
        "chords": [{"label": "A:min", "share": 0.5}, {"label": "<F>", "share": 0.25}],
        "text": "Steady & <plain>.",
    }
    page = Page(render([example_track(rhythm=estimate(Summary(facts), None))]))
    assert "Steady & <plain>." in page.text
    assert "snare ··X···X·" in page.text
    assert "A:min · 50 % <F> · 25 %" in page.text


def test_the_scatter_spreads_tempi_and_keys() -> None:
    dots = [
        charts.Dot(i, "t", bpm, key, 5)
        for i, (bpm, key) in enumerate([(90.0, "1A"), (174.0, "12B"), (None, "3A"), (120.0, None)])
    ]
    svg = charts.scatter(dots)
    places = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
    assert len(places) == 2
    (x1, y1), (x2, y2) = [(float(x), float(y)) for x, y in places]
    assert x1 < x2
    assert y1 < y2
    assert "No track" in charts.scatter(dots[2:])
