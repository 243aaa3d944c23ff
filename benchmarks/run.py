"""Every benchmark, or those named: `python benchmarks/run.py [NAME …] [--repeats N] [--json FILE]`.

It prints the machine, then a row a comparison as each is done. The exit status says that everything ran,
never how fast: time decides no check.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from benchmarks import machine, report
from benchmarks.measure import DEFAULT_REPEATS, Comparison

BENCHMARKS = {
    "startup": "a check of a small spec, against importing what it needs",
    "growth": "a check of ten times as many layers",
    "construction": "making a module, against a constructor by hand",
    "forward": "a forward pass, against a module by hand",
    "training": "a training step, against a module by hand",
    "export": "GoogLeNet to ONNX, against torch.onnx.export (takes minutes)",
    "latency": "ONNX Runtime on netc's file, against torch's",
    "exports": "six networks to ONNX, against torch.onnx.export both ways (half an hour)",
    "weights": "VGG-16 and 3 GiB of weights to ONNX, against torch.onnx.export and cp",
}
"""The modules beside this one that measure, each by `measure(repeats)`, and what they do."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and print."""
    chosen = arguments_parser().parse_args(arguments)
    facts = machine.description()
    print(report.machine_text(facts))
    before = machine.load()
    rows: list[Comparison] = []
    for row in measured(chosen.names or list(BENCHMARKS), chosen.repeats):
        print(f"\n{report.row_text(row)}", flush=True)
        rows.append(row)
    print(f"\nload average before {before}, after {machine.load()} (a row's own work included)")
    if chosen.json:
        report.write_json(chosen.json, {**facts, "load": before}, rows)


def arguments_parser() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="How long netc takes, beside what one would use without it.",
        epilog="\n".join(f"{name:<14}{what}" for name, what in BENCHMARKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="which; default: all of those below", type=known
    )
    parser.add_argument(
        "--repeats",
        type=positive,
        default=DEFAULT_REPEATS,
        metavar="N",
        help=f"turns of each side that count (default: {DEFAULT_REPEATS}; one more warms up)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to a file, too")
    return parser


def known(name: str) -> str:
    """The name of a benchmark."""
    if name not in BENCHMARKS:
        raise argparse.ArgumentTypeError(
            f"no benchmark is called {name!r}; there are {', '.join(BENCHMARKS)}"
        )
    return name


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def measured(names: Sequence[str], repeats: int) -> Iterator[Comparison]:
    """The rows of some benchmarks. Each is imported when it is its turn: most need no torch."""
    for name in names:
        yield from import_module(f"benchmarks.{name}").measure(repeats)


if __name__ == "__main__":
    main()
