"""A user's words become a complete brief, or an error that says what is allowed."""

from __future__ import annotations

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.arrange import arrange
from mixolydian.creation.ask import Wish, ask, read_key, read_keys, read_tempo
from mixolydian.creation.genres import GENRES


@pytest.mark.parametrize("name", sorted(GENRES))
def test_a_genre_is_enough(name: str):
    brief = ask(Wish(name, seed=3))
    genre = GENRES[name]
    assert genre.tempo[0] - 0.5 <= brief.bpm <= genre.tempo[1] + 0.5
    assert brief.meter == genre.meter
    assert brief.mix.loudness == genre.loudness
    assert brief == ask(Wish(name, seed=3))
    assert brief != ask(Wish(name, seed=4))


def test_what_is_asked_is_what_is_written():
    brief = ask(
        Wish(
            "techno", seed=7, bpm="132.25", key="8A", structure="intro:16 drop:32", swing=0.1,
            progression="i:2 bII:2", energy="3 10", mood="dark", loudness=-8.0, meter=7,
            settings=(("bass.voice", "reese"),),
        )
    )  # fmt: skip
    assert (brief.bpm, brief.tonic, brief.mode, brief.meter) == (132.25, "A", "minor", 7)
    assert brief.form == (("intro", 16), ("drop", 32))
    assert brief.energy == (0.3, 1.0)
    assert brief.progression == (("i", 2.0), ("bII", 2.0))
    assert (brief.swing, brief.mood, brief.mix.loudness) == (0.1, "dark", -8.0)
    assert brief.setting("bass.voice") == "reese"


@pytest.mark.parametrize(
    ("text", "changes", "ramps"),
    [
        ("128.5", (), ()),
        ("120>140", (), ((0, 64, 140.0),)),
        ("126, 132@17", ((16, 132.0),), ()),
        ("126, 140@17-33", (), ((16, 32, 140.0),)),
    ],
)
def test_tempi(text: str, changes: tuple[object, ...], ramps: tuple[object, ...]):
    tempo = read_tempo(text)
    assert tempo.changes == changes
    assert tempo.ramps_in(64) == ramps


def test_a_ramp_over_the_whole_piece_starts_and_ends_as_asked():
    a = arrange(ask(Wish("house", bpm="120>130", key="Am", structure="drop:16")))
    beats = [*a.beats.times, a.end]
    assert 60 / (beats[1] - beats[0]) == pytest.approx(120.0)
    assert 60 / (beats[-1] - beats[-2]) == pytest.approx(130.0)
    assert all(x > y for x, y in zip(beats[1:], beats[:-1], strict=True))


@pytest.mark.parametrize(
    ("text", "tonic", "mode"),
    [
        ("8A", "A", "minor"), ("8B", "C", "major"), ("Bbm", "Bb", "minor"),
        ("F# dorian", "F#", "dorian"), ("D harmonic minor", "D", "harmonic minor"),
        ("1m", "A", "minor"), ("g mixolydian", "G", "mixolydian"),
    ],
)  # fmt: skip
def test_keys(text: str, tonic: str, mode: str):
    assert read_key(text) == (tonic, mode)


def test_a_key_change_counts_bars_from_one():
    assert read_keys("Am, Bm@9") == ((0, "A", "minor"), (8, "B", "minor"))


@pytest.mark.parametrize("seconds", [10.0, 45.0, 120.0, 245.0, 480.0, 600.0, 1500.0])
@pytest.mark.parametrize("name", ["house", "ambient", "waltz", "drum & bass"])
def test_a_length_is_met_to_two_bars(name: str, seconds: float):
    brief = ask(Wish(name, seed=1, seconds=seconds))
    bar = 60 / brief.bpm * brief.meter
    assert abs(brief.n_bars * bar - seconds) <= 1.01 * bar + 1e-6
    assert all(bars >= 1 for _, bars in brief.form)


def test_energy_by_name_and_by_label():
    brief = ask(Wish("house", structure="drop:8 breakdown:8 drop:8", energy="drop:5 drop2:10"))
    assert brief.energy == (0.5, 0.35, 1.0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"genre": "polka"}, "techno"),
        ({"bpm": "300"}, "250"),
        ({"bpm": "fast"}, "128.5"),
        ({"bpm": "128, 130@0"}, "132@65"),
        ({"key": "H"}, "8A"),
        ({"structure": "intro:x"}, "drop:32"),
        ({"structure": "solo:8"}, "breakdown"),
        ({"structure": "drop:8", "seconds": 60.0}, "both"),
        ({"energy": "11"}, "0 to 10"),
        ({"energy": "1 2"}, "one for each"),
        ({"energy": "solo:3"}, "sections are"),
        ({"progression": "i bLL"}, "numeral"),
        ({"progression": "i:zwei"}, "bars"),
        ({"mood": "hungry"}, "euphoric"),
        ({"meter": 9}, "7"),
        ({"seconds": 2.0}, "5 s"),
        ({"swing": 0.9}, "0.4"),
        ({"seed": -1}, "0 or more"),
        ({"settings": (("bass.patern", "x"),)}, "bass.pattern"),
    ],
)
def test_what_cannot_be_had_is_refused_in_one_line(words: dict[str, object], said: str):
    with pytest.raises(RequestError) as caught:
        ask(Wish(**{"genre": "techno", **words}))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
