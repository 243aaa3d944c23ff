"""Calibration inputs: where they lie, and what does not fit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from PIL import Image

import netc
from netc_onnx.quantization.accuracy import Loss, losses
from netc_onnx.quantization.calibration import BATCH, Calibration, calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.graph import Graph

FLOATS = "input: [2, 3]"
BYTES = "input: {shape: [3, 4, 5], dtype: uint8}"
HWC = "input: {shape: [4, 5, 3], dtype: uint8, layout: hwc}"
GRAY = "input: {shape: [1, 4, 5], dtype: uint8}"
OPEN = "input: [1, H, W]\ndims: {H: {min: 4, multiple_of: 4}, W: {max: 9}}"
TWO = "inputs: {a: [2], b: [3]}"


def graph(inputs: str) -> Graph:
    reads = "from: a, " if inputs is TWO else ""
    layer = "normalize: {}" if "uint8" in inputs else "act: relu"
    outputs = "  - {from: b, act: relu, name: other}\noutputs: [one, other]\n" if inputs is TWO else ""
    return netc.loads(
        f"netc: 1\nname: n\n{inputs}\nlayers:\n  - {{{reads}{layer}, name: one}}\n{outputs}"
    ).graph


def ones(*shape: int, dtype: Any = np.float32) -> NDArray[Any]:
    return np.ones(shape, dtype)


def refusal(inputs: str, calibrate: Any) -> str:
    with pytest.raises(netc.FileError) as caught:
        calibration(graph(inputs), calibrate)
    return str(caught.value)


def counts(found: Calibration) -> list[int]:
    return [len(next(iter(batch.values()))) for batch in found.batches()]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()


def test_an_npz_file_has_arrays_by_the_inputs_names_and_others() -> None:
    np.savez("x.npz", b=ones(3, 3), labels=ones(3), a=ones(3, 2))
    found = calibration(graph(TWO), "x.npz")
    assert [{name: array.shape for name, array in batch.items()} for batch in found.batches()] == [
        {"a": (3, 2), "b": (3, 3)}
    ]


def test_one_array_serves_one_input_whatever_its_name() -> None:
    np.savez("x.npz", images=ones(BATCH + 1, 2, 3))
    np.save("y.npy", ones(2, 2, 3))
    assert counts(calibration(graph(FLOATS), Path("x.npz"))) == [BATCH, 1]
    assert counts(calibration(graph(FLOATS), "y.npy")) == [2]


def test_a_folder_is_read_in_order_of_names_samples_and_batches_alike() -> None:
    np.save("in/b.npy", ones(2, 3) * 2)
    np.save("in/a.npy", ones(4, 2, 3))
    np.savez("in/C.npz", input=ones(2, 3) * 0)
    Path("in/.hidden.npy").write_bytes(b"no array")
    Path("in/README").write_text("no input")
    found = calibration(graph(FLOATS), "in")
    assert [float(batch["input"].max()) for batch in found.batches()] == [0, 1, 2]
    assert found.samples == 6


def test_doubles_and_halves_become_float32_and_small_integers_indices() -> None:
    for dtype in (np.float64, np.float16):
        [batch] = calibration(graph(FLOATS), {"input": ones(1, 2, 3, dtype=dtype)}).batches()
        assert batch["input"].dtype == np.float32


def test_lists_of_numbers_are_arrays() -> None:
    given = cast("Any", {"input": [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]})
    [batch] = calibration(graph(FLOATS), given).batches()
    np.testing.assert_array_equal(batch["input"], [[[1, 2, 3], [4, 5, 6]]])


@pytest.mark.parametrize(("inputs", "shape"), [(BYTES, (1, 3, 4, 5)), (HWC, (1, 4, 5, 3))])
@pytest.mark.parametrize("suffix", ["png", "jpg", "JPEG"])
def test_images_are_fed_as_their_bytes(inputs: str, shape: tuple[int, ...], suffix: str) -> None:
    pixels = np.full((4, 5, 3), (200, 100, 50), np.uint8)
    Image.fromarray(pixels).save(f"in/photo.{suffix}", quality=100)
    [batch] = calibration(graph(inputs), "in").batches()
    assert (batch["input"].shape, batch["input"].dtype.name) == (shape, "uint8")
    as_stored = batch["input"][0] if inputs is HWC else np.moveaxis(batch["input"][0], 0, 2)
    np.testing.assert_allclose(as_stored.astype(int), pixels.astype(int), atol=0 if suffix == "png" else 2)


def test_gray_images_serve_one_channel() -> None:
    Image.fromarray(np.arange(20, dtype=np.uint8).reshape(4, 5)).save("in/a.png")
    [batch] = calibration(graph(GRAY), "in").batches()
    np.testing.assert_array_equal(batch["input"].reshape(-1), np.arange(20))


def test_every_problem_is_listed_with_its_file_and_numbers() -> None:
    np.save("in/a.npy", ones(2, 4))
    np.save("in/b.npy", np.array([[np.nan, 1, 2], [np.inf, 1, 2]], np.float32))
    np.save("in/c.npy", ones(2, 3, dtype=np.uint8))
    np.save("in/d.npy", ones(0, 2, 3))
    np.savez("in/e.npz", x=ones(2, 3), y=ones(2, 3))
    np.save("in/f.npy", np.array([{}]), allow_pickle=True)
    Path("in/g.npz").write_bytes(b"PK\x03\x04 no archive")
    Path("in/h.npy").write_bytes(b"")
    Image.new("RGB", (5, 4)).save("in/i.png")
    assert refusal(FLOATS, "in") == (
        "the calibration inputs do not fit the network:\n"
        "  in/a.npy: `input` has the shape 1×2×4, and [samples, 2, 3] is needed, or one sample without the first axis: nothing is resized\n"
        "  in/b.npy: `input` has 2 of 6 numbers that are infinite or NaN\n"
        "  in/c.npy: `input` holds uint8, and the input is float32\n"
        "  in/d.npy: `input` is empty: its shape is 0×2×3\n"
        "  in/e.npz has no array for `input`; those in it: `x`, `y`\n"
        "  in/f.npy holds no arrays that NumPy reads: Object arrays cannot be loaded when allow_pickle=False\n"
        "  in/g.npz holds no arrays that NumPy reads: File is not a zip file\n"
        "  in/h.npy is no file of NumPy's, whatever its name says\n"
        "  in/i.png is an image, of bytes, and the input `input` is float32: give it `dtype: uint8` and a `normalize`, or write what the network is fed as .npy"
    )


def test_a_long_list_ends_with_a_count() -> None:
    for index in range(102):
        np.save(f"in/{index:03}.npy", ones(1))
    lines = refusal(FLOATS, "in").split("\n")
    assert (len(lines), lines[-1]) == (102, "  and 2 more")


def test_images_that_the_network_takes_none_of_are_said_once() -> None:
    for name in ("a.png", "b.jpg", "c.png"):
        Image.new("RGB", (5, 4)).save(f"in/{name}")
    np.save("in/d.npy", ones(2, 3, dtype=np.uint8))
    assert refusal(FLOATS, "in") == (
        "the calibration inputs do not fit the network:\n"
        "  in/a.png, like 2 more, is an image, of bytes, and the input `input` is float32: give it `dtype: uint8` and a `normalize`, or write what the network is fed as .npy\n"
        "  in/d.npy: `input` holds uint8, and the input is float32"
    )


def test_images_must_fit_as_they_are() -> None:
    Image.new("RGB", (4, 5)).save("in/a.png")
    Image.new("RGBA", (5, 4)).save("in/b.png")
    Path("in/c.jpg").write_bytes(b"\xff\xd8 no image")
    assert refusal(BYTES, "in") == (
        "the calibration inputs do not fit the network:\n"
        "  in/a.png: `input` has the shape 1×3×5×4, and [samples, 3, 4, 5] is needed, or one sample without the first axis: nothing is resized\n"
        "  in/b.png is an image of mode RGBA, and the input has 3 channels: save it as RGB\n"
        "  in/c.jpg is no image that Pillow reads: cannot identify image file 'in/c.jpg'"
    )


def test_an_image_serves_no_network_of_two_inputs_and_no_vector() -> None:
    Image.new("RGB", (4, 5)).save("in/a.png")
    assert refusal(TWO, "in").endswith(
        "in/a.png is one image, and the network has the inputs `a`, `b`: write .npz files"
    )
    vector = "input: {shape: [3], dtype: uint8}"
    assert refusal(vector, "in").endswith(
        "in/a.png is an image, and the input is a vector of 3 of uint8: write .npy files"
    )


def test_symbols_keep_to_the_facts_and_to_each_other() -> None:
    fine = calibration(graph(OPEN), {"input": ones(1, 1, 8, 9)})
    assert fine.samples == 1
    assert refusal(OPEN, {"input": ones(1, 1, 6, 10)}) == (
        "the calibration inputs do not fit the network:\n"
        "  `calibrate`: `H` is 6, and the spec says: min 4, multiple_of 4\n"
        "  `calibrate`: `W` is 10, and the spec says: min 1, max 9"
    )
    square = "input: [1, H, H]"
    assert refusal(square, {"input": ones(1, 1, 6, 10)}).endswith("`input` has 10 for `H`, which is 6 before")


def test_inputs_have_as_many_samples_as_each_other() -> None:
    assert refusal(TWO, {"a": ones(3, 2), "b": ones(4, 3)}).endswith(
        "the inputs have different numbers of samples: 3 for `a`, 4 for `b`"
    )


def test_a_file_of_one_sample_needs_its_first_axis() -> None:
    np.save("x.npy", ones(2, 3))
    assert refusal(FLOATS, "x.npy").endswith(
        "x.npy: `input` has the shape 2×3, and [samples, 2, 3] is needed: nothing is resized"
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none.npz", "none.npz: there is no such file or folder of calibration inputs"),
        ("x.txt", "x.txt: calibration inputs are a folder, or a file of NumPy's (.npz, .npy)"),
        ("in", "in: calibration inputs are .npy, .npz, .png, .jpg, .jpeg files, and it is empty"),
        (
            "others",
            "others: calibration inputs are .npy, .npz, .png, .jpg, .jpeg files, and none of its 1 files is one",
        ),
    ],
)
def test_places_where_nothing_is(path: str, message: str) -> None:
    Path("x.txt").write_text("1")
    Path("others").mkdir()
    Path("others/x.bmp").write_bytes(b"")
    assert refusal(FLOATS, path) == message


def test_pillow_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (5, 4)).save("in/a.png")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(netc.BackendError) as caught:
        calibration(graph(BYTES), "in")
    assert str(caught.value) == (
        "in/a.png: images are read with `pillow`, which is not installed: pip install pillow, or write .npy files"
    )


def test_losses_are_summed_over_batches() -> None:
    was, now = np.array([[1.0, 2.0], [4.0, 3.0]]), np.array([[2.0, 1.0], [4.0, 1.0]])
    batches = [({"y": was[:1]}, {"y": now[:1]}), ({"y": was[1:]}, {"y": now[1:]})]
    assert losses(batches) == {"y": Loss(2.0, 4.0, 4, 6.0, 30.0, 1, 2)}
    assert losses(batches)["y"] == Loss.of(was, now)
    assert Loss.of(was, now).sentence() == (
        "largest difference 2, mean 1, signal to noise 7.0 dB, top class the same in 1 of 2"
    )


def test_a_map_has_no_top_class_and_equal_outputs_no_noise() -> None:
    same = np.ones((2, 3, 4))
    assert Loss.of(same, same).sentence() == "largest difference 0, mean 0, no noise"
    assert Loss.of(same, same).record() == {
        "largest_difference": 0.0, "mean_difference": 0.0, "signal_to_noise_db": None,
    }  # fmt: skip
