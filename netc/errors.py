"""netc's exceptions, all of them.

    NetcError
    ├── SpecError        the spec has errors; ``diagnostics`` holds them all
    ├── WeightsError     weights do not fit the network; ``problems`` lists every name
    ├── OutputsError     values asked for that the network does not have; ``problems`` lists every one
    ├── FileError        a file cannot be read or written
    └── BackendError     no such backend, or a backend that cannot do what is asked

``Mistake`` is no part of that tree: it is how a leaf of the compiler (a shape law, an option's
parser) states what is wrong with a spec; elaboration adds the place and makes a diagnostic of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from netc.diagnostics.model import Diagnostic, Span


class NetcError(Exception):
    """The root of everything netc raises on purpose."""


@final
class SpecError(NetcError):
    """A spec has errors. ``diagnostics`` holds all of them, in order of place.

    The exception's text is the ``full`` rendering.
    """

    def __init__(self, diagnostics: list[Diagnostic], rendering: str) -> None:
        super().__init__(diagnostics, rendering)
        self.diagnostics = diagnostics
        self.rendering = rendering

    def __str__(self) -> str:
        return self.rendering


@final
class WeightsError(NetcError):
    """Weights that do not fit a network. ``problems`` lists every name that is wrong, and how."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(["the weights do not fit the network:", *(f"  {line}" for line in self.problems)])


@final
class OutputsError(NetcError):
    """Outputs asked for that a network cannot give. ``problems`` lists every name that is wrong, and how."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(["these cannot be outputs:", *(f"  {line}" for line in self.problems)])


@final
class FileError(NetcError):
    """A file that cannot be read or written."""


@final
class BackendError(NetcError):
    """A backend that is not installed, or cannot do what is asked of it."""


def nth_value(index: int) -> str:
    """How an op names the ``index``-th value that it reads, from 1; a spec may have a name for it."""
    return f"value {index}: "


def unimportable(what: str, error: ImportError, way_out: str) -> BackendError:
    """Why ``what`` cannot be used: something that it needs is not installed, or cannot be loaded.

    ``way_out`` follows the former. Raises the ``KeyboardInterrupt`` that came while a library loaded, of
    which compiled ones make an ``ImportError``.
    """
    if isinstance(error.__cause__, KeyboardInterrupt):
        raise error.__cause__
    if isinstance(error, ModuleNotFoundError):
        return BackendError(f"{what} needs `{error.name}`, which is not installed{way_out}")
    return BackendError(f"{what} needs what is installed and cannot be loaded: {error}")


@final
class Mistake(ValueError):
    """What a leaf finds wrong with a spec: the fact without its place.

    ``label`` holds the numbers for beside the carets. ``option`` names the layer's option that is
    to blame, ``at`` the way from its value to the part that is (keys and indices), ``at_key``
    whether the last step's key is meant rather than its value. ``span`` is the place itself, and ``note``
    a further fact, where a frame on the way up knows them better.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        label: str = "",
        help: str = "",  # noqa: A002  # the word that diagnostics use
        option: str | None = None,
        at: tuple[str | int, ...] = (),
        at_key: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.label = label
        self.help = help
        self.option = option
        self.at = at
        self.at_key = at_key
        self.span: Span | None = None
        self.note = ""
