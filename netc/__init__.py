r"""netc: a compiler for neural networks written as data.

>>> net = loads("netc: 1\ninput: [1, 28, 28]\nlayers: [{conv: 6, kernel: 5}, flatten, {linear: 10}]")
>>> net.outputs["output"].shape
(10,)
"""

from netc.api import check, compile, load, loads  # noqa: A004  # the word of the command
from netc.diagnostics import Diagnostic, Note, Span
from netc.errors import BackendError, FileError, NetcError, SpecError, WeightsError
from netc.network import Network
from netc.types import ParameterType, TensorType
from netc.version import VERSION

__version__ = VERSION

__all__ = [
    "BackendError",
    "Diagnostic",
    "FileError",
    "NetcError",
    "Network",
    "Note",
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
