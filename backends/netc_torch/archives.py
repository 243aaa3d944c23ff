"""Files of torch's archives, written so that a full disk is an error and no more."""

from __future__ import annotations

import warnings
from io import FileIO
from typing import TYPE_CHECKING, Any, final

from torch.export import save

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch.export import ExportedProgram


@final
class Patient(FileIO):
    """A file whose first error waits in ``error``, and which takes all that is written after it for granted.

    Torch's writer of archives ends the process where a write fails, or is interrupted.
    """

    error: BaseException | None = None

    def write(self, data: Any, /) -> int:
        """Write all of ``data``; its size, be it written or not."""
        rest = memoryview(data)
        size = len(rest)
        try:
            while rest and self.error is None:
                rest = rest[super().write(rest) :]
        except BaseException as error:  # it is raised when torch is done
            self.error = error
        return size


def save_program(program: ExportedProgram, path: Path, texts: Mapping[str, str]) -> None:
    """Write a program, with ``texts`` as files beside it in the archive. Its bytes depend on no file's name.

    Raises ``OSError`` where it cannot be written.
    """
    with Patient(path, "wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what torch does inside
        save(program, file, extra_files=dict(texts))
    if file.error is not None:
        raise file.error
