"""Settings are checked word by word, and a refusal says what is allowed."""

from __future__ import annotations

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.names import LANES, STEM_OF_LANE, STEMS
from mixolydian.creation.settings import SETTINGS, check_setting

SECTIONS = ("intro1", "drop1", "drop2")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("bass.pattern", "r-..r-5.r-..o-a."),
        ("bass.pattern", "r---|o---"),
        ("drop2.bass.pattern", "r-..r-5.r-..o-.."),
        ("chords.pattern", "hold"),
        ("drop1.chords.pattern", "x..x..x."),
        ("kick.pattern", "X...X...X...X..."),
        ("drop2.hat.pattern", "xox?"),
        ("bass.voice", "reese"),
        ("lead.octave", "-2"),
        ("pad.cutoff", "0.5"),
        ("kick.gain", "-36"),
        ("fx.mute", "on"),
        ("drop1.texture.mute", "off"),
        ("drop1.energy", "10"),
        ("drop1.progression", "i VI"),
    ],
)
def test_what_is_allowed_passes(path: str, value: str):
    check_setting(path, value, SECTIONS)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("bass.pattern", "xyz", "r-..r-5."),
        ("bass.pattern", "", "pattern"),
        ("kick.pattern", "r---", "X..."),
        ("chords.pattern", "held", "hold"),
        ("bass.voice", "tuba", "reese"),
        ("lead.octave", "5", "[-2, 2]"),
        ("lead.octave", "up", "[-2, 2]"),
        ("lead.octave", "nan", "[-2, 2]"),
        ("kick.gain", "13", "12"),
        ("fx.mute", "yes", "on"),
        ("drums.kit", "pots", "techno"),
        ("drop1.energy", "11", "[0, 10]"),
        ("drop1.progression", " ", "a value"),
        ("energy", "5", "SECTION.energy"),
        ("progression", "i", "expected one of"),
        ("drop3.energy", "5", "drop2"),
        ("drop1.bass.voice", "reese", "bass.pattern"),
        ("drop1.kick.gain", "3", "kick.mute"),
        ("kazoo.pattern", "x...", "bass.pattern"),
        ("", "x", "bass.pattern"),
    ],
)
def test_what_is_wrong_is_refused_with_what_is_allowed(path: str, value: str, said: str):
    with pytest.raises(RequestError) as caught:
        check_setting(path, value, SECTIONS)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_stem_and_lane_can_be_set():
    assert set(STEMS) == set(STEMS)
    assert set(LANES) == set(STEM_OF_LANE)
    assert {f"{lane}.pattern" for lane in LANES} <= set(SETTINGS)
    assert {f"{stem}.{what}" for stem in STEMS for what in ("gain", "mute")} <= set(SETTINGS)
