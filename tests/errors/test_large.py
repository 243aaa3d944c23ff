"""Deep and large specs end in a clear error or in success, soon, and never in a RecursionError."""

from __future__ import annotations

import time

import pytest

from netc.compiler import Checked, check_bytes
from netc.elaborate import Overrides
from netc.graph.verify import verify

HEAD = "netc: 1\ninput: [8, 16, 16]\n"
SECONDS = 60
"""What any of these may take on a slow and busy machine; most take a tenth of a second."""


def checked(text: str) -> Checked:
    """The check of a spec, in bounded time."""
    start = time.monotonic()
    result = check_bytes(text.encode(), "spec.yaml", Overrides())
    assert time.monotonic() - start < SECONDS
    return result


def errors(text: str) -> list[str]:
    """What a check says, with codes and lines."""
    return [f"{found.code} at {found.span.line}: {found.text}" for found in checked(text).diagnostics]


def chain(count: int, before: str = "- ", after: str = "") -> str:
    """Blocks of which each uses the next."""
    blocks = [f"  b{n}: {{layers: [{before[2:]}{{use: b{n + 1}}}{after}]}}" for n in range(count)]
    return "\n".join(
        [f"{HEAD}blocks:", *blocks, f"  b{count}: {{layers: [flatten]}}", "layers: [{use: b0}]\n"]
    )


def test_a_chain_of_blocks_within_the_bound() -> None:
    result = checked(chain(98))
    assert result.graph is not None
    verify(result.graph)
    assert result.graph.outputs[0].value.path == "".join(f"b{n}_1." for n in range(99)) + "flatten1"


@pytest.mark.parametrize("count", [101, 500, 3000])
def test_a_chain_of_blocks_beyond_the_bound(count: int) -> None:
    [error] = errors(chain(count))
    assert error.startswith("E104 at "), error
    assert "layers nest more than 100 deep" in error


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- {residual: [", "]}"),
        ("- {branches: [[], [", "]]}"),
        ("- {repeat: 1, layers: [", "]}"),
        ("- {head: h, layers: [", "]}"),
        ("- " + "{for: x, in: [1], layers: [" * 20, "]}" * 20),
        ("- " + "{name: n, for: x, in: [1], layers: [" * 20, "]}" * 20),
    ],
)
@pytest.mark.parametrize("count", [40, 99, 500])
def test_chains_through_other_layers(count: int, before: str, after: str) -> None:
    result = checked(chain(count, before, after))
    assert result.graph is not None or result.diagnostics


def test_a_circle_of_five_hundred_blocks_is_one_error() -> None:
    text = chain(500).replace("b500: {layers: [flatten]}", "b500: {layers: [{use: b0}]}")
    [error] = errors(text)
    assert error.startswith("E307 at 504: blocks use each other in a circle")
    assert error.endswith(": `b0` uses `b1` uses `b2` uses `b3` uses … uses `b500` uses `b0`")


@pytest.mark.parametrize(
    ("opening", "closing"), [("{layers: [", "]}"), ("{residual: [", "]}"), ("{branches: [[", "]]}")]
)
def test_layers_nested_to_the_bound_of_the_text(opening: str, closing: str) -> None:
    levels = 47 // (opening.count("[") + 1)
    result = checked(f"{HEAD}layers: [{opening * levels}{{act: relu}}{closing * levels}]\n")
    assert result.graph is not None
    verify(result.graph)


def test_layers_nested_beyond_it() -> None:
    [error] = errors(f"{HEAD}layers: [{'{layers: [' * 30}{{act: relu}}{']}' * 30}]\n")
    assert error == "E104 at 3: mappings and lists are nested too deeply: 51 levels, and at most 50 are read"


def test_a_hundred_thousand_turns_that_make_nothing() -> None:
    result = checked(f"{HEAD}layers:\n  - {{act: none, repeat: 100000}}\n")
    assert result.graph is not None
    assert result.graph.nodes == ()


def test_one_turn_more() -> None:
    [error] = errors(f"{HEAD}layers:\n  - {{layers: [], repeat: 100001}}\n")
    assert error == "E104 at 4: `repeat` and `for` make more than 100,000 turns"


def test_two_thousand_million_turns() -> None:
    [error] = errors(f"{HEAD}layers:\n  - {{layers: [], repeat: 2147483647}}\n")
    assert error == "E104 at 4: `repeat` and `for` make more than 100,000 turns"


def test_a_repeat_beyond_all_numbers() -> None:
    assert errors(f"{HEAD}layers:\n  - {{conv1x1: 8, repeat: 99999999999999999999}}\n") == [
        "E104 at 4: a number here must be below 2^31: 99,999,999,999,999,999,999"
    ]


def test_a_hundred_thousand_and_one_rows() -> None:
    rows = ", ".join(["1"] * 100_001)
    [error] = errors(f"{HEAD}layers:\n  - {{for: x, in: [{rows}], layers: []}}\n")
    assert error == "E104 at 4: `repeat` and `for` make more than 100,000 turns"


def test_a_hundred_thousand_and_one_ops() -> None:
    [error] = errors(f"{HEAD}layers:\n  - {{act: relu, repeat: 50000}}\n  - {{act: relu, repeat: 50001}}\n")
    assert error.startswith("E104 at 5: ")


def test_names_of_sixty_four_characters() -> None:
    name = "n" * 64
    layers = f"- {{layers: [{{layers: [{{conv1x1: 8, name: {name}}}], name: {name}}}], name: {name}}}"
    result = checked(f"{HEAD}layers:\n  {layers}\n  - {{act: relu, from: {name}.{name}.{name}}}\n")
    assert result.graph is not None
    assert f"{name}.{name}.{name}.weight" in result.graph.parameters
    [error] = errors(f"{HEAD}layers:\n  - {{conv1x1: 8, name: {name}n}}\n")
    assert error.startswith("E202 at 4: ")


BOMBS = [
    "$(9 ** 9 ** 9 ** 9)",
    "$(10 ** 18 * 10 ** 18)",
    "$(2 ** 63)",
    "$(1e308 * 10)",
    "$(" + "9" * 400 + ")",
    "$(" + "9" * 1200 + ")",
    "$(" + "(" * 60 + "1" + ")" * 60 + ")",
    "$(" + "-" * 900 + "1)",
    "$(" + "not " * 200 + "true)",
    "$(1" + " + 1" * 240 + ")",
    "$(" + "1 if true else " * 60 + "1)",
]


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_expression_bombs(bomb: str) -> None:
    for diagnostic in checked(f"{HEAD}layers:\n  - conv1x1: {bomb}\n").diagnostics:
        assert diagnostic.code in {"E205", "E306", "E202", "E104"}
        assert len(diagnostic.text) < 400


def test_lists_that_double() -> None:
    doubled = "\n".join(f"  p{n}: $(p{n - 1} + p{n - 1})" for n in range(1, 64))
    [error] = errors(f"{HEAD}params:\n  p0: [1]\n{doubled}\nlayers:\n  - {{for: x, in: $p63, layers: []}}\n")
    assert error.startswith("E306 at 14: ")


def test_lists_of_lists_that_multiply() -> None:
    nested = "\n".join(f'  p{n}: "$([p{n - 1}, p{n - 1}, p{n - 1}])"' for n in range(1, 64))
    [error] = errors(f"{HEAD}params:\n  p0: [1]\n{nested}\nlayers:\n  - flatten\n")
    assert error.startswith("E306 at ")


def test_a_mebibyte_of_layers() -> None:
    line = "  - {act: relu}\n"
    text = f"{HEAD}layers:\n" + line * ((1_048_576 - 40) // len(line))
    result = checked(text)
    assert result.graph is not None
    assert len(result.graph.nodes) == text.count("act")


def test_a_mebibyte_of_mistakes() -> None:
    line = "  - {act: rellu}\n"
    text = f"{HEAD}layers:\n" + line * ((1_048_576 - 40) // len(line))
    assert len(checked(text).diagnostics) == text.count("act")


def test_a_byte_more() -> None:
    [error] = errors(f"{HEAD}layers:\n  - flatten\n#{'x' * 1_048_576}\n")
    assert error.startswith("E104 at 1: the text is too long")
