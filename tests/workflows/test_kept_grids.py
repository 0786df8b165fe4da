"""Grids of portraits on their way out, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mixolydian.core.settings import Settings
from mixolydian.core.types import Estimate, Provenance, Track
from mixolydian.dj.grid import Grid
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import rekordbox
from mixolydian.workflows.export import ExportRequest, GridCounts, export
from mixolydian.workflows.importing import ImportRequest, import_
from mixolydian.workflows.kept_grids import KeptGrids
from mixolydian.workflows.kept_portraits import keep, sitting_of
from tests.workflows.djs import shelve, track

LATE = 0.004
"""Seconds by which the portrait's grid lies after the analysis' own."""


@pytest.fixture
def ours(settings: Settings, tmp_path: Path) -> Track:
    """A track in the library, and its portrait."""
    path = tmp_path / "a.flac"
    path.write_bytes(b"")
    made = track(path, 128.0)
    shelve(settings, made)
    portray(settings, stored(settings, made))
    return made


def stored(settings: Settings, made: Track) -> Track:
    """The track as the library gives it back."""
    with Catalogue(settings.catalogue) as catalogue:
        return catalogue.track(made.track_id)


def portray(settings: Settings, made: Track, steady: bool = True) -> None:
    grid = Grid.steady(128.0, 0.213 + LATE)
    document = json.dumps({"grid": grid.to_json(), "steady": steady})
    keep(sitting_of(made, made.path), {"document": np.array(document)}, settings)


def grid_start(xml: Path) -> float:
    (found,) = rekordbox.read(xml).tracks
    return found.grid[0].time


def test_an_attuned_grid_goes_out_and_comes_back_as_nothing_new(ours, settings, tmp_path) -> None:
    out = tmp_path / "a.xml"
    done = export(ExportRequest("rekordbox", str(out)), settings)
    assert done.grids == GridCounts(attuned=1, by_hand=0, heard=0, missing=0)
    assert grid_start(out) == pytest.approx(0.213 + LATE, abs=2e-4)
    (found,) = rekordbox.read(out).tracks
    hot = [marker.time for marker in found.markers if marker.slot is not None]
    beats = [(time - 0.213 - LATE) * 128.0 / 60.0 for time in hot]
    assert beats == pytest.approx([round(beat) for beat in beats], abs=1e-3), "cues on the beats"
    (result,) = import_(ImportRequest((str(out),)), settings).files
    assert (result.unchanged, dict(result.taken)) == (1, {})


def test_what_went_out_before_the_portrait_is_nothing_new_either(ours, settings, tmp_path) -> None:
    out, portraits = tmp_path / "a.xml", settings.home / "portraits"
    portraits.rename(tmp_path / "away")
    done = export(ExportRequest("rekordbox", str(out)), settings)
    assert done.grids == GridCounts(attuned=0, by_hand=0, heard=1, missing=0)
    assert grid_start(out) == pytest.approx(0.213, abs=1e-3)
    (tmp_path / "away").rename(portraits)
    (result,) = import_(ImportRequest((str(out),)), settings).files
    assert (result.unchanged, dict(result.taken)) == (1, {})


def test_a_grid_set_by_hand_stays_as_it_is(ours, settings, tmp_path) -> None:
    human = Provenance("user", "1", kind="human")
    known = stored(settings, ours).analysis.estimates
    said = {q: Estimate(known[q].value, 1.0, human) for q in ("tempo", "beats")}
    with Catalogue(settings.catalogue) as catalogue:
        catalogue.update(replace(ours, analysis=replace(ours.analysis, estimates=said)), {})
    portray(settings, stored(settings, ours))
    done = export(ExportRequest("rekordbox", str(tmp_path / "a.xml")), settings)
    assert done.grids == GridCounts(attuned=0, by_hand=1, heard=0, missing=0)
    assert grid_start(tmp_path / "a.xml") == pytest.approx(0.213, abs=1e-3)


def test_only_a_true_portrait_counts(ours, settings) -> None:
    known = stored(settings, ours)
    assert KeptGrids(settings).of(known) is not None
    other = dict(known.analysis.estimates) | {
        "beats": replace(known.analysis.estimates["beats"], confidence=0.8)
    }
    changed = replace(known, analysis=replace(known.analysis, estimates=other))
    assert KeptGrids(settings).of(changed) is None, "made from other answers"
    portray(settings, known, steady=False)
    assert KeptGrids(settings).of(known) is None, "no steady beat"
    (place,) = (settings.home / "portraits").iterdir()
    place.write_bytes(b"damaged")
    assert KeptGrids(settings).of(known) is None
