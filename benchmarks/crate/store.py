"""A crate on disk: sound files, one truth JSON each, and an index.json that lists them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray


def write_piece(
    folder: Path,
    name: str,
    samples: NDArray[np.float32],
    sample_rate: int,
    truth: Mapping[str, Any],
) -> str:
    """Write `name`.flac (16 bit) and `name`.json; the name of the truth file."""
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(folder / f"{name}.flac", samples.T, sample_rate, subtype="PCM_16")
    document = {"schema": truth["schema"], "path": f"{name}.flac", **truth}
    (folder / f"{name}.json").write_text(json.dumps(document))
    return f"{name}.json"


def write_index(folder: Path, truth_files: list[str], facts: Mapping[str, Any]) -> None:
    """Write index.json: what made the crate, and its truth files."""
    document = {"schema": "mixolydian.crate/1", **facts, "pieces": sorted(truth_files)}
    (folder / "index.json").write_text(json.dumps(document, indent=1))
