"""The process a mutated file is opened in: one path per line in, one JSON verdict per line out.

Run by `fuzz.Prober`. A crash or a hang of a C decoder ends this process, not the test run.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from mixolydian.audio.io import SoundHasher, open_audio
from mixolydian.core.errors import MixolydianError
from mixolydian.library.tags import read_tags

MEMORY_LIMIT = 4 << 30


def verdict(path: str) -> dict[str, str]:
    """What the door says about one file: answered, refused, or (a bug) something escaped."""
    try:
        read_tags(path)
        with open_audio(path) as stream:
            hasher = SoundHasher(stream.sample_rate, stream.n_channels)
            for _ in stream.blocks(hasher=hasher):
                pass
            return {"outcome": "answered", "detail": "; ".join(stream.warnings)}
    except MixolydianError as error:
        text = str(error)
        bad = "\n" in text or Path(path).name not in text
        return {"outcome": "escaped" if bad else "refused", "detail": text}
    except BaseException as error:
        return {"outcome": "escaped", "detail": f"{type(error).__name__}: {error}"}


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    for line in sys.stdin:
        start = time.perf_counter()
        answer: dict[str, object] = dict(verdict(line.rstrip("\n")))
        answer["seconds"] = time.perf_counter() - start
        answer["resident"] = resident_bytes()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
