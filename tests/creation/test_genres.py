"""Genres: every name exists, every pattern can be played, bars can be heard, pages agree."""

from __future__ import annotations

import itertools
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from mixolydian.creation import genres
from mixolydian.creation.arrange import arrange
from mixolydian.creation.ask import Wish, ask
from mixolydian.creation.brief import Mix
from mixolydian.creation.forms import read_structure
from mixolydian.creation.genres import GENRES
from mixolydian.creation.genres.base import DEFAULT_SHARES, HOLD, Genre
from mixolydian.creation.harmony import PROGRESSIONS, bank, parse_roman
from mixolydian.creation.names import STEM_OF_LANE, STEMS
from mixolydian.creation.patterns import BASS_IDIOMS, VELOCITY
from mixolydian.creation.sound.kits import KITS
from mixolydian.creation.sound.voices import VOICES
from mixolydian.theory.mode import MODES, family

ROOT = Path(__file__).resolve().parent.parent.parent
CLUB = (
    "house", "deep house", "tech house", "techno", "minimal", "acid", "trance", "progressive",
    "drum & bass", "dubstep", "hardcore", "electro", "breakbeat", "ambient",
)  # fmt: skip
"""The genres that are promised."""
INVENTED = ("acid", "808")
"""Bass idioms that are composed rather than written."""
CELLS = {3: (12, 24), 4: (12, 16, 24, 32), 6: (12, 24)}
"""meter → lengths of a bar's pattern."""


def every(names: tuple[str, ...] = tuple(GENRES)) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("genre", [GENRES[n] for n in names], ids=list(names))


def grooves_of(genre: Genre) -> list[list[dict[str, str]]]:
    """Per groove its bars, each lane → cells, over the length of its longest pattern."""
    out = []
    for groove in genre.grooves:
        bars = {lane: pattern.split("|") for lane, pattern in groove.items()}
        length = max(len(rows) for rows in bars.values())
        out.append([{lane: r[i % len(r)] for lane, r in bars.items()} for i in range(length)])
    return out


def is_drummed(bar: str, meter: int) -> bool:
    return len(bar) in CELLS[meter] and set(bar) <= {*VELOCITY, "."}


def is_riff(bar: str, meter: int) -> bool:
    return len(bar) in CELLS[meter] and bool(re.fullmatch(r"[r357oa.][r357oa.-]*", bar))


def test_the_promised_genres_are_there():
    assert set(CLUB) <= set(GENRES)
    assert all(name == genre.name for name, genre in GENRES.items())


@every()
def test_names_exist(genre: Genre):
    voices = (
        *genre.bass_voices, *genre.chord_voices, *genre.lead_voices, *genre.pad_voices,
        *genre.arpeggio_voices, *genre.vocal_voices,
    )  # fmt: skip
    assert set(voices) <= set(VOICES)
    assert set(genre.kits) <= set(KITS)
    assert {lane for groove in genre.grooves for lane in groove} <= set(STEM_OF_LANE)
    assert set(genre.shares) <= set(DEFAULT_SHARES)
    assert set(genre.balance) <= set(STEMS)
    assert genre.form in ("club", "song", "ambient")


@every()
def test_patterns_divide_the_bar(genre: Genre):
    for groove in genre.grooves:
        for pattern in groove.values():
            for bar in pattern.split("|"):
                assert is_drummed(bar, genre.meter), bar
            assert pattern.count("|") + 1 in (1, 2, 4)
    for rhythm in set(genre.chord_rhythms) - {HOLD}:
        for bar in rhythm.split("|"):
            assert is_drummed(bar, genre.meter), bar


@every()
def test_basses_are_idioms_or_riffs(genre: Genre):
    for bass in genre.bass:
        if bass not in (*INVENTED, *BASS_IDIOMS):
            for bar in bass.split("|"):
                assert is_riff(bar, genre.meter), bass


def test_idioms_are_bars_of_sixteenths():
    for riff in itertools.chain.from_iterable(BASS_IDIOMS.values()):
        assert is_riff(riff, 4), riff


@every()
def test_every_bar_has_a_stroke_on_one(genre: Genre):
    for bars in grooves_of(genre):
        for bar in bars:
            if genre.name not in ("dub", "reggae"):  # whose beat is the one that is left out
                assert any(cells[0] in "Xxo" for cells in bar.values()), bars


def strokes_at(bar: dict[str, str], shift: float) -> set[tuple[str, float, str]]:
    """(lane, place in the bar, force) of every stroke, moved by a share of the bar."""
    return {
        (lane, round((i / len(cells) + shift) % 1, 4), cell)
        for lane, cells in bar.items()
        for i, cell in enumerate(cells)
        if cell != "."
    }


@every(CLUB)
def test_a_groove_says_where_its_bar_begins(genre: Genre):
    """Moved by one, two or three beats, the groove is another one."""
    for bars in grooves_of(genre):
        for beats in (1, 2, 3):
            assert any(strokes_at(bar, 0) != strokes_at(bar, beats / 4) for bar in bars), bars


@every()
def test_progressions_parse_in_every_mode(genre: Genre):
    for mode in MODES:
        for text in bank(genre.progressions, mode):
            for numeral in text.split():
                assert 0 <= parse_roman(numeral, 9).root < 12


@every(CLUB)
def test_progressions_show_their_tonic(genre: Genre):
    """They begin on the tonic chord, no other chord is there more often, its third is right."""
    assert not isinstance(genre.progressions, str)
    for mode, texts in genre.progressions.items():
        for text in texts:
            chords = [parse_roman(numeral, 0) for numeral in text.split()]
            roots = [c.root for c in chords]
            assert roots[0] == 0, text
            assert roots.count(0) == max(roots.count(r) for r in roots), text
            third = 4 if family(mode) == "major" else 3
            assert any(c.root == 0 and third in c.intervals for c in chords), text


@every()
def test_forms_parse_and_last_about_four_minutes(genre: Genre):
    usual = sum(genre.tempo) / 2
    for text in genre.forms:
        form = read_structure(text)
        assert all(bars % 4 == 0 for _, bars in form), text
        assert (form[0][0], form[-1][0]) == ("intro", "outro"), text
        minutes = sum(bars for _, bars in form) * genre.meter / usual
        assert 3.2 <= minutes <= 4.8, text


@every(CLUB)
def test_the_promised_genres_are_rich(genre: Genre):
    assert len(genre.grooves) >= 5
    assert len(set(genre.bass)) >= 4
    assert len(genre.forms) >= 4
    assert len(set(genre.chord_rhythms)) >= 4
    assert {"major", "minor"} <= set(genre.progressions)
    assert genre.about
    assert -14.0 <= genre.loudness <= -7.0


def test_grooves_belong_to_one_genre():
    """Two genres never share a groove, nor more than three lanes of one."""
    for one, other in itertools.combinations(CLUB, 2):
        for a in GENRES[one].grooves:
            for b in GENRES[other].grooves:
                same = {lane for lane in a if b.get(lane) == a[lane]}
                assert len(same) <= 3, (one, other, a)


def test_ambient_has_no_drop_to_wait_for():
    for text in GENRES["ambient"].forms:
        assert not {"drop", "buildup"} & {label for label, _ in read_structure(text)}


@every()
def test_ranges_are_ranges(genre: Genre):
    limits = {f.name: f.metadata["range"] for f in fields(Mix)}
    for name in ("sidechain", "reverb", "delay", "drive", "tilt"):
        low, high = getattr(genre, name)
        assert limits[name][0] <= low <= high <= limits[name][1], name
    assert 0 <= genre.swing[0] <= genre.swing[1] <= 0.4
    assert 40 <= genre.tempo[0] <= genre.tempo[1] <= 250
    for low, high in (genre.bass_register, genre.chord_register, genre.lead_register):
        assert 21 <= low < high <= 84
    for share in (genre.minor, genre.sevenths, genre.inversions, genre.soft_intro, genre.fills):
        assert 0 <= share <= 1
    assert all(0 <= share <= 1 for share in genre.shares.values())


def test_banks_start_from_both_families():
    for name, modes in PROGRESSIONS.items():
        assert {"major", "minor"} <= set(modes), name


# ------------------------------------------------------------------------------ pages


@every()
def test_every_genre_is_in_the_reference(genre: Genre):
    page = (ROOT / "docs/reference/genres.md").read_text("utf-8")
    low, high = genre.tempo
    row = f"| {genre.name} | {low:g}–{high:g} | {', '.join(dict.fromkeys(genre.kits))} | "
    assert f"{row}{genre.about} |" in page


def test_the_how_to_adds_a_genre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page's example, put into a folder of genres, is found and composed."""
    page = (ROOT / "docs/howto/add-a-genre.md").read_text("utf-8")
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found is not None
    (tmp_path / "dub_techno.py").write_text(found[1], "utf-8")
    monkeypatch.setattr(genres, "__path__", [*genres.__path__, str(tmp_path)])
    added = genres._found()["dub techno"]
    sys.modules.pop("mixolydian.creation.genres.dub_techno")
    monkeypatch.setitem(GENRES, added.name, added)  # type: ignore[arg-type]
    piece = arrange(ask(Wish(genre="dub techno", seed=5, seconds=60.0)))
    assert piece.kit in added.kits
    assert {"bass", "chords"} <= {part.stem for part in piece.parts if part.notes}
    assert piece.drums["kick"]
