"""Where calibration inputs lie: arrays by name, a file of NumPy's, or a folder of files and images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from netc.errors import FileError
from netc_onnx.quantization import images
from netc_onnx.quantization.unreadable import UnreadableError, briefly

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.graph import Value

Arrays: TypeAlias = "dict[str, NDArray[Any]]"

ARRAYS = (".npy", ".npz")
SUFFIXES = (*ARRAYS, *images.SUFFIXES)
MAGIC = (b"\x93NUMPY", b"PK")
"""How NumPy's files begin: ``.npy``, and ``.npz``, which is a zip archive."""


class Source(NamedTuple):
    """One file, or what stands for one: ``name`` is what messages call it; ``read`` gives its arrays.

    The name of an array that has none of its own is empty. ``read`` raises ``UnreadableError``. ``batched``
    says that a first axis of samples is not to be missing.
    """

    name: str
    read: Callable[[], Arrays]
    batched: bool


def sources(calibrate: str | Path | Mapping[str, NDArray[Any]], inputs: tuple[Value, ...]) -> list[Source]:
    """What there is, files of a folder in order of their names.

    Raises ``FileError`` where there is nothing.
    """
    if isinstance(calibrate, Mapping):
        given = {name: np.asarray(array) for name, array in calibrate.items()}
        return [Source("`calibrate`", lambda: given, batched=True)]
    path = Path(calibrate)
    if path.is_dir():
        return _in_folder(path, inputs)
    if not path.exists():
        raise FileError(f"{path}: there is no such file or folder of calibration inputs")
    if path.suffix.lower() not in ARRAYS:
        raise FileError(f"{path}: calibration inputs are a folder, or a file of NumPy's (.npz, .npy)")
    return [Source(str(path), lambda: arrays(path), batched=True)]


def _in_folder(folder: Path, inputs: tuple[Value, ...]) -> list[Source]:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise FileError(f"{folder} cannot be read: {error.strerror or error}") from error
    files = [folder / name for name in names if Path(name).suffix.lower() in SUFFIXES and name[0] != "."]
    if not files:
        there = f"none of its {len(names):,} files is one" if names else "it is empty"
        raise FileError(f"{folder}: calibration inputs are {', '.join(SUFFIXES)} files, and {there}")
    pictures = [path for path in files if path.suffix.lower() not in ARRAYS]
    if len(pictures) > 1 and not images.serve(inputs):  # for all of them the reason is the same
        files = [path for path in files if path not in pictures[1:]]
        return [_file(path, inputs, alike=len(pictures) - 1) for path in files]
    return [_file(path, inputs) for path in files]


def _file(path: Path, inputs: tuple[Value, ...], alike: int = 0) -> Source:
    """One file; of an image ``alike`` says how many others it stands for."""
    if path.suffix.lower() in ARRAYS:
        return Source(str(path), lambda: arrays(path), batched=False)
    name = f"{path}, like {alike:,} more," if alike else str(path)
    return Source(name, lambda: images.read(path, inputs), batched=False)


def arrays(path: Path) -> Arrays:
    """The arrays of an ``.npz`` file by name, or that of an ``.npy`` file; no pickle is ever loaded."""
    try:
        with path.open("rb") as file:  # which NumPy would leave open where it is no archive
            if not file.read(len(MAGIC[0])).startswith(MAGIC):
                raise UnreadableError("is no file of NumPy's, whatever its name says")
            file.seek(0)
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {"": loaded}
            members = ((name, loaded[name]) for name in loaded.files)  # what is no array comes as bytes
            return {name: member for name, member in members if isinstance(member, np.ndarray)}
    except UnreadableError:
        raise
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error}") from error
    except Exception as error:  # of a broken file NumPy, zipfile and decompressors raise some ten kinds
        raise UnreadableError(f"holds no arrays that NumPy reads: {briefly(error)}") from error
