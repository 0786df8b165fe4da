"""The command `mixo`: reads what the user wants, does one verb, says how it went.

Exit codes: 0 done · 1 some inputs failed, or the work could not be done · 2 wrong usage ·
130 interrupted. Results go to stdout, everything else to stderr. An error is one line;
`--debug` shows where it came from.

Only the verb that is asked for is loaded, so that `mixo --help` is quick.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TextIO

import typer
from typer.core import TyperGroup

from mixolydian import __version__
from mixolydian.core.errors import MixolydianError
from mixolydian.workflows.verbs import GROUPS, VERBS, Verb

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""What typer raises on wrong usage; older versions take it from click, newer have their own."""

INTERRUPTED = 130
_EPILOG = "mixo VERB --help says more about a verb. Everything is kept under $MIXOLYDIAN_HOME."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; the process's exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = _take_debug(given) or os.environ.get("MIXOLYDIAN_DEBUG") == "1"
    if debug:
        os.environ["MIXOLYDIAN_DEBUG"] = "1"
    _make_output_safe()
    try:
        return _run(given)
    except SystemExit:
        # typer's own way to end when nobody reads the output any more
        return _explain(BrokenPipeError())
    except (KeyboardInterrupt, typer.Abort):
        # versions of typer differ in what they make of Ctrl-C: an Abort, or this exit code
        if debug:
            raise
        _say("interrupted; what was finished is kept, the same command goes on from there")
        return INTERRUPTED
    except Exception as error:
        if debug:
            raise
        return _explain(error)


def _run(arguments: list[str]) -> int:
    verb = next((a for a in arguments if not a.startswith("-")), None)
    code = application(verb)(args=arguments or ["--help"], prog_name="mixo", standalone_mode=False)
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def application(verb: str | None = None) -> typer.Typer:
    """The command line with every verb named, and only `verb` (by its first word) loaded."""
    app = typer.Typer(cls=_InOrder, add_completion=False, rich_markup_mode=None, epilog=_EPILOG)
    app.callback()(_mixo)
    groups = {"": app}
    for entry in VERBS:
        first, _, second = entry.name.partition(" ")
        if entry.group not in groups:
            groups[first] = typer.Typer(rich_markup_mode=None)
            app.add_typer(groups[first], name=first, help=GROUPS[first])
        command = load(entry) if first == verb else _not_loaded
        groups[entry.group].command(second or first, help=entry.summary)(command)
    return app


class _InOrder(TyperGroup):
    """Verbs in the order of the table, groups among them."""

    def list_commands(self, ctx: Any) -> list[str]:
        order = [entry.name.partition(" ")[0] for entry in VERBS]
        return sorted(super().list_commands(ctx), key=order.index)


def load(verb: Verb) -> Callable[..., Any]:
    """The command function of a verb."""
    module = importlib.import_module(f"mixolydian.app.cli.{verb.module}")
    command: Callable[..., Any] = module.command
    return command


def _not_loaded() -> None:
    """Stands for a verb in the list of verbs."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mixo {__version__}")
        raise typer.Exit


def _mixo(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Listen to music, say what is heard, remember it, and make music."""


def _take_debug(arguments: list[str]) -> bool:
    """Whether `--debug` is among the arguments, anywhere before `--`; it is taken out."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    if "--debug" not in arguments[:end]:
        return False
    arguments.remove("--debug")
    return True


def _make_output_safe() -> None:
    """Names that are not valid text, or a closed stdout or stderr, must not stop the work."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    """Stands for an output that was closed before we started; open until the process ends."""
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _explain(error: Exception) -> int:
    """One line on stderr, and the exit code."""
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has seen enough. Python flushes stdout once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    if isinstance(error, USAGE_ERROR):
        _say(f"{_usage_message(error)} (see: {_help_command(error)})")
        return 2
    if isinstance(error, MixolydianError):
        _say(str(error))
        return error.exit_code
    if isinstance(error, OSError):
        _say(f"{error}; check the path, its permissions and the disk")
        return 1
    _say(f"a fault in mixo itself: {type(error).__name__}: {error}; --debug shows where")
    return 1


def _usage_message(error: Exception) -> str:
    message = getattr(error, "format_message", None)
    text = str(message() if callable(message) else error)
    return " ".join(text.split()).rstrip(".")


def _help_command(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    name = getattr(context, "command_path", None) or "mixo"
    return f"{name} --help"


def _say(text: str) -> None:
    print(f"mixo: {' '.join(text.splitlines())}", file=sys.stderr)
