"""Per-piece scores in, figures with intervals and printed tables out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.scoring import MAIN, OUTCOME, TABLE, TARGETS
from benchmarks.truth import Piece
from mixolydian.evaluation.drops import pooled_f
from mixolydian.evaluation.reliability import reliability
from mixolydian.evaluation.significance import bootstrap_interval, paired_bootstrap


@dataclass(frozen=True)
class Row:
    """One piece as one system answered it."""

    piece: Piece
    scores: Mapping[str, Any]
    confidences: Mapping[str, float]
    shown: Mapping[str, str]
    """question → "truth → answer", for reading."""


Rows = Sequence[Row]


def figures(rows: Rows) -> dict[str, dict[str, float]]:
    """Score → mean with its 95 % interval over pieces; copies of a piece are drawn together."""
    result = {}
    for name, _ in TABLE:
        scored = [r for r in rows if name in r.scores]
        if scored:
            groups = [r.piece.group for r in scored]
            interval = bootstrap_interval([r.scores[name] for r in scored], groups=groups)
            result[name] = _rounded(asdict(interval))
    return result | _pooled_drops(rows) | _offsets(rows)


def _pooled_drops(rows: Rows) -> dict[str, dict[str, float]]:
    """Drops of all pieces in one pool, so pieces with many drops weigh more."""
    scored = [r.scores for r in rows if "drops.n_reference" in r.scores]
    total = sum(s["drops.n_reference"] + s["drops.n_estimate"] for s in scored)
    if not total:
        return {}
    return {
        f"drops.pooled_{t}": _rounded(
            {"mean": pooled_f(sum(s[f"drops.hits_{t}"] for s in scored), total, 0), "n": total}
        )
        for t in ("01", "05")
    }


def _offsets(rows: Rows) -> dict[str, dict[str, float]]:
    """Median grid offset over pieces, signed and absolute, in milliseconds."""
    offsets = [1000 * r.scores["beats.offset"] for r in rows if "beats.offset" in r.scores]
    if not offsets:
        return {}
    return {
        "beats.offset_ms": _rounded({"mean": float(np.median(offsets)), "n": len(offsets)}),
        "beats.abs_offset_ms": _rounded(
            {"mean": float(np.median(np.abs(offsets))), "n": len(offsets)}
        ),
    }


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}


def splits(rows: Rows) -> dict[str, list[Row]]:
    """ "clean", "degraded", each variant, and each style of the clean pieces."""
    result: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        piece = row.piece
        result["degraded" if piece.damaged else "clean"].append(row)
        if piece.variant != "clean":
            result[f"variant {piece.variant}"].append(row)
        if not piece.damaged:
            result[f"style {piece.style}"].append(row)
    return dict(sorted(result.items(), key=lambda item: (" " in item[0], item[0])))


def calibration(rows: Rows) -> dict[str, Any]:
    """Question → ECE, Brier score and AURC of the stated confidences."""
    result = {}
    for question, name in OUTCOME.items():
        told = [r for r in rows if question in r.confidences and name in r.scores]
        if told:
            found = reliability(
                [r.confidences[question] for r in told], [r.scores[name] for r in told]
            )
            result[question] = _rounded(asdict(found)) | {"outcome": name}
            result[question]["bins"] = [_rounded(b) for b in result[question]["bins"]]
    return result


def differences(ours: Rows, theirs: Rows) -> dict[str, Any]:
    """Score → ours − theirs over the same pieces, with its interval."""
    other = {r.piece.name: r for r in theirs}
    result = {}
    for name, _ in TABLE:
        both = [
            (r, other[r.piece.name])
            for r in ours
            if name in r.scores and name in getattr(other.get(r.piece.name), "scores", {})
        ]
        if both:
            found = paired_bootstrap(
                [a.scores[name] for a, _ in both],
                [b.scores[name] for _, b in both],
                groups=[a.piece.group for a, _ in both],
            )
            result[name] = _rounded(asdict(found)) | {"significant": found.significant}
    return result


def clean_differences(ours: Rows, theirs: Rows) -> dict[str, Any]:
    """Differences on the clean pieces (on all where none is clean)."""
    return differences(splits(ours).get("clean", ours), splits(theirs).get("clean", theirs))


# --------------------------------------------------------------------------- print


def print_table(split: str, systems: Mapping[str, Rows], show: Callable[[str], None]) -> None:
    """One split: a line per score, a column per system; ours with interval and target."""
    columns = {name: figures(rows) for name, rows in systems.items() if rows}
    names = list(columns)
    n = max(len(rows) for rows in systems.values())
    show(f"\n{split} ({n} pieces)")
    show(f"{'':28}{names[0]:>22}" + "".join(f"{name:>18}" for name in names[1:]) + "  target")
    for score, label in TABLE:
        if any(score in c for c in columns.values()):
            cells = [_cell(columns[name].get(score), name == names[0]) for name in names]
            target = f"  {TARGETS[score]:.2f}" if score in TARGETS else ""
            show(f"{label:28}" + "".join(cells) + target)
    for score, label in (("beats.offset_ms", "beat offset, ms"), ("beats.abs_offset_ms", "  |…|")):
        if any(score in c for c in columns.values()):
            means = [columns[name].get(score, {}).get("mean") for name in names]
            widths = [22] + [18] * (len(names) - 1)
            cells = [
                f"{'–' if m is None else f'{m:.1f}':>{w}}"
                for m, w in zip(means, widths, strict=True)
            ]
            show(f"{label:28}" + "".join(cells))


def _cell(figure: Mapping[str, float] | None, wide: bool) -> str:
    if figure is None:
        return f"{'–':>{22 if wide else 18}}"
    interval = f" [{figure['low']:.2f}, {figure['high']:.2f}]" if "low" in figure else ""
    return f"{figure['mean']:.3f}{interval}".rjust(22 if wide else 18)


def print_styles(rows: Rows, show: Callable[[str], None]) -> None:
    """Main scores of each style and each damage, one line each."""
    names = [(q, s) for q, s in MAIN.items() if any(s in r.scores for r in rows)]
    show(f"\n{'':24}{'n':>4}" + "".join(f"{q:>10}" for q, _ in names))
    for split, members in splits(rows).items():
        if " " in split:
            means = [[r.scores[s] for r in members if s in r.scores] for _, s in names]
            cells = [f"{np.mean(v):10.2f}" if v else f"{'–':>10}" for v in means]
            show(f"{split:24}{len(members):4}" + "".join(cells))


def print_calibration(rows: Rows, show: Callable[[str], None]) -> None:
    """ECE and Brier score of each question's confidence."""
    found = calibration(rows)
    if found:
        show(
            f"\n{'confidence':12}{'n':>5}{'stated':>9}{'right':>8}{'ECE':>8}{'Brier':>8}{'AURC':>8}"
        )
    for question, c in found.items():
        cells = [c[k] for k in ("confidence", "accuracy", "ece", "brier", "aurc")]
        show(f"{question:12}{c['n']:5}" + "".join(f"{x:8.3f}" for x in cells))


def print_worst(
    rows: Rows, count: int, questions: Iterable[str], show: Callable[[str], None]
) -> None:
    """The `count` lowest pieces of each question, with truth and answer."""
    for question in questions:
        name = MAIN[question]
        scored = sorted((r for r in rows if name in r.scores), key=lambda r: r.scores[name])
        show(f"\nworst {question} ({name})")
        for row in scored[:count]:
            told = row.confidences.get(question)
            sure = "  –  " if told is None else f"{told:.2f} "
            show(f"  {row.scores[name]:.2f} (sure {sure}) {row.piece.name}: {row.shown[question]}")
