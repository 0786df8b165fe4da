"""The benchmark itself: a truth scored against itself is perfect, a wrong answer is not."""

from __future__ import annotations

import json

import pytest
from benchmarks.peers import words
from benchmarks.scoring import EVALUATE, MAIN, OUTCOME, TABLE, TARGETS, score
from benchmarks.truth import SCHEMA, data_hash, read_crate

from benchmarks import tables
from mixolydian.core.convert import value_from_json

TRUTH = {
    "schema": SCHEMA,
    "style": "house",
    "seed": 3,
    "duration": 32.0,
    "tempo": {"bpm": 120.0, "segments": [{"start": 0, "end": 32, "bpm": 120.0, "anchor": 0}]},
    "beats": {
        "times": [0.5 * i for i in range(64)],
        "positions": [i % 4 + 1 for i in range(64)],
        "meter": 4,
    },
    "key": {"tonic": "A", "mode": "minor", "camelot": "8A", "open_key": "1m"},
    "chords": [
        {"start": 0, "end": 16, "label": "A:min"},
        {"start": 16, "end": 32, "label": "F:maj"},
    ],
    "sections": [
        {"start": 0, "end": 16, "label": "intro", "energy": 0.3},
        {"start": 16, "end": 32, "label": "drop", "energy": 1.0},
    ],
    "drops": [{"time": 16.0, "strength": 1.0}],
}


@pytest.fixture
def crate(tmp_path):
    for stem, variant in (("a", "clean"), ("a_noise", "noise"), ("b", "no drums")):
        (tmp_path / f"{stem}.flac").write_bytes(variant.encode())
        document = TRUTH | {"path": f"{stem}.flac", "variant": variant}
        (tmp_path / f"{stem}.json").write_text(json.dumps(document))
    (tmp_path / "index.json").write_text('{"schema": "mixolydian.crate/1"}')
    return tmp_path


def rows(crate, **changed):
    return [
        tables.Row(p, score(p, {**p.truth, **changed}, EVALUATE), {"key": 0.75}, {})
        for p in read_crate(crate)
    ]


def test_the_truth_scores_one_everywhere(crate):
    for row in rows(crate):
        assert {name: row.scores[name] for name, _ in TABLE} == {n: 1.0 for n, _ in TABLE}


def test_every_named_score_exists(crate):
    names = set(rows(crate)[0].scores)
    assert {*MAIN.values(), *OUTCOME.values(), *TARGETS} <= names


def test_no_answer_scores_zero(crate):
    scores = rows(crate, **dict.fromkeys(EVALUATE))[0].scores
    assert all(scores[name] == 0 for name in TARGETS)


def test_splits_and_groups(crate):
    found = tables.splits(rows(crate))
    assert {name: len(members) for name, members in found.items()} == {
        "clean": 2,
        "degraded": 1,
        "style house": 2,
        "variant no drums": 1,
        "variant noise": 1,
    }
    assert [r.piece.group for r in rows(crate)] == ["a", "a", "b"]


def test_figures_pool_drops_and_grid_offsets(crate):
    late = value_from_json("beats", TRUTH["beats"] | {"times": [0.5 * i + 0.01 for i in range(64)]})
    figures = tables.figures(rows(crate, beats=late, drops=()))
    assert figures["drops.pooled_01"]["mean"] == 0
    assert figures["beats.offset_ms"]["mean"] == pytest.approx(10)
    assert figures["beats.f_measure"]["mean"] == 1


def test_calibration_compares_confidence_with_outcome(crate):
    assert tables.calibration(rows(crate))["key"]["ece"] == pytest.approx(0.25)


def test_differences_are_paired(crate):
    wrong = value_from_json("key", words.key("C", "major"))
    found = tables.differences(rows(crate), rows(crate, key=wrong))
    assert found["key.exact"]["mean"] == 1
    assert found["tempo.within"]["mean"] == 0


def test_a_peer_without_positions_has_no_downbeat_score(crate):
    told = value_from_json("beats", words.beats(TRUTH["beats"]["times"]))
    scores = rows(crate, beats=told)[0].scores
    assert scores["beats.f_measure"] == 1
    assert "beats.downbeat_f" not in scores


def test_the_hash_sees_the_sound(crate):
    before = data_hash(read_crate(crate))
    (crate / "a.flac").write_bytes(b"other")
    assert data_hash(read_crate(crate)) != before


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(SystemExit, match="no truth file found"):
        read_crate(tmp_path)


def test_tables_print(crate):
    lines = []
    tables.print_table("clean", {"ours": rows(crate), "peer": rows(crate, key=None)}, lines.append)
    tables.print_styles(rows(crate), lines.append)
    tables.print_calibration(rows(crate), lines.append)
    text = "\n".join(lines)
    assert "tempo within ±0.1 BPM" in text
    assert "style house" in text


def test_words_of_peers():
    assert words.key("A#", "minor")["tonic"] == "Bb"
    rows = words.chords([0.0, 1.0, 1.0], ["C", "F#m", "N"], 2.0)
    assert [r["label"] for r in rows] == ["C:maj", "N"]
    assert words.chords([0.0], ["D#m"], 1.0)[0]["label"] == "Eb:min"
