"""Finds runtimes by entry point: netc's own and a stranger's come through the same door."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from netc.diagnostics.printable import printable
from netc.errors import BackendError
from netc.runtime import GROUP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.runtime import Runtime


class Installed(NamedTuple):
    """A runtime that can be run, by the name of its entry point, and its version."""

    name: str
    version: str
    runtime: Runtime


class Choice(NamedTuple):
    """The runtimes to run, and for each of the others that there are what to install."""

    installed: tuple[Installed, ...]
    missing: Mapping[str, str]


def find_runtime(name: str) -> Runtime:
    """The runtime of this name. Raises ``LookupError`` where there is none, and whatever its module does."""
    from importlib.metadata import entry_points  # needed by verifying alone

    for point in entry_points(group=GROUP):
        if point.name == name:
            return cast("Runtime", point.load())
    raise LookupError(name)


def runtime_names() -> list[str]:
    """The names of the runtimes that netc and installed packages know of, whether they can be run or not."""
    from importlib.metadata import entry_points  # as above

    return sorted({point.name for point in entry_points(group=GROUP)})


def chosen(against: Sequence[str]) -> Choice:
    """The runtimes of these names, or of this one, in that order; without a name all that are installed.

    Raises ``BackendError`` for a name that there is not, for one that is not installed, and where none is.
    """
    names = runtime_names()
    against = (against,) if isinstance(against, str) else against  # which is a sequence of letters, too
    for name in against:
        if name not in names:
            there = ", ".join(names) or "none"
            raise BackendError(f"there is no runtime `{printable(name)}`: there are {there}")
    installed: list[Installed] = []
    missing: dict[str, str] = {}
    for name in dict.fromkeys(against or names):
        found = look_at(name)
        if isinstance(found, str):
            missing[name] = found
        else:
            installed.append(found)
    if against and missing:
        raise BackendError("\n".join(f"`{name}` is not installed: {way}" for name, way in missing.items()))
    if not installed:
        raise BackendError(
            "there is no runtime to compare with: install netc with its extra `onnxruntime`, "
            "or with `runtimes`, which has them all"
        )
    return Choice(tuple(installed), missing)


def look_at(name: str) -> Installed | str:
    """The runtime of this name, or, where it is not installed, what to do."""
    try:
        runtime = find_runtime(name)
        version = runtime.version()
    except ModuleNotFoundError as error:
        return f"install `{error.name}`, which it needs"
    except Exception as error:  # a stranger's module may raise anything
        return f"it cannot be loaded: {type(error).__name__}: {error}"
    if version is None:
        return f"install {runtime.install}"
    return Installed(name, version, runtime)
