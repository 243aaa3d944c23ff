"""A module of symbolic sizes computes, at every size, what the module of that size computes."""

from __future__ import annotations

import copy
import itertools
import pickle
import re
from collections.abc import Iterator, Mapping

import pytest
import torch

import netc
from netc.types.dims import numbers

SIZES = (7, 8, 9, 10, 12, 41)
TOLERANCE = 1e-6


def windows() -> Iterator[str]:
    """Convolutions and pools whose padding depends on the size of what they read, and some where it does not."""
    paddings = ("valid", "same", "1", "[[1, 0]]", "[[0, 1]]")
    for kernel, stride, padding in itertools.product((2, 3, 4), (1, 2, 3), paddings):
        options = f"kernel: {kernel}, stride: {stride}, padding: {padding}"
        yield f"conv: 3, {options}"
        yield f"pool: max, {options}"
        yield f"pool: avg, {options}"
        yield f"pool: avg, {options}, count_padding: true"
        if padding != "same":
            yield f"pool: max, {options}, round: ceil"
            yield f"pool: avg, {options}, round: ceil"
            yield f"pool: avg, {options}, round: ceil, count_padding: true"
    for stride in (2, 3):
        yield f"conv: 4, kernel: 3, stride: {stride}, padding: same, dilation: 2, groups: 2"
        yield f"depthwise: 3, stride: {stride}, padding: same"
        yield f"conv_transpose: 3, kernel: 4, stride: {stride}, padding: same"


def at(text: str, sizes: Mapping[str, int]) -> str:
    """A spec with numbers in place of symbols."""
    text = re.sub(r"^dims:.*\n", "", text, flags=re.MULTILINE)
    for symbol, size in sizes.items():
        text = re.sub(rf"\b{symbol}\b", str(size), text)
    return text


def compare(text: str, sizes: Mapping[str, int]) -> None:
    """The symbolic module against the concrete one with the same weights."""
    symbolic = netc.loads(text, filename="net.yaml")
    concrete = netc.loads(at(text, sizes), filename="net.yaml")
    module = symbolic.to_torch(seed=3).eval()
    right = concrete.to_torch(seed=3).eval()
    inputs = [torch.randn(2, *numbers(type_.shape, "a test")) for type_ in concrete.inputs.values()]
    with torch.no_grad():
        found, expected = module(*inputs), right(*inputs)
    assert found.shape == expected.shape
    assert tuple(found.shape[1:]) == concrete.outputs["output"].shape
    torch.testing.assert_close(found, expected, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("layer", list(windows()))
def test_windows_along_one_axis(layer: str) -> None:
    text = f"netc: 1\ninput: [4, W]\ndims: {{W: {{min: 6}}}}\nlayers:\n  - {{{layer}}}\n"
    for size in SIZES:
        compare(text, {"W": size})


PLANES = """\
netc: 1
input: [2, H, W]
dims: {H: {min: 8}, W: {min: 8}}
layers:
"""


@pytest.mark.parametrize(
    "layers",
    [
        "  - {conv: 3, kernel: [3, 5], stride: [2, 3], padding: same}",
        "  - {pool: max, kernel: [3, 2], stride: 2, padding: same}\n  - {pool: avg, kernel: 3, stride: 2, padding: same}",
        "  - {conv: 3, kernel: 3, stride: 2, padding: same, repeat: 3}\n  - {global_pool: avg}",
        "  - {name: big, conv: 4, kernel: 3, padding: same}\n  - {name: small, pool: max, kernel: 2}\n"
        "  - {crop: small, from: big, name: cut}\n  - {merge: add, from: [cut, small]}",
        "  - {name: inner, conv: 3, kernel: 4}\n  - {crop: inner, from: input, name: cut}\n"
        "  - {merge: concat, from: [cut, inner]}",
        "  - layers:\n      - {name: inner, pool: avg, kernel: 3, stride: 2}\n      - {name: cut, crop: inner, from: input}\n"
        "  - {global_pool: max}\n  - {linear: 3}",
        "  - {slice: 1, start: 2, stop: -1}\n  - {slice: 2, start: -5, step: 2}",
        "  - {upsample: 2, mode: linear}\n  - {flatten: 1}\n  - {permute: [1, 0]}",
        "  - {pad: [[1, 2], [3, 0]], mode: reflect}\n  - {adaptive_pool: avg, to: 1}",
    ],
)
def test_nets_on_planes(layers: str) -> None:
    for height, width in ((8, 8), (9, 12), (13, 41)):
        compare(PLANES + layers + "\n", {"H": height, "W": width})


def test_an_axis_that_is_a_multiple_is_pooled_into_bins() -> None:
    text = "netc: 1\ninput: [2, H, 9]\ndims: {H: {multiple_of: 4}}\nlayers:\n  - {adaptive_pool: max, to: [4, 2]}\n"
    for height in (4, 8, 20):
        compare(text, {"H": height})


SPEC = """\
netc: 1
inputs: {left: [1, H, W], right: [1, H, 8]}
dims: {H: {min: 16, max: 64, multiple_of: 8}}
layers:
  - {global_pool: avg, from: left, name: a}
  - {global_pool: max, from: right}
  - {merge: add, from: [a, prev]}
"""


@pytest.mark.parametrize(
    ("left", "right", "message"),
    [
        (
            (17, 3),
            (17, 8),
            "H is 17 in the input `left`; the spec says at least 16, at most 64, a multiple of 8",
        ),
        (
            (8, 3),
            (8, 8),
            "H is 8 in the input `left`; the spec says at least 16, at most 64, a multiple of 8",
        ),
        (
            (72, 3),
            (72, 8),
            "H is 72 in the input `left`; the spec says at least 16, at most 64, a multiple of 8",
        ),
        ((16, 3), (24, 8), "H is 16 in the input `left` and 24 in `right`: one size is wanted"),
        ((16, 3), (16, 9), "the input `right` is 2×1×16×9, and the spec says N×1×H×8, N being the batch"),
        ((16, 0), (16, 8), "W is 0 in the input `left`; the spec says at least 1"),
    ],
)
def test_a_call_that_breaks_the_facts_says_so(
    left: tuple[int, int], right: tuple[int, int], message: str
) -> None:
    module = netc.loads(SPEC).to_torch()
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        module(torch.zeros(2, 1, *left), torch.zeros(2, 1, *right))


def test_the_smallest_size_that_is_named_meets_the_facts() -> None:
    text = "netc: 1\ninput: [1, H]\ndims: {H: {multiple_of: 4}}\nlayers: [{global_pool: avg}]"
    with pytest.raises(ValueError, match=r"H is 6 .* says at least 4, a multiple of 4$"):
        netc.loads(text).to_torch()(torch.zeros(2, 1, 6))


def test_sizes_that_meet_the_facts_are_taken() -> None:
    module = netc.loads(SPEC).to_torch()
    assert module(torch.zeros(2, 1, 64, 3), torch.zeros(2, 1, 64, 8)).shape == (2, 1)


CROPPED = PLANES + (
    "  - {conv: 3, kernel: 3, stride: 2, padding: same, name: smaller}\n  - {pool: avg, kernel: 3, stride: 2, padding: same}\n"
    "  - {crop: prev, from: smaller, name: cut}\n"
)


def test_it_copies_and_pickles() -> None:
    module = netc.loads(CROPPED).to_torch().eval()
    x = torch.randn(2, 2, 13, 10)
    expected = module(x)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert torch.equal(other(x), expected)


def test_it_compiles_without_a_break_and_for_every_size() -> None:
    module = netc.loads(CROPPED).to_torch().eval()
    compiled = torch.compile(module, backend="eager", fullgraph=True, dynamic=True)
    for height, width in ((13, 10), (16, 9), (41, 8)):
        x = torch.randn(2, 2, height, width)
        assert torch.equal(compiled(x), module(x))


def test_an_exported_program_serves_several_sizes() -> None:
    text = PLANES.replace("{min: 8}", "{min: 8, max: 512}")
    text += "  - {conv: 3, kernel: 3, stride: 2, padding: same}\n  - {global_pool: avg}\n"
    module = netc.loads(text).to_torch().eval()
    height, width = torch.export.Dim("H", min=8, max=512), torch.export.Dim("W", min=8, max=512)
    x = torch.randn(2, 2, 16, 24)
    exported = torch.export.export(module, (x,), dynamic_shapes=({2: height, 3: width},)).module()
    for size in ((16, 24), (9, 13), (41, 8)):
        x = torch.randn(2, 2, *size)
        torch.testing.assert_close(exported(x), module(x))
