"""The specs that come with netc: the zoo."""

from __future__ import annotations

from pathlib import Path

from netc.errors import FileError

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "zoo", _PACKAGE.parent / "specs")
"""In an installed package, and in the source tree."""


def zoo_folder() -> Path:
    """The folder of the zoo: one network a file, and what they import below it.

    Raises ``FileError`` where this installation has none.
    """
    for folder in _FOLDERS:
        if folder.is_dir():
            return folder
    raise FileError(f"this installation of netc has no zoo: there is no folder {_FOLDERS[0]}")


def zoo_specs() -> dict[str, Path]:
    """The networks of the zoo by name, sorted."""
    return {path.stem: path for path in sorted(zoo_folder().glob("*.yaml"))}


def zoo_libraries() -> dict[str, Path]:
    """The files that they import, by path from the zoo without suffix, such as ``blocks/residual``."""
    folder = zoo_folder()
    files = sorted(path for path in folder.rglob("*.yaml") if path.parent != folder)
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}


def zoo_renames() -> dict[str, Path]:
    """The files of renames, by library and network, such as ``torchvision/resnet``, sorted.

    One that serves a variant alone has it behind a hyphen, as ``torchvision/resnet-18`` has.
    """
    folder = zoo_folder() / "renames"
    files = {path.relative_to(folder).with_suffix("").as_posix(): path for path in folder.rglob("*.txt")}
    return dict(sorted(files.items()))
