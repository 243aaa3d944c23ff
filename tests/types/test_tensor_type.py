"""What a shape means by its rank and layout."""

from __future__ import annotations

import pytest

from netc.types import TensorType


@pytest.mark.parametrize(
    ("type_", "described", "axis"),
    [
        (TensorType(()), "a scalar", 0),
        (TensorType((7,)), "a vector of 7", 0),
        (TensorType((4, 9)), "a feature map 4×9", 0),
        (TensorType((4, 9, 8)), "a feature map 4×9×8", 0),
        (TensorType((4, 9, 8, 7)), "a feature map 4×9×8×7", 0),
        (TensorType((9, 4), layout="sequence"), "a sequence 9×4", 1),
        (TensorType((4, 9, 8), "uint8"), "a feature map 4×9×8 of uint8", 0),
        (TensorType((9,), "int64"), "a sequence of 9 indices", 0),
        (TensorType((9,), "int64", "sequence"), "a sequence of 9 indices", 0),
        (TensorType((4, 3, 2, 1, 5)), "a value of 5 axes, 4×3×2×1×5", 4),
        (TensorType((9, 8, 4), "uint8", "hwc"), "an image, channels last, 9×8×4 of uint8", 2),
    ],
)
def test_a_type_is_described_and_knows_its_channel_axis(type_: TensorType, described: str, axis: int) -> None:
    assert (type_.describe(), type_.channel_axis) == (described, axis)


def test_elements_and_bytes_count_a_batch_of_one() -> None:
    assert (TensorType((3, 4, 5)).elements, TensorType((3, 4, 5)).bytes) == (60, 240)
    assert TensorType((3, 4, 5), "uint8").bytes == 60
    assert TensorType((5,), "int64").bytes == 40
    assert TensorType(()).elements == 1


def test_types_with_other_dims_keep_the_rest() -> None:
    sequence = TensorType((9, 4), "float32", "sequence")
    assert sequence.with_shape((9, 7)) == TensorType((9, 7), "float32", "sequence")
    assert sequence != TensorType((9, 4))
