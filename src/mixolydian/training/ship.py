"""Put a trained model into the package: ``python -m mixolydian.training.ship NAME RUN``.

RUN is the folder of a run of the recipe NAME. The model goes through the gate beside the one
that ships now; recipes whose data's licences forbid it, and weights beyond the package's
budget, are refused. The files land in the package's own folder, ready to be committed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from mixolydian.core.errors import MixolydianError, RequestError
from mixolydian.models.bundle import read_model
from mixolydian.models.shelf import Shelf
from mixolydian.models.store import WEIGHTS, ship
from mixolydian.training.gate import Check, refuse_unfit
from mixolydian.training.recipe import recipe

BUDGET = 10_000_000
"""bytes of all shipped weights together."""


def shipped(name: str, bundle: Path, weights: Path = WEIGHTS) -> tuple[str, tuple[Check, ...]]:
    """Ship the model of a run; its version and what it has passed.

    Raises
    ------
    RequestError
        It is another model, may not ship, or all weights together become too large.
    ModelError
        It is damaged, or does not pass the gate.
    """
    card = read_model(bundle).card
    if card.name != name:
        raise RequestError(f"{bundle}: expected the model {name}, found {card.name}")
    if not recipe(name).ships:
        raise RequestError(f"{name}: the licences of its data do not let the weights ship")
    if own := card.facts.get("own_examples"):
        raise RequestError(
            f"{name}: {own} examples are from somebody's own library; train it without (another "
            "MIXOLYDIAN_HOME) to ship it"
        )
    shelf = Shelf(weights)
    _keep_budget(shelf, name, card.bytes)
    now = shelf.current(name)
    passed = refuse_unfit(card, None if now is None else shelf.card(name, now))
    return ship(bundle, weights), passed


def _keep_budget(shelf: Shelf, name: str, size: int) -> None:
    others = {n: line for n, line in shelf.lines().items() if n != name}
    total = size + sum(e.bytes for line in others.values() for e in line.versions.values())
    if total > BUDGET:
        raise RequestError(
            f"{name}: all shipped weights would take {total / 1e6:.1f} MB, at most "
            f"{BUDGET / 1e6:.0f} MB may; make a smaller model"
        )


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    if len(arguments) != 2:
        print("python -m mixolydian.training.ship NAME RUN", file=sys.stderr)
        return 2
    try:
        version, passed = shipped(arguments[0], Path(arguments[1]))
    except MixolydianError as error:
        print(f"ship: {error}", file=sys.stderr)
        return error.exit_code
    for check in passed:
        print(f"{check.name}: {check.found}")
    print(f"{arguments[0]} {version} ships from now on")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
