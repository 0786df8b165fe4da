"""ABC tunes are read as written, repeats played out, and doubtful ones left out."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.training.datasets import nottingham
from mixolydian.training.datasets.abc import Tune, read_tune, tunes

HEAD = "X: 1\nT:Stand-in\nM:4/4\nL:1/8\nK:{key}\n"
BARS = '"C"c2e2 g2e2|"F"a2f2 c2f2|"G7"g2f2 d2B2|"C/e"c4 e4|'


def tune(music: str, key: str = "C", meter: str = "4/4") -> Tune | str:
    return read_tune(HEAD.format(key=key).replace("4/4", meter) + music)


def pitches(found: Tune) -> list[int]:
    return [pitch for bar in found.bars for _, _, pitch in bar.notes]


def test_notes_lengths_and_chords():
    found = tune(BARS * 2)
    assert isinstance(found, Tune)
    assert found.bars[0].notes[:2] == [(0.0, 1.0, 72), (1.0, 1.0, 76)]
    assert found.bars[3].notes == [(0.0, 2.0, 72), (2.0, 2.0, 76)]
    assert [name for _, name in found.bars[3].chords] == ["C/e"]


def test_accidentals_hold_for_the_bar_and_the_key_signs_the_rest():
    found = tune("^c2c2 =f2f2|c2f2 c,2C2|" * 4, key="D")
    assert isinstance(found, Tune)
    assert pitches(found)[:8] == [73, 73, 77, 77, 73, 78, 61, 61]
    assert pitches(tune("c2=f2 f2c2|f2c2 f2c2|" * 4, key="D"))[:5] == [73, 77, 77, 73, 78]


def test_repeats_and_their_endings_are_played_out():
    music = "|:c4 d4|e4 f4|g4 a4|[1 b8:|[2 c'8||d8|e8|"
    found = tune(music)
    firsts = [bar.notes[0][2] for bar in found.bars]
    assert firsts == [72, 76, 79, 83, 72, 76, 79, 84, 74, 76]


def test_tuplets_broken_rhythm_and_ties():
    found = tune("(3ccc c>d e2-e2|e2-e4 c2|" + "c8|" * 6)
    lengths = [length for _, length, _ in found.bars[0].notes]
    assert lengths == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0.75, 0.25, 2.0])
    assert found.bars[1].notes[0][1] == pytest.approx(3.0)
    tied = tune("c8-|c4 d4|" + "c8|" * 6)
    assert tied.bars[0].notes == [(0.0, 6.0, 72)]
    assert tied.bars[1].notes == [(2.0, 2.0, 74)]


def test_a_pickup_is_known_by_its_length():
    found = tune("G2|" + "c4 e4|" * 7 + "c4 e2|")
    assert found.pickup == 1.0
    assert tune(BARS * 2).pickup == 0.0


@pytest.mark.parametrize(
    ("music", "reason"),
    [
        ("c4 d4|" * 3 + "c4|" + "c4 d4|" * 6, "do not add up"),
        ("c4 d4|" * 5 + "c8 d8|" + "c4 d4|" * 6, "too long"),
        ("c4|" * 10, "quarters"),
        ("c4 d4|\nK:G\n" + "c4 d4|" * 9, "changes"),
        ("c4 d4;|" * 9, "cannot read"),
    ],
)
def test_doubtful_tunes_are_left_out(music, reason):
    assert reason in str(tune(music))


def test_a_file_holds_many_tunes():
    text = "% ours\n\n" + 2 * (HEAD.format(key="C") + BARS + "\n\n")
    assert len(list(tunes(text))) == 2


def test_chord_symbols_become_harte():
    symbols = ("Am", "D7", "D/f+", "Cd", "Bb", "Gm/bb", "Em7", "H")
    labels = [nottingham.harte(s) for s in symbols]
    assert labels[:4] == ["A:min", "D:7", "D:maj/3", "C:dim"]
    assert labels[4:] == ["Bb:maj", "G:min/b3", "E:min7", None]


def stand_in(music: str, key: str = "C", meter: str = "4/4") -> Tune | str:
    return nottingham.load_score(HEAD.format(key=key).replace("4/4", meter) + music)


def test_a_key_that_the_last_chord_contradicts_is_not_trusted():
    assert isinstance(stand_in(BARS * 2), Tune)
    assert "ends on G" in str(stand_in(BARS * 2 + '"G"g8|'))
    assert "belong to the key" in str(stand_in(BARS + "^c^d^f^g ^c^d^f^g|" * 4 + BARS))


def test_a_performance_has_the_beats_of_its_notes():
    found = stand_in("G2|" + BARS * 2)
    song = nottingham.perform(found, np.random.default_rng(2), 30.0)
    onsets = np.array([n.onset for n in song.tracks["MELODY"]])
    on_beat = np.abs(onsets[:, None] - song.beats[None, :]).min(axis=1)
    assert np.max(on_beat) < 1e-6
    assert song.positions[0] == 4
    assert song.chords[0].label == "N"
    assert song.chords[1].start == pytest.approx(song.beats[1])
    assert {c.label for c in song.chords} == {"N", "C:maj", "F:maj", "G:7", "C:maj/3"}
    downbeats = song.beats[song.positions == 1]
    changes = np.array([c.start for c in song.chords[1:]])
    assert np.abs(changes[:, None] - downbeats[None, :]).min(axis=1).max() < 1e-6


def test_fast_and_slow_six_eight_are_counted_two_ways():
    found = stand_in('"C"c2e g2e|"F"a2f c2f|"G7"g2f d2B|"C"c3 e3|' * 3, meter="6/8")
    meters = {nottingham.perform(found, np.random.default_rng(k)).meter for k in range(12)}
    assert meters == {2, 6}
