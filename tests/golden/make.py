"""Writes the golden analysis: what is heard today in one short rendered piece.

Run ``python -m tests.golden.make`` after a change of answers that is meant, look at the
difference, and name it in the changelog under "Answers changed".
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from mixolydian.audio.features import Features
from mixolydian.core.convert import analysis_to_json
from mixolydian.core.types import Analysis
from mixolydian.creation.demo import demo_crate, render_demo
from mixolydian.estimators import listen

GOLDEN = Path(__file__).with_name("house.json")
FORM = (("intro", 4), ("drop", 8), ("breakdown", 4))
DIGITS = 3


def rounded(value: Any) -> Any:
    """`value`, JSON, with its numbers rounded: the tolerance is the test's business."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def golden_analysis() -> dict[str, Any]:
    """The analysis of the demo crate's first piece, cut to 31 s, without provenance."""
    signal, _ = render_demo(replace(demo_crate()[0], form=FORM))
    answers = listen(Features(signal))
    document = analysis_to_json(Analysis(signal.duration, answers))
    for entry in document.values():
        if isinstance(entry, dict):
            entry.pop("provenance", None)
    return rounded(document)


def main() -> None:
    """Write the golden file."""
    text = json.dumps(golden_analysis(), indent=1, ensure_ascii=False)
    GOLDEN.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
