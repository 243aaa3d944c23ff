"""Gray and normalize."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import built, ops, parameters, shapes

FLOATS, BYTES = "input: [3, 8, 8]", "input: {shape: [3, 8, 8], dtype: uint8}"


@pytest.mark.parametrize("top", ["input: [3, 8]", FLOATS, "input: [3, 4, 5, 6]"])
@pytest.mark.parametrize("mode", ["luma", "mean"])
def test_gray_makes_one_channel_and_learns_nothing(mode: str, top: str) -> None:
    [(path, shape)] = shapes(f"- {{gray: {mode}}}", top).items()
    assert (path, shape[0], len(shape)) == ("gray1", 1, top.count(",") + 1)
    assert parameters(f"- {{gray: {mode}}}", top) == {}


@pytest.mark.parametrize(
    ("layer", "top", "op"),
    [
        ("normalize", FLOATS, "mean=(0.0,), std=(1.0,), scale=(1.0,)"),
        ("normalize", BYTES, f"mean=(0.0,), std=(1.0,), scale=({1 / 255},)"),
        ("{normalize: {}}", BYTES, f"mean=(0.0,), std=(1.0,), scale=({1 / 255},)"),
        ("{normalize: {mean: 0.5, std: 0.25}}", FLOATS, "mean=(0.5,), std=(0.25,), scale=(1.0,)"),
        ("{normalize: {scale: 1}}", BYTES, "mean=(0.0,), std=(1.0,), scale=(1.0,)"),
        ("{normalize: {std: [1, 2, 4]}}", FLOATS, "mean=(0.0,), std=(1.0, 2.0, 4.0), scale=(1.0,)"),
        (
            "{normalize: {mean: [0, 1, -2], scale: [2, 3, 4]}}",
            FLOATS,
            "mean=(0.0, 1.0, -2.0), std=(1.0,), scale=(2.0, 3.0, 4.0)",
        ),
        (
            "{normalize: imagenet}",
            BYTES,
            f"mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), scale=({1 / 255},)",
        ),
        (
            "{normalize: imagenet}",
            FLOATS,
            "mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), scale=(1.0,)",
        ),
        ("{normalize: {mean: $m}}", f"params: {{m: [0, 1, 2]}}\n{FLOATS}", "mean=(0.0, 1.0, 2.0), std=(1.0,), scale=(1.0,)"),
    ],
)  # fmt: skip
def test_normalize_and_its_defaults(layer: str, top: str, op: str) -> None:
    assert ops(f"- {layer}", top) == {"normalize1": f"Normalize({op})"}
    assert built(f"- {layer}", top).outputs[0].value.type.dtype == "float32"
    assert parameters(f"- {layer}", top) == {}


@pytest.mark.parametrize(
    "top", ["input: [3]", "input: [3, 5]", "input: {shape: [5, 3], layout: sequence}", "input: [3, 2, 2, 2]"]
)
def test_normalize_has_one_number_a_channel_wherever_the_channels_lie(top: str) -> None:
    graph = built("- {normalize: {mean: [1, 2, 3]}}", top)
    assert graph.nodes[0].output.type == graph.inputs[0].type
