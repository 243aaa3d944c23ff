"""Checks many mutants of valid specs, and prints the text of each that does what none must do.

    python tests/errors/campaign.py --seed 0 --count 20000

A number that fails here can be given to ``mutation.mutant`` to have its text again.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from mutation import mutant, outcome

SLOW = 5.0
"""Seconds that a check may take."""


def main() -> int:
    """Run the campaign; the exit status is 1 where a mutant failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="the first mutant's number")
    parser.add_argument("--count", type=int, default=10_000, help="how many mutants")
    parser.add_argument("--keep", type=Path, help="a folder for the texts of those that fail")
    asked = parser.parse_args()
    codes: Counter[str] = Counter()
    failures: dict[str, int] = {}
    for seed in range(asked.seed, asked.seed + asked.count):
        start = time.monotonic()
        try:
            checked = outcome(mutant(seed))
            codes.update({diagnostic.code for diagnostic in checked.diagnostics} or {"fine"})
            if time.monotonic() - start > SLOW:
                raise TimeoutError(f"more than {SLOW} s")
        except Exception as error:  # whatever it is, it is to be listed
            frames = traceback.extract_tb(error.__traceback__)
            where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
            fact = f"{type(error).__name__} at {where}: {str(error)[:200]}"
            key = f"{type(error).__name__} at {where}"
            if key not in failures:
                print(f"--- mutant {seed}: {fact}", flush=True)
                if asked.keep:
                    asked.keep.mkdir(parents=True, exist_ok=True)
                    (asked.keep / f"{seed}.yaml").write_text(mutant(seed), encoding="utf-8")
            failures[key] = failures.get(key, 0) + 1
    print(f"{asked.count} mutants:", ", ".join(f"{code} {count}" for code, count in sorted(codes.items())))
    for key, count in failures.items():
        print(f"{count} times: {key}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
