"""Calibration files that are broken, or made to do harm: each is refused in a line, and nothing in it is run."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image

import netc
from netc_onnx.quantization.calibration import Calibration, calibration

FLOATS = netc.loads("{netc: 1, inputs: {x: {shape: [3, 4, 5]}}, layers: [{conv: 2, kernel: 2}]}").graph
BYTES = netc.loads(
    "{netc: 1, inputs: {x: {shape: [4, 5, 3], dtype: uint8, layout: hwc}}, layers: [{normalize: {}}]}"
).graph
FITTING = np.zeros((2, 3, 4, 5), np.float32)


class Harm:
    """What writes a file where a pickle of it is loaded."""

    def __reduce__(self) -> tuple[Any, ...]:
        return open, ("harm", "w")


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def with_header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text) + 1) + text.encode() + b"\n"


def npz(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def marked(place: int, flag: int) -> bytes:
    """An archive whose one member has a mark set in its own header and in the directory's."""
    content = bytearray(npz({"x.npy": npy(FITTING)}))
    content[place] |= flag
    content[content.find(b"PK\x01\x02") + place + 2] |= flag
    return bytes(content)


def image(format_: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.arange(60, dtype=np.uint8).reshape(4, 5, 3)).save(file, format_)
    return file.getvalue()


def png_of(width: int, height: int) -> bytes:
    """The beginning of an image so large."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def claiming(shape: str) -> bytes:
    return with_header(f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}")


NO_ARRAYS = "holds no arrays that NumPy reads: "
NO_IMAGE = "is no image that Pillow reads: "

BROKEN: dict[str, tuple[bytes, str]] = {
    "objects.npy": (npy(np.array([Harm()], object)), f"{NO_ARRAYS}Object arrays cannot be loaded when"),
    "objects.npz": (npz({"x.npy": npy(np.array([Harm()], object))}), f"{NO_ARRAYS}Object arrays cannot be"),
    "called.npy": (with_header("open('harm', 'w')"), f"{NO_ARRAYS}malformed node or string on line 1"),
    "nested.npy": (with_header("{'a':" * 500), NO_ARRAYS),
    "vast.npy": (claiming("(1000000000000, 3, 4, 5)"), f"{NO_ARRAYS}Unable to allocate 218. TiB"),
    "vaster.npy": (claiming(f"({10**22}, 3, 4, 5)"), f"{NO_ARRAYS}Python int too large to convert"),
    "vast.npz": (npz({"x.npy": claiming("(1000000000000, 3, 4, 5)")}), f"{NO_ARRAYS}Unable to allocate"),
    "short.npy": (npy(FITTING)[:-4], NO_ARRAYS),
    "short.npz": (npz({"x.npy": npy(FITTING)})[:-4], NO_ARRAYS),
    "locked.npz": (marked(6, 1), f"{NO_ARRAYS}File 'x.npy' is encrypted, password required for extraction"),
    "packed.npz": (marked(8, 96), f"{NO_ARRAYS}That compression method is not supported"),
    "texts.npz": (npz({"x": b"text", "y.txt": b"text"}), "has no array for `x`; those in it: none"),
    "words.npy": (npy(np.zeros((2, 3, 4, 5), "U3")), "`x` holds <U3, and the input is float32"),
    "voids.npy": (npy(np.zeros((2, 3, 4, 5), "V3")), "`x` holds |V3, and the input is float32"),
    "complex.npy": (npy(FITTING.astype("c8")), "`x` holds complex64, and the input is float32"),
    "large.png": (png_of(10_000, 10_000), f"{NO_IMAGE}Image size (100000000 pixels) exceeds limit"),
    "larger.png": (png_of(4_000_000_000, 5), f"{NO_IMAGE}Image size (20000000000 pixels) exceeds limit"),
    "none.png": (png_of(0, 0), f"{NO_IMAGE}cannot identify image file"),
    "short.png": (image("PNG")[:50], NO_IMAGE),
    "other.png": (image("GIF"), f"{NO_IMAGE}cannot identify image file"),
    "program.png": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 5 4\n%%EndComments\n", NO_IMAGE),
}
"""Pillow gives what is PostScript inside to another program, whatever the file's name says."""


def read(path: Path) -> Calibration:
    return calibration(FLOATS if path.suffix in (".npy", ".npz") else BYTES, path.parent)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(tmp_path, "in").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_a_line(name: str) -> None:
    content, message = BROKEN[name]
    path = Path("in", name)
    path.write_bytes(content)
    with pytest.raises(netc.FileError) as caught:
        read(path)
    head, *lines = str(caught.value).split("\n")
    assert head == "the calibration inputs do not fit the network:"
    [line] = lines
    assert line.replace(f"{path}: ", f"{path} ").startswith(f"  {path} {message}")
    assert len(line) < 300
    assert not Path("harm").exists()


def test_a_file_may_change_while_it_is_used() -> None:
    path = Path("in", "a.npy")
    path.write_bytes(npy(FITTING))
    fitting = read(path)
    path.write_bytes(npy(FITTING[:, :, 1:]))
    with pytest.raises(
        netc.FileError, match=r"^a calibration input changed while it was used: in/a\.npy: `x` has"
    ):
        next(fitting.batches())


def test_what_is_no_array_is_left_out() -> None:
    path = Path("in", "a.npz")
    path.write_bytes(npz({"x.npy": npy(FITTING), "README": b"text"}))
    assert read(path).samples == 2


GOOD = {
    ".npy": [npy(FITTING)],
    ".npz": [
        npz({"x.npy": npy(FITTING)}, method)
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    ],
    ".png": [image("PNG")],
    ".jpg": [image("JPEG")],
}


@pytest.mark.parametrize("suffix", GOOD)
def test_whatever_happened_to_a_file_is_one_error_of_ours(suffix: str) -> None:
    chance = Random(suffix)
    path = Path("in", f"a{suffix}")
    refused = 0
    for _ in range(400):
        content = bytearray(chance.choice(GOOD[suffix]))
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(content))
            changed = chance.choice((b"", b"\0", b"\xff", chance.randbytes(1), chance.randbytes(8)))
            content[place : place + chance.randint(0, 8)] = changed
        path.write_bytes(content)
        try:
            read(path)
        except netc.FileError:
            refused += 1
    assert refused > 100
