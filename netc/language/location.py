"""Which file an item of ``import`` means, and what is in it: regular YAML files below a folder, no others."""

from __future__ import annotations

import os
import re
import stat
from itertools import islice
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

from netc.errors import Mistake
from netc.layers.words import did_you_mean, nearest
from netc.reader import BYTE_LIMIT

SUFFIXES = (".yaml", ".yml")
MOST_ENTRIES = 1_000
"""Files of a folder that are looked through for a name like the one written."""

_STEM = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_BELOW = "imported files lie in the folder of the file that imports them, or below it"
_RELATIVE = "files are named from the folder of the file that imports them, as in `blocks/resnet.yaml`"
_WIDEST = 80
"""Characters of a written path that a message shows."""


class Content(NamedTuple):
    """A file's bytes, one more than a spec may have at most, and its size in bytes."""

    data: bytes
    size: int


def find_file(written: str, folder: Path) -> Path:
    """The real path of the file that ``written`` means in ``folder``, which is a real path itself.

    Raises ``Mistake`` E312 unless it is a regular YAML file in the folder or below it, links resolved.
    Nothing is asked about what lies elsewhere.
    """
    _check_form(written)
    path = _resolved(written, folder)
    if not path.is_relative_to(folder):
        raise _refusal(written, "lies outside of the folder of this file", _BELOW)
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        message = f"there is no file `{_shown(written)}`"
        raise Mistake("E312", message, help=_similar(written, folder) or _RELATIVE) from None
    except OSError as error:
        raise unreadable(written, error) from None
    if stat.S_ISDIR(mode):
        inside = _names(path, folders=False)
        example = f", as in `{written.rstrip('/')}/{inside[0]}`" if inside else ""
        raise _refusal(written, "is a folder", f"name the files in it{example}")
    if not stat.S_ISREG(mode):
        raise _refusal(written, "is no regular file", "write its text into a file")
    for name in (written, path.name):
        if not name.lower().endswith(SUFFIXES):
            links = "" if name == written else "links to a file that "
            raise _refusal(written, f"{links}is no .yaml or .yml file", "rename the file")
    return path


def _resolved(written: str, folder: Path) -> Path:
    """The real path, as far as there is one."""
    try:
        return (folder / written).resolve()
    except RuntimeError:  # as Python 3.11 and 3.12 say it
        raise _refusal(written, "is a link that leads back to itself", "link it to a file") from None
    except (OSError, ValueError) as error:  # ValueError: a name that the file system cannot hold
        raise unreadable(written, error) from None


def content(path: Path) -> Content:
    """What a regular file holds. Raises ``OSError``, also where it is no regular file any more."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as stream:  # noqa: PTH123  # a pipe would keep `Path.open` waiting
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is no regular file")
        return Content(stream.read(BYTE_LIMIT + 1), status.st_size)


def unreadable(written: str, error: Exception) -> Mistake:
    """The mistake of a file that the system does not let us read."""
    fact = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return _refusal(written, "cannot be read", label=fact[:1].lower() + fact[1:])


def _refusal(written: str, fact: str, help_: str = "", label: str = "") -> Mistake:
    return Mistake("E312", f"`{_shown(written)}` {fact}", help=help_, label=label)


def _shown(written: str) -> str:
    return written if len(written) <= _WIDEST else f"{written[: _WIDEST - 1]}…"


def _check_form(written: str) -> None:
    """Raise for what means no file below the folder, or means one on some systems alone."""
    if "://" in written:
        raise _refusal(written, "is an address, and files alone are imported", _BELOW)
    if "\\" in written:
        raise _refusal(written, "has a backslash", "write `/` between folders")
    if PurePosixPath(written).is_absolute() or PureWindowsPath(written).drive:
        raise _refusal(written, "is an absolute path", _RELATIVE)
    name = PurePosixPath(written)
    if name.suffix.lower() in SUFFIXES and not _STEM.fullmatch(name.stem):
        fact = f"has a name that `use: {_shown(name.stem)}.block` cannot hold"
        raise _refusal(written, fact, "rename it: letters, digits, `_`, `-` and `.`")


def _similar(written: str, folder: Path) -> str:
    """A file there is with a name like the one written, as the way out; nothing where there is none."""
    *steps, name = written.rstrip("/").split("/")
    for index, step in enumerate(steps):
        if not folder.joinpath(*steps[: index + 1]).is_dir():
            near = _nearest(step, _names(folder.joinpath(*steps[:index]), folders=True))
            steps[index] = near or step
    if not folder.joinpath(*steps).resolve().is_relative_to(folder):
        return ""
    near = _nearest(name, _names(folder.joinpath(*steps), folders=False))
    return did_you_mean("/".join([*steps, near])) if near else ""


def _nearest(name: str, known: list[str]) -> str:
    """The known name that is near, or nothing; endings such as `.yaml`, which all have, do not count."""
    stems = {_stem(one): one for one in reversed(known)}
    near = nearest(_stem(name), tuple(stems)).removeprefix("did you mean `").removesuffix("`?")
    return name if name in known else stems.get(near, "")


def _stem(name: str) -> str:
    suffix = next((one for one in SUFFIXES if name.lower().endswith(one)), "")
    return name[: len(name) - len(suffix)]


def _names(folder: Path, *, folders: bool) -> list[str]:
    """The folders in a folder, or its YAML files, sorted; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                entry.name
                for entry in islice(entries, MOST_ENTRIES)
                if (entry.is_dir() if folders else entry.name.lower().endswith(SUFFIXES) and entry.is_file())
            )
    except OSError:
        return []
