import json
from dataclasses import replace
from pathlib import Path

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.dj.checks import check
from mixolydian.dj.curve import Curve
from mixolydian.dj.document import plan_document, plan_from_document
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import Controls, Loop, MixPlan
from tests.dj.plans import blend, track, two


def test_a_plan_and_back_through_text() -> None:
    plan = replace(two((121.3, 1000 / 7.9)), notes=("because",), meter=3)
    text = json.dumps(plan_document(plan))
    again = plan_from_document(json.loads(text), "plan")
    assert plan_document(again) == plan_document(plan)
    assert again.tempo == plan.tempo
    assert again.transitions == plan.transitions


def test_relative_paths_are_taken_from_the_documents_folder() -> None:
    again = plan_from_document(plan_document(two()), "plan", Path("/music/mixes"))
    assert again.tracks[0].path == str(Path("/music/mixes/120.wav"))


@pytest.mark.parametrize("document", [None, [], {}, {"schema": "other/1"}, "text", 3])
def test_what_is_no_plan_is_refused(document: object) -> None:
    with pytest.raises(RequestError, match=r"p\.json.*mixolydian\.mixplan/1"):
        plan_from_document(document, "p.json")


@pytest.mark.parametrize("missing", ["tracks", "tempo", "meter", "transitions", "loudness"])
def test_what_is_missing_is_named(missing: str) -> None:
    document = plan_document(two())
    del document[missing]
    with pytest.raises(RequestError, match=rf"p\.json.*{missing}"):
        plan_from_document(document, "p.json")


def changed(i: int = 1, **changes: object) -> MixPlan:
    plan = two()
    tracks = list(plan.tracks)
    tracks[i] = replace(tracks[i], **changes)  # type: ignore[arg-type]
    return replace(plan, tracks=tuple(tracks))


WRONG = {
    "needs at least one track": MixPlan((), (), Curve.constant(120.0)),
    "2 tracks need 1 transitions": replace(two(), transitions=()),
    "outside its": changed(end=200.0),
    "must end after it starts": changed(end=-1.0),
    "must be finite": changed(start=float("nan")),
    "must begin on beat 0": changed(0, at=4.0),
    "nothing plays|both tracks must play": changed(at=140.0),
    "times its speed": changed(grid=Grid.steady(70.0), duration=200.0),
    "ratio must lie": changed(ratio=9.0),
    "12 semitones": changed(semitones=13.0),
    "loop": changed(loops=(Loop(120.0, 16.0, 2),)),
    "256 times": changed(loops=(Loop(12.0, 16.0, 1),)),
    "tempo must lie": replace(two(), tempo=Curve.constant(0.0)),
    "sample_rate": replace(two(), sample_rate=8000),
    "loudness must lie": replace(two(), loudness=3.0),
    "ceiling must lie": replace(two(), ceiling=1.0),
    "kind must be one of": replace(two(), transitions=(blend(96, 128, "wormhole"),)),
    "must not end before": replace(two(), transitions=(blend(128, 128).__class__("cut", 9, 8),)),
    "fader must lie in": replace(
        two(),
        transitions=(replace(blend(96, 128), incoming=Controls(fader=Curve.constant(7.0))),),
    ),
}


@pytest.mark.parametrize("words", WRONG)
def test_contradictions_are_refused(words: str) -> None:
    with pytest.raises(RequestError, match=words):
        check(WRONG[words], "p.json")


def test_transitions_must_not_overlap_each_other() -> None:
    tracks = (*two().tracks, track(122.0, at=120.0))
    plan = replace(two(), tracks=tracks, transitions=(blend(96, 128), blend(120, 160)))
    with pytest.raises(RequestError, match="transition 2: it starts at 120"):
        check(plan, "p")


def test_a_good_plan_passes() -> None:
    check(two(), "p")
