"""Programs of torch.export take every size that the facts allow, 1 among them, and no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch

import netc
from netc.compiler import Compilation, write_artifact
from netc_torch.guards import Sized, holds, is_fact
from netc_torch.ranges import first_steps, sizes_above
from tests.elaborate.specs import spec

if TYPE_CHECKING:
    from pathlib import Path


class Case(NamedTuple):
    """A network, shapes that its facts allow, and shapes that they do not, with what the program says of each."""

    text: str
    allowed: tuple[tuple[int, ...], ...]
    forbidden: dict[tuple[int, ...], str]


CASES = {
    "multiples": Case(
        spec(
            """\
            - {conv: 8, kernel: 3, stride: 2, padding: 1, norm: batch, act: relu}
            - {conv: 8, kernel: 3, stride: 2, padding: 1}
            - {upsample: 4}
            """,
            "dims: {H: {multiple_of: 4}, W: {multiple_of: 4, max: 32}}\ninput: [3, H, W]",
        ),
        ((1, 3, 4, 4), (1, 3, 4, 12), (1, 3, 40, 4), (3, 3, 8, 32)),
        {
            (1, 3, 6, 4): "Guard failed: input.size()[2] % 4 == 0",
            (1, 3, 4, 10): "Guard failed: input.size()[3] % 4 == 0",
            (1, 3, 4, 36): "Guard failed: input.size()[3] <= 32",
        },
    ),
    "a window as large as the smallest": Case(
        spec(
            """\
            - {conv: 4, kernel: 5, norm: layer}
            - {conv: 2, kernel: 1, act: relu}
            """,
            "dims: {T: {min: 5}}\ninput: [3, T]",
        ),
        ((1, 3, 5), (1, 3, 6), (2, 3, 5), (4, 3, 50)),
        {(1, 3, 4): "Guard failed: input.size()[2] >= 5"},
    ),
    "two is the smallest": Case(
        spec("- {linear: 3}", "dims: {T: {min: 2}}\ninput: {shape: [T, 4], layout: sequence}"),
        ((1, 2, 4), (3, 7, 4)),
        {(1, 1, 4): "Guard failed: input.size()[1] >= 2"},
    ),
    "any number of steps": Case(
        spec(
            """\
            - {lstm: 4}
            - {gru: 3, layers: 2, bidirectional: true}
            """,
            "dims: {T: {max: 20}}\ninput: {shape: [T, 4], layout: sequence}",
        ),
        ((1, 1, 4), (1, 2, 4), (2, 1, 4), (3, 20, 4)),
        {(1, 21, 4): "Guard failed: input.size()[1] <= 20"},
    ),
    "a fixed number of steps": Case(
        spec("- {rnn: 3, layers: 2}\n- {lstm: 3}", "input: {shape: [4, 2], layout: sequence}"),
        ((1, 4, 2), (2, 4, 2), (5, 4, 2)),
        {(1, 5, 2): "Guard failed: input.size()[1] == 4"},
    ),
}


def write(text: str, path: Path) -> tuple[netc.Network, tuple[str, ...]]:
    """The network, and the remarks on the program that is written to ``path``."""
    net = netc.loads(text)
    return net, write_artifact(Compilation(net.graph, net.text, "0"), "torch", path).remarks


@pytest.mark.parametrize("name", CASES)
def test_a_program_takes_what_the_facts_allow_and_nothing_else(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    net, remarks = write(case.text, tmp_path / "net.pt2")
    assert remarks == ()
    module = net.to_torch(optimize=True)
    run: Any = torch.export.load(tmp_path / "net.pt2").module()
    with torch.no_grad():
        for shape in case.allowed:
            x = torch.randn(shape)
            torch.testing.assert_close(run(x), module(x), rtol=0, atol=1e-6)
        for shape, message in case.forbidden.items():
            with pytest.raises(AssertionError, match=f"^{re.escape(message)}"):
                run(torch.randn(shape))


def test_steps_of_a_plain_rnn_are_a_number(tmp_path: Path) -> None:
    text = spec("- {rnn: 3}", "input: {shape: [T, 2], layout: sequence}")
    with pytest.raises(netc.BackendError) as caught:
        write(text, tmp_path / "net.pt2")
    assert str(caught.value) == (
        "torch.export unrolls recurrent layers step by step, and `rnn1` has any number: write a number in the "
        "input's shape, or ship .onnx, which keeps every size"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_same_network_is_the_same_bytes(tmp_path: Path) -> None:
    found: list[bytes] = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(CASES["multiples"].text, tmp_path / folder / "net.pt2")
        found.append((tmp_path / folder / "net.pt2").read_bytes())
    assert found[0] == found[1]


def test_a_program_is_traced_where_nothing_is_of_size_1() -> None:
    graph = netc.loads(CASES["a window as large as the smallest"].text).graph
    assert first_steps(graph) == 1
    assert sizes_above(graph, 1) == {"N": 3, "T": 6}
    assert first_steps(netc.loads(CASES["multiples"].text).graph) == 0


def test_guards_are_asked_of_sizes_alone() -> None:
    inputs = {"x": Sized((2, 3, 8))}
    assert holds("(L['x'].size()[2] % 4) == 0", inputs)
    assert not holds("((-1) + (L['x'].size()[2] // 4)) != 1", inputs)
    assert not holds("L['x'].dtype is not None", inputs)
    assert not holds("__import__('os').getpid() > 0", inputs)
    assert is_fact("(L['x'].size()[2] % 4) == 0")
    assert not is_fact("(1 % ((-1) + (L['x'].size()[3] // 4))) != 0")


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_a_recurrent_layer_has_any_steps_in_a_program_and_is_itself_elsewhere(
    kind: str, tmp_path: Path
) -> None:
    text = "{{netc: 1, input: {{shape: [{steps}, 3], layout: sequence}}, layers: [{{{kind}: 4}}]}}"
    fixed = netc.loads(text.format(steps=2, kind=kind)).to_torch().eval()

    def loops() -> list[str]:
        nodes = torch.export.export(fixed, (torch.zeros(2, 2, 3),)).graph.nodes
        return [str(node.target) for node in nodes if "while_loop" in str(node.target)]

    assert loops() == []
    net, remarks = write(text.format(steps="T", kind=kind), tmp_path / "net.pt2")
    assert remarks == ()
    program, module = torch.export.load(tmp_path / "net.pt2").module(), net.to_torch().eval()
    for steps in (1, 2, 9):
        x = torch.randn(3, steps, 3)
        torch.testing.assert_close(program(x), module(x))
    assert loops() == []  # torch remembers what it found for an op: what was changed must be forgotten
