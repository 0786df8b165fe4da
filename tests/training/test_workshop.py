"""The workshop: where its ear keeps frames, and whose models it builds on."""

from __future__ import annotations

from mixolydian.training.datasets.sources import Stock
from mixolydian.training.sounds import Sound
from mixolydian.training.workshop import Workshop


def test_the_ear_hears_with_the_workshops_own(tmp_path):
    stock = Stock(tmp_path / "data")
    ear = Workshop(tmp_path / "work", stock, jobs=3).ear
    assert (ear.folder, ear.stock, ear.jobs) == (tmp_path / "work", stock, 3)
    assert ear.place(Sound("ambience")).is_relative_to(tmp_path / "work")


def test_the_home_is_the_users_unless_named(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(tmp_path / "mine"))
    assert Workshop(tmp_path).home == tmp_path / "mine"
    assert Workshop(tmp_path, home=tmp_path).home == tmp_path
