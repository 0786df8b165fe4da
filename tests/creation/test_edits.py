"""A setting changes what it names and nothing else, in its section and nowhere else."""

from __future__ import annotations

import pytest

from mixolydian.creation.arrangement import GESTURES
from mixolydian.creation.genres import GENRES
from mixolydian.creation.names import STEM_OF_LANE
from mixolydian.creation.structure import owned_layers
from tests.creation.pieces import any_genre, arranged, differences, events, house, with_settings

EVERYWHERE = [
    ("bass.pattern", "r-r-..r-r-o-..5-", {"bass notes"}),
    ("bass.octave", "1", {"bass notes"}),
    ("bass.voice", "reese", {"bass voice"}),
    ("bass.cutoff", "-2", {"bass voice"}),
    ("chords.pattern", "X.......x.......", {"chords notes"}),
    ("chords.pattern", "hold", {"chords notes"}),
    ("lead.pattern", "x..x..x.x...x...", {"lead notes"}),
    ("lead.octave", "-1", {"lead notes"}),
    ("pad.octave", "1", {"pad notes"}),
    ("arpeggio.octave", "-1", {"arpeggio notes"}),
    ("kick.pattern", "X..X..X..X..X.X.", {"kick hits"}),
    ("hat.pattern", "xxxxxxxxxxxxxxxx", {"hat hits"}),
    ("cowbell.pattern", "x...............", {"cowbell hits"}),
    ("lead.gain", "-6", set()),
]
IN_SECTION = [
    ("drop2.energy", "2"),
    ("drop2.progression", "i:2 bII"),
    ("drop2.bass.pattern", "r---r---r---a---"),
    ("drop2.lead.pattern", "x..x..x.........|X......."),
    ("drop2.hat.pattern", "xxxxxxxxxxxxxxxx"),
    ("drop2.snare.mute", "on"),
    ("drop2.fx.mute", "on"),
    ("buildup2.energy", "1"),
    ("buildup2.snare.mute", "on"),
    ("breakdown1.progression", "iv v"),
    ("intro1.energy", "10"),
    ("outro1.kick.mute", "on"),
]
FULL = ("trance", "house", "drum & bass", "techno")


def full(name: str):
    """A piece of the genre that owns every layer, with players who are not exact."""
    for seed in range(200):
        brief = any_genre(name, seed=seed, jitter=3.0, swing=0.1, bpm=128.0)
        owned = owned_layers(brief)
        if len(owned) >= 6 and owned >= {"lead", "percussion"}:
            return brief
    raise LookupError(name)


def names(brief) -> set[str]:
    return {f"{p.name} notes" for p in arranged(brief).parts}


@pytest.mark.parametrize("name", ["trance", "house"])
@pytest.mark.parametrize(("path", "value", "changed"), EVERYWHERE)
def test_a_setting_changes_what_it_names(name: str, path: str, value: str, changed: set[str]):
    brief = full(name)
    found = differences(arranged(brief), arranged(with_settings(brief, (path, value))))
    absent = {"pad notes", "arpeggio notes"} - names(brief)
    assert found == changed - absent


@pytest.mark.parametrize("stem", ["kick", "snare", "hats", "percussion"])
def test_muting_drums_silences_their_lanes_only(stem: str):
    brief = full("house")
    before, after = arranged(brief), arranged(with_settings(brief, (f"{stem}.mute", "on")))
    lanes = {lane for lane in before.drums if STEM_OF_LANE[lane] == stem}
    assert differences(before, after) == {f"{lane} hits" for lane in lanes}
    assert not lanes & set(after.drums)


@pytest.mark.parametrize("part", ["bass", "chords", "lead"])
def test_muting_a_part_silences_it_only(part: str):
    brief = full("trance")
    after = arranged(with_settings(brief, (f"{part}.mute", "on")))
    assert differences(arranged(brief), after) == {f"{part} notes", f"{part} voice"}


def test_muting_effects_takes_the_gestures_of_their_stem():
    brief = full("house")
    before, after = arranged(brief), arranged(with_settings(brief, ("fx.mute", "on")))
    assert [g for g in before.gestures if GESTURES[g.kind] != "fx"] == list(after.gestures)
    assert len(before.gestures) > len(after.gestures)


def test_a_kit_changes_the_kit_only():
    brief = house()
    kits = {kit for genre in GENRES.values() for kit in genre.kits} - {arranged(brief).kit}
    changed = with_settings(brief, ("drums.kit", min(kits)))
    assert differences(arranged(brief), arranged(changed)) == {"kit"}


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize(("path", "value"), IN_SECTION)
def test_a_setting_of_a_section_stays_inside_it(name: str, path: str, value: str):
    brief = full(name)
    before, after = arranged(brief), arranged(with_settings(brief, (path, value)))
    where = before.sections[brief.section_names.index(path.partition(".")[0])]
    slack = 0.031  # players may come early

    def outside(a):
        low, high = where.start - slack, where.end - 5e-4
        return {row for row in events(a) if not low <= row[0] < high}

    moved = outside(before) ^ outside(after)
    announced = {row for row in moved if row[1] == "reverse"} if ".fx" in path else set()
    assert moved == announced
    assert set(events(before)) != set(events(after))
    assert [(s.start, s.label) for s in before.sections] == [
        (s.start, s.label) for s in after.sections
    ]


@pytest.mark.parametrize("path", ["bass.pattern", "drop2.bass.pattern"])
def test_chord_truth_stays_when_a_pattern_changes(path: str):
    brief = full("house")
    changed = arranged(with_settings(brief, (path, "r-..r-..r-..r-..")))
    assert changed.chords == arranged(brief).chords
    assert changed.drops == arranged(brief).drops


def test_a_new_form_leaves_sections_that_stay_as_they_were():
    first, longer = house(), house(form=(*house().form, ("drop", 4)))
    end = arranged(first).sections[-1].start
    rows = [{row for row in events(arranged(b)) if row[0] < end - 0.1} for b in (first, longer)]
    assert rows[0] == rows[1]
