"""An edit changes what it names, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.arrange import arrange
from mixolydian.creation.arrangement import Arrangement
from mixolydian.creation.ask import Wish, ask
from mixolydian.creation.brief import Brief
from mixolydian.creation.edit import Changes, edited
from mixolydian.creation.sound.mastering import master
from mixolydian.creation.sound.stems import render_stems
from mixolydian.creation.sound.units import SAMPLE_RATE

FORM = "intro:4 buildup:4 drop:8 breakdown:4 buildup:2 drop:8 outro:4"
BEFORE = 0.25
"""seconds before an edit that the master's look-ahead may touch."""
RING_OUT = 8.0
"""seconds within which reverb and echo of the last changed note have died."""


@pytest.fixture(scope="module")
def brief() -> Brief:
    return ask(Wish("house", seed=5, bpm="126", key="8A", structure=FORM))


@pytest.fixture(scope="module")
def piece(brief: Brief) -> Arrangement:
    return arrange(brief)


@pytest.fixture(scope="module")
def stems(piece: Arrangement) -> dict[str, np.ndarray]:
    return dict(render_stems(piece))


def bus_of(stems: dict[str, np.ndarray]) -> np.ndarray:
    return np.sum(list(stems.values()), axis=0, dtype=np.float32)


def test_a_new_bass_pattern_leaves_every_other_stem_bit_identical(brief, stems):
    changed = edited(brief, Changes(settings=(("bass.pattern", "r-r-..r-r-o-..5-"),)))
    after = dict(render_stems(arrange(changed)))
    assert set(after) == set(stems)
    assert not np.array_equal(after["bass"], stems["bass"])
    for name in set(stems) - {"bass"}:
        assert np.array_equal(after[name], stems[name]), name


def test_a_muted_stem_is_gone_and_the_rest_bit_identical(brief, stems):
    after = dict(render_stems(arrange(edited(brief, Changes(mute=("bass",))))))
    assert set(stems) - set(after) == {"bass"}
    for name in after:
        assert np.array_equal(after[name], stems[name]), name
    again = edited(edited(brief, Changes(mute=("bass",))), Changes(unmute=("bass",)))
    assert again == brief


def test_a_new_key_leaves_the_drums_bit_identical(brief, stems):
    after = dict(render_stems(arrange(edited(brief, Changes(key="9A")))))
    for name in ("kick", "snare", "hats", "percussion"):
        assert np.array_equal(after[name], stems[name]), name
    assert not np.array_equal(after["bass"], stems["bass"])


@pytest.mark.parametrize("change", ["drop2.energy=5", "drop2.mute", "drop2.bass.pattern"])
def test_an_edited_section_leaves_the_rest_of_the_mix_bit_identical(brief, piece, stems, change):
    changes = {
        "drop2.energy=5": Changes(settings=(("drop2.energy", "5"),)),
        "drop2.mute": Changes(mute=("drop2.hats",)),
        "drop2.bass.pattern": Changes(settings=(("drop2.bass.pattern", "r---r---r---r---"),)),
    }[change]
    mix, gains = master(bus_of(stems), brief.mix)
    other = arrange(edited(brief, changes))
    new, _ = master(bus_of(dict(render_stems(other))), brief.mix, gains)
    section = piece.sections[brief.section_names.index("drop2")]
    first = round((section.start - BEFORE) * SAMPLE_RATE)
    last = round((section.end + RING_OUT) * SAMPLE_RATE)
    assert np.array_equal(new[:, :first], mix[:, :first])
    assert not np.array_equal(new[:, first:last], mix[:, first:last])
    assert np.array_equal(new[:, last:], mix[:, last:])


def test_an_early_section_can_be_edited_too(brief, piece, stems):
    mix, gains = master(bus_of(stems), brief.mix)
    other = arrange(edited(brief, Changes(settings=(("drop1.energy", "6"),))))
    new, _ = master(bus_of(dict(render_stems(other))), brief.mix, gains)
    section = piece.sections[brief.section_names.index("drop1")]
    last = round((section.end + RING_OUT) * SAMPLE_RATE)
    assert last < mix.shape[1] - SAMPLE_RATE
    assert np.array_equal(new[:, last:], mix[:, last:])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (Changes(settings=(("drop9.energy", "3"),)), "drop2"),
        (Changes(settings=(("bass.pattern", "zzz"),)), "pattern"),
        (Changes(settings=(("bass.colour", "red"),)), "bass.voice"),
        (Changes(mute=("guitar",)), "stems are"),
        (Changes(key="H"), "8A"),
        (Changes(bpm="1000"), "250"),
    ],
)
def test_what_cannot_be_changed_is_refused(brief: Brief, changes: Changes, said: str):
    with pytest.raises(RequestError, match=said):
        edited(brief, changes)


def test_an_empty_value_gives_the_decision_back(brief: Brief):
    changed = edited(brief, Changes(settings=(("bass.voice", "reese"),)))
    assert edited(changed, Changes(settings=(("bass.voice", ""),))) == brief
