"""Fit the coefficients of tempo and metre: writes mixolydian/estimators/templates.py.

``python -m benchmarks.fit_templates --crates dev=DIR,1.0 pop=DIR,0.4 --cross-validate 4``

Three conditional logits (McFadden, "Conditional logit analysis of qualitative choice
behavior", 1974), each a choice among what the estimators themselves would choose among:

1. the bar template: which of 16 phases of a 4/4 bar is the downbeat, on the true beats;
2. the tempo's first look: which of all candidate tempi is right;
3. its second look: which of the shortlist, now with the bar template on each one's grid.

A family of crates has a weight, shared by its pieces, so that many pieces of one kind do not
outvote few of another. The squared coefficients are penalised; nothing is random but the
folds. Choices are right within 3 % of the true tempo, and scored within 4 % (Accuracy1).
"""

from __future__ import annotations

import argparse
import runpy
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.fit_terms import Example, Terms, examples
from mixolydian.core.types import Tempo
from mixolydian.estimators import metre, tempo
from mixolydian.evaluation.tempo import evaluate

PENALTIES = (0.003, 0.003, 0.001)
"""Of the squared coefficients: bar template, first and second look at the tempo."""
RIGHT = 0.03
"""A candidate this near the true tempo is right."""
CHECK_TOLERANCE = 0.05
"""By how much coefficients fitted anew may differ in --check (renderings differ in rounding)."""
TARGET = Path("src/mixolydian/estimators/templates.py")

Float = NDArray[np.floating[Any]]
Choice = tuple[Float, NDArray[np.bool_]]
"""(options, terms) and which options are right."""


@dataclass(frozen=True, eq=False)
class Templates:
    """The fitted coefficients, as templates.py lists them."""

    bar: NDArray[np.float64]
    """(len(EVIDENCE) * 16,)"""
    first: NDArray[np.float64]
    """(n,) of ``tempo.describe``"""
    second: NDArray[np.float64]
    """(4,) of ``metre.fit``"""


# ---------------------------------------------------------------- the conditional logit
def fit_logit(choices: Sequence[Choice], weights: Float, penalty: float) -> NDArray[np.float64]:
    """Coefficients (n,) that make the right options of `choices` most likely.

    Minimises −Σ weight · log P(a right option) + penalty · |coefficients|².
    """

    terms = np.concatenate([terms for terms, _ in choices])
    right = np.concatenate([right for _, right in choices])
    sizes = np.array([len(right) for _, right in choices])
    first = np.cumsum(sizes) - sizes

    def per_option(values: Float) -> Float:
        return np.repeat(values, sizes)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        utility = terms @ w
        odds = np.exp(utility - per_option(np.maximum.reduceat(utility, first)))
        probability = odds / per_option(np.add.reduceat(odds, first))
        share = np.add.reduceat(probability * right, first) + 1e-12
        pull = probability * (1 - right / per_option(share)) * per_option(weights)
        total = penalty * float(w @ w) - float(weights @ np.log(share))
        return total, 2 * penalty * w + pull @ terms

    start = np.zeros(terms.shape[1])
    options = {"maxiter": 5000, "maxfun": 10000, "ftol": 1e-12, "gtol": 1e-7}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x)


def piece_weights(pieces: Sequence[Example], families: Mapping[str, float]) -> NDArray[np.float64]:
    """Each family's weight shared by its pieces; (n,) summing to 1."""
    counts = Counter(p.family for p in pieces)
    weights = np.array([families[p.family] / counts[p.family] for p in pieces])
    return weights / weights.sum()


# ---------------------------------------------------------------- the three stages
def fit_templates(pieces: Sequence[Example], families: Mapping[str, float]) -> Templates:
    """All three stages on `pieces`."""
    bar = fit_bar(pieces, families)
    first = fit_first(pieces, families)
    second = fit_second(pieces, families, bar, first)
    return Templates(bar, first * second[0], second[1:])


def fit_bar(pieces: Sequence[Example], families: Mapping[str, float]) -> NDArray[np.float64]:
    """The bar template (len(EVIDENCE) * 16,), from the pieces in 4/4."""
    barred = [p for p in pieces if len(p.terms.bar)]
    downbeat = np.arange(metre.SLOTS_PER_BEAT * 4) == 0
    choices = [(metre.rotations(p.terms.bar), downbeat) for p in barred]
    return fit_logit(choices, piece_weights(barred, families), PENALTIES[0])


def fit_first(pieces: Sequence[Example], families: Mapping[str, float]) -> NDArray[np.float64]:
    """Coefficients (n,) of the first look; terms are penalised in units of their spread."""
    spread = np.concatenate([p.terms.first for p in pieces]).std(axis=0) + 1e-6
    answerable = [p for p in pieces if right(p).any()]
    choices = [(p.terms.first / spread, right(p)) for p in answerable]
    return fit_logit(choices, piece_weights(answerable, families), PENALTIES[1]) / spread


def fit_second(
    pieces: Sequence[Example], families: Mapping[str, float], bar: Float, first: Float
) -> NDArray[np.float64]:
    """Coefficients (5,) of the second look: of the first look's score, then of ``metre.fit``."""
    listed = [(p, shortlist(p.terms, first)) for p in pieces]
    listed = [(p, best) for p, best in listed if right(p)[best].any()]
    choices = [(second_terms(p.terms, bar, first)[best], right(p)[best]) for p, best in listed]
    return fit_logit(choices, piece_weights([p for p, _ in listed], families), PENALTIES[2])


def right(piece: Example) -> NDArray[np.bool_]:
    """Which candidates (k,) are the true tempo."""
    return np.asarray(np.abs(piece.terms.bpms / piece.bpm - 1) < RIGHT)


def shortlist(terms: Terms, first: Float) -> NDArray[np.int64]:
    """Candidates whose bar template is tried, as in ``tempo.choose``."""
    return np.argsort(-(terms.first @ first), kind="stable")[: tempo.SHORTLIST]


def second_terms(terms: Terms, bar: Float, first: Float) -> NDArray[np.float64]:
    """(k, 5): the first look's score, the bar template at its best phase, `terms.second`."""
    fits = [float((metre.rotations(e) @ bar).max()) for e in terms.bars]
    return np.column_stack([terms.first @ first, fits, terms.second])


# ---------------------------------------------------------------- how well they do
def chosen_tempo(terms: Terms, t: Templates) -> float | None:
    """The tempo in BPM that ``tempo.choose`` would put first; None without a candidate."""
    if len(terms.bpms) == 0:
        return None
    best = shortlist(terms, t.first)
    final = second_terms(terms, t.bar, t.first)[best] @ np.array([1.0, *t.second])
    return float(terms.bpms[best[int(final.argmax())]])


def scores(piece: Example, t: Templates) -> dict[str, float]:
    """Score → 0 or 1 of one piece; "downbeat" only where it has a 4/4 bar."""
    bpm = chosen_tempo(piece.terms, t)
    found = evaluate(Tempo(piece.bpm, ()), None if bpm is None else Tempo(bpm, ()))
    result = {"Accuracy1": found.accuracy1, "Accuracy2": found.accuracy2}
    if len(piece.terms.bar):
        phase = int((metre.rotations(piece.terms.bar) @ t.bar).argmax())
        result |= {"beat": float(phase % metre.SLOTS_PER_BEAT == 0), "downbeat": float(phase == 0)}
    return result


def folds(pieces: Sequence[Example], n: int) -> Iterator[tuple[list[Example], list[Example]]]:
    """`n` times (training, held out); copies of one piece are held out together."""
    groups = sorted({p.group for p in pieces})
    order = np.random.default_rng(1).permutation(len(groups))
    fold_of = {groups[int(g)]: i % n for i, g in enumerate(order)}
    for k in range(n):
        held_out = [p for p in pieces if fold_of[p.group] == k]
        yield [p for p in pieces if fold_of[p.group] != k], held_out


def families_left_out(
    pieces: Sequence[Example],
) -> Iterator[tuple[list[Example], list[Example]]]:
    """Once per family: (all others, the family)."""
    for family in sorted({p.family for p in pieces}):
        others = [p for p in pieces if p.family != family]
        yield others, [p for p in pieces if p.family == family]


def held_out_scores(
    splits: Iterable[tuple[list[Example], list[Example]]], families: Mapping[str, float]
) -> list[tuple[str, dict[str, float]]]:
    """(family, scores) of every held-out piece, with coefficients that never saw it."""
    found = []
    for training, held_out in splits:
        t = fit_templates(training, families)
        found += [(p.family, scores(p, t)) for p in held_out]
    return found


def table(title: str, rows: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """Mean scores per family, as text."""
    names = ("Accuracy1", "Accuracy2", "beat", "downbeat")
    lines = [title, f"  {'family':12}{'pieces':>8}" + "".join(f"{n:>11}" for n in names)]
    for family in sorted({f for f, _ in rows}):
        mine = [s for f, s in rows if f == family]
        means = [[s[n] for s in mine if n in s] for n in names]
        cells = "".join(f"{np.mean(m):>11.3f}" if m else f"{'–':>11}" for m in means)
        lines.append(f"  {family:12}{len(mine):>8}{cells}")
    return "\n".join(lines)


# ---------------------------------------------------------------- the file
HEAD = '''"""Coefficients of the two conditional logits behind tempo and metre, listed in full.

They are the only numbers here that were fitted to music: on rendered electronic and pop
pieces, on human drum performances (Groove MIDI, CC BY 4.0) and on electronic projects,
by ``python -m benchmarks.fit_templates`` (docs/decisions/0004-templates-fitted-on-music.md).
They are knowledge of how bars are usually built, in the same sense as key profiles are, and
small enough to read: kick on one, backbeats on two and four, chords and textures that change
on the bar line, music that enters on it.
"""

# fmt: off
'''
FIRST_LAYOUT = (
    ("autocorrelation of all bands at 1/4, 1/3, 1/2, 2/3, 1, 3/2, 2, 3 and 4 beats", 9, 1),
    ("autocorrelation of each of five bands at 1/2, 1, 2 and 4 beats", 4, 5),
    ("octaves from 120 BPM: value, square, |cube|", 3, 1),
    ("log2 of onsets per beat, its square: all bands, kick, snare and hat registers", 8, 1),
    ("octaves from 120 BPM times sub-bass, air and dynamics", 3, 1),
)
"""(what, values per line, lines) of TEMPO_FIRST, in the order of ``tempo.describe``."""
BAR_LAYOUT = (
    (
        "rows: mixolydian.estimators.metre.EVIDENCE; two lines of eight sixteenths each",
        8,
        2 * len(metre.EVIDENCE),
    ),
)
SECOND_LAYOUT = (
    (
        "mixolydian.estimators.metre.fit: "
        "template, steadiness, log agreement of beat, of sixteenths",
        4,
        1,
    ),
)


def _constant(name: str, values: Float, layout: Sequence[tuple[str, int, int]]) -> str:
    expected = sum(width * lines for _, width, lines in layout)
    if expected != len(values):
        raise SystemExit(f"{name}: expected {expected} terms as laid out here, found {len(values)}")
    rest = iter(values)
    text = [f"{name} = ("]
    for what, width, lines in layout:
        text.append(f"    # {what}")
        for _ in range(lines):
            text.append("    " + " ".join(f"{next(rest):.3f}," for _ in range(width)))
    return "\n".join([*text, ")"])


def source_text(t: Templates) -> str:
    """The whole of templates.py."""
    constants = [
        _constant("BAR", t.bar, BAR_LAYOUT),
        _constant("TEMPO_FIRST", t.first, FIRST_LAYOUT),
        _constant("TEMPO_SECOND", t.second, SECOND_LAYOUT),
    ]
    return HEAD + "\n\n".join(constants) + "\n# fmt: on\n"


def difference(t: Templates, path: Path) -> float:
    """The largest difference of any coefficient between `t` and the file at `path`."""
    listed = runpy.run_path(str(path))
    pairs = (("BAR", t.bar), ("TEMPO_FIRST", t.first), ("TEMPO_SECOND", t.second))
    lengths = {name: (len(listed[name]), len(values)) for name, values in pairs}
    if any(a != b for a, b in lengths.values()):
        return float("inf")
    return max(float(np.abs(np.array(listed[name]) - values).max()) for name, values in pairs)


# ---------------------------------------------------------------- the command
def family_crate(text: str) -> tuple[str, Path, float | None]:
    """`family=DIR` or `family=DIR,weight`."""
    family, sign, rest = text.partition("=")
    folder, comma, weight = rest.rpartition(",")
    if not (sign and family and rest):
        raise argparse.ArgumentTypeError(f"expected family=DIR or family=DIR,weight, found {text}")
    return (family, Path(folder), float(weight)) if comma else (family, Path(rest), None)


def family_weights(crates: Sequence[tuple[str, Path, float | None]]) -> dict[str, float]:
    """Family → weight: the one given with any of its crates, else 1."""
    given = {family: weight for family, _, weight in crates if weight is not None}
    return {family: given.get(family, 1.0) for family, _, _ in crates}


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--crates", type=family_crate, nargs="+", required=True, metavar="FAMILY=DIR[,WEIGHT]",
        help="crates to fit on; a family may have several, its weight is given once",
    )  # fmt: skip
    parser.add_argument("--cache", type=Path, help="folder to keep the pieces' terms in")
    parser.add_argument("--cross-validate", type=int, metavar="K", help="score in K folds first")
    parser.add_argument(
        "--leave-families-out", action="store_true", help="score each family untrained on it"
    )
    parser.add_argument("--check", action="store_true", help="compare with --out, write nothing")
    parser.add_argument("--out", type=Path, default=TARGET)
    return parser.parse_args(argv)


def load(options: argparse.Namespace) -> list[Example]:
    """Every piece of every crate."""
    pieces: list[Example] = []
    for family, folder, _ in options.crates:
        pieces += examples(family, folder, options.cache)
        print(f"{family}: {folder.name}, {len(pieces)} pieces so far", file=sys.stderr)
    return pieces


def main(argv: list[str] | None = None) -> int:
    """Fit, score and write; with --check returns 1 where the file differs from the fit."""
    options = _arguments(argv)
    families = family_weights(options.crates)
    pieces = load(options)
    if options.cross_validate:
        rows = held_out_scores(folds(pieces, options.cross_validate), families)
        print(table(f"held out, {options.cross_validate} folds", rows))
    if options.leave_families_out:
        print(table("family left out", held_out_scores(families_left_out(pieces), families)))
    t = fit_templates(pieces, families)
    print(table("fitted on all of these", [(p.family, scores(p, t)) for p in pieces]))
    if options.check:
        gap = difference(t, options.out)
        print(f"largest difference from {options.out.name}: {gap:.4f}")
        return int(gap > CHECK_TOLERANCE)
    options.out.write_text(source_text(t), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
