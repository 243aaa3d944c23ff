"""Residuals: the shortcut's four forms, their order, and what a projection takes over."""

from __future__ import annotations

import pytest

import netc
from netc.ops.conv import Conv
from tests.elaborate.specs import flow, ops, order, parameters, refused, shapes, starts, written


def test_the_identity_is_added_and_act_follows() -> None:
    assert flow("- {residual: [{conv1x1: 4}], act: relu}") == written("""
        residual1.conv1 = Conv of input: 4×8×8
        residual1 = Combine of residual1.conv1, input: 4×8×8
        residual1.act = Activation of residual1: 4×8×8
        output output = residual1.act
    """)


def test_the_identity_must_fit() -> None:
    assert refused("- residual: [{conv1x1: 6}]") == [
        "E404 the branches of `residual` end in different shapes (body: 6×8×8, shortcut: 4×8×8)"
    ]


def test_an_empty_body_adds_the_value_to_itself() -> None:
    assert flow("- residual: []").splitlines()[0] == "residual1 = Combine of input, input: 4×8×8"


def test_a_list_of_layers_is_the_shortcut_and_an_empty_one_the_identity() -> None:
    assert flow("- {residual: [{conv1x1: 6}], shortcut: [{pool: avg, kernel: 1}, {conv1x1: 6}]}") == written("""
        residual1.conv1 = Conv of input: 6×8×8
        residual1.shortcut.pool1 = AveragePool of input: 4×8×8
        residual1.shortcut.conv1 = Conv of residual1.shortcut.pool1: 6×8×8
        residual1 = Combine of residual1.conv1, residual1.shortcut.conv1: 6×8×8
        output output = residual1
    """)
    assert order("- {residual: [{conv1x1: 4}], shortcut: []}") == ["residual1.conv1", "residual1"]


BODY = "[{conv: 6, kernel: 3, padding: half, stride: 2, norm: batch, act: relu}, {conv1x1: 6, norm: {batch: {eps: 0.5}}}]"
BODY_FIRST = ["conv1.conv", "conv1.norm", "conv1.act", "conv2.conv", "conv2.norm"]
SHORTCUT = ["shortcut.conv1.conv", "shortcut.conv1.norm"]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (f"{{residual: {BODY}, shortcut: project}}", [*BODY_FIRST, *SHORTCUT]),
        (f"{{shortcut: project, residual: {BODY}}}", [*SHORTCUT, *BODY_FIRST]),
        (
            f"{{residual: {BODY}, shortcut: [{{conv1x1: 6, stride: 2, norm: batch}}]}}",
            [*BODY_FIRST, *SHORTCUT],
        ),
        (
            f"{{shortcut: [{{conv1x1: 6, stride: 2, norm: batch}}], residual: {BODY}}}",
            [*SHORTCUT, *BODY_FIRST],
        ),
    ],
)
def test_what_is_written_first_runs_first_and_owns_the_first_parameters(
    layer: str, expected: list[str]
) -> None:
    layers = f"[{{conv1x1: 4}}, {layer}, {{conv1x1: 3}}]"
    assert order(layers) == ["conv1", *(f"residual1.{part}" for part in expected), "residual1", "conv2"]
    owners = list(dict.fromkeys(path.rpartition(".")[0] for path in parameters(layers)))
    with_parameters = [part for part in expected if not part.endswith("act")]
    assert owners == ["conv1", *(f"residual1.{part}" for part in with_parameters), "conv2"]


def test_that_order_is_the_state_dicts() -> None:
    import netc
    from tests.elaborate.specs import spec

    text = spec(f"[{{shortcut: project, residual: {BODY}}}, {{conv1x1: 3}}]")
    network = netc.loads(text)
    found = [path for path in network.to_torch().state_dict() if "num_batches" not in path]
    assert found == list(network.parameters)


def test_a_projection_takes_the_norm_with_its_options_of_the_last_layer_that_has_one() -> None:
    layers = """
    - residual:
        - {conv1x1: 6, norm: {batch: {eps: 0.5, momentum: 0.25}}}
        - {act: relu}
        - {conv1x1: 6, norm: none}
        - {layers: [{conv1x1: 6, norm: layer}]}
      shortcut: project
    """
    assert ops(layers)["residual1.shortcut.conv1.norm"] == "BatchNorm(eps=0.5, momentum=0.25, affine=True)"
    assert "residual1.shortcut.conv1.bias" not in parameters(layers)


def test_that_norm_may_be_a_layer_of_its_own_or_a_default() -> None:
    found = ops("- {residual: [{conv1x1: 6}, {norm: layer, eps: 0.5, act: relu}], shortcut: project}")
    assert found["residual1.shortcut.conv1.norm"] == "LayerNorm(eps=0.5, affine=True)"
    assert "residual1.shortcut.conv1.act" not in found
    top = "input: [4, 8, 8]\ndefaults: {conv: {norm: batch}}"
    found = ops("- {residual: [{conv1x1: 6}], shortcut: project}", top)
    assert found["residual1.shortcut.conv1.norm"].startswith("BatchNorm")


def test_the_norms_options_include_its_init() -> None:
    layers = "- {residual: [{conv1x1: 6, norm: {batch: {init: {weight: zeros}}}}], shortcut: project}"
    assert starts(layers)["residual1.shortcut.conv1.norm.weight"] == "zeros"


def test_without_a_norm_in_the_body_the_projection_has_a_bias_and_no_norm() -> None:
    layers = "- {residual: [{conv1x1: 6, act: relu}], shortcut: project}"
    assert parameters(layers) == {
        "residual1.conv1.weight": (6, 4, 1, 1),
        "residual1.conv1.bias": (6,),
        "residual1.shortcut.conv1.weight": (6, 4, 1, 1),
        "residual1.shortcut.conv1.bias": (6,),
    }


def test_its_stride_is_the_product_of_the_strides_of_convs_and_pools() -> None:
    layers = """
    - residual:
        - {conv: 6, kernel: 3, padding: half, stride: [2, 1]}
        - {residual: [{pool: max, kernel: [1, 2]}, {conv1x1: 6}], shortcut: project}
        - {branches: [[{pool: avg, kernel: 2}], [{pool: max, kernel: 2}]], merge: add}
      shortcut: project
    """
    assert "stride=(4, 4)" in ops(layers)["residual1.shortcut.conv1"]
    assert shapes(layers)["residual1"] == (6, 2, 2)


def test_a_projection_is_the_identity_where_shapes_agree() -> None:
    assert order("- {residual: [{conv1x1: 4}], shortcut: project}") == ["residual1.conv1", "residual1"]


def test_a_projection_in_1_and_3_spatial_axes() -> None:
    layers = "- {residual: [{conv: 6, kernel: 3, padding: half, stride: 2}], shortcut: project}"
    assert shapes(layers, "input: [4, 9]")["residual1"] == (6, 5)
    assert shapes(layers, "input: [4, 9, 7, 5]")["residual1"] == (6, 5, 4, 3)


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("[{conv: 4, kernel: 3}]", "body: 4×6×6, projection: 4×8×8"),
        ("[{adaptive_pool: avg, to: 4}]", "body: 4×4×4, projection: 4×8×8"),
        ("[{global_pool: avg}]", "from 4×8×8 to 4"),
        ("[{conv1x1: 6, from: stem}]", "from 4×8×8 to 6×8×8"),
    ],
)
def test_a_projection_that_cannot_fit(body: str, label: str) -> None:
    layers = f"[{{conv1x1: 4, name: stem}}, {{conv1x1: 4}}, {{residual: {body}, shortcut: project}}]"
    assert refused(layers) == [f"E408 `shortcut: project` cannot fit ({label})"]


def test_optional_adds_and_drops_where_shapes_agree_and_else_neither() -> None:
    assert order("- {residual: [{conv1x1: 4}], shortcut: optional, drop_path: 0.5, act: relu}") == [
        "residual1.conv1",
        "residual1.drop_path",
        "residual1",
        "residual1.act",
    ]
    assert flow("- {residual: [{conv1x1: 6}], shortcut: optional, drop_path: 0.5, act: relu}") == written("""
        residual1.conv1 = Conv of input: 6×8×8
        residual1.act = Activation of residual1.conv1: 6×8×8
        output output = residual1.act
    """)


def test_drop_path_drops_the_body() -> None:
    assert flow("- {residual: [{conv1x1: 4}], drop_path: 0.25}") == written("""
        residual1.conv1 = Conv of input: 4×8×8
        residual1.drop_path = DropPath of residual1.conv1: 4×8×8
        residual1 = Combine of residual1.drop_path, input: 4×8×8
        output output = residual1
    """)
    assert "residual1.drop_path" not in order("- {residual: [{conv1x1: 4}], drop_path: 0}")


def test_residuals_of_vectors_and_sequences() -> None:
    layers = "- {residual: [{linear: 4, act: relu}, {linear: 4}]}"
    assert shapes(layers, "input: [4]")["residual1"] == (4,)
    assert shapes(layers, "input: {shape: [5, 4], layout: sequence}")["residual1"] == (5, 4)


@pytest.mark.parametrize(
    ("body", "stride"),
    [
        ("[{conv: 8, kernel: 3, stride: 2, padding: same}, {conv_transpose: 8, kernel: 2, stride: 2}]", 1),
        ("[{conv: 8, kernel: 3, stride: 4, padding: same}, {upsample: 2}]", 2),
        ("[{conv: 16, kernel: 2, stride: 2}, {pixel_shuffle: 2}, {conv: 8, kernel: 2, stride: 2}]", 2),
    ],
)
def test_what_enlarges_divides_a_projections_stride(body: str, stride: int) -> None:
    graph = netc.loads(
        f"netc: 1\ninput: [4, 16, 16]\nlayers:\n  - residual: {body}\n    shortcut: project\n"
    ).graph
    (op,) = (node.op for node in graph.nodes if node.path == "residual1.shortcut.conv1")
    assert isinstance(op, Conv)
    assert op.stride == (stride, stride)
