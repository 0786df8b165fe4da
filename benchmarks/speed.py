"""Speed: CPU seconds per minute of sound, beside librosa's three usual calls.

Usage: python -m benchmarks.speed [--sound FILE.mp3] [--long] [--out FILE.json]

Ours: decode to stored result, all questions, into a fresh catalogue. Theirs: `librosa.load` +
`librosa.beat.beat_track` + `librosa.feature.chroma_cqt` on the same file in the same run.
`fresh` is a whole new process, import and compilation included; `warm` is the second call in
one process. CPU seconds are user + system of one process on one thread; memory is the peak
resident set. The runs of both sides alternate and the lowest of `--repeat` is kept, so a busy
machine harms both alike. Without `--sound`, a three-minute piece is rendered and encoded as
mp3. `--long` adds a two-hour mix, written block by block.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parent.parent
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")

# Each runs in a fresh process; argv: the sound. Prints one JSON line.
_PRELUDE = """
import json, resource, sys, time
sound = sys.argv[1]
def used():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime
def tell(warm):
    u = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"fresh": first, "warm": warm, "peak_mib": u.ru_maxrss / 1024}))
"""
_OURS = """
import tempfile
from pathlib import Path
from mixolydian.workflows.analyze import AnalyzeRequest, analyze
def job():
    with tempfile.TemporaryDirectory() as home:
        results = list(analyze(AnalyzeRequest(paths=(sound,), jobs=1, home=Path(home))))
"""
_LIBROSA = """
import librosa
def job():
    y, sr = librosa.load(sound)
    librosa.beat.beat_track(y=y, sr=sr)
    librosa.feature.chroma_cqt(y=y, sr=sr)
"""
_TIMES = """
job()
first = used()
if len(sys.argv) > 2:
    tell(None)
else:
    job()
    tell(used() - first)
"""
