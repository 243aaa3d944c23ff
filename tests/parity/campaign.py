"""Draws many valid specs, and names each whose backends, sizes or gradients are not as they must be.

    python -m tests.parity.campaign --seed 0 --count 1000

``specs.spec`` makes a spec from its number, too.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

import torch

from tests.parity.compare import Disagreement, compared
from tests.parity.draft import Crash, loaded
from tests.parity.folds import counted, missing
from tests.parity.specs import spec


def say(line: str) -> None:
    """A line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Tally:
    """What a campaign counts."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.folds: Counter[str] = Counter()
        self.finds: list[int] = []

    def take(self, seed: int) -> None:
        """Draw and compare the spec of this number. Raises what it finds."""
        drawn = spec(seed)
        self.refused.update(drawn.refused)
        if not drawn.layers:
            self.counts["empty"] += 1
            return
        seen = compared(drawn, seed)
        graph = loaded(drawn.text).graph
        self.kinds.update({record.kind for record in graph.layers.values()})
        self.counts.update(nets=1, outputs=seen.outputs, shaken=seen.shaken, overflowing=seen.overflowing)
        self.counts["with symbols"] += bool(graph.facts)
        self.counts["several inputs"] += len(graph.inputs) > 1
        self.counts.update({f"in float16 {seen.halves}": 1} if seen.halves else {})
        self.folds.update(counted(graph)[1])

    def lines(self) -> list[str]:
        """The summary."""
        counts = ", ".join(f"{count:,} {what}" for what, count in self.counts.items())
        refused = ", ".join(f"{code} {count:,}" for code, count in self.refused.most_common())
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(self.kinds.items()))
        return [
            f"compared: {counts}",
            f"refused on the way, {self.refused.total():,}: {refused}",
            f"networks by the kinds in them: {kinds}",
            "what the passes did, and left:",
            *(f"  {count:,} {what}" for what, count in sorted(self.folds.items())),
            f"of these there was none: {'; '.join(missing(self.folds)) or 'all were there'}",
            f"finds: {self.finds or 'none'}",
        ]


def main() -> int:
    """Run the campaign; the exit status is 1 where it finds something."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0, help="the first spec's number")
    parser.add_argument("--count", type=int, default=1000, help="how many specs")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    tally = Tally()
    for seed in range(asked.seed, asked.seed + asked.count):
        try:
            tally.take(seed)
        except (Crash, Disagreement) as error:
            tally.finds.append(seed)
            say(f"spec {seed}: {error}")
    for line in tally.lines():
        say(line)
    return 1 if tally.finds else 0


if __name__ == "__main__":
    sys.exit(main())
