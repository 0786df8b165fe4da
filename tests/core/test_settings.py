"""The settings table: defaults, the environment, and what is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings, default_home, read_settings


def test_defaults():
    settings = read_settings({})
    assert settings == Settings()
    assert settings.jobs >= 1
    assert settings.catalogue == settings.home / "library.sqlite"


def test_the_environment():
    settings = read_settings({"MIXOLYDIAN_HOME": "/somewhere", "MIXOLYDIAN_JOBS": "3"})
    assert settings.home == Path("/somewhere")
    assert settings.jobs == 3
    assert read_settings({"MIXOLYDIAN_JOBS": ""}) == Settings()
    url = {"MIXOLYDIAN_DATABASE_URL": "sqlite:///x.db"}
    assert read_settings(url).catalogue == "sqlite:///x.db"


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("MIXOLYDIAN_JOBS", "0"),
        ("MIXOLYDIAN_JOBS", "two"),
        ("MIXOLYDIAN_ITEM_SECONDS", "-1"),
        ("MIXOLYDIAN_BUSY_SECONDS", "nan"),
    ],
)
def test_wrong_values(variable, text):
    with pytest.raises(RequestError, match=variable):
        read_settings({variable: text})


def test_every_setting_is_documented():
    source = Path(__import__("mixolydian.core.settings", fromlist=["x"]).__file__).read_text()
    for entry in fields(Settings):
        after = source.split(f"    {entry.name}: ")[1]
        assert '\n    """' in after.split("\n\n")[0], f"{entry.name} has no text"
        assert entry.metadata["variable"].startswith("MIXOLYDIAN_")


@pytest.mark.parametrize(
    ("platform", "environ", "home"),
    [
        ("linux", {"HOME": "/h"}, "/h/.local/share/mixolydian"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/d"}, "/d/mixolydian"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/Mixolydian"),
        ("win32", {"USERPROFILE": "/u", "LOCALAPPDATA": "/l"}, "/l/Mixolydian"),
    ],
)
def test_the_platforms_place(platform, environ, home):
    assert default_home(platform, environ) == Path(home)
