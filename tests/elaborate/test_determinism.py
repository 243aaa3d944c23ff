"""One text, one graph; and weights that other layers do not move."""

from __future__ import annotations

import pytest

from netc.graph.text import text
from netc.weights.initial import InitialWeights
from tests.elaborate.specs import built

TOP = """
input: [4, 8, 8]
defaults: {conv: {norm: batch, act: relu}, init: {weight: kaiming_normal}}
blocks:
  basic: {params: {width: 6}, layers: [{residual: [{conv1x1: $width}, {conv1x1: $width}], shortcut: project}]}
"""
LAYERS = """
- {conv: 5, kernel: 3, name: stem}
- {use: basic, repeat: 2}
- {inception: {1x1: 2, pool: 3}}
- {global_pool: avg}
- {linear: 3}
"""


def test_the_same_text_gives_the_same_graph() -> None:
    assert text(built(LAYERS, TOP)) == text(built(LAYERS, TOP))


def test_a_graph_does_not_depend_on_pythons_hashes() -> None:
    import os
    import subprocess
    import sys

    from tests.elaborate.specs import spec

    program = "import sys, netc; from netc.graph.text import text; print(text(netc.loads(sys.argv[1]).graph), end='')"
    seen = {
        subprocess.run(
            [sys.executable, "-c", program, spec(LAYERS, TOP)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


@pytest.mark.parametrize(
    "inserted", ["{squeeze_excite: 2}", "{act: tanh}", "{residual: [{conv1x1: 5}]}", "{scale: 1}"]
)
def test_inserting_a_layer_changes_no_weights_whose_path_and_shape_stay(inserted: str) -> None:
    before = InitialWeights(built(LAYERS, TOP).parameters, seed=7)
    longer = LAYERS.replace("- {use", f"- {inserted}\n- {{use")
    after = InitialWeights(built(longer, TOP).parameters, seed=7)
    assert set(before) < set(after) or "tanh" in inserted
    for path, array in before.items():
        assert array.tobytes() == after[path].tobytes(), path


def test_a_seed_and_a_path_make_other_weights() -> None:
    parameters = built(LAYERS, TOP).parameters
    one, two = InitialWeights(parameters, seed=1), InitialWeights(parameters, seed=2)
    assert one["stem.conv.weight"].tobytes() != two["stem.conv.weight"].tobytes()
    first, second = "basic1.1.residual1.conv1.conv.weight", "basic1.1.residual1.conv2.conv.weight"
    assert one[first].shape == one[second].shape
    assert one[first].tobytes() != one[second].tobytes()


def test_the_default_start_and_fans_of_each_weight() -> None:
    layers = "[{conv: 6, kernel: [3, 5], groups: 2, name: c}, {global_pool: avg}, {linear: 7, name: d}]"
    found = built(layers).parameters
    assert (found["c.weight"].fan_in, found["c.weight"].fan_out) == (4 // 2 * 15, 6 * 15)
    assert found["c.weight"].groups == 2
    assert found["c.bias"].fan_in == 4 // 2 * 15
    assert (found["d.weight"].fan_in, found["d.weight"].fan_out) == (6, 7)
    assert found["c.weight"].initializer == ("uniform", 1 / 30**0.5)
    assert found["d.bias"].initializer == ("uniform", 1 / 6**0.5)
