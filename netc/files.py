"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from netc.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Generator

# Names of what a process has open: written as they are, even where a plain file is behind them.
DESCRIPTORS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/")


@contextmanager
def whole(path: str | Path) -> Generator[Path]:
    """A path to write, whose file takes the place of the one at ``path`` when the block ends well.

    The path given bears the target's name and lies in a fresh folder beside it. Companion files may be
    written into that folder, too: they are moved beside the target, first, so that whoever finds the
    new file finds its companions. All are flushed to the disk before any is moved. A file that is
    replaced passes on its permissions, else the process's umask holds; a link is followed, and the file
    it points to replaced. Devices, pipes and ``/dev/stdout`` are written directly.

    When the block fails, all that it wrote is removed and the old file stays. Raises ``FileError`` where the
    target is a folder, lies in none, or cannot be written, and for any ``OSError`` of writing inside the
    block; a closed pipe stays a ``BrokenPipeError``.
    """
    target = resolve(Path(path))
    if target is None:
        yield Path(path)
        return
    try:
        folder = target.with_name(f".netc-{os.urandom(6).hex()}")
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise refusal(path, error) from error
    try:
        yield folder / target.name
        move(folder, target)
    except OSError as error:
        if isinstance(error, BrokenPipeError) or concerns_others(error, folder, target):
            raise
        raise refusal(path, error) from error
    finally:
        remove(folder)


def resolve(path: Path) -> Path | None:
    """The plain file that ``path`` means, links followed, or ``None`` where it is no plain file.

    The file need not be there; its folder must be. Raises ``FileError`` else.
    """
    if str(path.absolute()).startswith(DESCRIPTORS):
        return None
    try:
        target = path.resolve()
        mode = target.stat().st_mode
    except FileNotFoundError:
        target = path.resolve()
        if not target.parent.is_dir():
            raise FileError(f"cannot write {path}: there is no folder {target.parent}") from None
        return target
    except (OSError, RuntimeError, ValueError) as error:  # Python 3.11 says RuntimeError of links in a ring
        raise refusal(path, error) from error
    if stat.S_ISDIR(mode):
        raise FileError(f"cannot write {path}: it is a folder; name a file in it")
    if not stat.S_ISREG(mode):
        return None
    if not os.access(target, os.W_OK):
        raise FileError(f"cannot write {path}: it may only be read")
    return target


def move(folder: Path, target: Path) -> None:
    """Flush the files in ``folder`` and move them beside ``target``, its own last."""
    written = sorted(folder.iterdir(), key=lambda file: (file.name == target.name, file.name))
    if not written or written[-1].name != target.name:
        raise FileError(f"cannot write {target}: nothing was written")
    for file in written:
        place = target.with_name(file.name)
        with file.open("r+b") as stream:
            os.fsync(stream.fileno())
        if place.exists():
            file.chmod(stat.S_IMODE(place.stat().st_mode))
    for file in written:
        file.replace(target.with_name(file.name))


def remove(folder: Path) -> None:
    """Remove the folder and what is in it, as far as the system lets us."""
    with suppress(OSError):
        for parent, _, names in os.walk(folder, topdown=False):
            for name in names:
                Path(parent, name).unlink()
            Path(parent).rmdir()


def concerns_others(error: OSError, folder: Path, target: Path) -> bool:
    """Whether the error names a file that is not being written here."""
    named: object = error.filename
    return isinstance(named, str | Path) and not Path(named).is_relative_to(folder) and Path(named) != target


def refusal(path: str | Path, error: Exception) -> FileError:
    """The error as the user meets it."""
    fact = error.strerror if isinstance(error, OSError) else None
    return FileError(f"cannot write {path}: {fact or error}")
