"""A piece of a crate on disk: its sound and its truth beside it."""

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
