"""Safetensors files. Nothing is ever unpickled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from netc.errors import FileError
from netc.types.dims import product
from netc.weights.pieces import gathered, pieces, slices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Parameter
    from netc.types.parameter import Shape

# The format's codes for the types that weights come in: their usual names, and NumPy's code for the bytes.
FLOATS = {
    "F32": ("float32", "<f4"),
    "F16": ("float16", "<f2"),
    "BF16": ("bfloat16", "<u2"),
    "F64": ("float64", "<f8"),
}
PICKLE_SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle")
# How much is collected before it is handed to the system, in bytes.
BUFFER = 2**20
ZIP, PICKLE = b"PK\x03\x04", b"\x80"


class Entry(TypedDict):
    """A tensor in a file's header; offsets are in bytes from the header's end."""

    dtype: str
    shape: list[int]
    data_offsets: list[int]


class Stored(NamedTuple):
    """A tensor in a file, read when it is asked for.

    ``code`` is the format's name of its type (``F32``), ``offset`` the first byte's place in the file.
    """

    path: Path
    name: str
    code: str
    shape: Shape
    offset: int

    @property
    def dtype(self) -> str:
        """The type's usual name, such as ``float32``, or the format's code for what weights never are."""
        return FLOATS[self.code][0] if self.code in FLOATS else self.code

    def read(self) -> NDArray[np.float32]:
        """The numbers as a fresh float32 array; raises as ``pieces`` does."""
        return gathered(self.shape, self.pieces())

    def pieces(self) -> Iterator[NDArray[np.float32]]:
        """The numbers in order, as arrays of one axis; what float64 holds beyond float32 becomes infinite.

        Raises ``FileError`` where the file has become unreadable or shorter, or the type is none of
        F32, F16, BF16 and F64.
        """
        import numpy as np

        if self.code not in FLOATS:
            raise FileError(f"{self.path}: `{self.name}` is {self.code}; weights are {', '.join(FLOATS)}")
        try:
            with self.path.open("rb", buffering=0) as file:
                file.seek(self.offset)
                for part in slices(product(self.shape)):
                    raw = np.fromfile(file, FLOATS[self.code][1], part.stop - part.start)
                    if len(raw) != part.stop - part.start:
                        raise FileError(f"cannot read {self.path}: it became shorter since it was opened")
                    yield self._rounded(raw)
        except OSError as error:
            raise FileError(f"cannot read {self.path}: {error.strerror or error}") from error

    def _rounded(self, raw: NDArray[np.uint16] | NDArray[np.floating]) -> NDArray[np.float32]:
        """Numbers as they lie in the file, as float32."""
        import numpy as np

        if self.code == "BF16":  # the upper half of a float32
            return (raw.astype(np.uint32) << np.uint32(16)).view(np.float32)
        with np.errstate(over="ignore"):
            return raw.astype(np.float32, copy=False)


def read(path: str | Path) -> dict[str, Stored]:
    """The tensors of a safetensors file, in the order of its header; their numbers are read on demand.

    Raises ``FileError`` for what cannot be read, is not whole, or is another format.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(path)
    start = b""
    try:
        with path.open("rb") as file:
            start = file.read(9)
        with safe_open(path, framework="numpy"):
            return entries(path, 8 + int.from_bytes(start[:8], "little"))
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error
    except SafetensorError as error:
        raise FileError(refusal(path, start, str(error))) from error


def entries(path: Path, start: int) -> dict[str, Stored]:
    """What the header says of a file that the library found whole; the tensors begin at byte ``start``."""
    with path.open("rb") as file:
        header: dict[str, Entry] = json.loads(file.read(start)[8:])
    return {
        name: Stored(path, name, entry["dtype"], tuple(entry["shape"]), start + entry["data_offsets"][0])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def refusal(path: Path, start: bytes, reason: str) -> str:
    """Why a file is not read, and the way out."""
    pickled = path.suffix in PICKLE_SUFFIXES or start.startswith((ZIP, PICKLE))
    if not start:
        fact = "it is empty"
    elif pickled and start[8:] != b"{":  # where a header begins
        old, new = path.name, path.with_suffix(".safetensors").name
        fact = (
            "it looks like a pickle, which could run any code, so netc reads none; "
            f"where you trust it, convert it: safetensors.torch.save_file(torch.load({old!r}), {new!r})"
        )
    else:
        reason = reason.removeprefix("Error while deserializing header: ")
        fact = f"its {path.stat().st_size:,} bytes are no whole safetensors file: {reason}"
    return f"cannot read {path}: {fact}"


def write(
    path: str | Path,
    parameters: Mapping[str, Parameter],
    weights: Mapping[str, NDArray[np.float32]],
    metadata: Mapping[str, str],
) -> None:
    """Write each parameter's array as F32, in the parameters' order, holding one at a time, or a part of it.

    The library itself would need all at once, and orders tensors by name and metadata at random; here
    the same arguments give the same bytes. Raises ``OSError``: see ``netc.files.whole``.
    """
    header = header_bytes({name: parameter.type.shape for name, parameter in parameters.items()}, metadata)
    with Path(path).open("wb", buffering=BUFFER) as file:
        file.write(header)
        for name, parameter in parameters.items():
            file.writelines(stored(weights, name, parameter.type.elements))


def stored(weights: Mapping[str, NDArray[np.float32]], name: str, count: int) -> Iterator[memoryview]:
    """The bytes of the ``count`` numbers of one parameter, in parts."""
    for part in pieces(weights, name):
        count -= len(part)
        yield part.astype("<f4", copy=False).data
        del part  # while the next one is made
    assert count == 0, f"{name} lacks {count} numbers"


def header_bytes(shapes: Mapping[str, Shape], metadata: Mapping[str, str]) -> bytes:
    """The header of F32 tensors that follow each other: its length in 8 bytes, then JSON, padded to 8."""
    header: dict[str, Entry | dict[str, str]] = {"__metadata__": dict(metadata)} if metadata else {}
    end = 0
    for name, shape in shapes.items():
        begin, end = end, end + 4 * product(shape)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text
