"""Do listeners agree with the emotion model? An outside check on the Emotify clips.

Usage: python -m benchmarks.emotion_listeners --data DIR --model BUNDLE --frames FOLDER
       [--audio BUNDLE --embedding BUNDLE] [--out FILE]

DIR holds the folder emotify: 280 clips of a minute (classical, electronic, pop, rock), each rated
by 11–58 listeners, who ticked any of nine emotions (Aljanaki, Wiering & Veltkamp 2016, "Studying
emotion induced by music through a crowdsourcing game"). Nothing is fitted on them. A clip's
rating of one of our emotions is the share of its listeners who ticked a corresponding word:

The ratings and the sounds number the genres in another order (in the ratings 101–200 is rock, in
the files electronic); they are matched by genre and by the number within the genre.

relaxed  calmness or tenderness      happy  joyful activation
sad      sadness or nostalgia        angry  tension or power

These are emotions that music induces, and other words than the model's four: agreement is
bounded, and a low figure for a word may be the word's fault. Per emotion: Spearman's correlation
of the model's probability and the rating, and the ROC area for telling the third of the clips
with the highest rating from the third with the lowest; 95 % bootstrap intervals over clips.
Beside the model stand single measurements (loudness, tempo, brightness, onsets per second, pulse),
taken as lively: the more, the happier and angrier, the less relaxed and sad. A model must beat
them to be worth having. And the model fed by measurements that are not brought to its scale; with
--audio, the model learnt from energy and mode of composed pieces (recipe emotion_audio), and the
two together as an analysis answers (geometric mean of their probabilities, summing to 1).

How sure an answer may be: the emotion that listeners ticked most beyond its mean share stands for
theirs. `told` says how many clips get an answer, how often it is theirs, and how sure it is on
average; a confidence that is higher than that share promises too much.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import platform
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

import mixolydian
from mixolydian.estimators.emotion import EmotionEstimator, agreed
from mixolydian.estimators.genre import genre_input
from mixolydian.models import embedding, mir
from mixolydian.models.bundle import Model, read_model
from mixolydian.training.derived import derived
from mixolydian.training.recipes.genre import style
from mixolydian.training.sounds import Ear, Sound, frames_of, hear
from mixolydian.training.workshop import Workshop

Float64 = NDArray[np.float64]
Clip = tuple[str, int]
"""genre, and the number within the genre (the last is 0)."""
LABELS = ("relaxed", "happy", "sad", "angry")
WORDS = {
    "relaxed": ("calmness", "tenderness"),
    "happy": ("joyful_activation",),
    "sad": ("sadness", "nostalgia"),
    "angry": ("tension", "power"),
}
N_RESAMPLES = 1000
SINGLE = {
    "tempo": "_Tempo_Mean",
    "spectral centroid": "_Spectralcentroid_Mean",
    "onsets per second": "_Eventdensity_Mean",
    "pulse clarity": "_Pulseclarity_Mean",
}
GENRES = ("classical", "electronic", "pop", "rock")


def ratings(folder: Path) -> dict[Clip, Float64]:
    """The share of a clip's listeners who felt each emotion, (4,)."""
    felt: dict[Clip, list[list[float]]] = defaultdict(list)
    with (folder / "annotations_dev.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            clip = (row["genre"], int(row["track id"]) % 100)
            felt[clip].append([float(any(row[w] == "1" for w in WORDS[e])) for e in LABELS])
    return {clip: np.mean(rows, axis=0) for clip, rows in felt.items()}


def clips(folder: Path) -> dict[Clip, Path]:
    """The sounds, named NUMBER_GENRE.opus."""
    found = {}
    for path in sorted((folder / "audio").glob("*.opus")):
        number, _, genre = path.stem.partition("_")
        found[genre, int(number) % 100] = path
    return found


# --------------------------------------------------------------------------- agreement


def spearman(a: Float64, b: Float64) -> float:
    """Rank correlation."""
    ranks = rankdata(a), rankdata(b)
    if ranks[0].std() == 0 or ranks[1].std() == 0:
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def area(said: Float64, rated: Float64) -> float:
    """ROC area: the third rated highest against the third rated lowest."""
    low, high = np.quantile(rated, [1 / 3, 2 / 3])
    top, bottom = said[rated >= high], said[rated <= low]
    ranks = rankdata(np.concatenate([top, bottom]))
    n, m = len(top), len(bottom)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def agreement(said: Float64, rated: Float64) -> dict[str, Any]:
    """Both figures with their intervals."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(said), (N_RESAMPLES, len(said)))
    found = {}
    for name, measure in (("spearman", spearman), ("roc_auc", area)):
        values = [measure(said[rows], rated[rows]) for rows in drawn]
        low, high = np.quantile(values, [0.025, 0.975])
        found[name] = [round(v, 3) for v in (measure(said, rated), float(low), float(high))]
    return found


def within(said: Float64, rated: Float64, genre: NDArray[np.str_]) -> float:
    """Mean Spearman correlation inside the genres: what is left beyond telling genres apart."""
    parts = [spearman(said[genre == g], rated[genre == g]) for g in GENRES if (genre == g).any()]
    return round(float(np.mean(parts)), 3)


def answers(geometric: Float64, rated: Float64) -> dict[str, Any]:
    """What the analysis would answer for geometric means (n, 4), against the listeners' emotion."""
    sure, least = geometric.max(axis=1), EmotionEstimator().least_confidence
    theirs = (rated / rated.mean(axis=0)).argmax(axis=1)
    right, told = geometric.argmax(axis=1) == theirs, sure >= least
    return {
        "right_of_all": round(float(right.mean()), 3),
        "told": round(float(told.mean()), 3),
        "right_of_told": round(float(right[told].mean()), 3),
        "confidence_of_told": round(float(sure[told].mean()), 3),
    }


def gained(said: Float64, than: Float64, rated: Float64) -> list[float]:
    """By how much the mean Spearman of one (n, 4) is over another's, with its interval."""

    def mean(rows: Any, values: Float64) -> float:
        return float(np.mean([spearman(values[rows, i], rated[rows, i]) for i in range(4)]))

    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(said), (N_RESAMPLES, len(said)))
    each = [mean(rows, said) - mean(rows, than) for rows in (slice(None), *drawn)]
    return [round(float(v), 3) for v in (each[0], *np.quantile(each[1:], [0.025, 0.975]))]


def rows_of(said: Float64, rated: Float64, genre: NDArray[np.str_]) -> dict[str, Any]:
    """Per emotion; `said` and `rated` (n, 4)."""
    found = {}
    for i, label in enumerate(LABELS):
        inside = within(said[:, i], rated[:, i], genre)
        found[label] = {**agreement(said[:, i], rated[:, i]), "spearman_within_genres": inside}
    found["mean_spearman"] = round(float(np.mean([found[e]["spearman"][0] for e in LABELS])), 3)
    return found


# --------------------------------------------------------------------------- systems


def systems(model: Model, measured: Float64, level: Float64) -> dict[str, Float64]:
    """name → what it says of each clip (n, 4)."""
    place = {name: i for i, name in enumerate(mir.COLUMNS)}
    unscaled = np.clip(measured, mir.LOWEST, mir.HIGHEST).astype(np.float32)
    found = {
        "emotion model": model.probabilities(mir.scaled(measured)),
        "emotion model, measurements not scaled": model.probabilities(unscaled),
    }
    singles = {name: measured[:, place[column]] for name, column in SINGLE.items()}
    for name, values in {**singles, "loudness": level}.items():
        found[name] = np.stack([-values, values, -values, values], axis=1)
    return found


def audio_native(folder: Path, frames: Path, jobs: int, audio: Model, embedder: Model) -> Float64:
    """What the audio-native model says of each clip (n, 4)."""
    workshop = Workshop(frames, jobs=jobs)
    sounds = [Sound("emotify", path=str(path)) for path in clips(folder).values()]
    styles = derived(sounds, style, workshop)
    rows = []
    for sound, vector in zip(sounds, styles, strict=True):
        features = frames_of(sound, workshop.ear).features
        found = embedding.summed_up(embedding.embedding_of(features, embedder.network))
        rows.append(genre_input(vector, found))
    said = audio.probabilities(np.stack(rows))
    return np.stack([said[:, audio.card.labels.index(label)] for label in LABELS], axis=1)


def listened(folder: Path, frames: Path, jobs: int) -> tuple[list[Clip], Float64, Float64]:
    """The clips, measured rows (n, 37) and loudness (n,)."""
    ear = Ear(frames, jobs=jobs)
    sounds = {clip: Sound("emotify", path=str(p)) for clip, p in clips(folder).items()}
    for sound, failure in hear(list(sounds.values()), ear):
        print(f"{sound.name}: {failure.message}", file=sys.stderr)
    rows, level = [], []
    for sound in sounds.values():
        features = frames_of(sound, ear).features
        rows.append(mir.measured(features))
        level.append(features.loudness.lufs)
    return list(sounds), np.array(rows), np.array(level)


def main() -> None:
    """Run, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--frames", type=Path, required=True)
    parser.add_argument("--audio", type=Path)
    parser.add_argument("--embedding", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    wish = parser.parse_args()
    folder = wish.data / "emotify"
    tracks, measured, level = listened(folder, wish.frames, wish.jobs)
    known, model = ratings(folder), read_model(wish.model)
    rated = np.array([known[t] for t in tracks])
    genre = np.array([t[0] for t in tracks])
    said = systems(model, measured, level)
    means, gain = {"emotion model": said["emotion model"]}, None
    if wish.audio and wish.embedding:
        models = read_model(wish.audio), read_model(wish.embedding)
        native = audio_native(folder, wish.frames, wish.jobs, *models)
        both = agreed(np.stack([native, said["emotion model"]]))
        said["audio-native model"] = means["audio-native model"] = native
        said["both models"] = both / both.sum(axis=1, keepdims=True)
        means["both models"] = both
        gain = gained(said["both models"], said["emotion model"], rated)
        print(f"both models over the emotion model: {gain}")
    found = {name: rows_of(values, rated, genre) for name, values in said.items()}
    for name, row in found.items():
        cells = "  ".join(f"{e} {row[e]['spearman'][0]:+.2f}" for e in LABELS)
        print(f"{name:40} {cells}  mean {row['mean_spearman']:+.2f}")
    told = {name: answers(mean, rated) for name, mean in means.items()}
    first = list(means.values())[-1].argmax(axis=1)
    counts = {g: np.bincount(first[genre == g], minlength=4).tolist() for g in GENRES}
    print(told, counts)
    if wish.out:
        document = _document(
            model, len(tracks), found, {"told": told, "answers": counts, "gain": gain}
        )
        wish.out.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _document(model: Model, n: int, found: Any, more: Any) -> dict[str, Any]:
    return {
        "command": "python -m benchmarks.emotion_listeners --data DIR --model BUNDLE --frames DIR "
        "--audio BUNDLE --embedding BUNDLE",
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": {
            "mixolydian": mixolydian.__version__,
            "python": platform.python_version(),
        },
        "model": {"learner": model.card.learner, "weights": model.weights},
        "clips": n,
        "figures": "[value, low, high], 95 % bootstrap over clips",
        "systems": found,
        "mean_spearman_of_both_over_the_first": more["gain"],
        "told": more["told"],
        "answers_per_genre": {"labels": list(LABELS), **more["answers"]},
    }


if __name__ == "__main__":
    main()
