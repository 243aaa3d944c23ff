"""Parameters part by part: the numbers of the whole array, in its order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.graph import Parameter
from netc.types import Initializer, ParameterType
from netc.types.parameter import Scheme
from netc.weights import file
from netc.weights.file import read, write
from netc.weights.initial import InitialWeights
from netc.weights.match import GivenWeights
from netc.weights.pieces import gathered, pieces, slices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

SCHEMES: dict[Scheme, float] = {
    "kaiming_normal": 0.0,
    "xavier_uniform": 0.0,
    "trunc_normal": 1.5,
    "orthogonal": 0.0,
    "constant": 0.1,
    "dirac": 0.0,
}


def of(scheme: Scheme, *shape: int, argument: float = 0.0) -> Parameter:
    return Parameter(ParameterType(shape), Initializer(scheme, argument), 27, 9, 1)


def joined(weights: Mapping[str, NDArray[np.float32]], path: str) -> NDArray[np.float32]:
    parts = list(pieces(weights, path))
    assert {part.dtype for part in parts} == {np.dtype(np.float32)}
    assert {part.ndim for part in parts} == {1}
    return np.concatenate(parts).reshape(weights[path].shape)


@pytest.mark.parametrize(("scheme", "argument"), SCHEMES.items())
def test_first_numbers_are_the_same_in_parts(scheme: Scheme, argument: float) -> None:
    weights = InitialWeights({"w": of(scheme, 70, 40, 7, argument=argument)}, 3)
    np.testing.assert_array_equal(joined(weights, "w"), weights["w"])


def test_large_ones_come_in_parts_that_fit_the_caches() -> None:
    weights = InitialWeights({"w": of("kaiming_normal", 1000, 700)})
    assert max(part.nbytes for part in weights.pieces("w")) <= 2**20


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
def test_a_files_numbers_are_the_same_in_parts(
    dtype: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = torch.randn(7, 11, generator=torch.Generator().manual_seed(0)).to(dtype)
    safetensors.torch.save_file({"other": torch.ones(3), "w": numbers}, tmp_path / "w.safetensors")
    monkeypatch.setattr(file, "slices", partial(slices, size=10))
    given = GivenWeights({"w": of("zeros", 7, 11, 1)}, {"w": read(tmp_path / "w.safetensors")["w"]})
    assert [len(part) for part in pieces(given, "w")] == [10] * 7 + [7]
    np.testing.assert_array_equal(joined(given, "w"), numbers.float().numpy().reshape(7, 11, 1))


def test_arrays_that_know_of_no_parts_are_one() -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert [part.tolist() for part in pieces({"w": array.T}, "w")] == [[0, 3, 1, 4, 2, 5]]
    given = GivenWeights({"w": of("zeros", 3, 2)}, {"w": array.T})
    np.testing.assert_array_equal(joined(given, "w"), array.T)


@settings(max_examples=100)
@given(st.integers(0, 40), st.integers(1, 12))
def test_slices_follow_each_other_to_the_end(count: int, size: int) -> None:
    parts = list(slices(count, size))
    assert [index for part in parts for index in range(part.start, part.stop)] == list(range(count))
    assert all(part.stop - part.start == size for part in parts[:-1])


def test_parts_are_gathered_and_rounded_in_their_order() -> None:
    parts = (np.array([1.0, 2.0]), np.array([3.0]), np.array([0.1]))
    found = gathered((2, 2), parts)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.array([[1, 2], [3, 0.1]], np.float32))
    with pytest.raises(AssertionError, match="4 numbers for 5"):
        gathered((5,), parts)


def test_a_part_that_is_missing_is_seen_when_weights_are_written(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="w"):
        write(tmp_path / "w", {"w": of("zeros", 3)}, {"w": np.zeros(2, np.float32)}, {})
