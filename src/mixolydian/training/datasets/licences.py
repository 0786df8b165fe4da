"""Under what licence the material of each source comes; every data set repeats it.

What is rendered from scores and soundfonts is a performance of them, not a copy, but whoever
passes a data set on should name them.
"""

from __future__ import annotations

from collections.abc import Mapping

OWN = "own synthesis and composition, no third-party material"
LICENCES: Mapping[str, str] = {
    "composed": OWN,
    "pop909": "POP909 (Wang et al., ISMIR 2020), MIT",
    "nottingham": "Nottingham Music Database (Shlien, Foxley; cleaned by Hughes), GPL-3",
    "when_in_rome": "When in Rome (Gotham et al., TISMIR 2023), CC BY-SA 4.0; scores vary",
    "groove": "Groove MIDI (Gillick et al., ICML 2019), CC BY 4.0",
    "singing": "own voice; melodies made up, or of POP909 (MIT) and Nottingham (GPL-3)",
    "speech": "spoken by espeak-ng (GPL-3, the program; not its output), own sentences",
    "ambience": OWN,
    "mixture": "spoken by espeak-ng (GPL-3, the program; not its output); the rest is own",
}
"""Source → where its material comes from, and under what licence."""


def licence_note(source: str, soundfont: str | None) -> str:
    """What to name when an item of `source`, perhaps played on `soundfont`, is passed on."""
    note = LICENCES.get(source, "unknown")
    return f"{note}; soundfont {soundfont}" if soundfont else note
