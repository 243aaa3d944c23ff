"""Laws of shapes and costs, each against a second way to count, or against PyTorch."""

from __future__ import annotations

from itertools import product as cells
from math import prod
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool
from netc.ops.shape import Concat, Flatten, Slice
from netc.types import TensorType
from netc.types.dims import number, numbers

axes = st.integers(1, 3)
sizes = st.integers(1, 9)


def each(count: int, least: int, most: int) -> st.SearchStrategy[tuple[int, ...]]:
    """One number an axis."""
    return st.tuples(*[st.integers(least, most)] * count)


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Conv, TensorType]:
    """A convolution and a feature map that it fits."""
    count = draw(axes)
    groups = draw(st.integers(1, 3))
    kernel, dilation = draw(each(count, 1, 3)), draw(each(count, 1, 2))
    pads = tuple(draw(each(2, 0, 2)) for _ in range(count))
    op = Conv(
        groups * draw(st.integers(1, 3)),
        kernel,
        draw(each(count, 1, 3)),
        tuple((pair[0], pair[1]) for pair in pads),
        dilation,
        groups,
        draw(st.booleans()),
    )
    spatial = draw(each(count, 1, 7))
    fits = all(
        extent + sum(pair) > d * (k - 1)
        for extent, pair, k, d in zip(spatial, pads, kernel, dilation, strict=True)
    )
    assume(fits)
    return op, TensorType((groups * draw(st.integers(1, 3)), *spatial))


@settings(max_examples=60)
@given(convolutions())
def test_a_convs_shape_and_parameters_are_pytorchs(case: tuple[Conv, TensorType]) -> None:
    import torch

    op, x = case
    kinds: dict[int, Any] = {1: torch.nn.Conv1d, 2: torch.nn.Conv2d, 3: torch.nn.Conv3d}
    module = kinds[len(op.kernel)](
        x.channels, op.channels, op.kernel, op.stride, 0, op.dilation, op.groups, op.bias
    )
    flat = [side for pair in reversed(op.pads) for side in numbers(pair, "a test")]
    result = module(torch.nn.functional.pad(torch.zeros(1, *numbers(x.shape, "a test")), flat))
    assert tuple(result.shape[1:]) == op.infer(x).shape
    found = {name: tuple(tensor.shape) for name, tensor in module.named_parameters()}
    assert {own.name: own.shape for own in op.parameters(x)} == found
    weight = op.parameters(x)[0]
    count: Any = vars(torch.nn.init)["_calculate_fan_in_and_fan_out"]
    assert (weight.fan_in, weight.fan_out) == count(module.weight)
    bound = weight.initializer.argument
    assert float(module.weight.detach().abs().max()) <= bound * (1 + 1e-6)


@settings(max_examples=60)
@given(convolutions())
def test_a_convs_multiply_adds_are_those_of_its_loops(case: tuple[Conv, TensorType]) -> None:
    op, x = case
    output = op.infer(x)
    per_group = number(x.channels, "a test") // op.groups
    loops = sum(per_group * prod(op.kernel) for _ in cells(*map(range, numbers(output.shape, "a test"))))
    assert op.multiply_adds(output, x) == loops


@given(st.integers(1, 9), st.lists(sizes, min_size=1, max_size=3), st.sampled_from(["channels", "last"]))
def test_a_linears_multiply_adds_are_its_weights_at_every_position(
    features: int, shape: list[int], axis: str
) -> None:
    op = Linear(features, bias=True, axis="channels" if axis == "channels" else "last")
    for layout in ("channels_first", "sequence"):
        if layout == "sequence" and len(shape) != 2:
            continue
        x = TensorType(tuple(shape), layout="sequence" if layout == "sequence" else "channels_first")
        output = op.infer(x)
        weight, bias = op.parameters(x)
        positions = number(output.elements, "a test") // features
        assert output.elements * x.elements == positions**2 * features * weight.shape[1]
        assert op.multiply_adds(output, x) == output.elements * weight.shape[1]
        assert (weight.fan_in, weight.fan_out, bias.shape) == (weight.shape[1], features, (features,))


@given(st.integers(0, 3), st.lists(sizes, min_size=1, max_size=4))
def test_flatten_keeps_every_element(axis: int, shape: list[int]) -> None:
    assume(axis < len(shape))
    result = Flatten(axis).infer(TensorType(tuple(shape)))
    assert result.elements == prod(shape)
    assert result.shape[:axis] == tuple(shape[:axis])
    assert result.rank == axis + 1


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=4), st.lists(sizes, min_size=1, max_size=3), st.data()
)
def test_concat_keeps_every_element_and_split_takes_it_apart(
    parts: list[int], others: list[int], data: st.DataObject
) -> None:
    axis = data.draw(st.integers(0, len(others)), "axis")
    types = [TensorType((*others[:axis], part, *others[axis:])) for part in parts]
    whole = Concat(axis).infer(*types)
    assert whole.elements == sum(type_.elements for type_ in types)
    start = 0
    for part, type_ in zip(parts, types, strict=True):
        assert Slice(axis, start, start + part, 1).infer(whole) == type_
        start += part


@given(st.integers(1, 30), st.data())
def test_a_slice_has_as_many_elements_as_a_range(size: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, size - 1), "start")
    stop, step = data.draw(st.integers(start + 1, size), "stop"), data.draw(st.integers(1, 5), "step")
    assert Slice(0, start, stop, step).infer(TensorType((size,))).shape == (len(range(start, stop, step)),)


@given(st.integers(1, 30), st.integers(1, 30))
def test_adaptive_bins_cover_every_element_in_order_and_none_is_empty(extent: int, count: int) -> None:
    bins = AdaptivePool("avg", (count,)).bins(extent, 0)
    assert len(bins) == count
    assert (bins[0][0], bins[-1][1]) == (0, extent)
    assert all(start < end for start, end in bins)
    assert {place for start, end in bins for place in range(start, end)} == set(range(extent))
    assert bins == sorted(bins)


@settings(max_examples=30)
@given(st.integers(1, 12), st.integers(1, 12))
def test_adaptive_bins_are_pytorchs(extent: int, count: int) -> None:
    import torch

    x = torch.arange(extent, dtype=torch.float64).reshape(1, 1, extent) ** 2
    means = [x[0, 0, start:end].mean() for start, end in AdaptivePool("avg", (count,)).bins(extent, 0)]
    torch.testing.assert_close(torch.nn.functional.adaptive_avg_pool1d(x, count)[0, 0], torch.stack(means))


@given(axes, st.integers(1, 4), st.integers(1, 4), st.data())
def test_pools_keep_the_channels_and_a_global_pool_keeps_nothing_else(
    count: int, channels: int, kernel: int, data: st.DataObject
) -> None:
    spatial = data.draw(each(count, 4, 9), "spatial")
    x = TensorType((channels, *spatial))
    no_pads, window = ((0, 0),) * count, (kernel,) * count
    pooled = MaxPool(window, window, no_pads).infer(x)
    assert pooled.shape == (channels, *(extent // kernel for extent in spatial))
    assert AveragePool(window, window, no_pads, (0,) * count, count_padding=False).infer(x) == pooled
    assert GlobalPool("avg", keepdims=False).infer(x).shape == (channels,)
    assert GlobalPool("avg", keepdims=True).infer(x).shape == (channels, *(1,) * count)
