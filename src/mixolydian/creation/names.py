"""The names of the mixer: stems, drum lanes, pitched parts."""

from __future__ import annotations

STEMS = (
    "kick", "snare", "hats", "percussion", "bass", "chords", "pad", "arpeggio", "lead", "vocal",
    "texture", "fx",
)  # fmt: skip
"""Every stem there can be, in the order of the mixer."""

DRUM_STEMS = STEMS[:4]

PITCHED = STEMS[4:10]
"""The parts that play notes; each has the stem of its name."""

STEM_OF_LANE = {
    "kick": "kick", "snare": "snare", "clap": "snare", "rim": "snare", "hat": "hats",
    "open": "hats", "ride": "hats", "crash": "hats", "shaker": "percussion", "perc": "percussion",
    "cowbell": "percussion", "tom": "percussion",
}  # fmt: skip
"""Drum lane → stem."""

LANES = tuple(STEM_OF_LANE)
