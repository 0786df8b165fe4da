"""Where training works: under the home unless told otherwise, with the corpora that are named."""

from __future__ import annotations

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.workflows import workplace
from mixolydian.workflows.workplace import check_data, check_seed, workshop_of


@pytest.fixture(autouse=True)
def no_soundfonts(monkeypatch):
    monkeypatch.setattr(workplace.fluidsynth, "at_hand", lambda: ("a.sf2",))


def test_it_works_under_the_home(tmp_path):
    found = workshop_of(Settings(home=tmp_path, jobs=3))
    assert found.folder == tmp_path / "workshop"
    assert (found.home, found.jobs, found.quick, found.seed) == (tmp_path, 3, False, 0)
    assert found.stock.data is None
    assert found.stock.soundfonts == ("a.sf2",)
    assert not list(tmp_path.iterdir()), "looking makes nothing"


def test_what_is_asked_for_goes_before(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = []
    found = workshop_of(
        Settings(home=tmp_path / "home"),
        "corpora",
        str(tmp_path / "shop"),
        True,
        7,
        2,
        lambda *what: told.append(what),
    )
    assert found.folder == tmp_path / "shop"
    assert found.stock.data == tmp_path / "corpora", "workers may stand elsewhere"
    assert (found.quick, found.seed, found.jobs) == (True, 7, 2)
    assert found.home == tmp_path / "home", "models in use are the user's"
    found.watch("x", 1, 2, {})
    assert told == [("x", 1, 2, {})]


def test_a_folder_of_corpora_must_be_there(tmp_path):
    check_data(None)
    check_data(str(tmp_path))
    (tmp_path / "file").write_text("")
    for wrong in ("none", "file"):
        with pytest.raises(RequestError, match=wrong):
            check_data(str(tmp_path / wrong))


def test_a_seed_is_not_negative():
    check_seed(0)
    with pytest.raises(RequestError, match="seed of 0 or more, found -1"):
        check_seed(-1)
