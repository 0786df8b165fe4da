"""Reading what is kept needs nothing of what makes it, and asks the same model."""

from __future__ import annotations

import subprocess
import sys

from mixolydian.estimators import music
from mixolydian.workflows import kept_portraits


def test_the_model_is_the_one_that_is_asked():
    assert kept_portraits.VOICES == music.MODEL


def test_what_comes_next_loads_no_machinery_of_listening():
    code = (
        "import sys, mixolydian.app.cli.next; "
        "print([m for m in ('scipy', 'mixolydian.estimators') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
