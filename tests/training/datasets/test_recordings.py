"""Real recordings: what they hold, who speaks, and which are held out."""

from __future__ import annotations

import pytest

from mixolydian.training.datasets.recordings import COPIES, HELD_OUT, recordings
from mixolydian.training.datasets.sources import Stock

FILES = (
    "speech/fsdd/3_theo_12.wav",
    "speech/fsdd/3_theo_13.wav",
    "speech/fsdd/3_jackson_12.wav",
    "speech/prompts/es/hola.OGG",
    "speech/prompts/readme.txt",
    "nonmusic/supertux/saw.flac",
    "nonmusic/supertux/jump.ogg",
    "nonmusic/other/saw.flac",
    "electronic/torus-trooper/one.ogg",
    "electronic/tatan/two.ogg",
    "elsewhere/three.ogg",
)


@pytest.fixture
def stock(tmp_path):
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return Stock(tmp_path)


def named(sounds, stock):
    """name → (source, content, group)."""
    return {
        s.path.removeprefix(f"{stock.data}/"): (s.source, *(value for _, value in s.facts))
        for s in sounds
    }


def test_what_is_learnt_from(stock):
    assert named(recordings(stock, held_out=False), stock) == {
        "speech/fsdd/3_jackson_12.wav": ("open/speech", "speech", "speech/fsdd/jackson"),
        "speech/prompts/es/hola.OGG": ("open/speech", "speech", "speech/prompts/es"),
        "nonmusic/other/saw.flac": ("open/nonmusic", "noise", "nonmusic/other"),
        "electronic/tatan/two.ogg": ("open/electronic", "music", "electronic/tatan"),
    }


def test_speakers_and_games_that_are_held_out(stock):
    found = named(recordings(stock, held_out=True), stock)
    assert set(found) == {
        "speech/fsdd/3_theo_12.wav",
        "speech/fsdd/3_theo_13.wav",
        "nonmusic/supertux/jump.ogg",
        "electronic/torus-trooper/one.ogg",
    }
    groups = {group for _, _, group in found.values()}
    assert groups <= HELD_OUT
    assert not groups & {s[2] for s in named(recordings(stock, False), stock).values()}


def test_a_copy_is_on_neither_side(stock):
    both = [*recordings(stock, True), *recordings(stock, False)]
    assert not {s.path.removeprefix(f"{stock.data}/") for s in both} & COPIES


def test_every_sound_says_what_it_is_for_the_frames(stock):
    for sound in recordings(stock, held_out=False):
        assert dict(sound.facts).keys() == {"content", "group"}


def test_without_data_there_are_none(tmp_path):
    assert recordings(Stock(), held_out=False) == []
    assert recordings(Stock(tmp_path), held_out=True) == []
