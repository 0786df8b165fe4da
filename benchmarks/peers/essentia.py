"""Essentia (AGPL): RhythmExtractor2013 multifeature, KeyExtractor edma, chords between beats."""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.peers import words

NAME = "essentia"
RATE = 44100.0
METHOD = "multifeature"
PROFILE = "edma"


def version() -> str:
    """The installed version."""
    essentia = importlib.import_module("essentia")
    essentia.log.infoActive = essentia.log.warningActive = False
    importlib.import_module("essentia.standard")
    return str(essentia.__version__)


def _hpcp_frames(es: Any, sound: Any, size: int = 8192, hop: int = 2048) -> Any:
    """Harmonic pitch class profiles (n, 36), as Essentia's chord tutorial computes them."""
    window, spectrum = es.Windowing(type="blackmanharris62"), es.Spectrum()
    peaks = es.SpectralPeaks(
        orderBy="magnitude", magnitudeThreshold=1e-5, minFrequency=40, maxFrequency=5000
    )
    hpcp = es.HPCP(size=36, referenceFrequency=440, bandPreset=False, weightType="cosine")
    frames = es.FrameGenerator(sound, frameSize=size, hopSize=hop, startFromZero=True)
    essentia = importlib.import_module("essentia")
    return essentia.array([hpcp(*peaks(spectrum(window(f)))) for f in frames])


def _chords(es: Any, sound: Any, ticks: Any) -> list[dict[str, Any]]:
    detect = es.ChordsDetectionBeats(hopSize=2048, chromaPick="interbeat_median")
    labels, _ = detect(_hpcp_frames(es, sound), ticks)
    return words.chords(ticks[: len(labels)], labels, len(sound) / RATE)


def answers(
    path: str, method: str = METHOD, profile: str = PROFILE, with_chords: bool = True
) -> dict[str, Any]:
    """Tempo, beats, key and chords of one file."""
    es = importlib.import_module("essentia.standard")
    sound = es.MonoLoader(filename=path, sampleRate=RATE)()
    bpm, ticks, *_ = es.RhythmExtractor2013(method=method)(sound)
    tonic, mode, _ = es.KeyExtractor(profileType=profile)(sound)
    found = {
        "tempo": words.tempo(bpm),
        "beats": words.beats(ticks),
        "key": words.key(tonic, mode),
    }
    if with_chords and len(ticks) > 2:
        found["chords"] = _chords(es, sound, ticks)
    return found
