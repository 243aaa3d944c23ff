"""Safetensors in and out; everything else is refused in words."""

from __future__ import annotations

import os
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch

from netc.errors import FileError
from netc.graph import Parameter
from netc.types import Initializer, ParameterType
from netc.weights.file import read, write
from netc.weights.initial import InitialWeights


def parameters(**shapes: tuple[int, ...]) -> dict[str, Parameter]:
    start = Initializer("uniform", 1.0)
    return {
        name.replace("__", "."): Parameter(ParameterType(shape), start, 1, 1, 1)
        for name, shape in shapes.items()
    }


def refusal(path: Path) -> str:
    """Why ``path`` is not read, without its folder."""
    with pytest.raises(FileError) as caught:
        read(path)
    return str(caught.value).replace(f"{path.parent}{os.sep}", "")


def test_what_is_written_is_read_by_the_library_in_our_order(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    wanted = parameters(z__weight=(3, 2, 5), a__bias=(7,), scale=())
    weights = InitialWeights(wanted, 5)
    write(path, wanted, weights, {"netc": "1.0", "doc": 'quotes " and ünïcode'})
    found = safetensors.numpy.load_file(path)
    for name in wanted:
        np.testing.assert_array_equal(found[name], weights[name])
    with safetensors.safe_open(path, framework="numpy") as file:  # pyright: ignore[reportUnknownVariableType]  # its stub leaves __enter__ bare
        assert file.offset_keys() == ["z.weight", "a.bias", "scale"]
        assert file.metadata() == {"netc": "1.0", "doc": 'quotes " and ünïcode'}


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    wanted = parameters(b=(2,), a=(3,))
    metadata = {f"key{index}": "x" for index in range(20)}
    for name in ("one", "two"):
        write(tmp_path / name, wanted, InitialWeights(wanted, 0), metadata)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_is_written_is_read_by_us(tmp_path: Path) -> None:
    wanted = parameters(b__weight=(4, 3), a__weight=(5,), none__weight=(0, 3))
    weights = InitialWeights(wanted, 5)
    write(tmp_path / "w.safetensors", wanted, weights, {})
    found = read(tmp_path / "w.safetensors")
    assert {name: stored.shape for name, stored in found.items()} == {
        n: p.type.shape for n, p in wanted.items()
    }
    for name, stored in found.items():
        np.testing.assert_array_equal(stored.read(), weights[name])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
def test_every_float_type_becomes_float32(dtype: torch.dtype, tmp_path: Path) -> None:
    numbers = torch.tensor([[0.0, -0.0, 1.0, -1.5], [1 / 3, 6e4, -6e-5, float("inf")]]).to(dtype)
    safetensors.torch.save_file({"other": torch.ones(3), "x": numbers}, tmp_path / "w.safetensors")
    stored = read(tmp_path / "w.safetensors")["x"]
    assert stored.dtype == str(dtype).removeprefix("torch.")
    found = stored.read()
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, numbers.float().numpy())


def test_what_float32_cannot_hold_becomes_infinite(tmp_path: Path) -> None:
    safetensors.numpy.save_file({"x": np.array([1e39, -1e39])}, tmp_path / "w.safetensors")
    assert read(tmp_path / "w.safetensors")["x"].read().tolist() == [np.inf, -np.inf]


def test_other_types_are_listed_but_not_read(tmp_path: Path) -> None:
    safetensors.numpy.save_file({"steps": np.array([3])}, tmp_path / "w.safetensors")
    stored = read(tmp_path / "w.safetensors")["steps"]
    assert (stored.dtype, stored.shape) == ("I64", (1,))
    with pytest.raises(FileError, match=r"w\.safetensors: `steps` is I64; weights are F32, F16, BF16, F64$"):
        stored.read()


@pytest.mark.parametrize("kept", [5, 20, -5])
def test_a_file_cut_short(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    safetensors.numpy.save_file({"x": np.ones(100)}, path)
    path.write_bytes(path.read_bytes()[:kept])
    size = path.stat().st_size
    assert re.match(
        f"cannot read w.safetensors: its {size} bytes are no whole safetensors file: [a-z]", refusal(path)
    )


def test_a_file_cut_short_after_it_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    safetensors.numpy.save_file({"x": np.ones(100)}, path)
    stored = read(path)["x"]
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(FileError, match=r"it became shorter since it was opened$"):
        stored.read()
    path.unlink()
    with pytest.raises(FileError, match=r"No such file or directory$"):
        stored.read()


def test_files_that_are_not_there_or_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("these are no weights, I fear")
    assert refusal(tmp_path / "nowhere") == "cannot read nowhere: No such file or directory"
    assert refusal(tmp_path / "folder") == "cannot read folder: Is a directory"
    assert refusal(tmp_path / "empty") == "cannot read empty: it is empty"
    assert refusal(tmp_path / "text").startswith(
        "cannot read text: its 28 bytes are no whole safetensors file: "
    )


class Trap:
    """Unpickling this makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("name", ["model.pt", "model.pth", "model.bin", "model.safetensors"])
@pytest.mark.parametrize("zipped", [True, False])
def test_pickles_are_refused_unread(name: str, zipped: bool, tmp_path: Path) -> None:
    path, trap = tmp_path / name, Trap(tmp_path / "caught")
    if zipped:
        torch.save({"x": trap}, path)
    else:
        path.write_bytes(pickle.dumps({"x": trap}))
    assert refusal(path) == (
        f"cannot read {name}: it looks like a pickle, which could run any code, so netc reads none; where you "
        f"trust it, convert it: safetensors.torch.save_file(torch.load('{name}'), 'model.safetensors')"
    )
    assert not trap.folder.exists()


def test_a_safetensors_file_of_another_suffix_is_read(tmp_path: Path) -> None:
    safetensors.numpy.save_file({"x": np.ones(2)}, tmp_path / "model.bin")
    assert read(tmp_path / "model.bin")["x"].read().tolist() == [1, 1]


def test_a_header_that_begins_as_a_pickle_would_is_no_pickle(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes((0x280).to_bytes(8, "little") + b"{" + b" " * 100)
    assert "pickle" not in refusal(path)


def test_a_name_twice_in_the_header_is_no_whole_file(tmp_path: Path) -> None:
    one = b'"x":{"dtype":"F32","shape":[1],"data_offsets":[%d,%d]}'
    header = b"{" + one % (0, 4) + b"," + one % (4, 8) + b"}"
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    assert "are no whole safetensors file: " in refusal(path)
