"""examples/weight_sharing.py, run as its docstring says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "examples" / "weight_sharing.py"

EXPECTED = """\
from 32×32×3 to 28×28×6

layer               filters·(weights + bias)      parameters
convolution         6·(5·5·3 + 1)                        456
locally connected   28·28·6·(5·5·3 + 1)              357,504
dense               28·28·6·(32·32·3 + 1)         14,455,392

shared gradient − sum over the 784 copies: at most """


def test_the_counts_and_the_gradient() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", str(SCRIPT)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(EXPECTED)
    difference = done.stdout.removeprefix(EXPECTED)
    assert re.fullmatch(r"\d\.\de-\d\d\n", difference)
    assert 0 < float(difference) <= 1e-5  # two ways of summing: equal to the last bit would be one way
