"""Open thousands of mutated sound files: count crashes, hangs, wrong exceptions and leaks.

    python benchmarks/fuzz_decoder.py [--mutants 2200] [--seed 1]

Writes benchmarks/results/fuzz.json. Ends with code 1 when anything but an answer or a
one-line refusal was seen.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.audio.fuzz import Prober, mutate, seeds  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "fuzz.json"
LEAK_MIB = 64.0
"""Resident memory may grow by this much from the first tenth of the run to the end."""


def run(n_mutants: int, seed: int, timeout: float) -> dict[str, object]:
    """Probe `n_mutants` files, formats in turn, and count what comes back."""
    outcomes: dict[str, Counter[str]] = {}
    faults: list[dict[str, object]] = []
    resident: list[int] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name, Prober(timeout) as prober:
        folder = Path(name)
        valid = list(seeds(folder).items())
        for number in range(n_mutants):
            form, data = valid[number % len(valid)]
            path = folder / f"mutant {form}"
            path.write_bytes(mutate(data, random.Random(f"{seed} {number}")))
            verdict = prober.probe(path)
            outcomes.setdefault(form, Counter())[verdict.outcome] += 1
            slowest = max(slowest, verdict.seconds)
            if verdict.resident:
                resident.append(verdict.resident)
            if verdict.outcome not in ("answered", "refused"):
                fault = {"number": number, "format": form, "outcome": verdict.outcome}
                faults.append({**fault, "detail": verdict.detail})
                print(json.dumps(faults[-1]), file=sys.stderr)
        chatter = prober.spoken()
    sys.stderr.write(chatter.decode(errors="replace")[:2000])
    total = sum(outcomes.values(), Counter())
    warm = resident[len(resident) // 10 :]
    return {
        "command": f"python benchmarks/fuzz_decoder.py --mutants {n_mutants} --seed {seed}",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "mutants": n_mutants,
        "outcomes": dict(total),
        "crashed": total["crashed"],
        "hung": total["hung"],
        "escaped": total["escaped"],
        "slowest_seconds": round(slowest, 3),
        "timeout_seconds": timeout,
        "resident_mib_start": round(warm[0] / 2**20, 1),
        "resident_mib_end": round(warm[-1] / 2**20, 1),
        "resident_mib_most": round(max(resident) / 2**20, 1),
        "stderr_bytes": len(chatter),
        "formats": {form: dict(counts) for form, counts in sorted(outcomes.items())},
        "faults": faults[:50],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=2200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    result = run(options.mutants, options.seed, options.timeout)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps({k: v for k, v in result.items() if k not in ("formats", "faults")}))
    growth = float(str(result["resident_mib_end"])) - float(str(result["resident_mib_start"]))
    return 1 if result["faults"] or growth > LEAK_MIB or result["stderr_bytes"] else 0


if __name__ == "__main__":
    sys.exit(main())
