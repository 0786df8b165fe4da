"""Tables: read exactly, refused with the place of the fault; copies found."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import InputError, RequestError, UnreadableError
from mixolydian.training import tables
from mixolydian.training.tables import duplicate_groups, read_table

GOOD = "name,x,y,label\na,1,2.5,rock\nb,-3e2,0,jazz\nc,7,8,rock\n"


@pytest.fixture
def write(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return written


def read(path, **options):
    return read_table(path, "label", "name", **options)


def test_a_table(write):
    table = read(write(GOOD))
    assert table.columns == ("x", "y")
    np.testing.assert_array_equal(table.rows, [[1, 2.5], [-300, 0], [7, 8]])
    assert table.labels == ("rock", "jazz", "rock")
    assert table.ids == ("a", "b", "c")


@pytest.mark.parametrize(
    "text",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("a,1", '"a","1"'),
        GOOD.replace("name", '"name"') + "\n\n",
        "\n" + GOOD,
    ],
)
def test_the_same_table_written_otherwise(write, text):
    found, plain = read(write(text)), read(write(GOOD))
    assert (found.columns, found.labels, found.ids) == (plain.columns, plain.labels, plain.ids)
    np.testing.assert_array_equal(found.rows, plain.rows)


def test_columns_are_dropped_and_ids_made(write):
    table = read_table(write(GOOD), "label", drop=("name", "y"))
    assert table.columns == ("x",)
    assert table.ids == ("table line 2", "table line 3", "table line 4")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("-3e2", ""), "line 3, column x: expected a number.*nothing"),
        (GOOD.replace("-3e2", "nan"), "line 3, column x: expected a finite number, found 'nan'"),
        (GOOD.replace("8,", "1e999,"), "line 4, column y: expected a finite"),
        (GOOD.replace("-3e2", "loud"), "line 3, column x: .*'loud'"),
        (GOOD.replace("-3e2", "1_0"), "line 3, column x"),
        (GOOD.replace("jazz", "rock"), "at least two labels"),
        (GOOD.replace("jazz", " "), "line 3, column label: expected a text, found nothing"),
        (GOOD.replace("c,7", "a,7"), "line 4, column name: .*'a' as in line 2"),
        (GOOD.replace("7,8", "7"), "line 4: expected 4 values.*found 3"),
        (GOOD.replace("7,8", "7,8,9"), "line 4: expected 4 values.*found 5"),
        (GOOD.replace("a,1", '"a"b,1'), "line 2: expected CSV"),
        (GOOD.replace("y", "x", 1), "'x' twice"),
        ("", "found 0 line"),
        ("\n\n", "found 0 line"),
        ("name,x,y,label\n", "found 1 line"),
        ("label\nrock\njazz\n", "found one column"),
        (b"\x00" * 100, "binary"),
        (b"\xff\xfea\x00,\x00", "UTF-8"),
    ],
)
def test_faults_are_named(write, text, words):
    path = write(text)
    with pytest.raises(InputError, match=words) as error:
        read(path)
    assert str(path) in str(error.value)


def test_labels_outside_the_set(write):
    with pytest.raises(InputError, match="line 3, column label: expected one of rock, pop"):
        read(write(GOOD), allowed=("rock", "pop"))


def test_columns_that_are_not_there(write):
    with pytest.raises(RequestError, match="column 'genre'; it has name, x, y, label"):
        read_table(write(GOOD), "genre")
    with pytest.raises(RequestError, match="no column is left"):
        read(write(GOOD), drop=("x", "y"))


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(UnreadableError, match="check the path"):
        read(tmp_path / "none.csv")
    with pytest.raises(UnreadableError):
        read(tmp_path)


def test_a_huge_file_is_not_read(write, monkeypatch):
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="at most"):
        read(write(GOOD))


def rows(n=200, d=30, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)) * np.logspace(-3, 5, d)


def test_duplicates_share_a_group():
    made = rows()
    made[7] = made[3]
    made[150] = made[3]
    groups = duplicate_groups(made)
    assert groups[3] == groups[7] == groups[150] == "row 4"
    assert len(set(groups)) == 198


def test_near_duplicates_share_a_group_whatever_the_scale():
    made = rows()
    noise = np.random.default_rng(1).normal(size=30) * 0.05
    made[9] = made[2] + noise * made.std(axis=0)
    assert duplicate_groups(made)[9] == duplicate_groups(made)[2]
    assert duplicate_groups(made, tolerance=0.0)[9] != duplicate_groups(made, tolerance=0.0)[2]


def test_chains_of_copies_are_one_group_and_constants_count_for_nothing():
    made = rows(700)
    step = 0.12 * made.std(axis=0)
    for i in range(1, 4):
        made[600 - 200 * i + 50] = made[650] + i * step
    groups = duplicate_groups(np.hstack([made, np.full((700, 3), 7.0)]))
    assert len({groups[i] for i in (650, 450, 250, 50)}) == 1
    assert len(set(groups)) == 697


def test_examples_of_a_table(write):
    found = read(write(GOOD)).examples()
    assert found.labels == ("jazz", "rock")
    assert found.names == ("x", "y")
    assert list(found.classes) == [1, 0, 1]
    assert len(set(found.groups)) == 3
