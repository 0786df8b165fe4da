"""Windows of known content: levels of mixtures, what the targets say, and who is kept apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from mixolydian.models import windows
from mixolydian.training import content
from mixolydian.training.content import (
    LABELS,
    SCENES,
    Mixer,
    apart,
    mixed_windows,
    plain_windows,
    strung,
)
from mixolydian.training.sounds import Ear, Sound
from tests.training.datasets.sounds import RATE, clicks
from tests.training.streams import stream

LOW, HIGH = slice(0, 32), slice(32, 64)


def row(*kinds):
    return [float(label in kinds) for label in LABELS]


@pytest.fixture
def at(monkeypatch):
    """Mix uncoloured, at one level."""

    def chosen(db):
        monkeypatch.setattr(content, "SNR", (db, db))
        monkeypatch.setattr(Mixer, "_coloured", lambda self, drawn: drawn)

    return chosen


def db(power):
    return 10 * np.log10(np.percentile(power.sum(axis=1), 90))


# ---------------------------------------------------------------------------- streams


def test_truth_in_stretches_becomes_labels_of_frames(tmp_path):
    y = clicks()
    y[:, 4 * RATE :] = 0.0
    soundfile.write(tmp_path / "x.wav", y.T, RATE)
    stretches = [
        {"start": 0.0, "end": 2.0, "label": "speech"},
        {"start": 2.0, "end": 6.0, "label": "music"},
    ]
    path = str(tmp_path / "x.wav")
    sound = Sound("own", path=path, facts=(("group", "ann"), ("content", "speech")))
    plain = content.stream(sound, Ear(tmp_path))
    assert (plain.group, plain.name, plain.kind) == ("ann", path, "speech")
    assert len(plain.power) == pytest.approx(6 * windows.RATE, abs=1)
    assert plain.labels[:20, LABELS.index("speech")].any()
    assert not plain.labels[round(4.5 * windows.RATE) :].any(), "silence is nothing"
    rows = content._labels(sound, {"music": stretches}, len(plain.power))
    edge = round(2.0 * windows.RATE)
    assert rows[:edge].tolist() == [[False, True, False, False]] * edge
    assert rows[edge:, LABELS.index("music")].all()


def test_singing_is_no_instrument():
    truth = {"music": [{"start": 0.0, "end": 9.0, "label": "music"}]}
    sung = content._labels(Sound("singing"), truth, 5)
    assert sung.tolist() == [[False, False, True, False]] * 5
    truth["music"][0]["label"] = "silence"
    assert not content._labels(Sound("mixture"), truth, 5).any()


def test_short_sounds_are_strung_together_by_group():
    digits = [stream("speech", n=20, group=g, level=10.0**i) for i in range(3) for g in "ab"]
    long = stream("music", n=200)
    found = strung([*digits, long], seed=1)
    assert [s.group for s in found] == [long.group, "a", "b"]
    for made in found[1:]:
        assert made.power.shape[1] == windows.N_BANDS
        assert made.labels.sum() == 60
        assert not made.power[~made.labels.any(axis=1)].any(), "pauses are silent"
        np.testing.assert_allclose(made.power[made.labels.any(axis=1)], 1.0)
        assert len(made.power) > 60
    assert len(strung(digits[::2] * 5, seed=1)) == 2, "a dozen make one"


def test_apart_takes_out_what_is_known():
    pool = [stream("music", group="pop909/7")]
    tests = [stream("music", group="pop909/7"), stream("music", group="pop909/8")]
    assert [s.group for s in apart(tests, pool)] == ["pop909/8"]


# ---------------------------------------------------------------------------- mixing


@pytest.mark.parametrize("level", [-10.0, 0.0, 13.0])
def test_the_first_sound_is_that_much_over_the_second(at, level):
    at(level)
    mixer = Mixer([stream("speech", LOW, level=3.0), stream("music", HIGH, level=70.0)], 0)
    power, targets, first = mixer.window(("speech", "music"))
    assert db(power[:, LOW]) - db(power[:, HIGH]) == pytest.approx(level, abs=1e-3)
    assert targets.tolist() == row("speech", "music")
    assert first.kind == "speech"


def test_levels_are_drawn_from_the_range(monkeypatch):
    monkeypatch.setattr(Mixer, "_coloured", lambda self, drawn: drawn)
    mixer = Mixer([stream("speech", LOW), stream("music", HIGH)], 0)
    drawn = [mixer.window(("speech", "music"))[0] for _ in range(200)]
    over = [db(p[:, LOW]) - db(p[:, HIGH]) for p in drawn]
    low, high = content.SNR
    assert low - 0.01 <= min(over) < low + 2
    assert high - 2 < max(over) <= high + 0.01


@pytest.mark.parametrize(("level", "said"), [(-6.0, 1.0), (6.0, 0.5), (15.0, 0.0)])
def test_noise_counts_by_how_loud_it_is(at, level, said):
    at(level)
    _, targets, _ = Mixer([stream("music", LOW), stream("noise", HIGH)], 0).window(
        ("music", "noise")
    )
    assert targets[LABELS.index("music")] == 1.0
    assert targets[LABELS.index("noise")] == said


def test_another_colour_is_another_sound_of_the_same_content():
    mixer = Mixer([stream("speech", slice(10, 40))], 0)
    windows_ = [mixer.window(("speech",)) for _ in range(12)]
    assert len({round(float(p.sum()), 3) for p, _, _ in windows_}) > 6
    assert all(t.tolist() == row("speech") for _, t, _ in windows_)


def test_bands_are_moved_up_and_the_edge_repeated():
    power = np.arange(5, dtype=np.float32)[np.newaxis]
    assert content._shifted(power, 2)[0].tolist() == [0, 0, 0, 1, 2]
    assert content._shifted(power, -1)[0].tolist() == [1, 2, 3, 4, 4]


# ---------------------------------------------------------------------------- targets


def test_targets_are_of_the_decided_stretch():
    said = stream("music", n=200)
    speech = np.zeros(200, dtype=bool)
    speech[100:120] = True
    said.labels[speech] = row("speech")
    decided = windows.DECIDED
    for start in range(-decided.start, 150):
        power, labels = content._stretch(said, start)
        inside = np.zeros(windows.WINDOW, dtype=bool)
        n = len(said.power[max(0, start) : start + windows.WINDOW])
        inside[max(0, -start) :][:n] = speech[max(0, start) : start + windows.WINDOW]
        expected = inside[decided].mean() >= 0.4
        assert labels[LABELS.index("speech")] == expected, start
        assert not power[: max(0, -start)].any()


def test_plain_windows_tell_what_sounds_where():
    said = stream("speech", n=300, group="ann", origin="open/speech")
    said.labels[150:] = row("noise")
    found = plain_windows([said], hop=10)
    starts = np.arange(-16, 260, 10)
    middle = starts + (windows.DECIDED.start + windows.DECIDED.stop) // 2
    assert len(found) == (middle < 300).sum()
    before = found.targets[:, LABELS.index("speech")] == 1
    np.testing.assert_array_equal(before, (middle < 150)[: len(found)])
    assert set(found.groups) == {"ann"}
    assert set(found.origins) == {"open/speech"}
    assert len(set(found.ids)) == len(found)
    assert not found.exclusive


def test_windows_in_which_nothing_sounds_are_left_out():
    hushed = replace(stream("noise"), labels=np.zeros((160, 4), dtype=bool))
    kept = plain_windows([hushed, stream("noise", seed=1)])
    assert set(kept.groups) == {"noise 1"}


# ---------------------------------------------------------------------------- examples


@pytest.fixture(scope="module")
def pool():
    return [stream(kind, seed=i) for i, kind in enumerate(LABELS * 3)]


def test_scenes_come_in_their_proportions(pool):
    found = mixed_windows(pool, 1500, 3)
    assert sum(SCENES.values()) == pytest.approx(1.0)
    for scene, chance in SCENES.items():
        share = np.mean([origin == " over ".join(scene) for origin in found.origins])
        assert share == pytest.approx(chance, abs=0.04), scene
    assert found.inputs.shape == (1500, windows.WINDOW, windows.N_BANDS)
    assert set(np.unique(found.targets)) == {0.0, 0.5, 1.0}
    assert set(found.groups) <= {s.group for s in pool}


def test_the_same_seed_draws_the_same_windows(pool):
    first, again, other = (mixed_windows(pool, 20, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.inputs, again.inputs)
    assert not np.array_equal(first.inputs, other.inputs)


def test_scenes_without_sounds_are_not_drawn(pool):
    found = mixed_windows([s for s in pool if s.kind in ("music", "noise")], 100, 0)
    assert set(found.origins) == {"music", "noise", "music over noise"}


def test_a_corpus_of_many_files_does_not_drown_the_rest():
    many = [stream("music", group=f"a{i}", origin="a") for i in range(50)]
    found = mixed_windows([*many, stream("music", group="b", origin="b")], 200, 0)
    assert np.mean([g == "b" for g in found.groups]) == pytest.approx(0.5, abs=0.12)


def test_pools_share_no_sound():
    streams = [
        stream(kind, seed=i, group=f"{kind} {i}", origin=kind)
        for kind in ("music", "speech", "noise")
        for i in range(12)
    ]
    found = content.pooled_windows(streams, 120, seed=3)
    assert len(found) == 120
    assert set(found.groups) == {f"pool {k}" for k in range(content.POOLS)}
    sounds = {pool: set() for pool in found.groups}
    for pool, name in zip(found.groups, found.ids, strict=True):
        sounds[pool].add(name.partition("/")[2].partition("#")[0])
    names = [name for its in sounds.values() for name in its]
    assert len(names) == len(set(names))


def test_speech_over_music_is_both():
    truth = {"music": [{"start": 0.0, "end": 4.0, "label": "speech over music"}]}
    rows = content._labels(Sound("speech"), truth, 60)
    said = {label for i, label in enumerate(content.LABELS) if rows[:, i].all()}
    assert said == {"speech", "music"}
