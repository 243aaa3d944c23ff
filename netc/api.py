"""What ``import netc`` offers: load, check, compile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netc.compiler import Checked, check_bytes, read_file
from netc.diagnostics import Diagnostic, Span
from netc.elaborate import Overrides
from netc.errors import SpecError
from netc.network import Network
from netc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def load(path: str | Path, *, variant: str | None = None, params: Mapping[str, Any] | None = None) -> Network:
    """The network of a spec file.

    ``variant`` chooses one of its variants, ``params`` overrides single params, type kept. What it imports is
    looked for from its folder. Raises ``SpecError`` with every diagnostic where the spec has errors,
    ``FileError`` where it cannot be read.
    """
    return network_of(check_bytes(read_file(path), str(path), Overrides(variant, params)), str(path))


def loads(
    text: str,
    *,
    filename: str = "<string>",
    variant: str | None = None,
    params: Mapping[str, Any] | None = None,
) -> Network:
    """The network of a spec's text; ``filename`` is what diagnostics call it.

    What the text imports is looked for from the folder of ``filename``, so by default from the working
    folder. Raises as ``load`` does.
    """
    return network_of(
        check_bytes(text.encode("utf-8", "surrogatepass"), filename, Overrides(variant, params)), filename
    )


def check(
    path: str | Path, *, variant: str | None = None, params: Mapping[str, Any] | None = None
) -> list[Diagnostic]:
    """Every error and warning of a spec file, in order of place; never raises for a bad spec.

    Where no ``variant`` is chosen, every one is checked.

    Raises ``FileError`` where the file cannot be read.
    """
    from netc.lint import Selection  # noqa: PLC0415  # needed by a check alone

    data, overrides = read_file(path), Overrides(variant, params)
    checked = check_bytes(data, str(path), overrides, every_variant=True, warnings=Selection())
    return checked.diagnostics


def compile(  # noqa: A001  # the word of the command
    path: str | Path,
    *,
    backend: str,
    variant: str | None = None,
    params: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """What a backend makes of a spec file: ``torch`` a module, ``onnx`` a ``ModelProto``.

    Options are those of ``Network.compile``. Raises as ``load`` does, and ``BackendError`` where there is no
    such backend.
    """
    return load(path, variant=variant, params=params).compile(backend, **options)


def network_of(checked: Checked, file: str) -> Network:
    """The network of a checked spec. Raises ``SpecError`` where it has errors, or no layers."""
    from netc.diagnostics.full import render  # noqa: PLC0415  # drawn only where a spec has errors

    diagnostics = checked.diagnostics
    if checked.graph is None and not diagnostics:
        diagnostics = [_no_network(file)]
    if checked.graph is None:
        raise SpecError(diagnostics, render(diagnostics, checked.sources))
    return Network(checked.graph, checked.text, VERSION, checked.imported)


def _no_network(file: str) -> Diagnostic:
    message = "the file is a library of blocks: it has no network"
    help_ = "`import` it in a spec that has an `input` and `layers`, and `use` its blocks there"
    return Diagnostic("E203", "error", message, Span(file, 1, 1, 1, 2), help=help_)
