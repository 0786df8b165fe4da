"""Mutated sound files, and a safe place to open them.

A mutant is a valid small file of some format with a few bytes changed, moved or removed:
bit flips, truncations, holes, splices, and header fields rewritten with the values that
break parsers (0, 1, -1, the ends of the integer ranges).
"""

from __future__ import annotations

import json
import os
import random
import re
import selectors
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests import corpus

WORKER = Path(__file__).with_name("fuzz_worker.py")
EXTREMES = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)
_FOUR_LETTERS = re.compile(rb"[A-Za-z][A-Za-z0-9 ]{3}")


def flip_bits(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 4, 16, 128))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def flip_header_bits(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 2, 8))):
        data[rng.randrange(min(len(data), 256))] ^= 1 << rng.randrange(8)
    return data


def truncate(data: bytearray, rng: random.Random) -> bytearray:
    longest = rng.choice((16, 64, 512, len(data)))
    return data[: rng.randrange(1, min(longest, len(data)) + 1)]


def cut_out(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    del data[start : start + rng.choice((1, 3, 100, 5000))]
    return data or bytearray(b"\0")


def punch_hole(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    size = min(rng.choice((4, 500, 20_000)), len(data) - start)
    data[start : start + size] = bytes([rng.choice((0, 0xFF, rng.randrange(256)))]) * size
    return data


def splice(data: bytearray, rng: random.Random) -> bytearray:
    start, size, place = (
        rng.randrange(len(data)),
        rng.choice((8, 400, 9000)),
        rng.randrange(len(data)),
    )
    data[place:place] = data[start : start + size]
    return data


def insert_noise(data: bytearray, rng: random.Random) -> bytearray:
    place = rng.choice((0, rng.randrange(len(data))))
    data[place:place] = rng.randbytes(rng.choice((1, 7, 600)))
    return data


def rewrite_field(data: bytearray, rng: random.Random) -> bytearray:
    """An extreme value in one to three fields near the start or after a chunk name."""
    names = [m.start() for m in _FOUR_LETTERS.finditer(bytes(data[:4096]))]
    names += [m.start() for m in _FOUR_LETTERS.finditer(bytes(data), max(0, len(data) - 4096))]
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(min(len(data), 128))
        if names and rng.random() < 0.7:
            place = rng.choice(names) + rng.choice((-8, -4, 4, 6, 8, 12, 16, 20))
        width = rng.choice((2, 4))
        value = rng.choice((*EXTREMES, rng.getrandbits(32))) & ((1 << 8 * width) - 1)
        if 0 <= place <= len(data) - width:
            data[place : place + width] = value.to_bytes(width, rng.choice(("little", "big")))
    return data


MUTATIONS = (
    flip_bits,
    flip_header_bits,
    truncate,
    cut_out,
    punch_hole,
    splice,
    insert_noise,
    rewrite_field,
    rewrite_field,
)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One to three mutations of `data`; the same `rng` state gives the same mutant."""
    mutant = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        mutant = rng.choice(MUTATIONS)(mutant, rng)
    return bytes(mutant)


def seeds(folder: Path, seconds: float = 0.5) -> dict[str, bytes]:
    """The valid files the mutants come from: name → bytes. Each must be longer than 100 bytes."""
    made = {}
    for name in corpus.FUZZ_SEEDS:
        path = corpus.make(folder, name, seconds)
        made[name] = path.read_bytes()
        path.unlink()
    return made


@dataclass(frozen=True)
class Verdict:
    """`outcome`: answered, refused, escaped (a wrong exception), crashed or hung."""

    outcome: str
    detail: str
    seconds: float = 0.0
    resident: int = 0


class Prober:
    """Opens files in a process of its own and survives whatever happens to it."""

    def __init__(self, timeout: float = 10.0) -> None:
        self.timeout = timeout
        self.chatter = tempfile.TemporaryFile()  # noqa: SIM115
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.chatter,
            bufsize=0,
        )
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)

    def probe(self, path: Path, timeout: float | None = None) -> Verdict:
        """The verdict on one file, after at most `timeout` seconds."""
        limit = timeout or self.timeout
        os.write(self._process.stdin.fileno(), f"{path}\n".encode())
        if not self._selector.select(limit):
            self._stop()
            self._start()
            return Verdict("hung", f"no answer in {limit} s")
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            self._stop()
            self._start()
            return Verdict("crashed", f"the process ended with code {code}")
        return Verdict(**json.loads(line))

    def spoken(self) -> bytes:
        """What the decoders wrote to stderr."""
        self.chatter.seek(0)
        return self.chatter.read()

    def _stop(self) -> None:
        self._selector.close()
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def close(self) -> None:
        self._stop()
        self.chatter.close()

    def __enter__(self) -> Prober:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
