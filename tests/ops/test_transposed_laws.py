"""Laws of transposed convolutions and local connections, each against PyTorch or another op."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netc.ops.conv import Conv
from netc.ops.local import Local
from netc.ops.transposed import ConvTranspose
from netc.ops.window import WholePads
from netc.types import TensorType
from tests.netc_torch.networks import Network, compiled

Sizes = tuple[int, ...]


class Drawn(NamedTuple):
    """A convolution, and a feature map that it fits."""

    reads: int
    spatial: Sizes
    makes: int
    kernel: Sizes
    stride: Sizes
    pads: WholePads
    dilation: Sizes
    groups: int

    @property
    def x(self) -> TensorType:
        return TensorType((self.reads, *self.spatial))

    @property
    def windows(self) -> Sizes:
        return tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel, strict=True))

    @property
    def counts(self) -> Sizes:
        fields = zip(self.spatial, self.windows, self.stride, self.pads, strict=True)
        return tuple((extent + sum(pads) - window) // stride + 1 for extent, window, stride, pads in fields)

    def conv(self, *, bias: bool) -> Conv:
        return Conv(self.makes, self.kernel, self.stride, self.pads, self.dilation, self.groups, bias)

    def local(self, *, bias: bool) -> Local:
        return Local(self.makes, self.kernel, self.stride, self.pads, self.dilation, self.groups, bias)

    def back(self) -> ConvTranspose:
        """What leads from the convolution's output back to the shape of its input."""
        fields = zip(self.spatial, self.pads, self.counts, self.stride, self.windows, strict=True)
        beyond = tuple(
            extent + sum(pads) - (count - 1) * stride - window
            for extent, pads, count, stride, window in fields
        )
        return ConvTranspose(
            self.reads, self.kernel, self.stride, self.pads, beyond, self.dilation, self.groups, bias=False
        )


def each(count: int, least: int, most: int) -> st.SearchStrategy[Sizes]:
    """One number an axis."""
    return st.tuples(*[st.integers(least, most)] * count)


@st.composite
def convolutions(draw: st.DrawFn) -> Drawn:
    count, groups = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    sides = st.tuples(st.integers(0, 2), st.integers(0, 2))
    drawn = Drawn(
        reads=groups * draw(st.integers(1, 2)),
        spatial=draw(each(count, 1, 6)),
        makes=groups * draw(st.integers(1, 2)),
        kernel=draw(each(count, 1, 3)),
        stride=draw(each(count, 1, 3)),
        pads=tuple(draw(sides) for _ in range(count)),
        dilation=draw(each(count, 1, 2)),
        groups=groups,
    )
    assume(min(drawn.counts) > 0)
    return drawn


def module(op: Any, x: TensorType) -> Any:
    network = Network(input=x)
    return compiled(network.graph(output=network.add("op", op, network.inputs["input"]))).double().eval()


@settings(max_examples=60)
@given(convolutions())
def test_it_is_the_adjoint_of_the_convolution_that_leads_the_other_way(drawn: Drawn) -> None:
    """⟨conv(x), y⟩ = ⟨x, conv_transpose(y)⟩ for the same weight."""
    import torch

    assume(all(before < window for (before, _), window in zip(drawn.pads, drawn.windows, strict=True)))
    y = TensorType((drawn.makes, *drawn.counts))
    assert drawn.back().infer(y) == drawn.x
    there, again = module(drawn.conv(bias=False), drawn.x), module(drawn.back(), y)
    again.load_state_dict(there.state_dict())  # one's [out, in/groups, …] is the other's [in, out/groups, …]
    torch.manual_seed(0)
    a = torch.randn(2, drawn.reads, *drawn.spatial, dtype=torch.float64)
    b = torch.randn(2, drawn.makes, *drawn.counts, dtype=torch.float64)
    torch.testing.assert_close((there(a) * b).sum(), (a * again(b)).sum(), rtol=1e-9, atol=1e-9)


@settings(max_examples=60)
@given(convolutions(), st.booleans(), st.data())
def test_its_shape_parameters_and_first_bounds_are_pytorchs(
    drawn: Drawn, bias: bool, data: st.DataObject
) -> None:
    import torch

    padding = data.draw(each(len(drawn.kernel), 0, 2))
    largest = [max(sizes) - 1 for sizes in zip(drawn.stride, drawn.dilation, strict=True)]
    added = data.draw(st.tuples(*(st.integers(0, most) for most in largest)))
    covered = [
        (extent - 1) * stride + window
        for extent, stride, window in zip(drawn.spatial, drawn.stride, drawn.windows, strict=True)
    ]
    assume(all(c - 2 * p + more > 0 and c > p for c, p, more in zip(covered, padding, added, strict=True)))
    crops = tuple((side, side) for side in padding)
    op = ConvTranspose(
        drawn.makes, drawn.kernel, drawn.stride, crops, added, drawn.dilation, drawn.groups, bias
    )
    kind = getattr(torch.nn, f"ConvTranspose{len(drawn.kernel)}d")
    theirs: Any = kind(
        drawn.reads,
        drawn.makes,
        drawn.kernel,
        drawn.stride,
        padding,
        added,
        drawn.groups,
        bias,
        drawn.dilation,
    )
    y = op.infer(drawn.x)
    assert y.shape == tuple(theirs(torch.zeros(1, drawn.reads, *drawn.spatial)).shape[1:])
    expected = {name: tuple(parameter.shape) for name, parameter in theirs.named_parameters()}
    assert {own.name: own.shape for own in op.parameters(drawn.x)} == expected
    fans = getattr(torch.nn.init, "_calculate_fan_in_and_fan_out")(theirs.weight)  # noqa: B009  # it is private
    for own in op.parameters(drawn.x):
        assert (own.fan_in, own.fan_out) == fans
        assert own.initializer.argument == pytest.approx(own.fan_in**-0.5)
    assert op.multiply_adds(y, drawn.x) == drawn.reads * prod(drawn.spatial) * prod(theirs.weight.shape[1:])


@settings(max_examples=40)
@given(convolutions(), st.booleans())
def test_a_local_layer_whose_filters_are_all_the_same_is_a_convolution(drawn: Drawn, bias: bool) -> None:
    import torch

    shared, own, x = drawn.conv(bias=bias), drawn.local(bias=bias), drawn.x
    y = shared.infer(x)
    assert own.infer(x) == y
    assert own.multiply_adds(y, x) == shared.multiply_adds(y, x)
    for mine, theirs in zip(own.parameters(x), shared.parameters(x), strict=True):
        assert mine == theirs._replace(shape=(*theirs.shape, *drawn.counts))
    with_one, with_many = module(shared, x), module(own, x)
    with_many.load_state_dict(
        {
            name: value.reshape(*value.shape, *(1 for _ in drawn.counts)).expand(*value.shape, *drawn.counts)
            for name, value in with_one.state_dict().items()
        }
    )
    torch.manual_seed(0)
    values = torch.randn(2, drawn.reads, *drawn.spatial, dtype=torch.float64)
    torch.testing.assert_close(with_many(values), with_one(values), rtol=1e-9, atol=1e-9)
