"""Which tensor serves which parameter, and every way in which none does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from netc.errors import WeightsError
from netc.graph import Parameter
from netc.types import Initializer, ParameterType
from netc.weights.file import read
from netc.weights.match import GivenWeights, match
from netc.weights.rename import parse_rule

Shapes = Mapping[str, tuple[int, ...]]


def parameters(shapes: Shapes) -> dict[str, Parameter]:
    return {
        path: Parameter(ParameterType(shape), Initializer("zeros"), 1, 1, 1) for path, shape in shapes.items()
    }


def tensors(shapes: Shapes) -> dict[str, Any]:
    return {name: np.empty(shape, np.float32) for name, shape in shapes.items()}


def problems(wanted: Shapes, given: Mapping[str, Any], *rules: str) -> list[str]:
    with pytest.raises(WeightsError) as caught:
        match(parameters(wanted), given, [parse_rule(rule) for rule in rules])
    return caught.value.problems


def test_each_parameter_is_served_under_its_name_after_renaming() -> None:
    found = match(
        parameters({"stage1.weight": (2, 3), "head.bias": (3,)}),
        tensors({"head.bias": (3,), "module.layer1.weight": (2, 3), "old.weight": (9,)}),
        [parse_rule(r"^module\.="), parse_rule("layer=stage"), parse_rule("^old.*=")],
    )
    assert list(found.items()) == [("stage1.weight", "module.layer1.weight"), ("head.bias", "head.bias")]


def test_shapes_that_differ_only_in_axes_of_size_one_fit() -> None:
    shapes = {"a": (8, 3, 1, 1), "b": (4,), "c": (), "d": (1, 5)}
    match(parameters(shapes), tensors({"a": (8, 3), "b": (1, 4, 1), "c": (1,), "d": (5, 1)}))


def test_renames_that_match_nothing_are_named_where_weights_do_not_fit() -> None:
    given = {"conv1.weight": np.empty(8, np.float32)}
    missing = "`c1.weight` (8) is missing; the nearest of those left over is `conv1.weight`"
    left = "`conv1.weight` (8) is left over; the nearest of those missing is `c1.weight`"
    wanted: Shapes = {"c1.weight": (8,)}
    assert problems(wanted, given, "^Conv=c") == [
        missing,
        left,
        "and the rename `^Conv=c` matches no name in the weights",
    ]
    assert problems(wanted, given, "^Conv=c", "^bn=norm") == [
        missing,
        left,
        "and all 2 renames match no name in the weights: `^Conv=c`, `^bn=norm`",
    ]
    rules = ["conv=Conv", "conv=c", *(f"layer{number}=stage" for number in range(5)), "^Conv=conv"]
    assert problems(wanted, given, *rules) == [
        missing,
        left,
        "and 6 of 8 renames match no name in the weights: `conv=c`, `layer0=stage`, `layer1=stage` and 3 more",
    ]
    match(parameters(wanted), given, [parse_rule("^conv=c"), parse_rule("^bn=norm")])  # all fits: no matter


def test_counts_of_batches_are_ignored() -> None:
    counts = {"norm.num_batches_tracked": np.array(3), "count": np.array(3)}
    rule = parse_rule("^count$=norm2.num_batches_tracked")
    assert match(parameters({}), counts, [rule]) == {}


def test_everything_that_does_not_fit_is_listed_at_once() -> None:
    wanted: Shapes = {
        "conv1.weight": (64, 3, 7, 7),
        "conv1.bias": (64,),
        "linear1.weight": (10, 512),
        "linear2.weight": (10, 20),
        "norm.weight": (8,),
        "twice.weight": (8,),
        "lost.weight": (11,),
        "state": (1,),
    }
    given: dict[str, Any] = {
        "conv1.weights": np.empty((64, 3, 7, 7), np.float32),
        "conv1.bias": np.empty(32, np.float32),
        "linear1.weight": np.empty((512, 10), np.float32),
        "linear2.weight": np.empty((4, 50), np.float32),
        "norm.weight": np.empty(8, np.int32),
        "twice.weight": np.empty(8, np.float32),
        "again.weight": np.empty(8, np.float32),
        "state": "epoch 3",
        "old.momentum": np.empty((), np.float64),
        "epoch": 3,
    }
    assert problems(wanted, given, "^again=twice", "old=new") == [
        "`conv1.bias` has the shape 32, and 64 is needed",
        "`linear1.weight` has the shape 512×10, and 10×512 is needed; its axes in another order would fit: "
        "transpose it in the file, for nothing is transposed here",
        "`linear2.weight` has the shape 4×50, and 10×20 is needed",
        "`norm.weight` holds int32; weights are float32, float16, bfloat16, float64",
        "`twice.weight` is met twice: `twice.weight` and `again.weight` both bear this name after renaming",
        "`state` is a str and no tensor",
        "`conv1.weight` (64×3×7×7) is missing; the nearest of those left over is `conv1.weights`",
        "`lost.weight` (11) is missing",
        "`conv1.weights` (64×3×7×7) is left over; the nearest of those missing is `conv1.weight`",
        "`new.momentum`, in the file `old.momentum`, (a scalar) is left over",
        "`epoch` is left over",
    ]


def test_the_exception_lists_the_problems() -> None:
    with pytest.raises(WeightsError) as caught:
        match(parameters({"a": (2,)}), tensors({"b": (3,)}))
    assert str(caught.value) == (
        "the weights do not fit the network:\n  `a` (2) is missing\n  `b` (3) is left over"
    )


def test_a_misshapen_tensor_is_told_by_its_name_in_the_file_too() -> None:
    assert problems({"a": (2,)}, tensors({"x": (3,)}), "x=a") == [
        "`a`, in the file `x`, has the shape 3, and 2 is needed"
    ]


def test_a_strangers_names_are_printed_safely() -> None:
    assert problems({}, tensors({"\x1b[2Jx": (1,)})) == ["`␛[2Jx` (1) is left over"]


def test_long_lists_end_in_a_count() -> None:
    found = problems({f"layer{i}": (2,) for i in range(95)}, tensors({f"x{i}": (3,) for i in range(1_205)}))
    assert len(found) == 101
    assert found[99:] == ["`x4` (3) is left over", "and 1,200 more: 1,200 left over"]


def test_torch_state_dicts_are_taken_as_they_are() -> None:
    torch.manual_seed(0)
    layers = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4)).to(torch.bfloat16)
    state = layers.state_dict(keep_vars=True)
    shapes = {name: tuple(t.shape) for name, t in state.items() if "tracked" not in name}
    weights = GivenWeights(parameters(shapes | {"0.weight": (4, 3)}), state)
    assert list(weights) == list(shapes)
    for path, array in weights.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array.reshape(shapes[path]), state[path].detach().float().numpy())
    assert weights["0.weight"].shape == (4, 3)


@pytest.mark.parametrize("given", [np.ones((2, 3), np.float32), torch.ones(2, 3)])
def test_what_is_served_shares_no_memory_with_what_was_given(given: Any) -> None:
    served = GivenWeights(parameters({"a": (2, 3)}), {"a": given})["a"]
    given[0, 0] = 5
    assert served[0, 0] == 1


@pytest.mark.parametrize("given", [np.arange(6.0).reshape(2, 3).T, np.arange(6, dtype=">f4").reshape(2, 3).T])
def test_what_is_served_is_native_and_in_c_order(given: np.ndarray[Any, Any]) -> None:
    served = GivenWeights(parameters({"a": (3, 2)}), {"a": given})["a"]
    assert served.flags.c_contiguous
    assert served.dtype == np.float32
    assert served.tolist() == [[0, 3], [1, 4], [2, 5]]


def test_files_are_read_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    state = {"m.a": torch.rand(2, 1, 3), "m.n.num_batches_tracked": torch.tensor(4)}
    safetensors.torch.save_file(state, path)
    weights = GivenWeights(parameters({"a": (2, 3)}), read(path), [parse_rule("^m[.]=")])
    assert len(weights) == 1
    np.testing.assert_array_equal(weights["a"], state["m.a"].reshape(2, 3).numpy())
    with pytest.raises(KeyError):
        weights["m.a"]


def test_integers_in_a_file_are_no_weights(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    safetensors.torch.save_file({"a": torch.tensor([1])}, path)
    message = "`a` holds I64; weights are float32, float16, bfloat16, float64"
    assert problems({"a": (1,)}, read(path)) == [message]
    assert problems({"a": (1,)}, {"a": torch.tensor([1])}) == [message.replace("I64", "int64")]
