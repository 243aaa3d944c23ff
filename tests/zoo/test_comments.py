"""The sizes and totals that the texts and comments of specs/ state are those that netc computes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pytest

import netc
from netc.types.dims import number
from tests.zoo.networks import SPECS, evaluated_params

if TYPE_CHECKING:
    from netc.network import Network

NAMES = sorted(path.stem for path in SPECS.glob("*.yaml"))
TEXTS = {name: (SPECS / f"{name}.yaml").read_text(encoding="utf-8").splitlines() for name in NAMES}

PROBE = 12345.0
"""A ``scale`` that no spec has: put after a layer, it shows what the layer makes."""

OTHERS_SIZES = re.compile(r"in the paper|reduce|side by side|netc: ignore")
"""Comments on the sizes of kernels, of papers and of inputs."""


class Claim(NamedTuple):
    """A comment's sizes, and where a probe goes: before which line, how deep, and which of its turns is meant.

    Each size is the end of a shape; with ``turns`` each is that of one turn of a ``for``, the last ones where they
    are fewer.
    """

    spec: str
    line: int
    sizes: tuple[tuple[int, ...], ...]
    place: int
    indent: int
    turns: bool = False
    row: int | None = None
    variant: str | None = None


def depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def end(lines: list[str], start: int) -> int:
    """The line after the item that begins at ``start``."""
    after = range(start + 1, len(lines))
    return next(
        (at for at in after if lines[at].strip() and depth(lines[at]) <= depth(lines[start])), len(lines)
    )


def sizes_in(comment: str) -> tuple[tuple[int, ...], ...]:
    """The sizes that a comment states: ``8×4``, or the number that is all of it."""
    found = re.findall(r"\b\d+(?:×\d+)+\b", comment) or re.findall(r"^\d+$", comment)
    return tuple(tuple(map(int, size.split("×"))) for size in found)


def above(lines: list[str], at: int, pattern: str) -> int:
    """The nearest line, this one or above, that matches."""
    return next(line for line in range(at, -1, -1) if re.match(pattern, lines[line]))


def claims() -> Iterator[Claim]:
    for spec, lines in TEXTS.items():
        for at, line in enumerate(lines):
            written, mark, comment = line.partition(" # ")
            sizes = sizes_in(comment.strip())
            if mark and sizes and not OTHERS_SIZES.search(line):
                yield claim(spec, lines, at, written, sizes)


def claim(spec: str, lines: list[str], at: int, written: str, sizes: tuple[tuple[int, ...], ...]) -> Claim:
    stands, indent = written.strip(), depth(written)
    if stands.startswith("- ["):
        return claim_of_a_row(spec, lines, at, sizes)
    if stands.startswith(("in:", "- for:")):
        loop = above(lines, at, r"^ +- for:")
        return Claim(spec, at, sizes, end(lines, loop), depth(lines[loop]) + 4, turns=True)
    if stands == "- flatten":  # of what it makes one axis
        return Claim(spec, at, sizes[:1], at, indent)
    if stands.startswith("-"):
        return Claim(spec, at, sizes[:1], end(lines, at), indent)
    return Claim(spec, at, sizes[:1], end(lines, at), indent + 4)  # a block


def claim_of_a_row(spec: str, lines: list[str], at: int, sizes: tuple[tuple[int, ...], ...]) -> Claim:
    """The claim of a row of a table: of the `for` around it, or of a param that the only `for` goes over."""
    row = at - above(lines, at, r"^(?! *- \[)") - 1
    loops = [place for place, line in enumerate(lines) if line.lstrip().startswith("- for:")]
    around = [place for place in loops if place < at < end(lines, place)]
    variant = None
    if not around and depth(lines[at]) > 4:
        variant = lines[above(lines, at, r"^  \w+:( +#.*)?$")].split(":")[0].strip()
    (loop,) = around or loops
    return Claim(spec, at, sizes[:1], end(lines, loop), depth(lines[loop]) + 4, row=row, variant=variant)


CLAIMS = list(claims())


def probed(claim: Claim) -> list[tuple[object, ...]]:
    """The shapes that reach the probe, one a turn."""
    lines = TEXTS[claim.spec]
    probe = " " * claim.indent + f"- {{scale: {PROBE:.0f}}}"
    text = "\n".join([*lines[: claim.place], probe, *lines[claim.place :]])
    net = netc.loads(text, filename=str(SPECS / f"{claim.spec}.yaml"), variant=claim.variant)
    return [
        layer.output.type.shape
        for layer in net.graph.layers.values()
        if (layer.kind, layer.text) == ("scale", f"{PROBE:.0f}")
    ]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.spec}-{claim.line + 1}")
def test_a_size_in_a_comment_is_that_of_what_stands_there(claim: Claim) -> None:
    shapes = probed(claim)
    assert shapes
    if claim.row is not None:
        shapes = [shapes[claim.row]]
    if claim.turns:
        shapes = shapes[-len(claim.sizes) :]
    else:
        shapes = list(dict.fromkeys(shape[-len(claim.sizes[0]) :] for shape in shapes))
    assert [shape[-len(size) :] for shape, size in zip(shapes, claim.sizes, strict=True)] == list(claim.sizes)


def test_comments_of_every_kind_are_found() -> None:
    assert len(CLAIMS) > 80
    assert sum(claim.turns for claim in CLAIMS) > 10
    assert sum(claim.row is not None for claim in CLAIMS) > 20


MILLIONS = re.compile(r"\b([\d.]+) (million|billion|GMACs)")
UNITS = {"million": 1e6, "billion": 1e9, "GMACs": 1e9}


class Facts(NamedTuple):
    """What may be said of a network: its parameters by what they are, and its multiply-adds."""

    params: set[int]
    macs: set[int]


def facts(net: Network) -> Facts:
    totals = net.summary.totals
    kinds = {
        kind: sum(int(type_.elements) for path, type_ in net.parameters.items() if path.endswith(kind))
        for kind in (".weight", ".bias")
    }
    macs = {number(totals.macs, "a total")} if isinstance(totals.macs, int) else set[int]()
    return Facts({totals.params, evaluated_params(net.graph), *kinds.values()}, macs)


def false_claims(text: str, known: Facts) -> list[str]:
    """The numbers in a text that are neither among the facts nor those facts rounded, operations two a MAC."""
    exact = {f"{fact:,}" for fact in known.params | known.macs}
    wrong = [found for found in re.findall(r"\b\d{1,3}(?:,\d{3})+\b", text) if found not in exact]
    for found, unit in MILLIONS.findall(text):
        places = len(found.partition(".")[2])
        size = UNITS[unit]
        known_sizes = (
            known.macs if unit == "GMACs" else known.params | known.macs | {2 * mac for mac in known.macs}
        )
        if all(f"{fact / size:.{places}f}" != found for fact in known_sizes):
            wrong.append(f"{found} {unit}")
    return wrong


QUOTED = {
    "all_cnn": ["1.3 million"],  # 1.37
    "char_cnn": ["1,014"],  # characters
    "deepface": ["4,030", "120 million"],  # people; the paper's
    "resnet_cifar": ["2,752", "1.7 million"],  # of projections; the largest variant's
    "se_resnet": ["3.87 GMACs"],  # with those of pools and gates
    "wide_resnet_cifar": ["11.0 million", "8.9 million"],  # of the other variants, which name them, too
}
"""Numbers in a spec's ``doc`` that are no totals of it, or of the paper and others."""


@pytest.mark.parametrize("name", NAMES)
def test_the_totals_in_a_text_are_the_networks(name: str) -> None:
    net = netc.load(SPECS / f"{name}.yaml")
    assert false_claims(net.doc, facts(net)) == QUOTED.get(name, [])


VARIANTS = [
    (name, found[1], found[2])
    for name, lines in TEXTS.items()
    for line in lines
    if (found := re.match(r"  ([\w.]+):.*# .*?((?:[A-E]: )?.*\d,\d{3}.*|Table 6.*)$", line))
]


@pytest.mark.parametrize(("name", "variant", "comment"), VARIANTS)
def test_the_totals_beside_a_variant_are_its_own(name: str, variant: str, comment: str) -> None:
    assert false_claims(comment, facts(netc.load(SPECS / f"{name}.yaml", variant=variant))) == []


def test_a_false_claim_is_found() -> None:
    known = Facts({61_706}, {416_520})
    assert (
        false_claims("61,706 parameters, 0.06 million, 416,520 MACs, 0.000 GMACs, 0.83 million", known) == []
    )
    assert false_claims("61,707, 0.07 million, 0.001 GMACs", known) == [
        "61,707",
        "0.07 million",
        "0.001 GMACs",
    ]
