"""Small helpers that put a peer's answers into the words of core/convert.py."""

from __future__ import annotations

from typing import Any

_SHARPS = {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb"}
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def tonic(name: str) -> str:
    """A pitch class in our one spelling."""
    return _SHARPS.get(name, name)


def tempo(bpm: float) -> dict[str, Any]:
    """A steady tempo."""
    return {"bpm": float(bpm), "segments": []}


def beats(times: Any, positions: Any = None, meter: int = 4) -> dict[str, Any]:
    """Beat times (s); position 0 means the peer does not tell."""
    times = [float(t) for t in times]
    positions = [0] * len(times) if positions is None else [int(p) for p in positions]
    return {"times": times, "positions": positions, "meter": meter, "phrases": []}


def key(name: str, mode: str) -> dict[str, Any]:
    """A key without its views, which no metric reads."""
    return {"tonic": tonic(name), "mode": mode, "camelot": "", "open_key": ""}


def chords(starts: Any, labels: Any, end: float) -> list[dict[str, Any]]:
    """Chords that each last until the next one starts; labels like "Am" become "A:min"."""
    edges = [*map(float, starts), float(end)]
    return [
        {"start": a, "end": b, "label": _harte(label)}
        for a, b, label in zip(edges[:-1], edges[1:], labels, strict=True)
        if b > a
    ]


def _harte(label: str) -> str:
    if label in ("N", "X"):
        return label
    root, quality = (label[:-1], "min") if label.endswith("m") else (label, "maj")
    return f"{tonic(root)}:{quality}"
