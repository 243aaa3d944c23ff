"""Symbolic sizes: from the inputs through every rule to the outputs."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

import netc
from netc.graph.text import text
from netc.types.facts import Facts
from tests.elaborate.specs import built, flow, refused, spec, written

U_NET = """
- {conv: 16, name: outer}
- {conv: 32, stride: 2, name: middle}
- {conv: 64, stride: 2}
- {conv_transpose: 32, kernel: 2, stride: 2}
- {merge: concat, from: [middle, conv_transpose1]}
- {conv_transpose: 16, kernel: 2, stride: 2}
- {merge: concat, from: [outer, conv_transpose2]}
- {conv1x1: 1, act: none}
"""
SAME = "defaults: {conv: {kernel: 3, padding: same, act: relu}}"


def test_symbols_are_carried_through_every_rule() -> None:
    layers = """
    - {conv: 8, kernel: 3, stride: 2, padding: same, norm: batch, act: relu}
    - {pool: max, kernel: 3, stride: 2, padding: 1, round: ceil}
    - {conv: 8, kernel: 3, padding: valid}
    - {global_pool: avg}
    - {linear: 10}
    """
    top = "input: [3, H, W]\ndims: {H: {min: 16}, W: {multiple_of: 32}}"
    assert flow(layers, top) == written("""
        conv1.conv = Conv of input: 8×ceil(H/2)×W/2
        conv1.norm = BatchNorm of conv1.conv: 8×ceil(H/2)×W/2
        conv1.act = Activation of conv1.norm: 8×ceil(H/2)×W/2
        pool1 = MaxPool of conv1.act: 8×(floor((H + 1)/4) + 1)×(W/4 + 1)
        conv2 = Conv of pool1: 8×floor((H − 3)/4)×(W/4 − 1)
        global_pool1 = GlobalPool of conv2: 8
        linear1 = Linear of global_pool1: 10
        output output = linear1
    """)


def test_pads_are_exact_for_every_size_and_facts_stand_in_the_graph() -> None:
    graph = built(
        "- {conv: 8, kernel: 3, stride: 2, padding: same}", "input: [3, H, W]\ndims: {W: {multiple_of: 2}}"
    )
    assert (
        text(graph)
        == written("""
        network spec
        dim H: min 1
        dim W: min 2, multiple_of 2
        input input: 3×H×W float32 channels_first
        conv1:0: 8×ceil(H/2)×W/2 = Conv(channels=8, kernel=(3, 3), stride=(2, 2), \
pads=((ceil(H/2) − floor(H/2), 1), (0, 1)), dilation=(1, 1), groups=1, bias=True) of input
          weight = conv1.weight: 8×3×3×3 uniform(0.19245)
          bias = conv1.bias: 8 uniform(0.19245)
        output output = conv1:0
    """).replace("network spec", f"network {graph.name}")
        + "\n"
    )


@pytest.mark.parametrize("multiple", [4, 8, 12])
def test_a_u_net_of_sizes_that_halve_twice(multiple: int) -> None:
    facts = f"{{multiple_of: {multiple}}}"
    top = f"input: [3, H, W]\ndims: {{H: {facts}, W: {facts}}}\n{SAME}"
    assert flow(U_NET, top).split("\n")[-2:] == ["conv4 = Conv of merge2: 1×H×W", "output output = conv4"]


def test_a_u_net_of_all_sizes_fails_at_the_first_that_does_not_halve() -> None:
    top = f"input: [3, H, 64]\ndims: {{H: {{min: 33, max: 100, multiple_of: 2}}}}\n{SAME}"
    assert refused(U_NET, top) == [
        "E404 `concat` needs equal shapes but for its axis (`middle`: 32×H/2×32, "
        "`conv_transpose1`: 32×2·ceil(H/4)×32; H = 34: 17×32 and 18×32)"
    ]


def test_inputs_share_their_symbols() -> None:
    top = "inputs: {left: [3, H, W], right: [4, H, W]}"
    assert flow("- {merge: concat, from: [left, right]}", top).startswith(
        "merge1 = Concat of left, right: 7×H×W"
    )
    assert refused("- {merge: concat, from: [left, right]}", "inputs: {left: [3, H], right: [4, W]}") == [
        "E404 `concat` needs equal shapes but for its axis (`left`: 3×H, `right`: 4×W; H = 2, W = 1: 2 and 1)"
    ]


def test_facts_may_be_expressions() -> None:
    top = "input: [3, H]\nparams: {levels: 3}\ndims: {H: {multiple_of: $(2 ** levels), max: $(100 * levels)}}"
    assert built("- {act: relu}", top).facts == {"H": Facts(1, 300, 8)}


def test_a_symbol_of_one_size_is_that_number() -> None:
    graph = built("- flatten\n- {linear: 2}", "input: [3, H]\ndims: {H: {min: 30, max: 60, multiple_of: 32}}")
    assert graph.inputs[0].type.shape == (3, 32)
    assert not graph.facts


def test_expressions_hand_symbols_on_and_read_the_numbers_beside_them() -> None:
    layers = """
    - {conv: $(2 * in_channels), kernel: 3, padding: same, if: $(len(in_shape) == 3)}
    - {conv: "$(in_shape[0])", kernel: 1}
    """
    assert flow(layers, "input: [3, H, W]").split("\n")[1] == "conv2 = Conv of conv1: 6×H×W"
    assert refused('- {conv: "$(in_shape[1] // 2)", kernel: 3}', "input: [3, H, W]") == [
        "E306 a symbolic dim in arithmetic: H"
    ]


def test_a_mistake_in_the_facts_is_the_only_one() -> None:
    top = "input: [3, H]\ndims: {H: {min: 0}}"
    assert refused("- {pool: max, kernel: 9}\n- {conv: 8, kernel: 5}", top) == [
        "E202 expected a positive whole number, got 0"
    ]


def test_a_network_with_symbols_survives_a_pickle() -> None:
    network = netc.loads(spec("- {conv: 8, kernel: 3, padding: same}", "input: [3, H, W]"))
    twin = pickle.loads(pickle.dumps(network))
    assert text(twin.graph) == text(network.graph)
    assert repr(network) == "<netc.Network spec: 224 parameters, 216·H·W MACs>".replace("spec", network.name)


def test_a_spec_without_symbols_loads_nothing_of_them() -> None:
    code = """
import sys, netc
netc.loads(sys.argv[1])
print(sorted(name for name in sys.modules if name.startswith("netc.types.")))
"""
    document = spec("- {conv: 8, kernel: 3, padding: same}\n- flatten\n- {linear: 3}")
    ran = subprocess.run([sys.executable, "-c", code, document], check=True, capture_output=True, text=True)
    assert ran.stdout == "['netc.types.dims', 'netc.types.parameter', 'netc.types.tensor']\n"
