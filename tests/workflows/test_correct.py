"""Corrections: kept for good, built upon, and never lost."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError, UnknownTrackError
from mixolydian.core.types import Segment
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import read_stamps
from mixolydian.training.datasets.own_library import corrections
from mixolydian.workflows.correct import CorrectRequest, correct
from mixolydian.workflows.listening import dependents
from mixolydian.workflows.show import ShowRequest, show
from tests.workflows.conftest import write_clicks


@pytest.fixture
def path(scan, tmp_path):
    """A track at 120 BPM in the library."""
    file = write_clicks(tmp_path / "song.wav", 120.0, seconds=12.0)
    scan(file)
    return str(file)


def estimates(path, settings):
    return show(ShowRequest(path), settings).analysis.estimates


def test_a_correction_is_built_upon(path, settings):
    before = estimates(path, settings)
    result = correct(CorrectRequest(path, bpm=87.0), settings)
    assert result.pending is None
    assert "beats" in result.redone
    after = estimates(path, settings)
    assert after["tempo"].value.bpm == 87.0
    assert after["tempo"].confidence == 1.0
    assert after["tempo"].provenance.kind == "human"
    assert after["beats"].provenance.given["tempo"] != before["beats"].provenance.given["tempo"]
    assert after.keys() == before.keys()


def test_a_correction_is_never_overwritten(path, settings, scan):
    correct(CorrectRequest(path, bpm=87.0, key="8A"), settings)
    assert scan(path).n_files == 0, "nothing is left to hear again"
    with Catalogue(settings.catalogue) as catalogue:
        track = catalogue.track(catalogue.rows()[0].track_id)
        stamps = {**read_stamps(catalogue.stamps()[track.track_id]), "beats": "older"}
        catalogue.update(track, stamps)
    assert len(scan(path).named("analysed")) == 1
    after = estimates(path, settings)
    assert after["tempo"].value.bpm == 87.0
    assert str(after["key"].value) == "A minor"


def test_a_copy_with_new_tags_keeps_the_correction(path, settings, scan, tmp_path):
    correct(CorrectRequest(path, bpm=87.0), settings)
    write_clicks(tmp_path / "copy" / "again.wav", 120.0, seconds=12.0)
    log = scan(tmp_path / "copy")
    assert log.of("again.wav").row.bpm == 87.0
    assert log.of("again.wav").row.corrected == ("tempo",)


def test_without_the_file_the_correction_waits(path, settings, scan, tmp_path):
    (tmp_path / "song.wav").rename(tmp_path / "away.wav")
    result = correct(CorrectRequest(path, bpm=87.0), settings)
    assert result.pending is not None
    assert result.pending.count(path) == 1
    assert estimates(path, settings)["tempo"].value.bpm == 87.0
    (tmp_path / "away.wav").rename(tmp_path / "song.wav")
    assert scan(path).named("analysed") == {"song.wav"}
    after = estimates(path, settings)
    assert after["tempo"].value.bpm == 87.0
    given = after["beats"].provenance.given["tempo"]
    assert scan(path).n_files == 0
    assert estimates(path, settings)["beats"].provenance.given["tempo"] == given


def test_another_sound_in_the_file_does_not_answer(path, settings, tmp_path):
    write_clicks(tmp_path / "song.wav", 90.0, seconds=5.0)
    result = correct(CorrectRequest(path, bpm=87.0), settings)
    assert "another sound" in result.pending
    assert estimates(path, settings)["tempo"].value.bpm == 87.0


def test_undo(path, settings):
    before = estimates(path, settings)["tempo"].value.bpm
    correct(CorrectRequest(path, bpm=87.0), settings)
    result = correct(CorrectRequest(path, undo=("bpm",)), settings)
    assert "tempo" in result.redone
    after = estimates(path, settings)
    assert after["tempo"].value.bpm == before
    assert after["tempo"].provenance.kind == "machine"


def test_meter(path, settings):
    before = estimates(path, settings)["beats"].value
    if before is None:
        pytest.skip("no beats heard in this sound")
    correct(CorrectRequest(path, meter=3), settings)
    beats = estimates(path, settings)["beats"]
    assert beats.value.meter == 3
    assert beats.provenance.kind == "human"
    assert np.array_equal(beats.value.times, before.times)
    assert before.downbeats[0] in beats.value.downbeats
    assert set(np.diff(np.flatnonzero(beats.value.positions == 1))) == {3}


def test_a_human_answer_is_not_said_to_be_redone(path, settings):
    correct(CorrectRequest(path, key="8B"), settings)
    result = correct(CorrectRequest(path, bpm=87.0), settings)
    assert "beats" in result.redone
    assert "key" not in result.redone
    assert str(estimates(path, settings)["key"].value) == "C major"


def test_genre(path, settings):
    correct(CorrectRequest(path, genre="techno"), settings)
    with Catalogue(settings.catalogue) as catalogue:
        assert catalogue.rows()[0].genre == "techno"


def test_emotion(path, settings):
    correct(CorrectRequest(path, emotion="sad"), settings)
    found = estimates(path, settings)["emotion"]
    assert dict(found.value.probabilities) == {"sad": 1.0}
    assert (found.confidence, found.provenance.kind) == (1.0, "human")


def test_what_a_file_holds_is_said_of_all_of_it_and_built_upon(path, settings):
    result = correct(CorrectRequest(path, music="speech"), settings)
    after = estimates(path, settings)
    assert after["music"].value == (Segment(0.0, result.track.duration, "speech"),)
    assert after["music"].provenance.kind == "human"
    assert set(result.redone) >= dependents(["music"]) & after.keys()
    for question in ("genre", "emotion"):
        assert after[question].value is None
    back = correct(CorrectRequest(path, undo=("music",)), settings)
    assert "music" in back.redone
    assert estimates(path, settings)["music"].provenance.kind == "machine"


def test_corrections_feed_the_next_training(path, settings):
    correct(CorrectRequest(path, genre="techno", emotion="happy", music="singing"), settings)
    with Catalogue(settings.catalogue) as catalogue:
        for question, label in (("genre", "techno"), ("emotion", "happy"), ("music", "singing")):
            (sound,) = corrections(catalogue, question).sounds
            assert dict(sound.facts)["label"] == label
            assert sound.path == path


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"bpm": 0.0},
        {"bpm": float("nan")},
        {"key": "H"},
        {"meter": 1},
        {"genre": " "},
        {"emotion": "bored"},
        {"emotion": ""},
        {"music": "silence"},
        {"undo": ("colour",)},
    ],
)
def test_wrong_requests(wrong):
    with pytest.raises(RequestError):
        CorrectRequest("x", **wrong)


def test_an_unknown_track(settings):
    with pytest.raises(UnknownTrackError):
        correct(CorrectRequest("nothing", bpm=87.0), settings)


def test_dependents_are_found_through_others():
    assert "beats" in dependents(["tempo"])
    assert "tempo" not in dependents(["beats"])
    assert dependents(["loudness"]).isdisjoint({"tempo", "beats", "key"})
