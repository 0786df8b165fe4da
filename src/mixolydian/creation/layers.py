"""Layers: which stems a section of a kind has, and from where to where.

A layer is a stem of `names.STEMS`, or `roll` or `riser`. Layers come in and go out at
fixed shares of a section's length, so that a DJ finds beats to mix at both ends of a piece
and a listener hears something new every eight bars; more energy never takes a layer away.
"""

from __future__ import annotations

from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.genres.base import Genre

BEAT = ("kick", "snare", "hats", "bass")
FULL_BEAT = frozenset(BEAT)

Shares = tuple[str, float, float]
"""(layer, share of the section at which it comes in, share at which it is gone)."""


def layer_shares(
    brief: Brief, label: str, number: int, energy: float, owned: frozenset[str], follows: str
) -> list[Shares]:
    """The layers of a section of `label`, the `number`-th of its kind, before one of `follows`;
    `owned` are the optional layers the piece has. Something plays from the first bar on."""
    rows = _by_label(brief, label, number, energy, owned, follows)
    earliest = min(start for _, start, _ in rows)
    return [(x, 0.0 if start == earliest else start, end) for x, start, end in rows]


def _by_label(
    brief: Brief, label: str, number: int, energy: float, owned: frozenset[str], follows: str
) -> list[Shares]:
    genre = GENRES[brief.genre]
    soft = brief.random("soft intro").random() < genre.soft_intro
    if genre.form == "ambient":
        return _ambient(label, energy, owned)
    if label == "intro":
        return _intro(genre, owned, soft, energy)
    if label == "outro":
        return _outro(owned, energy)
    if label == "buildup":
        return _buildup(brief, number, owned)
    if label == "breakdown":
        return _breakdown(owned, energy, follows)
    if label == "bridge":
        return _bridge(owned, energy)
    if label == "verse":
        return _verse(owned, energy)
    return _full(owned, energy, number)


def _whole(*layers: str) -> list[Shares]:
    return [(layer, 0.0, 1.0) for layer in layers]


def _some(owned: frozenset[str], energy: float, order: tuple[str, ...]) -> list[Shares]:
    """As many of `order` (most wanted first) as the energy calls for."""
    count = round(energy * len(order) + 0.25)
    return [(x, 0.0, 1.0) for x in order[:count] if x in owned or x in FULL_BEAT]


def _only(owned: frozenset[str], rows: list[Shares]) -> list[Shares]:
    """The rows whose layer the piece owns or always has."""
    always = FULL_BEAT | {"roll", "riser"}
    return [row for row in rows if row[0] in owned or row[0] in always]


def _intro(genre: Genre, owned: frozenset[str], soft: bool, energy: float) -> list[Shares]:
    """Beats for the DJ, one layer more at each quarter; or a beatless opening."""
    if genre.form == "song":
        start = 0.0 if energy > 0.5 else 0.5
        beat = [(x, start, 1.0) for x in ("kick", "hats")]
        return _only(owned, [("chords", 0.0, 1.0), ("pad", 0.5, 1.0), *beat])
    if soft:
        rows = [
            ("pad", 0.0, 1.0), ("texture", 0.0, 1.0), ("chords", 0.25, 1.0),
            ("arpeggio", 0.5, 1.0), ("hats", 0.5, 1.0), ("percussion", 0.75, 1.0),
        ]  # fmt: skip
        return _only(owned, rows)
    early = energy > 0.55
    rows = [
        ("kick", 0.0, 1.0), ("texture", 0.0, 1.0), ("hats", 0.0 if early else 0.25, 1.0),
        ("percussion", 0.5, 1.0), ("snare", 0.25 if early else 0.5, 1.0), ("arpeggio", 0.75, 1.0),
    ]  # fmt: skip
    if energy > 0.3:
        rows.append(("bass", 0.75, 1.0))
    return _only(owned, rows)


def _outro(owned: frozenset[str], energy: float) -> list[Shares]:
    """The intro's way back: the kick stays longest."""
    rows = [
        ("kick", 0.0, 1.0), ("hats", 0.0, 1.0), ("snare", 0.0, 0.75), ("percussion", 0.0, 0.75),
        ("bass", 0.0, 0.5), ("texture", 0.0, 1.0), ("pad", 0.0, 0.5),
    ]  # fmt: skip
    if energy < 0.25:
        rows = [row for row in rows if row[0] not in ("snare", "percussion")]
    return _only(owned, rows)


def _bridge(owned: frozenset[str], energy: float) -> list[Shares]:
    """Harmony without a beat; an arpeggio where there is nothing else."""
    rows = _only(owned, _whole("chords", "pad", "texture"))
    if not owned & {"chords", "pad"}:
        rows += _whole("arpeggio")
    return rows + _some(owned, energy, ("hats", "percussion"))


def _verse(owned: frozenset[str], energy: float) -> list[Shares]:
    order = ("chords", "percussion", "arpeggio", "vocal", "texture", "pad", "lead")
    return _whole("kick", "snare", "hats", "bass") + _some(owned, energy, order)


def _full(owned: frozenset[str], energy: float, number: int) -> list[Shares]:
    """A drop or a chorus: the whole beat and, by its energy, all that the piece has.

    The first one keeps something back for its second half; later ones start with it."""
    order = ("chords", "lead", "percussion", "arpeggio", "pad", "vocal", "texture")
    rows = _some(owned, energy, order)
    late = {"arpeggio", "vocal"} if number == 1 else {"vocal"}
    rows = [(x, 0.5 if x in late else start, end) for x, start, end in rows]
    return _whole(*BEAT) + rows


def _buildup(brief: Brief, number: int, owned: frozenset[str]) -> list[Shares]:
    """Tension: rolls and a riser, the bass gone; the kick stops before the drop."""
    pick = brief.random("buildup").random()
    rows = [("chords", 0.0, 1.0), ("arpeggio", 0.0, 1.0), ("pad", 0.0, 1.0)]
    rows += [("roll", 0.0, 1.0), ("riser", 0.0, 1.0)]
    if pick < 0.45:
        rows.append(("kick", 0.0, 0.75))
    if pick > 0.3:
        rows.append(("hats", 0.0, 1.0))
    if number > 1:
        rows.append(("vocal", 0.5, 1.0))
    if pick > 0.6:
        rows.append(("lead", 0.5, 1.0))
    return _only(owned, rows)


def _breakdown(owned: frozenset[str], energy: float, follows: str) -> list[Shares]:
    """The beat rests; harmony and the hook come forward, and grow towards what follows."""
    rows = [("pad", 0.0, 1.0), ("chords", 0.0, 1.0), ("texture", 0.0, 1.0), ("vocal", 0.0, 1.0)]
    rows += [("arpeggio", 0.25, 1.0), ("lead", 0.5 if follows == "buildup" else 0.25, 1.0)]
    if energy > 0.45:
        rows.append(("percussion", 0.5, 1.0))
    return _only(owned, rows)


def _ambient(label: str, energy: float, owned: frozenset[str]) -> list[Shares]:
    """No beat to wait for: layers swell in and out over a pad."""
    rows = [("pad", 0.0, 1.0), ("texture", 0.0, 1.0)]
    if label in ("intro", "outro"):
        inside = (0.5, 1.0) if label == "intro" else (0.0, 0.5)
        rows += [("arpeggio", *inside), ("chords", *inside)]
    else:
        rows += [("arpeggio", 0.0, 1.0), ("chords", 0.0, 1.0), ("lead", 0.25, 1.0)]
    if label in ("verse", "chorus", "drop"):
        rows += [("bass", 0.0, 1.0), ("percussion", 0.0, 1.0), ("hats", 0.25, 1.0)]
        rows += [("kick", 0.0, 1.0)] if energy > 0.5 else []
    if label in ("chorus", "drop"):
        rows += [("vocal", 0.5, 1.0), ("snare", 0.25, 1.0)]
    return _only(owned, rows)
