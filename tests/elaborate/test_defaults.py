"""`defaults`: what they reach, and what stands against them."""

from __future__ import annotations

from tests.elaborate.specs import built, flow, ops, order, parameters, refused, shapes, starts


def top(defaults: str, more: str = "") -> str:
    """An input, these defaults and more."""
    return f"input: [4, 8, 8]\ndefaults: {defaults}\n{more}"


def test_a_default_holds_where_a_layer_leaves_the_option_out() -> None:
    layers = "[{conv: 4, kernel: 3}, {conv: 4, kernel: 3, padding: valid}]"
    assert shapes(layers, top("{conv: {padding: same}}")) == {"conv1": (4, 8, 8), "conv2": (4, 6, 6)}


def test_defaults_reach_blocks_scopes_and_the_convs_and_pool_of_inception() -> None:
    layers = """
    - {use: b}
    - {layers: [{conv1x1: 2}]}
    - {residual: [{conv1x1: 2}]}
    - {branches: [[{conv1x1: 2}]]}
    - {head: h, layers: [{conv1x1: 2}]}
    - {inception: {1x1: 2, 3x3: [2, 2], pool: 2}}
    """
    found = built(
        layers,
        top("{conv: {bias: false}, pool: {count_padding: true}}", "blocks: {b: {layers: [{conv1x1: 2}]}}"),
    )
    assert len(found.parameters) == 9
    assert all(path.endswith("weight") for path in found.parameters)
    layers = "- {inception: {pool: 2}, pool_kind: avg}"
    assert ops(layers, top("{pool: {count_padding: true}}"))["inception1.branch_pool.pool1"] == (
        "AveragePool(kernel=(3, 3), stride=(1, 1), pads=((1, 1), (1, 1)), remainder=(0, 0), count_padding=True)"
    )


def test_the_windows_of_inception_stand_against_defaults() -> None:
    defaults = """{
      conv: {stride: 2, padding: valid, dilation: 2, act: relu}, conv1x1: {stride: 3},
      pool: {stride: 2, padding: 0, round: ceil}}"""
    found = shapes("- inception: {1x1: 1, 3x3: [1, 2], 5x5: [1, 3], pool: 4}", top(defaults))
    assert {shape[1:] for shape in found.values()} == {(8, 8)}
    assert found["inception1"] == (10, 8, 8)


def test_defaults_never_reach_a_projection() -> None:
    defaults = "{conv: {act: relu, bias: false, norm: batch}, conv1x1: {stride: 3, groups: 2}, init: {weight: zeros}}"
    layers = "- {residual: [{conv: 6, kernel: 1, norm: none, stride: 2}], shortcut: project}"
    found = ops(layers, top(defaults))
    assert found["residual1.shortcut.conv1"] == (
        "Conv(channels=6, kernel=(1, 1), stride=(2, 2), pads=((0, 0), (0, 0)), dilation=(1, 1), groups=1, bias=True)"
    )
    assert "residual1.shortcut.conv1.act" not in found
    assert starts_of(layers, top(defaults), "residual1.shortcut.conv1.weight") == "uniform(0.5)"


def starts_of(layers: str, head: str, path: str) -> str:
    return starts(layers, head)[path]


def test_convs_defaults_hold_option_by_option_for_the_other_convolutions() -> None:
    defaults = (
        "{conv: {stride: 2, act: relu, padding: 1, kernel: 3, groups: 2, dilation: 1}, conv1x1: {act: tanh}}"
    )
    found = ops("[{conv1x1: 4}, {depthwise: 3}, {separable: 4, kernel: 3}]", top(defaults))
    assert found["conv1"] == (
        "Conv(channels=4, kernel=(1, 1), stride=(2, 2), pads=((0, 0), (0, 0)), dilation=(1, 1), groups=2, bias=True)"
    )
    assert found["conv1.act"] == "Activation(function='tanh', constant=0.0)"
    assert found["depthwise1"] == (
        "Conv(channels=4, kernel=(3, 3), stride=(2, 2), pads=((1, 1), (1, 1)), dilation=(1, 1), groups=4, bias=True)"
    )
    assert found["depthwise1.act"] == "Activation(function='relu', constant=0.0)"
    assert found["separable1.depthwise"] == (
        "Conv(channels=4, kernel=(3, 3), stride=(2, 2), pads=((1, 1), (1, 1)), dilation=(1, 1), groups=4, bias=False)"
    )
    assert found["separable1.pointwise.act"] == "Activation(function='relu', constant=0.0)"


def test_a_default_is_an_option_never_a_kinds_own_value() -> None:
    assert refused("- depthwise", top("{conv: {kernel: 3}}")) == ["E203 `depthwise` needs a value"]
    assert shapes("- {conv: 4}", top("{conv: {kernel: 3}}")) == {"conv1": (4, 6, 6)}


def test_acts_options_hold_where_act_is_an_option_and_apply() -> None:
    layers = """
    - {act: leaky_relu}
    - {conv1x1: 4, act: leaky_relu}
    - {conv1x1: 4, act: {leaky_relu: {slope: 0.5}}}
    - {norm: layer, act: leaky_relu}
    - {merge: add, from: [prev, input], act: leaky_relu}
    - {linear: 2, axis: channels, act: leaky_relu}
    - {conv1x1: 4, act: relu}
    """
    constants = [
        text.split("constant=")[1]
        for text in ops(layers, top("{act: {slope: 0.2}}")).values()
        if "constant" in text
    ]
    assert constants == ["0.2)", "0.2)", "0.5)", "0.2)", "0.2)", "0.2)", "0.0)"]


def test_norms_options_hold_where_norm_is_an_option_and_apply_but_its_act() -> None:
    layers = """
    - {norm: batch}
    - {conv1x1: 4, norm: batch}
    - {conv1x1: 4, norm: {batch: {eps: 1}}}
    - {conv1x1: 4, norm: layer}
    - {conv1x1: 4, norm: {lrn: {size: 3}}}
    """
    head = top("{norm: {eps: 0.5, momentum: 0.25, act: relu}}")
    found = ops(layers, head)
    assert order(layers, head) == [
        "norm1", "norm1.act", "conv1.conv", "conv1.norm", "conv2.conv", "conv2.norm",
        "conv3.conv", "conv3.norm", "conv4.conv", "conv4.norm",
    ]  # fmt: skip
    assert found["norm1"] == "BatchNorm(eps=0.5, momentum=0.25, affine=True)"
    assert found["conv1.norm"] == "BatchNorm(eps=0.5, momentum=0.25, affine=True)"
    assert found["conv2.norm"] == "BatchNorm(eps=1.0, momentum=0.25, affine=True)"
    assert found["conv3.norm"] == "LayerNorm(eps=0.5, affine=True)"
    assert found["conv4.norm"] == "LocalResponseNorm(size=3, alpha=0.0001, beta=0.75, k=1.0)"


def test_a_norm_that_is_itself_a_default_has_the_norms_defaults() -> None:
    head = top("{conv: {norm: $kind}, norm: {eps: $eps}}", "params: {kind: layer, eps: 0.5}")
    assert ops("- {conv1x1: 4}", head)["conv1.norm"] == "LayerNorm(eps=0.5, affine=True)"
    found = ops("- inception: {1x1: 2}", head)
    assert found["inception1.branch1x1.conv1.norm"] == "LayerNorm(eps=0.5, affine=True)"


def test_no_other_kinds_defaults_reach_inside_squeeze_excite() -> None:
    defaults = "{conv: {act: tanh, bias: false}, act: {slope: 0.5}, squeeze_excite: {gate: leaky_relu}}"
    found = ops("- {squeeze_excite: 2, act: leaky_relu}", top(defaults))
    assert "bias=True" in found["squeeze_excite1.reduce"]
    assert found["squeeze_excite1.act"] == "Activation(function='leaky_relu', constant=0.01)"
    assert found["squeeze_excite1.gate"] == "Activation(function='leaky_relu', constant=0.01)"


def test_an_option_that_a_kinds_word_does_not_take_is_left_out() -> None:
    assert order("[{pool: max, kernel: 2}, {merge: add, from: [prev, pool1]}]", top("{pool: {count_padding: true}, merge: {axis: 1}}")) == [
        "pool1", "merge1",
    ]  # fmt: skip


def test_init_reaches_every_kind_whose_weights_multiply() -> None:
    layers = """
    - {conv1x1: 4, norm: batch, act: prelu}
    - {separable: 4, kernel: 1}
    - {conv1x1: 4, init: {weight: ones}}
    - {squeeze_excite: 2}
    - {linear: 2, axis: channels}
    """
    found = starts(layers, top("{init: {weight: kaiming_normal, bias: zeros}, linear: {init: {bias: ones}}}"))
    assert found == {
        "conv1.conv.weight": "kaiming_normal",
        "conv1.norm.weight": "ones",
        "conv1.norm.bias": "zeros",
        "conv1.norm.running_mean": "zeros",
        "conv1.norm.running_var": "ones",
        "conv1.act.weight": "constant(0.25)",
        "separable1.depthwise.weight": "kaiming_normal",
        "separable1.pointwise.weight": "kaiming_normal",
        "separable1.pointwise.bias": "zeros",
        "conv2.weight": "ones",
        "conv2.bias": "uniform(0.5)",
        "squeeze_excite1.reduce.weight": "kaiming_normal",
        "squeeze_excite1.reduce.bias": "zeros",
        "squeeze_excite1.expand.weight": "kaiming_normal",
        "squeeze_excite1.expand.bias": "zeros",
        "linear1.weight": "uniform(0.5)",
        "linear1.bias": "ones",
    }


def test_expressions_in_defaults_see_the_files_params_and_the_value_never_a_blocks_params() -> None:
    head = top(
        "{conv: {groups: $n, kernel: '$(in_shape[1] // 4)'}}",
        "params: {n: 2}\nblocks: {b: {params: {n: 4}, layers: [{conv: 4}]}}",
    )
    found = ops("[{conv: 4}, {use: b}]", head)
    assert "kernel=(2, 2)" in found["conv1"]
    assert "groups=2" in found["conv1"]
    assert "kernel=(1, 1)" in found["b1.conv1"]
    assert "groups=2" in found["b1.conv1"]
    assert refused(
        "- {use: b}",
        top("{conv: {groups: $m}}", "blocks: {b: {params: {m: 4}, layers: [{conv: 4, kernel: 1}]}}"),
    ) == ["E303 there is no name `m` here"]


def test_expressions_in_defaults_reach_inception() -> None:
    head = top(
        "{conv: {act: {leaky_relu: {slope: $slope}}, bias: $bias}}", "params: {slope: 0.5, bias: false}"
    )
    found = ops("- inception: {1x1: 2}", head)
    assert found["inception1.branch1x1.conv1.act"] == "Activation(function='leaky_relu', constant=0.5)"
    assert list(parameters("- inception: {1x1: 2}", head)) == ["inception1.branch1x1.conv1.weight"]


def test_defaults_of_residuals_branches_and_dropouts() -> None:
    head = top("{residual: {act: relu, shortcut: project}, branches: {merge: add}, dropout: {spatial: true}}")
    layers = "[{residual: [{conv1x1: 6}]}, {branches: [[], []]}, {dropout: 0.5}]"
    assert flow(layers, head).splitlines() == [
        "residual1.conv1 = Conv of input: 6×8×8",
        "residual1.shortcut.conv1 = Conv of input: 6×8×8",
        "residual1 = Combine of residual1.conv1, residual1.shortcut.conv1: 6×8×8",
        "residual1.act = Activation of residual1: 6×8×8",
        "branches1 = Combine of residual1.act, residual1.act: 6×8×8",
        "dropout1 = Dropout of branches1: 6×8×8",
        "output output = dropout1",
    ]


def test_use_for_head_and_layers_have_no_defaults() -> None:
    for kind in ("use", "for", "head", "layers"):
        assert refused("- {act: relu}", top(f"{{{kind}: {{with: {{}}}}}}")) == [
            f"E201 `{kind}` has no defaults"
        ]
