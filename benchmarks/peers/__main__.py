"""Run one peer over the files named on stdin, one JSON line each on stdout.

Usage: python -m benchmarks.peers NAME < paths

The first line is {"peer", "version"} or {"peer", "missing": reason}; then one line per file:
{"path", "answers", "cpu_seconds"}, or {"path", "error"} when the peer fails on it.
"""

from __future__ import annotations

import importlib
import json
import sys
import time


def _say(document: dict) -> None:
    print(json.dumps(document), file=_OUT, flush=True)


_OUT = sys.stdout
sys.stdout = sys.stderr  # some peers print; results stay clean


def main(name: str) -> int:
    """Answer every path on stdin; 0 when the peer is there, 3 when it is not."""
    try:
        peer = importlib.import_module(f"benchmarks.peers.{name}")
        _say({"peer": name, "version": peer.version()})
    except (ImportError, AttributeError) as error:
        _say({"peer": name, "missing": f"not installed ({error})"})
        return 3
    for path in map(str.strip, sys.stdin):
        start = time.process_time()
        try:
            found = peer.answers(path)
        except Exception as error:  # a peer's failure is a result, whatever it raises
            _say({"path": path, "error": f"{type(error).__name__}: {error}"})
            continue
        _say({"path": path, "answers": found, "cpu_seconds": time.process_time() - start})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
