r"""netc: a compiler for neural networks written as data.

>>> import netc
>>> net = netc.loads("netc: 1\ninput: [1, 28, 28]\nlayers: [{conv: 6, kernel: 5}, flatten, {linear: 10}]")
>>> net.outputs["output"].shape
(10,)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from netc.version import VERSION as __version__  # noqa: N811  # what Python calls it

if TYPE_CHECKING:
    from netc.api import check, compile, load, loads  # noqa: A004  # the word of the command
    from netc.diagnostics import Diagnostic, Note, Span
    from netc.errors import BackendError, FileError, NetcError, OutputsError, SpecError, WeightsError
    from netc.network import Network
    from netc.types import ParameterType, TensorType

__all__ = [
    "BackendError",
    "Diagnostic",
    "FileError",
    "NetcError",
    "Network",
    "Note",
    "OutputsError",
    "ParameterType",
    "Span",
    "SpecError",
    "TensorType",
    "WeightsError",
    "__version__",
    "check",
    "compile",
    "load",
    "loads",
]

# Where each public name lives. A room is loaded when a name of it is first asked for, so that the command
# line, which is in this package too, starts with what its command needs.
_ROOMS = {
    **dict.fromkeys(("check", "compile", "load", "loads"), "netc.api"),
    **dict.fromkeys(("Diagnostic", "Note", "Span"), "netc.diagnostics"),
    **dict.fromkeys(("BackendError", "FileError", "NetcError"), "netc.errors"),
    **dict.fromkeys(("OutputsError", "SpecError", "WeightsError"), "netc.errors"),
    "Network": "netc.network",
    **dict.fromkeys(("ParameterType", "TensorType"), "netc.types"),
}


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module 'netc' has no attribute {name!r}")
    value: object = getattr(import_module(room), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
