"""The certificate's picture: a whole document, everything inside its frame, nothing made up."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from mixolydian.dj.certificate import certify
from mixolydian.workflows.mixing.picture import certificate_svg
from mixolydian.workflows.mixing.rows import LEFT, RIGHT
from mixolydian.workflows.mixing.sketch import COLUMNS, Sketch, sketch
from tests.dj.certifying.decks import BEAT, BEATS, START, deck, excerpt, plan, portrait

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def clean() -> Sketch:
    sound = excerpt()
    known = [portrait(sound.outgoing_dry, 0, (0, 16)), portrait(sound.incoming_dry, START, (0, 16))]
    return sketch(plan(), sound, certify(plan(), 0, sound, known), known)


def test_the_sketch_has_the_decks_grids_and_phrases(clean: Sketch) -> None:
    assert clean.edges == pytest.approx((0.0, BEATS * BEAT))
    assert clean.outgoing.beats == pytest.approx(np.arange(32) * BEAT)
    assert clean.incoming.downbeats == pytest.approx((START + np.arange(0, 32, 4)) * BEAT)
    assert [p.time for p in clean.incoming.phrases] == pytest.approx([16 * BEAT, 32 * BEAT])
    assert clean.outgoing.dry.shape == (2, COLUMNS)
    assert np.abs(clean.outgoing.heard[:, -COLUMNS // 4 :]).max() < 1e-9
    assert set(clean.outgoing.controls) == {"fader", "low"}
    assert clean.bars[0] == (0.0, 1)


def test_the_picture_is_a_document_inside_its_frame(clean: Sketch) -> None:
    text = certificate_svg("a <mix>", [clean, clean])
    root = ElementTree.fromstring(text)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    texts = list(root.iter(f"{SVG}text"))
    assert all(0 < float(t.get("x", -1)) <= width for t in texts)
    assert all(0 < float(t.get("y", -1)) < height for t in texts)
    told = " ".join("".join(t.itertext()) for t in texts)
    for word in ("a <mix>", "track a → track b", "passed", "2 transitions", "8 bars", "±10 ms"):
        assert word in told
    dots = [c for c in root.iter(f"{SVG}circle") if c.get("class") == "dot"]
    assert len(dots) == 2 * len(clean.offsets)
    assert all(LEFT <= float(c.get("cx", 0)) <= RIGHT for c in dots)
    assert certificate_svg("a <mix>", [clean, clean]) == text


def test_a_late_deck_shows_as_dots_outside_the_band() -> None:
    sound = excerpt(incoming=deck(START, BEATS, seed=40, late=0.02))
    found = sketch(plan(), sound, certify(plan(), 0, sound))
    root = ElementTree.fromstring(certificate_svg("mix", [found]))
    dots = [c.get("class") for c in root.iter(f"{SVG}circle")]
    assert dots
    assert set(dots) == {"out"}
    assert "failed" in "".join(root.itertext())


def test_silence_is_drawn_as_nothing(clean: Sketch) -> None:
    nothing = np.zeros((2, round(BEATS * BEAT * 22050)), dtype=np.float32)
    sound = excerpt(nothing, nothing, (nothing, nothing), nothing)
    found = sketch(plan(), sound, certify(plan(), 0, sound))
    text = certificate_svg("silence", [found])
    assert "cannot tell" in text
    assert "nan" not in text


def test_nothing_to_draw_is_a_picture_too() -> None:
    assert "0 transitions" in certificate_svg("alone", [])


def test_a_filter_is_drawn_by_octaves(clean: Sketch) -> None:
    swept = replace(clean.outgoing, controls={"lowpass": np.linspace(1, 0, 100)})
    assert "hand filter" in certificate_svg("f", [replace(clean, outgoing=swept)])
