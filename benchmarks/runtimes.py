"""The zoo in every runtime: `make verify-zoo`, or `python -m benchmarks.runtimes [SPEC …] [--page FILE]`.

Each spec, in its default variant, goes through `netc verify` as a user would have it, in its own process.
What that says is kept below build/runtimes, a file a spec, so that a later run goes on where this one ended;
`--again` runs what is kept, too. From all that is kept, `--page` writes the page docs/runtimes.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import netc
from benchmarks.machine import processor
from benchmarks.process import NETC, ROOT, environment
from netc.verification.plan import numbers, planned

Found: TypeAlias = "Mapping[str, Any]"
"""What `netc verify --format json` says of one network."""

KEPT = ROOT / "build" / "runtimes"
LIMIT = 3600
"""Seconds that one spec may take."""

BLIND = "°"
"""What marks a network whose outputs are nearly the same whatever goes in."""

MARKS = {"differs": "**WRONG**", "fails": "**FAILS**"}
BATCH = 2
"""Samples that the statistics of batch norms are taken of."""

BATCHES = ("--batch", "1", "--batch", "2")

ABOUT = """\
# Runtimes

`netc verify` runs the file that netc writes in every runtime below that is installed, and [says where one
differs](verify.md). Every network of the zoo goes through all of them; this page has what came of it.
"""

FIGURES = """\
A number is the largest difference from torch, relative to the output's largest element. A letter is a reason
why a runtime cannot run that file, or runs it wrongly, which its adapter in `backends/netc_runtimes` declares
and the tests hold it to. Files are optimised and of opset 17. Weights are the first ones of seed 0, with the
statistics that batch norms find in a random batch, without which the signal of many a network dies away
before the output. Batches are 1 and 2, symbols at the ends of what the spec allows. An empty
cell was not run.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for, then write the page."""
    parser = argparse.ArgumentParser(prog="runtimes", description="The zoo in every ONNX runtime.")
    parser.add_argument("specs", nargs="*", metavar="SPEC", help="names below specs/; default: all")
    parser.add_argument("--again", action="store_true", help="run what is kept, too")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page of all that is kept")
    chosen = parser.parse_args(arguments)
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in chosen.specs or sorted(path.stem for path in (ROOT / "specs").glob("*.yaml")):
        if chosen.again or not kept(name).exists():
            started = time.perf_counter()
            found = verified(name)
            kept(name).write_text(json.dumps(found, indent=1) + "\n")
            print(f"{name:<24}{time.perf_counter() - started:6.0f} s  {summary(found)}", flush=True)
    if chosen.page:
        nets = {path.stem: json.loads(path.read_text()) for path in sorted(KEPT.glob("*.json"))}
        chosen.page.write_text(page(nets))


def kept(name: str) -> Path:
    """The file of one spec."""
    return KEPT / f"{name}.json"


def verified(name: str) -> Found:
    """What `netc verify` says of a spec, and when. Raises ``RuntimeError`` where it says nothing."""
    with TemporaryDirectory() as folder:
        weights = Path(folder, "weights.safetensors")
        write_weights(name, weights)
        options = ("--weights", str(weights), "--format", "json", *BATCHES)
        command = (NETC, "verify", f"specs/{name}.yaml", *options)
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=LIMIT
        )
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr}")
    return {"date": date.today().isoformat(), **json.loads(done.stdout)}


def write_weights(name: str, path: Path) -> None:
    """Write the first weights of seed 0, with the statistics of one random batch in the batch norms."""
    import torch
    from torch.nn.modules.batchnorm import _BatchNorm

    network = netc.load(ROOT / "specs" / f"{name}.yaml")
    run = planned(network.graph, [BATCH]).runs[0]
    module = network.to_torch(seed=0)
    norms = [one for one in module.modules() if isinstance(one, _BatchNorm)]
    if norms:
        for norm in norms:
            norm.momentum = 1.0  # what they saw before counts no more
        with torch.no_grad():
            module(*(torch.from_numpy(array) for array in numbers(network.graph, run, 0).values()))
    network.to_safetensors(path, weights=module.state_dict())


def summary(found: Found) -> str:
    """One network's results in a line."""
    words = (f"{row['runtime']}: {row['result']}" for row in found["runtimes"] if row["result"] != "ok")
    return "; ".join(words) or "ok"


def page(nets: Mapping[str, Found]) -> str:
    """The page, but for what the documentation adds to it: how each runtime is called."""
    return "\n".join([ABOUT, *head(nets), FIGURES, *matrix(nets), ""])


def head(nets: Mapping[str, Found]) -> Iterator[str]:
    """What was run, when, and on what."""
    rows = [row for found in nets.values() for row in found["runtimes"]]
    dates = sorted({found["date"] for found in nets.values()})
    versions = {row["runtime"]: row["version"] for row in rows}
    counts = Counter(row["result"] for row in rows)
    torch = " and ".join(sorted({found["torch"]["version"] for found in nets.values()}))
    yield "## The zoo in every runtime\n"
    yield f"{len(nets)} specs, {len(rows)} trials of a spec in a runtime, against torch {torch}:"
    yield f"{counts['ok']} agree, {counts['known']} go wrong for a reason that is known and given below, and"
    yield f"{counts['differs'] + counts['fails']} for none. Run by `make verify-zoo`,"
    yield f"{' to '.join(dict.fromkeys((dates[0], dates[-1])))}, on {processor()}, {os.cpu_count()} cores,"
    yield f"Python {sys.version.split()[0]}."
    absent = sorted({path.stem for path in (ROOT / "specs").glob("*.yaml")} - set(nets))
    yield f"Not run: {', '.join(absent)}.\n" if absent else ""
    yield "| runtime | version |\n|---|---|"
    yield from (f"| {runtime} | {version} |" for runtime, version in versions.items())
    yield ""


def matrix(nets: Mapping[str, Found]) -> Iterator[str]:
    """A row a spec, a column a runtime, then the reasons."""
    runtimes = list(dict.fromkeys(row["runtime"] for found in nets.values() for row in found["runtimes"]))
    reasons: dict[str, str] = {}
    yield f"| spec | {' | '.join(runtimes)} |"
    yield f"|---{'|---' * len(runtimes)}|"
    for name, found in nets.items():
        rows = {row["runtime"]: row for row in found["runtimes"]}
        cells = (cell(rows[runtime], reasons) if runtime in rows else "" for runtime in runtimes)
        yield f"| {name}{BLIND * bool(found['remarks'])} | {' | '.join(cells)} |"
    yield ""
    if any(found["remarks"] for found in nets.values()):
        yield f"- **{BLIND}**: what torch makes hardly depends on the input, so agreement on it says little."
    yield from (f"- **{letter}**: {reason}." for reason, letter in reasons.items())


def cell(row: Found, reasons: dict[str, str]) -> str:
    """What one runtime did with one network; ``reasons`` have letters, and may gain one."""
    if row["result"] == "ok":
        return f"{row['difference']:.0e}"
    if row["result"] == "known":
        return reasons.setdefault(row["reason"], letters(len(reasons)))
    first = f", first at `{row['first']['path']}`" if row["first"] else ""
    return f"{MARKS[row['result']]}: {row['reason']}{first}".replace("|", "\\|")


def letters(place: int) -> str:
    """A, B, … Z, AA, AB, ….

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


if __name__ == "__main__":
    main()
