"""Scans: everything heard once, nothing lost, bad files named, known sounds recognised."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mixolydian.core.errors import LibraryError, RequestError
from mixolydian.core.types import QUESTIONS
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats.json import one_line
from mixolydian.library.records import read_stamps
from mixolydian.workflows import analyze as module
from mixolydian.workflows.analyze import AnalyzeRequest, analyze_file
from mixolydian.workflows.document import failure_document, track_document
from mixolydian.workflows.listening import current_stamps
from tests.workflows.conftest import write_clicks


def test_a_folder(scan, crate, settings):
    log = scan(crate)
    assert log.n_files == 3
    assert log.named("analysed") == {"one.wav", "two.wav", "three.wav"}
    assert log.result.counts["analysed"] == 3
    assert log.result.failures == []
    with Catalogue(settings.catalogue) as catalogue:
        assert len(catalogue.rows()) == 3
        stamps = read_stamps(catalogue.stamps()[log.of("one.wav").row.track_id])
        assert stamps == dict(current_stamps())


def test_unchanged_files_are_not_heard_again(scan, crate):
    first = scan(crate)
    again = scan(crate)
    assert again.n_files == 0
    assert again.named("unchanged") == first.named("analysed")
    assert again.of("one.wav").row == first.of("one.wav").row
    assert again.of("one.wav").track is None
    whole = scan(crate, whole=True)
    assert _document(whole.of("two.wav")) == _document(first.of("two.wav"))


def _document(outcome):
    return track_document(outcome.track, outcome.path)


def test_a_new_and_a_changed_file(scan, crate):
    scan(crate)
    write_clicks(crate / "four.wav", 140.0)
    write_clicks(crate / "one.wav", 90.0, seconds=5.0)
    log = scan(crate)
    assert log.named("analysed") == {"one.wav", "four.wav"}
    assert log.named("unchanged") == {"two.wav", "three.wav"}


def test_a_touched_file_is_recognised(scan, crate):
    scan(crate)
    os.utime(crate / "one.wav", ns=(1, 1))
    assert scan(crate).named("recognised") == {"one.wav"}
    assert scan(crate).named("unchanged") == {"one.wav", "two.wav", "three.wav"}


def test_moved_and_renamed_files_are_recognised(scan, crate, settings):
    first = scan(crate)
    (crate / "deeper").mkdir()
    (crate / "one.wav").rename(crate / "deeper" / "uno.wav")
    log = scan(crate)
    assert log.named("recognised") == {"uno.wav"}
    assert log.of("uno.wav").row.track_id == first.of("one.wav").row.track_id
    with Catalogue(settings.catalogue) as catalogue:
        assert {Path(p).name for p in catalogue.files()} == {"uno.wav", "two.wav", "three.wav"}
        assert len(catalogue.rows()) == 3


def test_copies_are_one_track(scan, crate, settings):
    scan(crate)
    shutil.copy(crate / "one.wav", crate / "copy.wav")
    assert scan(crate).named("recognised") == {"copy.wav"}
    with Catalogue(settings.catalogue) as catalogue:
        assert len(catalogue.files()) == 4
        assert len(catalogue.rows()) == 3


def test_copies_in_one_scan_are_one_track(scan, crate, settings):
    shutil.copy(crate / "one.wav", crate / "copy.wav")
    log = scan(crate)
    assert log.result.counts == {"analysed": 3, "recognised": 1, "unchanged": 0, "failed": 0}
    assert log.of("copy.wav").row.bpm == log.of("one.wav").row.bpm


def test_missing_files_are_marked_and_come_back(scan, crate, settings, tmp_path):
    scan(crate)
    (crate / "one.wav").rename(tmp_path / "away.wav")
    scan(crate)
    with Catalogue(settings.catalogue) as catalogue:
        assert [Path(r.path).name for r in catalogue.rows() if r.missing] == ["one.wav"]
    (tmp_path / "away.wav").rename(crate / "one.wav")
    assert scan(crate).n_files == 0
    with Catalogue(settings.catalogue) as catalogue:
        assert not any(row.missing for row in catalogue.rows())


def test_only_some_questions_then_the_rest(scan, crate):
    log = scan(crate / "one.wav", only=("tempo",))
    assert "tempo" in log.of("one.wav").track.analysis.estimates
    assert scan(crate / "one.wav", only=("tempo",)).n_files == 0
    log = scan(crate / "one.wav")
    assert log.named("analysed") == {"one.wav"}
    assert log.of("one.wav").track.analysis.estimates.keys() == current_stamps().keys()


def test_a_new_version_of_an_estimator_is_heard_again(scan, crate, settings):
    track_id = scan(crate).of("one.wav").row.track_id
    with Catalogue(settings.catalogue) as catalogue:
        track = catalogue.track(track_id)
        catalogue.update(track, {**current_stamps(), "tempo": "older"})
    assert scan(crate).named("analysed") == {"one.wav"}
    assert scan(crate).n_files == 0


def test_without_the_library(scan, crate, settings):
    log = scan(crate, library=False)
    assert log.named("analysed") == {"one.wav", "two.wav", "three.wav"}
    assert log.of("one.wav").row.bpm == log.of("one.wav").track.analysis.value("tempo").bpm
    assert not settings.home.exists()


def test_two_workers_hear_the_same(scan, crate):
    alone = {o.path: _document(o) for o in scan(crate, library=False).outcomes}
    both = {o.path: _document(o) for o in scan(crate, library=False, jobs=2).outcomes}
    assert alone == both


# ---------------------------------------------------------------------- bad input


def test_bad_files_are_named_and_the_rest_is_done(scan, crate):
    (crate / "empty.mp3").write_bytes(b"")
    (crate / "text.mp3").write_text("this is no music\n" * 100)
    (crate / "notes.txt").write_text("passed over")
    (crate / "._one.wav").write_bytes(b"a resource fork, passed over")
    log = scan(crate, crate / "nothing.wav", crate / "notes.txt")
    assert log.named("analysed") == {"one.wav", "two.wav", "three.wav"}
    assert log.named("failed") == {"empty.mp3", "text.mp3", "nothing.wav", "notes.txt"}
    for outcome in log.result.failures:
        assert outcome.path in outcome.failure.message
        assert "\n" not in outcome.failure.message
        assert outcome.failure.type in ("EmptySignalError", "DecodeError", "UnreadableError")


def test_a_bad_file_is_tried_once(scan, crate):
    (crate / "text.mp3").write_text("this is no music\n" * 100)
    first = scan(crate)
    again = scan(crate)
    assert again.n_files == 0
    assert again.of("text.mp3").failure.message == first.of("text.mp3").failure.message
    shutil.copy(crate / "one.wav", crate / "text.mp3")
    assert scan(crate).named("recognised") == {"text.mp3"}


def test_links_in_circles_and_pipes(scan, crate):
    (crate / "round").symlink_to(crate)
    (crate / "self.wav").symlink_to(crate / "self.wav")
    os.mkfifo(crate / "pipe.wav")
    log = scan(crate, crate / "pipe.wav")
    assert log.result.counts["analysed"] == 3
    assert log.named("failed") == {"pipe.wav", "self.wav"}


def test_what_only_bears_a_sounds_name_is_named(scan, crate):
    (crate / "nowhere.wav").symlink_to(crate / "gone.wav")
    (crate / "gone.txt").symlink_to(crate / "gone")
    (crate / "folder.wav").mkdir()
    os.mkfifo(crate / "pipe.wav")
    log = scan(crate)
    assert log.result.counts["analysed"] == 3
    assert log.named("failed") == {"pipe.wav", "nowhere.wav"}
    assert "it is a link" in log.of("nowhere.wav").failure.message
    assert "save the sound to a file" in log.of("pipe.wav").failure.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(scan, crate):
    (crate / "locked").mkdir(mode=0)
    (crate / "one.wav").chmod(0)
    log = scan(crate)
    assert log.named("failed") == {"locked", "one.wav"}
    (crate / "one.wav").chmod(0o600)
    assert "one.wav" in scan(crate).named("analysed"), "permissions may change without a trace"


@pytest.mark.parametrize(
    "name", ["Ωmega 音楽 ñ.wav", "x" * 251 + ".wav", os.fsdecode(b"\xff\xe9.wav")]
)
def test_any_name(scan, tmp_path, name):
    write_clicks(tmp_path / "first.wav").rename(tmp_path / name)
    log = scan(tmp_path / name)
    assert log.outcomes[0].status == "analysed"
    line = one_line(_document(log.outcomes[0]))
    assert json.loads(line)["path"] == str(tmp_path / name)
    assert scan(tmp_path / name).n_files == 0


def test_a_crashing_file_is_named(scan, crate, monkeypatch):
    monkeypatch.setattr(module, "Listener", lambda *_: Crash("two.wav"))
    log = scan(crate)
    assert log.named("analysed") == {"one.wav", "three.wav"}
    failure = log.of("two.wav").failure
    assert failure.type == "CrashError"
    assert str(crate / "two.wav") in failure.message


class Crash(module.Listener):
    """A listener that one file brings down."""

    def __init__(self, name):
        super().__init__()
        object.__setattr__(self, "name", name)

    def __call__(self, job):
        if job.path.endswith(self.name):
            os.kill(os.getpid(), signal.SIGSEGV)
        return super().__call__(job)


@pytest.mark.parametrize(
    "options",
    [{"paths": ()}, {"paths": ("x", "")}, {"paths": ("x",), "jobs": 0}],
    ids=["no path", "empty path", "no job"],
)
def test_wrong_requests(options):
    with pytest.raises(RequestError):
        AnalyzeRequest(**options)


def test_an_unknown_question(scan, crate):
    with pytest.raises(RequestError, match="cannot ask for colour"):
        scan(crate, only=("tempo", "colour"))


def test_a_damaged_library(scan, crate, settings):
    settings.home.mkdir()
    (settings.home / "library.sqlite").write_bytes(b"garbage" * 1000)
    with pytest.raises(LibraryError, match="is damaged"):
        scan(crate)


# ---------------------------------------------------------------------- kill -9

_SCAN = """
import sys
from pathlib import Path
from mixolydian.core.settings import Settings
from mixolydian.workflows.analyze import AnalyzeRequest, analyze
class Tell:
    def begin(self, n_files, n_bytes): pass
    def outcome(self, outcome, n_bytes): print(outcome.path, flush=True)
analyze(AnalyzeRequest((sys.argv[1],)), Settings(home=Path(sys.argv[2]), jobs=2), Tell())
"""


@pytest.mark.parametrize("after", [1, 4])
def test_killed_at_any_moment(scan, settings, tmp_path, after):
    for n in range(8):
        write_clicks(tmp_path / "many" / f"{n}.wav", 90.0 + 7 * n, 200.0 + 31 * n, 2.0)
    command = [sys.executable, "-c", _SCAN, str(tmp_path / "many"), str(settings.home)]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    told = {Path(killed.stdout.readline().strip()).name for _ in range(after)}
    killed.kill()
    killed.wait()
    killed.stdout.close()
    log = scan(tmp_path / "many")
    names = {f"{n}.wav" for n in range(8)}
    assert told <= log.named("unchanged"), "what was finished is not heard again"
    assert log.named("unchanged") | log.named("analysed") == names
    assert len(log.outcomes) == 8
    assert scan(tmp_path / "many").n_files == 0


# ---------------------------------------------------------------------- the document


def test_the_document(crate):
    track = analyze_file(str(crate / "one.wav"))
    document = json.loads(one_line(track_document(track)))
    assert list(document)[:4] == ["schema", "path", "track_id", "duration"]
    assert document["schema"] == "mixolydian.analysis/1"
    assert document["duration"] == pytest.approx(4.0)
    assert document["errors"] == []
    assert set(QUESTIONS) <= document.keys()
    for question in QUESTIONS:
        entry = document[question]
        assert entry is None or entry["value"] is not None or entry["reason"]
    assert document["notes"] is None


def test_the_document_of_a_failure():
    assert failure_document("x.mp3", "DecodeError", "x.mp3: no") == {
        "schema": "mixolydian.analysis/1",
        "path": "x.mp3",
        "errors": [{"type": "DecodeError", "message": "x.mp3: no"}],
    }


def test_a_given_answer_is_built_on(crate):
    track = analyze_file(str(crate / "one.wav"))
    tempo = track.analysis.estimates["tempo"]
    human = replace(tempo.provenance, kind="human", source="user", settings={}, given={})
    given = {"tempo": replace(tempo, value=replace(tempo.value, bpm=60.0), provenance=human)}
    again = analyze_file(str(crate / "one.wav"), given=given)
    assert again.track_id == track.track_id
    assert again.analysis.value("tempo").bpm == 60.0


def test_numbers_that_json_does_not_know():
    line = one_line({"a": float("-inf"), "b": [float("nan"), 1.0]})
    assert json.loads(line) == {"a": None, "b": [None, 1.0]}
