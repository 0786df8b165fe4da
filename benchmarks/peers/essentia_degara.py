"""Essentia's faster beat tracker (degara) and its other strong key profile (bgate)."""

from __future__ import annotations

from typing import Any

from benchmarks.peers import essentia

NAME = "essentia_degara"
version = essentia.version


def answers(path: str) -> dict[str, Any]:
    """Tempo, beats and key of one file."""
    return essentia.answers(path, method="degara", profile="bgate", with_chords=False)
