"""The verbs: everything a user can ask for, in the order they are shown.

This table is the single source. A verb is a function in `workflows/` with a typed request
and a typed result; its command-line command (and later its HTTP route) has the same name.
Looking at the table loads none of the verbs.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class Verb:
    """A verb's `name`, what it does in one line, and the file that does it.

    Verbs of two words share a first one, under which the command line groups them.
    """

    name: str
    summary: str
    file: str = ""
    """Name of its module, where that cannot be the verb's own name."""

    @property
    def group(self) -> str:
        """The first of two words; empty for a verb of one."""
        return self.name.rpartition(" ")[0]

    @property
    def module(self) -> str:
        """The file's name, the same in `workflows/` and in `app/cli/`."""
        return self.file or self.name

    def load(self) -> ModuleType:
        """The module in `workflows/` that does the work."""
        return importlib.import_module(f"mixolydian.workflows.{self.module}")


VERBS = (
    Verb("analyze", "Listen to files and folders, and remember what was heard."),
    Verb("list", "List the tracks of the library.", file="listing"),
    Verb("show", "Show everything known about a track."),
    Verb("correct", "Correct an answer; what was built on it is worked out again."),
    Verb("search", 'Find tracks: bpm:120-128 key:8A energy:>6 artist:"x y" words.'),
    Verb("similar", "Find tracks that sound like a track."),
    Verb("report", "Write an HTML page about a track or a folder."),
    Verb("export", "Write the library as JSON, CSV, M3U8, JAMS, CUE, or for a DJ program."),
    Verb(
        "import",
        "Take grids, cues, keys, playlists and ratings from DJ programs.",
        file="importing",
    ),
    Verb("tag", "Write what the library knows into the files' tags, or take it back."),
    Verb("match", "Say how well two tracks, or two moments of them, go together."),
    Verb("next", "Suggest what to play next, and say why."),
    Verb(
        "set",
        "Plan a set from a crate: a length, an energy arc, what must be kept; with reasons.",
        file="setlist",
    ),
    Verb("mix", "Mix tracks beat by beat, with a plan to change and a certificate per transition."),
    Verb(
        "untangle",
        "Hear a mix backwards: which tracks play when, how fast, how high and how loud.",
    ),
    Verb("compose", "Compose a track: mix, stems, MIDI, session and picture; or change one."),
    Verb("dataset render", "Render sounds and everything that is true of them.", file="dataset"),
    Verb(
        "dataset status",
        "Say what a data set holds, what changed, what is there twice and what leaks.",
        file="dataset_status",
    ),
    Verb("train", "Make a model by its recipe, with its card and report."),
    Verb("tune", "Try settings of a model, and say which train it best."),
    Verb("evaluate", "Score the model that answers on its recipe's test sets."),
    Verb("models", "List the models that answer, show one's card, promote one, or take it back."),
    Verb("impact", "Say what deciding by a model is worth, and from which probability on to act."),
    Verb("playlist", "Make a playlist of one emotion, in a smooth order."),
    Verb("teach", "Teach a tag of your own from a few examples."),
    Verb("demo", "Render a small demo crate, analyze it, and compare with what was asked."),
)

GROUPS: Mapping[str, str] = {"dataset": "Make data sets: sounds and their truth."}
"""First word of verbs of two words → what they have in common."""
