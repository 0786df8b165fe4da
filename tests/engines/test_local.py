"""The process pool: results, failures, crashes, time limits, and who ends whom.

The task is Python's own `eval`, so that each item says what its worker shall do.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mixolydian.engines.local import LocalEngine

CRASH = "__import__('os').kill(__import__('os').getpid(), 11)"
SLEEP = "__import__('time').sleep(60)"


def outcomes(items, **settings):
    return {o.item: o for o in LocalEngine(**settings).map(eval, items)}


def test_every_item_has_one_outcome():
    found = list(LocalEngine(jobs=2).map(eval, [f"{i} * 2" for i in range(20)]))
    assert sorted(o.result for o in found) == [2 * i for i in range(20)]
    assert all(o.failure is None for o in found)


def test_no_items():
    assert outcomes([]) == {}


def test_an_error_costs_its_item_only():
    found = outcomes(["1 / 0", "int('x')", "7"])
    assert found["1 / 0"].failure.type == "ZeroDivisionError"
    assert found["1 / 0"].failure.message == "division by zero"
    assert "Traceback" in found["1 / 0"].failure.trace
    assert found["int('x')"].failure.type == "ValueError"
    assert found["7"].result == 7


def test_a_crash_costs_its_item_only():
    found = outcomes(["1", CRASH, "2", "__import__('os')._exit(3)", "3"], jobs=2)
    assert found[CRASH].failure.type == "CrashError"
    assert "SIGSEGV" in found[CRASH].failure.message
    assert "exit code 3" in found["__import__('os')._exit(3)"].failure.message
    assert [found[i].result for i in "123"] == [1, 2, 3]


def test_a_hanging_item_is_given_up():
    found = outcomes([SLEEP, "1", "2"], jobs=2, item_seconds=0.7)
    assert found[SLEEP].failure.type == "TimeLimitError"
    assert found["1"].result == 1
    assert found["2"].result == 2


def test_workers_use_one_arithmetic_thread():
    item = "__import__('os').environ['OPENBLAS_NUM_THREADS']"
    assert outcomes([item])[item].result == "1"
    assert "OPENBLAS_NUM_THREADS" not in os.environ or os.environ["OPENBLAS_NUM_THREADS"]


def test_items_are_read_as_workers_become_free():
    read = []

    def items():
        for i in range(10):
            read.append(i)
            yield str(i)

    running = LocalEngine(jobs=2).map(eval, items())
    next(running)
    assert len(read) <= 4
    running.close()


def process_of(item: int) -> int:
    return os.getpid()


def test_a_worker_is_renewed_after_so_many_items():
    engine = LocalEngine(1, renew_after=2)
    processes = [outcome.result for outcome in engine.map(process_of, range(5))]
    assert processes[0] == processes[1] != processes[2] == processes[3] != processes[4]
    assert len({o.result for o in LocalEngine(1).map(process_of, range(5))}) == 1


def test_giving_up_half_way_ends_the_workers():
    running = LocalEngine(jobs=2).map(eval, ["1", SLEEP, SLEEP])
    next(running)
    assert multiprocessing.active_children()
    running.close()
    assert not multiprocessing.active_children()


def test_workers_end_when_the_parent_is_killed(tmp_path: Path):
    program = (
        "from mixolydian.engines.local import LocalEngine\n"
        "item = \"(print(__import__('os').getpid(), flush=True), __import__('time').sleep(2))\"\n"
        "list(LocalEngine().map(eval, [item]))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        if not _alive(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its parent")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().split()[2] != "Z"


def test_ctrl_c_ends_cleanly():
    program = (
        "from mixolydian.engines.local import LocalEngine\n"
        "item = \"(print('on', flush=True), __import__('time').sleep(60))\"\n"
        "list(LocalEngine().map(eval, [item]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in errors
    assert "Process" not in errors
