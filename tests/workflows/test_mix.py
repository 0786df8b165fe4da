"""From tracks to a mix with its plan and certificate, and from a plan to the same samples."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixolydian.core.errors import InputError, RequestError, StorageError, UnreadableError
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.library.formats.cue_sheet import read
from mixolydian.workflows.mix import MixRequest, MixResult, mix
from tests.workflows.conftest import SAMPLE_RATE

BRIEF = Wishes(minutes=0.5, bars=4)


def beats_of(path: Path, bpm: float, hertz: float, seconds: float = 26.0) -> Path:
    """Kicks on the beat, hats between them, a bass and a chord, in 4/4."""
    rng = np.random.default_rng(int(hertz))
    n = int(seconds * SAMPLE_RATE)
    t = np.arange(n) / SAMPLE_RATE
    sound = 0.05 * sum(np.sin(2 * np.pi * hertz * r * t) for r in (1, 1.1892, 1.4983))
    hit = np.arange(int(0.15 * SAMPLE_RATE)) / SAMPLE_RATE
    kick = 0.6 * np.sin(2 * np.pi * 60 * hit) * np.exp(-25 * hit)
    kick += 0.3 * rng.standard_normal(hit.size) * np.exp(-250 * hit)
    snare = 0.4 * rng.standard_normal(hit.size) * np.exp(-40 * hit)
    hat = 0.12 * rng.standard_normal(hit.size) * np.exp(-90 * hit)
    for k in range(2 * int(seconds * bpm / 60) - 2):
        at = round(k * 30 / bpm * SAMPLE_RATE)
        stroke = kick if k % 2 == 0 else hat
        if k % 4 == 2:
            stroke = stroke + snare
        sound[at : at + hit.size] += stroke[: n - at]
        if k % 8 == 0:  # the bass changes with the bar
            bass = 0.25 * np.sin(2 * np.pi * hertz / (4 if k % 16 else 3) * t[: round(SAMPLE_RATE)])
            sound[at : at + bass.size] += (bass * np.linspace(1, 0, bass.size))[: n - at]
    soundfile.write(path, 0.7 * np.stack([sound, sound]).T, SAMPLE_RATE)
    return path


@pytest.fixture(scope="module")
def crate(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("crate")
    named = (("a", 120.0, 220.0), ("b", 122.0, 220.0), ("c", 124.0, 330.0))
    return [str(beats_of(folder / f"{name}.wav", bpm, hz)) for name, bpm, hz in named]


@pytest.fixture(scope="module")
def mixed(crate, tmp_path_factory) -> MixResult:
    from mixolydian.core.settings import Settings

    settings = replace(Settings(), home=tmp_path_factory.mktemp("home"), jobs=1)
    folder = tmp_path_factory.mktemp("mix")
    request = MixRequest(str(folder / "set.flac"), tuple(crate), wishes=BRIEF, workers=1)
    steps = []
    result = mix(request, settings, lambda step, share: steps.append((step, share)))
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {step for step, _ in steps} >= {"listening", "planning", "mixing"}
    return result


def test_a_mix_and_what_lies_beside_it(mixed):
    assert not mixed.left_out
    sound, rate = soundfile.read(mixed.out)
    assert len(sound) / rate == pytest.approx(mixed.rendered.seconds, abs=0.01)
    assert 20 < mixed.rendered.seconds < 60
    assert np.abs(sound).max() <= 1.0
    assert mixed.plan_file.name == "set.plan.json"
    certificate = json.loads(mixed.certificate_file.read_text())
    assert certificate["mix"] == "set.flac"
    assert [(t["from"], t["to"]) for t in certificate["transitions"]] == [("a", "b"), ("b", "c")]
    assert mixed.picture.read_text().startswith("<svg")
    names = {path.name for path in mixed.out.parent.iterdir()}
    beside = ("flac", "plan.json", "certificate.json", "certificate.svg", "cue")
    assert names == {f"set.{ending}" for ending in beside}
    sheet = read(mixed.out.with_suffix(".cue"))
    assert [marker.name for track in sheet.tracks for marker in track.markers] == ["a", "b", "c"]


def test_beats_lie_on_beats(mixed):
    for one in mixed.certificates:
        assert one.beats.offset is not None
        assert one.beats.offset.p95 < 2.0
        assert one.faults.clipped_samples == 0


def test_the_plan_gives_the_same_samples_again(mixed, tmp_path):
    out = tmp_path / "again.flac"
    again = mix(MixRequest(str(out), plan=str(mixed.plan_file), workers=1))
    assert (soundfile.read(out)[0] == soundfile.read(mixed.out)[0]).all()
    assert [c.beats.offset for c in again.certificates] == [
        c.beats.offset for c in mixed.certificates
    ]


def test_a_plan_changed_by_hand_is_played_so(mixed, tmp_path):
    document = json.loads(mixed.plan_file.read_text())
    document["tracks"][1]["gain_db"] -= 6.0
    plan = tmp_path / "changed.plan.json"
    plan.write_text(json.dumps(document))
    out = tmp_path / "changed.flac"
    mix(MixRequest(str(out), plan=str(plan), overwrite=True, workers=1))
    before, after = soundfile.read(mixed.out)[0], soundfile.read(out)[0]
    assert (before[:SAMPLE_RATE] == after[:SAMPLE_RATE]).all()
    assert np.square(after).sum() < 0.8 * np.square(before).sum()


def test_what_cannot_be_used_is_left_out_and_told(crate, settings, tmp_path):
    copy = tmp_path / "copy.wav"
    copy.write_bytes(Path(crate[0]).read_bytes())
    tracks = (crate[0], str(copy), str(tmp_path / "gone.wav"), crate[1])
    result = mix(
        MixRequest(str(tmp_path / "m.wav"), tracks, wishes=BRIEF, only_plan=True), settings
    )
    assert [t.title for t in result.plan.tracks] == ["a", "b"]
    reasons = {Path(each.path).name: each.reason for each in result.left_out}
    assert "same sound" in reasons["copy.wav"]
    assert "gone.wav" in reasons["gone.wav"]
    assert not (tmp_path / "m.wav").exists()


def test_flow_puts_near_tempi_together(crate, settings, tmp_path):
    order = crate[2], crate[0], crate[1]
    request = MixRequest(str(tmp_path / "m.wav"), order, wishes=BRIEF, order="flow", only_plan=True)
    titles = [t.title for t in mix(request, settings).plan.tracks]
    assert titles == ["c", "b", "a"]


def test_nothing_is_written_over_unasked(mixed, crate, settings):
    request = MixRequest(str(mixed.out), tuple(crate), wishes=BRIEF)
    with pytest.raises(StorageError, match="overwrite"):
        mix(request, settings)


def test_nothing_left_to_mix(settings, tmp_path):
    request = MixRequest(str(tmp_path / "m.wav"), (str(tmp_path / "gone.wav"),))
    with pytest.raises(RequestError, match=r"no track is left.*gone\.wav"):
        mix(request, settings)


def test_a_plan_whose_track_is_gone_or_another_writes_nothing(mixed, tmp_path):
    document = json.loads(mixed.plan_file.read_text())
    plan = tmp_path / "p.plan.json"
    out = tmp_path / "p.flac"
    document["tracks"][0]["path"] = "gone.wav"
    plan.write_text(json.dumps(document))
    with pytest.raises(UnreadableError, match=r"gone\.wav"):
        mix(MixRequest(str(out), plan=str(plan), workers=1))
    document["tracks"][0]["path"] = document["tracks"][1]["path"]
    plan.write_text(json.dumps(document))
    with pytest.raises(InputError, match=r"b\.wav.*plan"):
        mix(MixRequest(str(out), plan=str(plan), workers=1))
    assert {path.name for path in tmp_path.iterdir()} == {"p.plan.json"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "x"}'])
def test_what_is_no_plan_is_refused(text, tmp_path):
    plan = tmp_path / "p.json"
    plan.write_text(text)
    with pytest.raises((RequestError, UnreadableError), match=r"p\.json"):
        mix(MixRequest(str(tmp_path / "m.flac"), plan=str(plan)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tracks": ()}, "tracks or a plan"),
        ({"plan": "p.json"}, "not both"),
        ({"out": ""}, "--out"),
        ({"out": "m.txt"}, "flac"),
        ({"order": "random"}, "order"),
        ({"workers": 0}, "worker"),
    ],
)
def test_wrong_requests(changes, words):
    with pytest.raises(RequestError, match=words):
        MixRequest(**({"out": "m.flac", "tracks": ("a.wav",)} | changes))
