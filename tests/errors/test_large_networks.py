"""Warnings, symbols and variants of large networks: soon looked at, and never in time that grows squared."""

from __future__ import annotations

import gc
import time
from typing import Any

import pytest

from netc.compiler import Checked, check_bytes
from netc.elaborate import Overrides, elaborate
from netc.graph.builder import Builder
from netc.lint import Selection

NUMBERS = "netc: 1\ninput: [8, 16, 16]\n"
SYMBOLS = "netc: 1\ninput: [8, H, W]\n"
SECONDS = 40
"""What none of these computes on the slowest machine: each takes about a second, and squared time minutes."""

ROWS = ", ".join(["1"] * 15_000)


def checked(text: str) -> Checked:
    """The check of a spec and all its variants, with every warning looked for, in bounded time."""
    start = time.process_time()
    result = check_bytes(
        text.encode(), "spec.yaml", Overrides(), every_variant=True, warnings=Selection(("W",))
    )
    assert time.process_time() - start < SECONDS
    return result


def codes(text: str) -> list[str]:
    """The codes of what is found."""
    return [found.code for found in checked(text).diagnostics]


def test_thousands_of_dropouts_behind_thousands_of_activations() -> None:
    chain = "  - {conv1x1: 8, name: first}\n  - {act: relu, repeat: 15000, name: last}\n"
    rows = f"  - {{for: x, in: [{ROWS}], layers: [{{dropout: 0.5, from: last}}]}}\n"
    norm = "  - {norm: batch}\n"
    assert codes(f"{NUMBERS}layers:\n{chain}{rows}{norm}") == ["W105", "W101", "W106"]


def test_thousands_of_layers_share_most_parameters_behind_thousands_of_activations() -> None:
    chain = "  - {linear: 64, axis: last, name: own}\n  - {act: relu, repeat: 15000, name: last}\n"
    rows = f"  - {{for: x, in: [{ROWS}], layers: [{{linear: 64, from: last, share: own}}]}}\n"
    assert codes(f"netc: 1\ninput: [64]\nlayers:\n{chain}{rows}") == ["W105", "W101"]


def test_a_thousand_strides_over_a_symbol() -> None:
    result = checked(
        f"{SYMBOLS}layers:\n  - {{conv: 8, kernel: 3, stride: 3, padding: same, repeat: 1000}}\n"
    )
    assert result.diagnostics == []
    assert result.graph is not None
    assert str(result.graph.nodes[3].output.type.shape[1]) == "ceil(H/81)"


def test_pools_over_a_symbol_of_which_no_claim_can_be_decided() -> None:
    """Their padding is smaller than the kernel by what `same` means, and no trial of residues is needed."""
    result = checked(f"{SYMBOLS}layers:\n  - {{pool: avg, kernel: 2, padding: same, repeat: 40}}\n")
    assert result.diagnostics == []
    assert result.graph is not None
    assert str(result.graph.nodes[-1].output.type.shape[1]) == f"ceil(H/{2**40})"


def test_floors_of_multiples_to_the_bound() -> None:
    turn = "{layers: [{upsample: 97}, {pool: avg, kernel: 101}], repeat: 100}"
    facts = "dims: {H: {min: 1000}, W: {min: 1000}}\n"
    [error] = checked(f"{SYMBOLS}{facts}layers: [{turn}]\n").diagnostics
    assert (error.code, error.message) == ("E104", "a symbolic size nests more than 64 floors")


@pytest.mark.parametrize(("stride", "found"), [(65_535, []), (65_536, []), (65_537, ["E104"])])
def test_strides_at_the_bound_of_residues(stride: int, found: list[str]) -> None:
    same = f"  - {{pool: max, kernel: {stride}, padding: same, name: a}}\n"
    strided = f"  - {{conv1x1: 8, stride: {stride}, from: input}}\n  - {{merge: add, from: [prev, a]}}\n"
    assert codes(f"{SYMBOLS}layers:\n{same}{strided}") == found


def test_networks_of_variants_that_are_checked_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []

    def counted(*arguments: Any) -> Any:
        kept.append(sum(type(one) is Builder for one in gc.get_objects()))
        return elaborate(*arguments)

    monkeypatch.setattr("netc.compiler.elaborate", counted)
    monkeypatch.setattr("netc.compiler._MUCH", 20_000)  # else it takes a million objects
    variants = "\n".join(f"  v{width}: {{width: {width}}}" for width in range(1, 41))
    layers = "[{conv1x1: $width, repeat: 300}]"
    text = f"{NUMBERS}params: {{width: 8}}\nvariants:\n{variants}\nlayers: {layers}\n"
    assert check_bytes(text.encode(), "spec.yaml", Overrides(), every_variant=True).diagnostics == []
    assert len(kept) == 41
    assert max(kept) - kept[0] < 20
