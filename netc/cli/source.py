"""Where specs come from: files, folders, standard input."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from netc.compiler import read_file
from netc.errors import FileError
from netc.reader import BYTE_LIMIT, Mapping, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.diagnostics import Diagnostic

SUFFIXES = (".yaml", ".yml")
STDIN = "-"
_LOOKS_LIKE_A_SPEC = re.compile(rb"(?:\A|[\r\n])[\xef\xbb\xbf]*\{?[ \t]*[\"']?netc[\"']?[ \t]*:")


def read_spec(path: str, stdin_filename: str) -> tuple[bytes, str]:
    """A spec's bytes, and what messages call it; ``-`` is standard input.

    Raises ``FileError`` where it cannot be read.
    """
    if path != STDIN:
        return read_file(path), path
    return sys.stdin.buffer.read(), stdin_filename


def specs_below(folder: str) -> Iterator[str]:
    """Every spec in a folder and the folders in it, in the order of their paths; hidden folders are left out.

    Raises ``FileError`` where the folder or one of its YAML files cannot be read.
    """
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = str(Path(parent, name))
            if name.lower().endswith(SUFFIXES) and is_spec(read_file(path), path):
                yield path


def _refuse(error: OSError) -> None:
    raise FileError(f"{error.filename} cannot be read: {error.strerror}") from error


def is_spec(data: bytes, file: str) -> bool:
    """Whether the file's top level has the key ``netc``; where it is no YAML, whether it seems to."""
    if b"netc" not in data:
        return False
    if len(data) <= BYTE_LIMIT:
        ignored: list[Diagnostic] = []
        tree = read(data, file, ignored.append)
        if tree is not None:
            return isinstance(tree, Mapping) and "netc" in tree.entries
    return _LOOKS_LIKE_A_SPEC.search(data) is not None
