"""Laws of windows, each against a second way to count."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netc.layers.window import pad_amounts
from netc.ops.window import Windows, ceil_remainder, dilated, same_pads, window_count
from netc.types.dims import number, numbers

extents = st.integers(1, 40)
kernels = st.integers(1, 7)
strides = st.integers(1, 6)
dilations = st.integers(1, 4)
sides = st.integers(0, 5)


@given(extents, kernels, strides)
def test_windows_are_counted_as_they_are_placed(extent: int, kernel: int, stride: int) -> None:
    assume(kernel <= extent)
    assert window_count(extent, kernel, stride) == len(range(0, extent - kernel + 1, stride))


@given(kernels, dilations)
def test_a_dilated_kernel_spans_its_first_to_its_last_element(kernel: int, dilation: int) -> None:
    places = [dilation * index for index in range(kernel)]
    assert dilated(kernel, dilation) == places[-1] - places[0] + 1


@given(extents, kernels, strides, dilations)
def test_same_gives_one_window_a_stride_and_pads_no_more_than_needed(
    extent: int, kernel: int, stride: int, dilation: int
) -> None:
    window = dilated(kernel, dilation)
    before, after = numbers(same_pads(extent, window, stride), "a test")
    wanted = -(-extent // stride)
    assert window_count(extent + before + after, window, stride) == wanted
    assert after - before in {0, 1}
    if before + after:
        short = extent + before + after - 1
        assert short < window or number(window_count(short, window, stride), "a test") < wanted


@given(extents, st.integers(1, 9), strides)
def test_same_and_half_agree_on_odd_kernels_at_stride_1(extent: int, kernel: int, stride: int) -> None:
    assume(kernel % 2 == 1)
    half = pad_amounts("half", (extent,), (kernel,), (1,), (1,))
    assert half == pad_amounts("same", (extent,), (kernel,), (1,), (1,))
    assert Windows((kernel,), (stride,), half, (1,)).counts((extent,), "conv") == (-(-extent // stride),)


def starts_of_ceil(extent: int, kernel: int, stride: int, before: int, after: int) -> list[int]:
    """Where PyTorch's windows start when it rounds up: one by one, as long as elements are left to cover."""
    padded = extent + before + after
    starts = [0]
    while starts[-1] + kernel < padded:
        starts.append(starts[-1] + stride)
    return [start for start in starts if start < extent + before]


@given(extents, kernels, strides, sides, sides)
def test_rounding_up_places_windows_as_long_as_elements_are_left_and_none_beyond_the_input(
    extent: int, kernel: int, stride: int, before: int, after: int
) -> None:
    assume(max(before, after) < kernel <= extent + before + after)
    starts = starts_of_ceil(extent, kernel, stride, before, after)
    remainder = ceil_remainder(extent, kernel, stride, (before, after))
    assert window_count(extent + before + after + remainder, kernel, stride) == len(starts)
    assert remainder == max(0, starts[-1] + kernel - (extent + before + after))


@settings(max_examples=60)
@given(extents, kernels, strides, st.data())
def test_pytorch_places_as_many_windows(extent: int, kernel: int, stride: int, data: st.DataObject) -> None:
    import torch

    padding = data.draw(st.integers(0, kernel // 2), "padding")  # PyTorch's pools take half a kernel at most
    assume(kernel <= extent + 2 * padding)
    x = torch.zeros(1, 1, extent)
    pads = (padding, padding)
    counted = window_count(extent + 2 * padding, kernel, stride)
    rounded = window_count(
        extent + 2 * padding + ceil_remainder(extent, kernel, stride, pads), kernel, stride
    )
    pool = torch.nn.functional.max_pool1d
    assert pool(x, kernel, stride, padding).shape[-1] == counted
    assert pool(x, kernel, stride, padding, ceil_mode=True).shape[-1] == rounded
