"""Linear layers, norms, activations, dropout, scale, flatten."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import flow, ops, order, parameters, refused, shapes, starts, written

SEQUENCE = "input: {shape: [5, 4], layout: sequence}"


@pytest.mark.parametrize(
    ("top", "options", "shape", "weight"),
    [
        ("input: [6]", "", (3,), (3, 6)),
        ("input: [6]", ", axis: last", (3,), (3, 6)),
        (SEQUENCE, "", (5, 3), (3, 4)),
        (SEQUENCE, ", axis: channels", (5, 3), (3, 4)),
        ("input: [4, 7, 8]", ", axis: channels", (3, 7, 8), (3, 4)),
        ("input: [4, 7, 8]", ", axis: last", (4, 7, 3), (3, 8)),
        ("input: [4, 7]", ", axis: last", (4, 3), (3, 7)),
    ],
)
def test_linear_on_each_shape(
    top: str, options: str, shape: tuple[int, ...], weight: tuple[int, ...]
) -> None:
    layers = f"- {{linear: 3{options}}}"
    assert shapes(layers, top)["linear1"] == shape
    assert parameters(layers, top)["linear1.weight"] == weight


@pytest.mark.parametrize("top", ["input: [4, 7]", "input: [4, 7, 8]", "input: [4, 7, 8, 9]"])
def test_linear_on_a_feature_map_must_be_meant(top: str) -> None:
    [found] = refused("- {linear: 3}", top)
    assert found.startswith("E405 `linear` on a feature map")


def test_linears_axis_may_be_a_default() -> None:
    assert shapes("- {linear: 3}", "input: [4, 7, 8]\ndefaults: {linear: {axis: last}}")["linear1"] == (
        4,
        7,
        3,
    )


def test_linears_parts_with_a_norm_or_a_prelu_inside() -> None:
    assert list(parameters("- {linear: 3, act: relu}", "input: [6]")) == ["linear1.weight", "linear1.bias"]
    assert list(parameters("- {linear: 3, norm: layer, act: prelu}", "input: [6]")) == [
        "linear1.linear.weight",
        "linear1.linear.bias",
        "linear1.norm.weight",
        "linear1.norm.bias",
        "linear1.act.weight",
    ]


@pytest.mark.parametrize(
    ("layer", "op"),
    [
        ("norm: batch", "BatchNorm(eps=1e-05, momentum=0.1, affine=True)"),
        (
            "norm: batch, eps: 1e-3, momentum: 0.2, affine: false",
            "BatchNorm(eps=0.001, momentum=0.2, affine=False)",
        ),
        ("norm: layer", "LayerNorm(eps=1e-05, affine=True)"),
        ("norm: lrn, size: 5", "LocalResponseNorm(size=5, alpha=0.0001, beta=0.75, k=1.0)"),
        (
            "norm: lrn, size: 5, alpha: 5e-4, beta: 0.5, k: 2",
            "LocalResponseNorm(size=5, alpha=0.0005, beta=0.5, k=2.0)",
        ),
    ],
)
def test_norms_and_their_defaults(layer: str, op: str) -> None:
    for top in ("input: [4]", "input: [4, 8]", "input: [4, 8, 8, 8]", SEQUENCE):
        assert ops(f"- {{{layer}}}", top) == {"norm1": op}


def test_a_norms_parameters_are_one_a_channel() -> None:
    assert parameters("- {norm: batch}", SEQUENCE) == {
        f"norm1.{name}": (4,) for name in ("weight", "bias", "running_mean", "running_var")
    }
    assert parameters("- {norm: layer}") == {"norm1.weight": (4,), "norm1.bias": (4,)}
    assert list(parameters("- {norm: batch, affine: false}")) == ["norm1.running_mean", "norm1.running_var"]
    assert parameters("- {norm: layer, affine: false}") == {}


def test_a_norm_with_a_prelu_has_a_path_for_each_and_with_another_act_none() -> None:
    assert list(parameters("- {norm: layer, act: prelu}")) == [
        "norm1.norm.weight",
        "norm1.norm.bias",
        "norm1.act.weight",
    ]
    assert list(parameters("- {norm: layer, act: relu}")) == ["norm1.weight", "norm1.bias"]
    assert order("- {norm: none, act: relu}") == ["norm1.act"]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("norm: lrn", "E203 `norm: lrn` needs `size`"),
        ("norm: layer, momentum: 0.1", "E201 `norm: layer` has no option `momentum`"),
        ("norm: batch, size: 5", "E201 `norm: batch` has no option `size`"),
        ("conv1x1: 3, norm: {layer: {momentum: 0.1}}", "E201 `norm: layer` has no option `momentum`"),
        ("conv1x1: 3, norm: {batch: {act: relu}}", "E201 `norm: batch` has no option `act`"),
        ("conv1x1: 3, act: {relu: {slope: 0.1}}", "E201 `act: relu` has no option `slope`"),
        ("act: elu, slope: 0.1", "E201 `act: elu` has no option `slope`"),
        ("act: sigmoid, axis: 0", "E201 `act: sigmoid` has no option `axis`"),
        ("conv1x1: 3, act: swish", "E202 there is no act 'swish'"),
        (
            "conv1x1: 3, norm: group",
            "E203 `norm: group` needs `groups` of its own",
        ),
    ],
)
def test_options_that_a_norm_or_an_activation_does_not_take(layer: str, message: str) -> None:
    assert refused(f"- {{{layer}}}") == [message]


@pytest.mark.parametrize("word", ["batch", "layer", "{batch: {eps: 1}}", "{layer: }", "none"])
def test_a_norm_as_an_option_is_a_name_or_one_name_with_options(word: str) -> None:
    assert "conv1" in "".join(order(f"- {{conv1x1: 3, norm: {word}}}"))


PLAIN = [
    "relu",
    "relu6",
    "selu",
    "gelu",
    "gelu_tanh",
    "silu",
    "hardswish",
    "sigmoid",
    "tanh",
    "softplus",
    "mish",
    "abs",
    "square",
    "sqrt",
]


@pytest.mark.parametrize("word", PLAIN)
def test_plain_activations(word: str) -> None:
    assert ops(f"[{{act: {word}}}, {{conv1x1: 4, act: {word}}}]") == {
        "act1": f"Activation(function='{word}', constant=0.0)",
        "conv1": ops("- {conv1x1: 4}")["conv1"],
        "conv1.act": f"Activation(function='{word}', constant=0.0)",
    }


@pytest.mark.parametrize(
    ("layer", "op"),
    [
        ("act: leaky_relu", "Activation(function='leaky_relu', constant=0.01)"),
        ("act: leaky_relu, slope: 0.2", "Activation(function='leaky_relu', constant=0.2)"),
        ("act: hardsigmoid", f"Activation(function='hardsigmoid', constant={1 / 6})"),
        ("act: hardsigmoid, slope: 0.2", "Activation(function='hardsigmoid', constant=0.2)"),
        ("act: elu", "Activation(function='elu', constant=1.0)"),
        ("act: elu, alpha: 0.5", "Activation(function='elu', constant=0.5)"),
        ("act: prelu", "Prelu(per_channel=True)"),
        ("act: prelu, per_channel: false", "Prelu(per_channel=False)"),
        ("act: softmax", "Softmax(axis=0, log=False)"),
        ("act: log_softmax, axis: 2", "Softmax(axis=2, log=True)"),
    ],
)
def test_activations_with_options(layer: str, op: str) -> None:
    assert ops(f"- {{{layer}}}") == {"act1": op}


def test_softmax_runs_over_the_channels_unless_it_says_another_axis() -> None:
    assert ops("- {act: softmax}", "input: [4]") == {"act1": "Softmax(axis=0, log=False)"}
    assert ops("- {act: softmax}", SEQUENCE) == {"act1": "Softmax(axis=1, log=False)"}
    assert ops("- {act: softmax, axis: 0}", SEQUENCE) == {"act1": "Softmax(axis=0, log=False)"}
    assert refused("- {act: softmax, axis: 1}", "input: [4]") == [
        "E401 `axis` is beyond the value's axes (axis 1 of a vector of 4)"
    ]


def test_prelu_starts_at_a_quarter_one_a_channel_or_one_for_all() -> None:
    assert starts("- {act: prelu}") == {"act1.weight": "constant(0.25)"}
    assert parameters("- {act: prelu}") == {"act1.weight": (4,)}
    assert parameters("- {act: prelu}", SEQUENCE) == {"act1.weight": (4,)}
    assert parameters("- {act: prelu, per_channel: false}") == {"act1.weight": (1,)}


def test_the_prelu_of_any_other_layer_is_its_act() -> None:
    layers = """
    - {branches: [[], []], merge: add, act: prelu}
    - {residual: [{conv1x1: 4, bias: false}], act: prelu}
    - {merge: add, from: [prev, input], act: prelu}
    """
    assert [path for path in parameters(layers) if "conv" not in path] == [
        "branches1.act.weight",
        "residual1.act.weight",
        "merge1.act.weight",
    ]


def test_none_is_nothing_at_all() -> None:
    assert flow("[{act: none}, {norm: none}, {conv1x1: 3, act: none, norm: none}]") == written("""
        conv1 = Conv of input: 3×8×8
        output output = conv1
    """)


def test_dropout() -> None:
    assert ops("[{dropout: 0.4}, {dropout: 1, spatial: true}, {dropout: 0}]") == {
        "dropout1": "Dropout(p=0.4, spatial=False)",
        "dropout2": "Dropout(p=1.0, spatial=True)",
        "dropout3": "Dropout(p=0.0, spatial=False)",
    }
    assert refused("- {dropout: 1.5}") == ["E202 expected a probability from 0 to 1, got 1.5"]
    [found] = refused("- {dropout: 0.5, spatial: true}", "input: [4]")
    assert found.startswith("E401 ")


def test_scale_is_a_factor_a_channel_that_begins_at_its_value() -> None:
    assert parameters("- {scale: 1e-6}") == {"scale1.weight": (4,)}
    assert starts("- {scale: 1e-6}") == {"scale1.weight": "constant(1e-06)"}
    assert parameters("- {scale: 1}", SEQUENCE) == {"scale1.weight": (4,)}


@pytest.mark.parametrize(
    ("layer", "shape"),
    [("flatten", (256,)), ("{flatten: 0}", (256,)), ("{flatten: 1}", (4, 64)), ("{flatten: 2}", (4, 8, 8))],
)
def test_flatten_takes_an_axis_and_all_after_it(layer: str, shape: tuple[int, ...]) -> None:
    assert shapes(f"- {layer}")["flatten1"] == shape


def test_flatten_of_scalars_vectors_and_sequences() -> None:
    assert shapes("- flatten", "input: []")["flatten1"] == (1,)
    assert shapes("- flatten", "input: [4]")["flatten1"] == (4,)
    assert shapes("[flatten, {linear: 3}]", SEQUENCE) == {"flatten1": (20,), "linear1": (3,)}
    [found] = refused("- {flatten: 3}")
    assert found.startswith("E401 `flatten` starts beyond the last axis")


def test_what_flatten_leaves_with_two_axes_is_a_feature_map() -> None:
    assert shapes("[{flatten: 1}, {conv: 3, kernel: 5}]")["conv1"] == (3, 60)
