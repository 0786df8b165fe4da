"""Settings: decisions that a user takes out of the seed's hands, one path each.

A path is ``part.what`` for the whole piece (``bass.pattern``) or ``section.part.what`` for
one section (``drop2.bass.pattern``). Values are text.

======================  ===========================================================
path                    value
======================  ===========================================================
``PART.voice``          a voice, for the pitched parts
``PART.octave``         -2 … 2, for the pitched parts
``PART.cutoff``         -3 … 3 octaves on the voice's filter
``STEM.gain``           -36 … 12 dB
``STEM.mute``           on or off; also per section
``bass.pattern``        riff in the letters of a bass idiom, bars divided by ``|``
``chords.pattern``      rhythm in the letters of a groove, or hold
``lead.pattern``        rhythm of the hook in the letters of a groove
``LANE.pattern``        drum lane in the letters of a groove
``drums.kit``           a drum kit
``SECTION.energy``      0 … 10
``SECTION.progression`` Roman numerals, as in a brief
======================  ===========================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mixolydian.core.errors import RequestError
from mixolydian.creation.names import LANES, PITCHED, STEMS
from mixolydian.creation.sound.kits import KITS
from mixolydian.creation.sound.voices import VOICES

GROOVE = r"[Xxo?.]+(\|[Xxo?.]+)*"
RIFF = r"[r357oa.\-]+(\|[r357oa.\-]+)*"


def _refuse(path: str, expected: str, value: str) -> RequestError:
    return RequestError(f"{path}: expected {expected}; found {value!r}")


def _number(low: float, high: float) -> Callable[[str, str], None]:
    def check(path: str, value: str) -> None:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not low <= number <= high:
            raise _refuse(path, f"a number in [{low:g}, {high:g}]", value)

    return check


def _words(allowed: Sequence[str]) -> Callable[[str, str], None]:
    def check(path: str, value: str) -> None:
        if value not in allowed:
            raise _refuse(path, f"one of {', '.join(sorted(allowed))}", value)

    return check


def _letters(pattern: str, example: str) -> Callable[[str, str], None]:
    def check(path: str, value: str) -> None:
        if not re.fullmatch(pattern, value):
            raise _refuse(path, f"a pattern such as {example}", value)

    return check


def _any(path: str, value: str) -> None:
    if not value.strip():
        raise _refuse(path, "a value", value)


def _table() -> dict[str, Callable[[str, str], None]]:
    """what may be set → its check."""
    table: dict[str, Callable[[str, str], None]] = {
        "bass.pattern": _letters(RIFF, "r-..r-5.r-..o-.."),
        "chords.pattern": _letters(rf"hold|{GROOVE}", "x..x..x...x..x.. or hold"),
        "lead.pattern": _letters(GROOVE, "x..x..x.x...x..."),
        "drums.kit": _words(tuple(KITS)),
        "energy": _number(0, 10),
        "progression": _any,
    }
    table |= {f"{part}.voice": _words(tuple(VOICES)) for part in PITCHED}
    table |= {f"{part}.octave": _number(-2, 2) for part in PITCHED}
    table |= {f"{part}.cutoff": _number(-3, 3) for part in PITCHED}
    table |= {f"{stem}.gain": _number(-36, 12) for stem in STEMS}
    table |= {f"{stem}.mute": _words(("on", "off")) for stem in STEMS}
    groove = _letters(GROOVE, "X...X...X...X...")
    return table | {f"{lane}.pattern": groove for lane in LANES}


SETTINGS = _table()
ONLY_SECTION = ("energy", "progression")
"""what can only be set for a section."""
IN_SECTION = re.compile(r".*\.(pattern|mute)|energy|progression")
"""what can be set for a section."""


def check_setting(path: str, value: str, sections: Sequence[str]) -> None:
    """Raise RequestError when `path` or `value` is none of the allowed ones."""
    head, _, rest = path.partition(".")
    if head in sections and rest:
        if rest not in SETTINGS or not IN_SECTION.fullmatch(rest):
            allowed = sorted(name for name in SETTINGS if IN_SECTION.fullmatch(name))
            raise RequestError(f"{path}: a section has {', '.join(allowed)}; found {rest!r}")
        SETTINGS[rest](path, value)
        return
    if path in SETTINGS and path not in ONLY_SECTION:
        SETTINGS[path](path, value)
        return
    known = sorted(set(SETTINGS) - set(ONLY_SECTION))
    if rest in SETTINGS:
        raise RequestError(f"{path}: sections are {', '.join(sections)}; found {head!r}")
    raise RequestError(f"{path}: expected one of {', '.join(known)}, or SECTION.energy")
