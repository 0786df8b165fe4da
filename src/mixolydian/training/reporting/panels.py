"""The parts of a report's page, each from the facts it shows; one without facts is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mixolydian.training.reporting import charts, curves, tables
from mixolydian.training.reporting.words import (
    METRICS,
    duration,
    escape,
    interval,
    number,
    percent,
    size,
)

Facts = Mapping[str, Any]


def panel(title: str, inside: str, note: str = "", kind: str = "") -> str:
    """A box with a title; nothing where there is nothing inside."""
    if not inside:
        return ""
    small = f'<p class="note">{note}</p>' if note else ""
    return f'<section class="box {kind}"><h3>{title}</h3>{inside}{small}</section>'


def key(*entries: tuple[str, str]) -> str:
    """What the colours of a picture mean: (class of the colour, words)."""
    return "".join(
        f'<span class="key"><i class="{kind}"></i>{words}</span>' for kind, words in entries
    )


def headline(report: Facts) -> str:
    """The figures one looks for first."""
    name, first = next(iter(report["tests"].items()))
    metric = report["learning_curve"]["metric"]
    base = report["card"]["baseline"].get(name, {}).get("values", {})
    values, around = first["scores"]["values"], first["scores"]["intervals"]
    cost = report["cost"]
    ece = f"{number(first['raw']['ece'])} before calibration"
    cards = [
        _figure(METRICS.get(metric, metric), values[metric], around[metric], base.get(metric)),
        _figure("accuracy", values["accuracy"], around["accuracy"], base.get("accuracy")),
        _figure("ROC area", values["roc_auc"], around["roc_auc"], base.get("roc_auc")),
        _card("calibration (ECE)", number(values["ece"]), ece),
        _card(
            "time",
            f"{number(cost['single_ms'], 2)} ms",
            f"an example; {number(cost['batch_ms'], 3)} ms in batches of {cost['batch']}",
        ),
        _card("size", size(cost["model_bytes"]), f"made in {duration(report['seconds'])}"),
    ]
    return f'<div class="cards">{"".join(cards)}</div>'


def _figure(
    name: str, value: float | None, around: Sequence[float | None], base: float | None
) -> str:
    theirs = "" if base is None else f"<br>baseline {number(base)}"
    return _card(name, number(value), f"{interval(around)}{theirs}", "main")


def _card(name: str, value: str, beside: str, kind: str = "") -> str:
    return (
        f'<div class="card {kind}"><h3>{name}</h3><div class="big">{value}</div>'
        f'<p class="note">{beside}</p></div>'
    )


def training(report: Facts) -> str:
    """How it learnt: over data size and over epochs."""
    curve = report["learning_curve"]
    more = panel(
        "More data, better scores?",
        curves.learning(curve) or f"<p>{escape(curve['note'])}</p>" * bool(curve["note"]),
        escape(curve["note"])
        or "Fitted again on nested parts of the training data; the last point is the model itself.",
    )
    epochs = panel(
        "Loss per epoch",
        curves.loss(report["history"]),
        key(("a", "training"), ("b", "validation; its best epoch is marked")),
    )
    return _pair(more, epochs)


def judged(test: Facts) -> str:
    """One test set: what is taken for what, whether it can be believed, where it fails."""
    return (
        _pair(_confusion(test["scores"]), _classes(test["scores"]))
        + _pair(_reliability(test), _risk(test), _doubt(test))
        + _hearing(test)
        + _thresholds(test)
    )


def _pair(*boxes: str) -> str:
    there = [box for box in boxes if box]
    return f'<div class="pair">{"".join(there)}</div>' if there else ""


def _confusion(found: Facts) -> str:
    if not found["exclusive"]:
        return panel("Right and wrong", tables.counts(found["labels"], found["confusion"]))
    note = "Rows are the truth, columns the answer; shaded by the share of the row."
    return panel(
        "What is taken for what", charts.confusion(found["labels"], found["confusion"]), note
    )


def _classes(found: Facts) -> str:
    absent = ", ".join(found["absent"])
    left = f" Not in this test set, left out of means: {escape(absent)}." if absent else ""
    rows = [row for row in found["per_class"] if row["support"]]
    note = key(("a", "precision"), ("b", "recall"), ("c", "F1")) + f"with 95 % intervals.{left}"
    return panel("Each label", charts.classes(rows), note)


def _reliability(test: Facts) -> str:
    before, after = test["raw"]["ece"], test["scores"]["values"]["ece"]
    note = key(
        ("a", f"calibrated, ECE {number(after)}"),
        ("b", f"before, ECE {number(before)}"),
        ("crowd", "answers per tenth"),
    )
    return panel(
        "Can its probabilities be believed?", curves.reliability(test["reliability"]), note
    )


def _risk(test: Facts) -> str:
    curve = test["risk_coverage"]
    note = f"Area {number(curve['area'])}. {_at(curve, 0.5)}{_at(curve, 0.8)}{_at(curve, 1.0)}"
    return panel("Answering only when sure", curves.risk(curve), note)


def _at(curve: Facts, share: float) -> str:
    """What is wrong of the surest share."""
    i = min(range(len(curve["coverage"])), key=lambda k: abs(curve["coverage"][k] - share))
    wrong = 100 * curve["risk"][i]
    return f"Of the surest {percent(share)}, {number(wrong, 1)} % are wrong. "


def _doubt(test: Facts) -> str:
    found = test["uncertainty"]
    if found is None:
        return ""
    note = (
        f"Tells wrong answers from right ones with AUROC {number(found['auroc_spread'])}; "
        f"the stated probability alone with {number(found['auroc_confidence'])}."
    )
    return panel("Does it know what it does not know?", curves.doubt(found["parts"]), note)


def _hearing(test: Facts) -> str:
    note = (
        "A rendered sound's name holds its source, seed and number, from which it is rendered "
        "again to be listened to; a path is a file."
    )
    wrong = panel("Most surely wrong", tables.examples(test["wrong"]) if test["wrong"] else "")
    doubtful = panel("Most doubtful", tables.examples(test["doubtful"]), note)
    return wrong + doubtful


def _thresholds(test: Facts) -> str:
    note = "Chosen on the validation part, judged here; 95 % intervals."
    inside = tables.thresholds(test["thresholds"])
    return (
        f'<details class="box"><summary>Thresholds for a wanted precision or recall</summary>'
        f'{inside}<p class="note">{note}</p></details>'
    )


def inputs(report: Facts) -> str:
    """The map and what counts most."""
    found, names = report["map"], report["card"]["labels"]
    colours = "".join(
        f'<span class="key"><i style="background:hsl({charts.hue(i, len(names)):.0f} 62% 52%)"></i>'
        f"{escape(name)}</span>"
        for i, name in enumerate(names)
    )
    of = f" of {found['of']}" if found["of"] > found["n"] else ""
    drawn = f"{found['method']} of {found['n']}{of} test examples; rings were answered wrongly."
    note = f"{colours}<br>{drawn}"
    plot = panel("Map of the inputs", charts.scatter(found["points"], names), note)
    rows = report["importances"]
    counts = panel("What counts most", charts.importances(rows) if rows else "")
    return _pair(plot, counts)


def about(card: Facts, cost: Facts) -> str:
    """Where the model comes from, for who wants to make it again."""
    settings = ", ".join(f"{k} = {v}" for k, v in card["settings"].items()) or "none"
    rows = [
        ["made by", f"<code>{escape(card['command'])}</code>"],
        ["learner", escape(f"{card['learner']} ({settings})")],
        ["fed with", escape(f"{card['inputs']}, {' × '.join(map(str, card['input_shape']))}")],
        ["calibration", escape(card["calibration"].get("kind", "none"))],
        ["data", "<br>".join(escape(line) for line in card["data"]) or "–"],
        ["not for", "<br>".join(escape(line) for line in card["not_for"]) or "–"],
        ["sizes", escape(", ".join(f"{k} {v}" for k, v in card["sizes"].items()))],
        ["peak memory", f"{size(cost['run_peak_bytes'])} (the whole run)"],
        ["sha256", f"<code>{escape(card['weights'] or '–')}</code>"],
    ]
    return panel("How it was made", tables.table(["", ""], rows, "about"))
