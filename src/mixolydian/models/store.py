"""The store: where a model is found by its name.

Two shelves (:mod:`~mixolydian.models.shelf`): the shipped one inside the package, and the
user's under $MIXOLYDIAN_HOME/models, which keeps every version. The user's current model comes
first; where there is none, the shipped one answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mixolydian.core.errors import ModelError
from mixolydian.models.bundle import Model, read_model, write_bundle
from mixolydian.models.card import Card
from mixolydian.models.shelf import Shelf

__all__ = ["WEIGHTS", "Installed", "Model", "Store", "read_model", "ship", "write_bundle"]

WEIGHTS = Path(__file__).parent / "weights"
"""The shipped shelf."""
OWN, SHIPPED = "own", "shipped"


@dataclass(frozen=True)
class Installed:
    """One version of a model: its `shelf` (own, shipped), whether it is `current` (the one that
    answers), and its card; or the `fault` that keeps it from being read."""

    name: str
    version: str
    shelf: str
    current: bool
    card: Card | None
    fault: str = ""


@dataclass(frozen=True)
class Store:
    """The models of a `home` folder, and the `shipped` ones behind them."""

    home: Path
    shipped: Path = WEIGHTS

    @property
    def own_shelf(self) -> Shelf:
        """The user's."""
        return Shelf(self.home / "models")

    @property
    def shipped_shelf(self) -> Shelf:
        """The package's."""
        return Shelf(self.shipped)

    def names(self) -> tuple[str, ...]:
        """Models of which one is current."""
        shelves = (self.own_shelf, self.shipped_shelf)
        return tuple(sorted({n for s in shelves for n, line in s.lines().items() if line.current}))

    def find(self, name: str) -> Model | None:
        """The current model of that name, None where there is none.

        Raises
        ------
        ModelError
            There is one, but it is damaged.
        """
        for shelf in (self.own_shelf, self.shipped_shelf):
            version = shelf.current(name)
            if version is not None:
                return shelf.model(name, version)
        return None

    def open(self, name: str) -> Model:
        """The current model of that name.

        Raises
        ------
        ModelError
            There is none, or it is damaged.
        """
        found = self.find(name)
        if found is None:
            known = ", ".join(self.names()) or "none"
            raise ModelError(
                f"{name}: no such model is in use (there are: {known}); make it (mixo train), and "
                "let it answer (mixo models --promote)"
            )
        return found

    def install(self, bundle: Path) -> str:
        """Copy a bundle to the user's shelf; its version. It is not current before promoted."""
        return self.own_shelf.install(bundle)[1]

    def promote(self, name: str, version: str) -> None:
        """Let an installed version answer from now on."""
        self.own_shelf.promote(name, version)

    def rollback(self, name: str) -> str | None:
        """Undo the last promotion; the version that answers now, None where none does."""
        return self.own_shelf.rollback(name) or self.shipped_shelf.current(name)

    def installed(self) -> tuple[Installed, ...]:
        """Every version on both shelves, by name; the user's first."""
        answered = {name for name, line in self.own_shelf.lines().items() if line.current}
        mine = _listed(self.own_shelf, OWN, set())
        theirs = _listed(self.shipped_shelf, SHIPPED, answered)
        return tuple(sorted([*mine, *theirs], key=lambda i: (i.name, i.shelf)))


def _listed(shelf: Shelf, kind: str, hidden: set[str]) -> list[Installed]:
    """What is on a shelf; `hidden` are models that another shelf answers for."""
    found = []
    for name, line in shelf.lines().items():
        for version in line.versions:
            current = name not in hidden and line.current[-1:] == (version,)
            card, fault = _card(shelf, name, version)
            found.append(Installed(name, version, kind, current, card, fault))
    return found


def _card(shelf: Shelf, name: str, version: str) -> tuple[Card | None, str]:
    try:
        return shelf.card(name, version), ""
    except ModelError as error:
        return None, str(error)


def ship(bundle: Path, weights: Path = WEIGHTS) -> str:
    """Put a bundle on the shipped shelf in place of the version before it; its version."""
    shelf = Shelf(weights)
    name, version = shelf.install(bundle)
    shelf.promote(name, version)
    shelf.keep_only(name, version)
    return version
