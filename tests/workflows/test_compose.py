"""Composing writes a whole folder that agrees with itself; editing keeps what it does not name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import mido
import numpy as np
import pytest

from mixolydian.audio import io
from mixolydian.audio.loudness import measure_loudness
from mixolydian.core.errors import RequestError, StorageError, UnreadableError
from mixolydian.creation.ask import Wish
from mixolydian.creation.edit import Changes
from mixolydian.workflows.compose import DOCUMENT, ComposeRequest, ComposeResult, compose

WISH = Wish("techno", seed=7, bpm="132", key="8A", structure="intro:4 buildup:4 drop:8 outro:4")


@pytest.fixture(scope="module")
def piece(tmp_path_factory: pytest.TempPathFactory) -> ComposeResult:
    return compose(ComposeRequest(str(tmp_path_factory.mktemp("made") / "piece"), WISH))


def copied(piece: ComposeResult, folder: Path) -> str:
    return str(shutil.copytree(piece.folder, folder / "copy"))


def test_everything_is_there(piece: ComposeResult):
    names = {path.name for path in piece.folder.iterdir()}
    assert names == {
        "mix.wav", "premaster.wav", "stems", "score.mid", "session.dawproject", "arrangement.svg",
        DOCUMENT,
    }  # fmt: skip
    assert len(piece.stems) >= 8
    assert not list(piece.folder.parent.glob(".mixo-*"))


def test_the_stems_sum_to_the_bus(piece: ComposeResult):
    bus = io.read(piece.folder / "premaster.wav").samples
    total = np.sum([io.read(path).samples for path in piece.stems.values()], axis=0)
    assert 20 * np.log10(np.abs(total - bus).max() + 1e-12) < -100
    assert np.abs(bus).max() < 1


def test_no_stem_is_silent(piece: ComposeResult):
    for name, path in piece.stems.items():
        assert np.abs(io.read(path).samples).max() > 1e-3, name


def test_the_mix_is_as_loud_as_asked(piece: ComposeResult):
    mix = io.read(piece.mix)
    measured = measure_loudness(mix.samples, mix.sample_rate)
    assert measured.lufs == pytest.approx(piece.arrangement.brief.mix.loudness, abs=0.5)
    assert measured.true_peak_dbtp <= -1.0
    assert piece.lufs == pytest.approx(measured.lufs, abs=0.05)


def test_the_score_lies_on_the_bars(piece: ComposeResult):
    score = mido.MidiFile(piece.folder / "score.mid")
    bpm = [mido.tempo2bpm(m.tempo) for t in score.tracks for m in t if m.type == "set_tempo"]
    assert bpm[0] == pytest.approx(132, abs=0.01)
    assert [m.text for t in score.tracks for m in t if m.type == "marker"] == [
        "intro", "buildup", "drop", "outro",
    ]  # fmt: skip
    names = {t.name for t in score.tracks}
    assert {"drums", "bass"} <= names


def test_the_same_words_give_the_same_bytes(piece: ComposeResult, tmp_path: Path):
    again = compose(ComposeRequest(str(tmp_path / "again"), WISH))
    assert again.sha256 == piece.sha256
    for name in ("score.mid", "session.dawproject", "arrangement.svg", DOCUMENT):
        assert (again.folder / name).read_bytes() == (piece.folder / name).read_bytes()


def test_an_edit_in_place_keeps_the_other_stems(piece: ComposeResult, tmp_path: Path):
    folder = copied(piece, tmp_path)
    changes = Changes(settings=(("bass.pattern", "r-......r-..o-.."),))
    done = compose(ComposeRequest(edit=folder, changes=changes))
    assert done.folder == Path(folder)
    for name, path in piece.stems.items():
        same = path.read_bytes() == done.stems[name].read_bytes()
        assert same == (name != "bass"), name
    document = json.loads((done.folder / DOCUMENT).read_text("utf-8"))
    assert document["brief"]["settings"] == {"bass.pattern": "r-......r-..o-.."}


def test_a_muted_stem_leaves_the_folder(piece: ComposeResult, tmp_path: Path):
    folder = copied(piece, tmp_path)
    compose(ComposeRequest(edit=folder, changes=Changes(mute=("bass",))))
    assert not (Path(folder) / "stems" / "bass.wav").exists()


def test_an_edit_beside_leaves_the_original(piece: ComposeResult, tmp_path: Path):
    before = piece.mix.read_bytes()
    request = ComposeRequest(str(tmp_path / "b"), edit=str(piece.folder), changes=Changes(key="9A"))
    done = compose(request)
    assert done.arrangement.brief.tonic == "E"
    assert piece.mix.read_bytes() == before


def test_notes_are_played_as_they_stand(piece: ComposeResult, tmp_path: Path):
    request = ComposeRequest(str(tmp_path / "c"), notes=str(piece.folder / DOCUMENT))
    assert compose(request).sha256 == piece.sha256


@pytest.mark.parametrize("form", ["flac", "ogg", "mp3"])
def test_other_formats(form: str, tmp_path: Path):
    wish = Wish("house", seed=1, seconds=8)
    done = compose(ComposeRequest(str(tmp_path / form), wish, form=form, sample_rate=48000))
    mix = io.read(done.mix)
    assert done.mix.suffix == f".{form}"
    assert mix.sample_rate == 48000
    assert mix.duration == pytest.approx(done.duration, abs=0.1)
    assert all(path.suffix == ".flac" for path in done.stems.values())


def test_a_full_folder_is_left_alone(tmp_path: Path):
    (tmp_path / "precious.txt").write_text("do not lose")
    with pytest.raises(StorageError, match="overwrite"):
        compose(ComposeRequest(str(tmp_path), WISH))
    assert (tmp_path / "precious.txt").read_text() == "do not lose"


def test_nothing_to_edit(tmp_path: Path):
    with pytest.raises(UnreadableError, match=DOCUMENT):
        compose(ComposeRequest(edit=str(tmp_path)))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "exactly|one of"),
        ({"out": "x", "wish": WISH, "edit": "y"}, "one of"),
        ({"wish": WISH}, "--out"),
        ({"out": "x", "wish": WISH, "form": "wma"}, "flac"),
        ({"out": "x", "wish": WISH, "sample_rate": 22050}, "48000"),
        ({"out": "x", "wish": WISH, "changes": Changes(key="Am")}, "--edit"),
    ],
)
def test_wrong_requests_are_refused(fields: dict[str, object], said: str):
    with pytest.raises(RequestError, match=said):
        ComposeRequest(**fields)
