"""Checks many mutants of valid specs, and names each that makes a check do what none must do.

    python -m tests.errors.campaign --seed 0 --count 20000 --keep FOLDER

The text of a mutant that fails is written to the folder; ``mutation.mutant`` makes it from its number, too.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.errors.mutation import mutant, outcome

SLOW = 15.0
"""Seconds that a check may take."""


def say(line: str) -> None:
    """A line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def failure(error: Exception) -> str:
    """What was raised, and where."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def tried(seed: int) -> set[str]:
    """The codes that a mutant's check reports. Raises whatever it raises, or ``TimeoutError``."""
    start = time.monotonic()
    codes = {diagnostic.code for diagnostic in outcome(mutant(seed)).diagnostics}
    if time.monotonic() - start > SLOW:
        raise TimeoutError(f"more than {SLOW} s")
    return codes or {"none"}


def main() -> int:
    """Run the campaign; the exit status is 1 where a mutant failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0, help="the first mutant's number")
    parser.add_argument("--count", type=int, default=10_000, help="how many mutants")
    parser.add_argument("--keep", type=Path, help="a folder for the texts of those that fail")
    asked = parser.parse_args()
    codes: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    for seed in range(asked.seed, asked.seed + asked.count):
        try:
            codes.update(tried(seed))
        except Exception as error:  # whatever it is, it is to be listed
            found = failure(error)
            failures[found] += 1
            if failures[found] == 1:
                say(f"mutant {seed}: {found}: {str(error)[:200]}")
            if asked.keep and failures[found] == 1:
                asked.keep.mkdir(parents=True, exist_ok=True)
                (asked.keep / f"{seed}.yaml").write_text(mutant(seed), encoding="utf-8")
    listed = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    say(f"{asked.count} mutants, of which so many reported: {listed}")
    for found, count in failures.items():
        say(f"{count} times {found}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
