"""Thresholds, and what a transition's measures are worth beside them.

Where the thresholds come from is told in docs/certificate.md. A check that could not be made,
or does not apply, neither passes nor fails.
"""

from __future__ import annotations

from mixolydian.dj.certifying.measures import (
    Bass,
    BeatTiming,
    Check,
    Faults,
    LoudnessCourse,
    Place,
)

MOST_OFFSET = 5.0
"""ms, 95th percentile."""
MOST_DRIFT = 6.0
"""ms per minute: a hundredth of a percent of tempo."""
MOST_STEP = 1.5
"""LU."""
MOST_BASS = 1.0
"""beats (less than this)."""
MOST_APART = 0.25
"""beats between downbeats."""
MOST_GAP = 50.0
"""ms."""
_PHRASE = {True: "on a phrase boundary", False: "not on a phrase boundary"}


def checks_of(
    beats: BeatTiming, place: Place, bass: Bass, loudness: LoudnessCourse, faults: Faults
) -> tuple[Check, ...]:
    """Every check, in the order in which they are told."""
    return (
        _offset(beats),
        _drift(beats),
        _phrase(place),
        _downbeats(place),
        _most("loudness", loudness.step, MOST_STEP, f"loudness step {loudness.step:.1f} LU"),
        _bass(bass),
        _clipping(faults),
        _most("clicks", len(faults.clicks), 0, _count(len(faults.clicks), "click")),
        _most("silence", faults.longest_gap, MOST_GAP, _gap(faults)),
    )


def _most(name: str, value: float, threshold: float, words: str) -> Check:
    return Check(name, float(value), float(threshold), value <= threshold, words)


def _unknown(name: str, threshold: float, reason: str) -> Check:
    return Check(name, None, threshold, None, f"{name}: cannot tell, {reason}")


def _offset(beats: BeatTiming) -> Check:
    if beats.offset is None:
        return _unknown("beats", MOST_OFFSET, beats.reason)
    found = beats.offset
    words = f"beats {_signed(found.median)} ms apart, p95 {found.p95:.1f} ms of {found.n} strokes"
    return _most("beats", found.p95, MOST_OFFSET, words)


def _drift(beats: BeatTiming) -> Check:
    """Fails where the drift is too much even at the near end of its interval."""
    if beats.drift is None or beats.drift_error is None:
        return _unknown("drift", MOST_DRIFT, beats.reason or "the decks share too few beats")
    passed = abs(beats.drift) - beats.drift_error <= MOST_DRIFT
    words = f"drift {_signed(beats.drift)} ± {beats.drift_error:.1f} ms per minute"
    return Check("drift", abs(beats.drift), MOST_DRIFT, passed, words)


def _phrase(place: Place) -> Check:
    if place.on_phrase is None:
        return _unknown("phrase", 1.0, place.reason)
    return Check("phrase", float(place.on_phrase), 1.0, place.on_phrase, _PHRASE[place.on_phrase])


def _downbeats(place: Place) -> Check:
    if place.downbeats_apart is None:
        return _unknown("downbeats", MOST_APART, place.reason)
    apart = place.downbeats_apart
    words = f"downbeats {apart:.2f} beats apart" if apart > MOST_APART else "downbeats together"
    return _most("downbeats", apart, MOST_APART, words)


def _bass(bass: Bass) -> Check:
    words = f"two basses for {bass.total:g} beats" if bass.total else "one bass at a time"
    return Check("bass", bass.total, MOST_BASS, bass.total < MOST_BASS, words)


def _clipping(faults: Faults) -> Check:
    clipped = faults.clipped_samples
    peak = "" if faults.true_peak is None else f", true peak {_signed(faults.true_peak)} dBTP"
    return _most("clipping", clipped, 0, _count(clipped, "clipped sample") + peak)


def _gap(faults: Faults) -> str:
    return f"{faults.longest_gap:.0f} ms of silence" if faults.longest_gap else "no hole"


def _signed(value: float) -> str:
    """To a tenth, with its sign; nought without."""
    return f"{value:+.1f}" if abs(value) >= 0.05 else "0.0"


def _count(n: int, noun: str) -> str:
    return f"{n or 'no'} {noun}{'' if n == 1 else 's'}"
