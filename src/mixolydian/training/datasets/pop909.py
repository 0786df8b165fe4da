"""Read POP909: notes and annotations of one song, and whether they can be trusted.

POP909 (Wang et al., ISMIR 2020) holds piano arrangements of pop songs as MIDI with three
tracks (MELODY, BRIDGE, PIANO). `beat_midi.txt`: time, beat of a 2-group, beat of a bar
(1 = downbeat); `chord_midi.txt`: start, end, Harte label; `key_audio.txt`: start, end, key;
`beat_audio.txt`: time, position in the bar. Beats from the MIDI follow the tempo the
arrangers wrote; those from the audio were tracked, in a quarter of the songs at twice the
written tempo. The written tempo is taken as the truth, the tracked one kept beside it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.errors import RequestError
from mixolydian.core.types import Chord, Note
from mixolydian.theory.chord import parse_chord
from mixolydian.theory.key import parse_key, tonic_pitch_class
from mixolydian.training.datasets.midi import read_midi
from mixolydian.training.datasets.song import Song

TRACKS = ("MELODY", "BRIDGE", "PIANO")


def folders(data: Path) -> list[Path]:
    """The folders of the songs under the corpus's folder, in order.

    Raises
    ------
    RequestError
        There are none.
    """
    found = sorted(p for p in (data / "POP909").glob("*") if p.is_dir())
    if not found:
        raise RequestError(f"{data}: expected the folder of POP909 (POP909/001 …), found none")
    return found


def load_song(folder: Path, seconds: float = 1e9) -> Song | str:
    """The first `seconds` of a song up to a bar line, or the reason why it is left out."""
    rows = np.loadtxt(folder / "beat_midi.txt")
    rows = rows[rows[:, 0] < seconds]
    downbeats = np.flatnonzero(rows[:, 2] == 1)
    if len(downbeats) < 8:
        return "fewer than eight bars"
    gaps = np.unique(np.diff(downbeats))
    if len(gaps) != 1 or gaps[0] not in (3, 4):
        return f"bars of {', '.join(map(str, gaps))} beats"
    meter = int(gaps[0])
    positions = (np.arange(len(rows)) - downbeats[0]) % meter + 1
    key = _single_key(folder, seconds)
    if isinstance(key, str):
        return key
    audio = np.loadtxt(folder / "beat_audio.txt")
    song = Song(
        name=folder.name,
        tracks=_notes(folder / f"{folder.name}.mid", seconds),
        beats=rows[:, 0],
        positions=positions,
        meter=meter,
        chords=_chords(folder / "chord_midi.txt", seconds),
        tonic=key[0],
        mode=key[1],
        audio_bpm=60.0 / float(np.median(np.diff(audio[:, 0]))),
    )
    return _doubt(song, audio) or song


def _single_key(folder: Path, seconds: float) -> tuple[int, str] | str:
    """(tonic pitch class, mode) when one key holds nearly all of the excerpt, else why not."""
    spans: dict[str, float] = {}
    for line in (folder / "key_audio.txt").read_text().splitlines():
        if line.strip():
            start, end, name = line.split()
            length = min(float(end), seconds) - float(start)
            spans[name] = spans.get(name, 0.0) + max(length, 0.0)
    if not spans:
        return "no key"
    name = max(spans, key=lambda k: spans[k])
    if spans[name] < 0.95 * sum(spans.values()):
        return "the key changes"
    tonic, mode = name.split(":")
    key = parse_key(f"{tonic} {'minor' if mode == 'min' else 'major'}")
    return tonic_pitch_class(key), key.mode


def _notes(path: Path, seconds: float) -> dict[str, tuple[Note, ...]]:
    """Track name → notes that start within `seconds`."""
    return {
        track.name: tuple(n for n in track.notes if n.onset < seconds)
        for track in read_midi(path)
        if track.name in TRACKS
    }


def _chords(path: Path, seconds: float) -> tuple[Chord, ...]:
    rows = []
    for line in path.read_text().splitlines():
        if line.strip():
            start, end, label = line.split()
            if float(start) < seconds:
                rows.append(Chord(float(start), float(end), label))
    return tuple(rows)


def _doubt(song: Song, audio: NDArray[np.float64]) -> str | None:
    """Why the annotations of `song` cannot be trusted, or None when they can."""
    on_grid = _share_on_grid(song)
    if on_grid < 0.85:
        return f"only {on_grid:.2f} of the notes lie on the beat grid"
    explained = _share_explained(song)
    if explained < 0.7:
        return f"only {explained:.2f} of the notes belong to their chord"
    in_key = _share_in_key(song)
    if in_key < 0.85:
        return f"only {in_key:.2f} of the notes belong to the key"
    phase = _chord_phase(song)
    if phase != 1:
        return f"chords change on beat {phase} of the bar"
    agreed = _downbeats_agree(song, audio)
    if agreed < 0.8:
        return f"only {agreed:.2f} of the downbeats agree between audio and MIDI"
    return None


def _share_on_grid(song: Song) -> float:
    """Share of onsets within 12 % of a beat of a quarter or a third of the beat grid."""
    onsets = np.array([n.onset for n in song.notes])
    onsets = onsets[(onsets > song.beats[0]) & (onsets < song.beats[-1])]
    place = np.interp(onsets, song.beats, np.arange(len(song.beats)))
    quarter = np.abs(place * 4 - np.round(place * 4)) / 4
    third = np.abs(place * 3 - np.round(place * 3)) / 3
    return float(np.mean(np.minimum(quarter, third) < 0.06))


def _share_explained(song: Song) -> float:
    """Share of PIANO note time whose pitch class is in the chord that is annotated there."""
    inside = total = 0.0
    for chord in song.chords:
        if chord.label in ("N", "X"):
            continue
        symbol = parse_chord(chord.label)
        tones = set(symbol.pitch_classes)
        for note in song.tracks.get("PIANO", ()):
            shared = min(note.offset, chord.end) - max(note.onset, chord.start)
            if shared > 0:
                total += shared
                inside += shared * (int(note.pitch) % 12 in tones)
    return inside / total if total else 0.0


def _share_in_key(song: Song) -> float:
    scale = {0, 2, 4, 5, 7, 9, 11} if song.mode == "major" else {0, 2, 3, 5, 7, 8, 10, 11}
    hits = [(int(n.pitch) - song.tonic) % 12 in scale for n in song.notes]
    return float(np.mean(hits))


def _chord_phase(song: Song) -> int:
    """The position in the bar on which most chords begin."""
    starts = np.array([c.start for c in song.chords if c.label != "N"])
    if not len(starts):
        return 0
    nearest = np.abs(song.beats[None, :] - starts[:, None]).argmin(axis=1)
    return int(np.bincount(song.positions[nearest]).argmax())


def _downbeats_agree(song: Song, audio: NDArray[np.float64]) -> float:
    """Share of the MIDI's downbeats within 0.12 s of a downbeat tracked in the audio."""
    downbeats = song.beats[song.positions == 1]
    tracked = audio[audio[:, 1] == 1, 0]
    downbeats = downbeats[downbeats >= tracked[0] - 0.2] if len(tracked) else downbeats
    if not len(tracked) or not len(downbeats):
        return 0.0
    return float(np.mean(np.abs(downbeats[:, None] - tracked[None, :]).min(axis=1) < 0.12))
