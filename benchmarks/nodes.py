"""How many nodes netc's ONNX has, beside what simplifiers leave of torch's: `python -m benchmarks.nodes`.

For each spec of the zoo, or those named, in its default variant: netc's module goes through
torch.onnx.export, what comes of it through onnxslim and onnxsim, each in a process of its own with a time
limit, and the spec through netc. A row has the four counts, netc's by the least of the simplifiers', and what
netc has more for a reason: see `deliberate`. With `--keep FILE` counts are kept, and a later run goes on
where this one ended.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import TimeoutExpired, run
from sys import executable
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from benchmarks.process import ROOT, environment

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto

SIMPLIFIERS = ("onnxslim", "onnxsim")
LIMIT = 600
"""Seconds that one step may take."""

Ops: TypeAlias = dict[str, int]


class Row(NamedTuple):
    """How often each op is in one network's files; ``how`` torch exported it, ``deliberate`` by reasons.

    A step that failed has a sentence in place of its ops.
    """

    spec: str
    how: str
    counts: dict[str, Ops | str]
    deliberate: Ops

    def total(self, step: str) -> int | None:
        """The nodes of a file; none where there is no file."""
        ops = self.counts.get(step, "")
        return None if isinstance(ops, str) else sum(ops.values())

    @property
    def fewest(self) -> int | None:
        """What the better of the simplifiers leaves."""
        return min((total for step in SIMPLIFIERS if (total := self.total(step)) is not None), default=None)

    @property
    def excess(self) -> int | None:
        """How many nodes netc has more than that, beyond the deliberate ones; below 0 where it has fewer."""
        own = self.total("netc")
        if own is None or self.fewest is None:
            return None
        return own - self.fewest - min(sum(self.deliberate.values()), max(own - self.fewest, 0))

    @property
    def text(self) -> str:
        """The row as it is printed."""
        totals = [self.total(step) for step in ("torch", *SIMPLIFIERS, "netc")]
        numbers = " ".join(f"{'–' if total is None else total:>9}" for total in totals)
        own, least = self.total("netc"), self.fewest
        ratio = f"{own / least:6.2f}×" if own and least else f"{'–':>7}"
        more = own is not None and least is not None and own > least
        why = ", ".join(f"{count} {reason}" for reason, count in self.deliberate.items()) if more else ""
        return f"{self.spec:<24}{numbers} {ratio}  {why}".rstrip()


HEAD = f"{'':<24}{'torch':>9} {'onnxslim':>9} {'onnxsim':>9} {'netc':>9}   ratio  netc has more for"


def deliberate(graph: GraphProto) -> Ops:
    """Nodes that netc writes because more runtimes take them so, by what they are for.

    Simplifiers leave a mean over both axes where torch has one, padding that an average pool counts, and
    unequal padding of pools and of depthwise convolutions. Each makes some runtime fail, or is silently wrong
    there; docs/decisions/0005 names them.
    """
    makers = {name: node for node in graph.node for name in node.output}
    found: Counter[str] = Counter()
    for node in graph.node:
        before = [makers[name].op_type for name in node.input if name in makers]
        if node.op_type == "Flatten" and before and before[0].startswith("Global"):
            found["Flatten after a global pool"] += 1
        if node.op_type == "Mul" and before == ["AveragePool"]:
            found["Mul after an average pool"] += 1
        if node.op_type in ("AveragePool", "MaxPool") and before == ["Pad"]:
            found["Pad before a pool"] += 1
        if node.op_type == "Conv" and before == ["Pad"] and _group(node) > 1:
            found["Pad before a depthwise conv"] += 1
    return dict(found)


def _group(node: NodeProto) -> int:
    return next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)


def measured(spec: str) -> Row:
    """One row."""
    import onnx

    counts: dict[str, Ops | str] = {}
    with TemporaryDirectory() as folder:
        files = {step: str(Path(folder, f"{step}.onnx")) for step in ("torch", *SIMPLIFIERS, "netc")}
        how, counts["torch"] = step_in_process("torch", f"specs/{spec}.yaml", files["torch"])
        for step in SIMPLIFIERS:
            if not isinstance(counts["torch"], str):
                _, counts[step] = step_in_process(step, files["torch"], files[step])
        _, counts["netc"] = step_in_process("netc", f"specs/{spec}.yaml", files["netc"])
        written = Path(files["netc"]).exists()
        own = onnx.load(files["netc"], load_external_data=False).graph if written else onnx.GraphProto()
        return Row(spec, how, counts, deliberate(own))


def step_in_process(step: str, source: str, target: str) -> tuple[str, Ops | str]:
    """How it was exported, and the ops of the result; or why there is none."""
    command = [executable, "-m", "benchmarks.simplifiers", step, source, target]
    try:
        done = run(
            command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except TimeoutExpired:
        return "", f"took more than {LIMIT} s"
    if done.returncode:
        return "", f"ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["how"], answer["ops"]


def rows(specs: Sequence[str], keep: Path | None) -> Iterator[Row]:
    """A row a spec; those that are kept are not measured again."""
    known = json.loads(keep.read_text()) if keep is not None and keep.exists() else {}
    for spec in specs:
        row = Row(*known[spec]) if spec in known else measured(spec)
        known[spec] = row
        if keep is not None:
            keep.write_text(json.dumps(known))
        yield row


def zoo() -> list[str]:
    """The names of all specs of the zoo, small ones first."""
    import netc

    specs = {path.stem: netc.load(path) for path in (ROOT / "specs").glob("*.yaml")}
    return sorted(specs, key=lambda name: (specs[name].summary.totals.params, name))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; the exit status is 1 where netc has more nodes without a reason."""
    parser = argparse.ArgumentParser(prog="nodes.py", description=__doc__)
    parser.add_argument("specs", nargs="*", metavar="SPEC", help="names of the zoo; default: all")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="counts so far, in JSON")
    chosen = parser.parse_args(arguments)
    print(HEAD)
    made = []
    for row in rows(chosen.specs or zoo(), chosen.keep):
        print(row.text, flush=True)
        made.append(row)
    more = [row.spec for row in made if (row.excess or 0) > 0]
    print(f"\n{len(made)} networks; netc has more without a reason in {', '.join(more) or 'none'}")
    raise SystemExit(bool(more))


if __name__ == "__main__":
    main()
