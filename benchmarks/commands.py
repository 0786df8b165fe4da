"""What a command costs as a shell sees it: the program's start and its workers included."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
wall, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
print()
print(json.dumps([os.waitstatus_to_exitcode(status), wall, cpu, usage.ru_maxrss / 1024]))
"""
# Linux counts the memory of the process that starts another into the other's peak, so a
# small one in between does the starting.


@dataclass(frozen=True)
class Cost:
    """What a command took, and what it `said` on its standard output."""

    wall_seconds: float
    cpu_seconds: float
    """of all its processes that it waited for."""
    peak_mib: float
    """resident memory of the largest of them."""
    said: str = ""


def cost(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Run `command` to its end.

    Raises
    ------
    SystemExit
        It failed; the message ends with what it complained of.
    """
    run = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, *command],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    said, _, figures = run.stdout.removesuffix("\n").rpartition("\n")
    code, wall, cpu, peak = json.loads(figures or "[1, 0, 0, 0]")
    if code:
        raise SystemExit(f"{shlex.join(command)} failed:\n{run.stderr[-2000:]}")
    return Cost(wall, cpu, peak, said.removesuffix("\n"))


def mixo(arguments: Sequence[str], home: Path, **environment: str) -> Cost:
    """Run ``mixo`` with `arguments` on the library in `home`."""
    command = [sys.executable, "-m", "mixolydian.app.cli", *arguments]
    return cost(command, {**os.environ, "MIXOLYDIAN_HOME": str(home), **environment})
