"""The verb `match`: moments in minutes, failures as errors, files as portraits."""

import pytest

from mixolydian.core.errors import EmptySignalError, RequestError, UnknownTrackError
from mixolydian.workflows.match import MatchRequest, match, seconds_of
from tests.workflows.conftest import write_clicks


def test_two_files_and_moments_of_them(settings, tmp_path):
    a = write_clicks(tmp_path / "north.wav", 120.0, 440.0, seconds=16.0)
    b = write_clicks(tmp_path / "south.wav", 125.0, 440.0, seconds=16.0)
    result = match(MatchRequest(str(a), str(b)), settings)
    rhythm = result.found.parts["rhythmic"]
    assert rhythm.facts["stretch_percent"] == pytest.approx(-4.0, abs=0.1)
    assert result.to_json()["a"]["title"] == "north"
    moment = match(MatchRequest("north", "south", "0:04-0:12", "0:00-0:08"), settings)
    assert moment.found.parts["rhythmic"].value > 0.5
    assert match(MatchRequest("north", "north"), settings).found.same
    with pytest.raises(RequestError, match="within its 16 s"):
        match(MatchRequest("north", "south", "0:10-0:30"), settings)
    with pytest.raises(RequestError, match="at least 4 beats"):
        match(MatchRequest("north", "south", "0:10-0:11"), settings)
    with pytest.raises(UnknownTrackError):
        match(MatchRequest("north", "nothing"), settings)
    short = write_clicks(tmp_path / "short.wav", seconds=3.0)
    with pytest.raises(EmptySignalError, match="at least 8 s"):
        match(MatchRequest("north", str(short)), settings)
    with pytest.raises(RequestError, match="expected one track"):
        match(MatchRequest("north", str(tmp_path)), settings)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:30-2:00", (90, 120)), ("5-9.5", (5, 9.5)), ("1:00:00-1:00:10", (3600, 3610))],
)
def test_moments(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "1:30", "2:00-1:00", "a-b", "1-2-3", "-5"])
def test_what_is_no_moment(text):
    with pytest.raises(RequestError, match="1:30-2:00"):
        MatchRequest("north", "south", text)


def test_requests_are_checked():
    for wrong in ({"b": ""}, {"semitones": 13.0}, {"semitones": float("nan")}, {"jobs": 0}):
        with pytest.raises(RequestError):
            MatchRequest(**({"a": "a", "b": "b"} | wrong))
