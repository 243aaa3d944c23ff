"""Finds backends by entry point: netc's own and a stranger's come through the same door."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netc.errors import BackendError, unimportable

if TYPE_CHECKING:
    from netc.artifact import Backend

GROUP = "netc.backends"
EXTRAS = ("torch", "onnx")

_FOUND: dict[str, Backend] = {}  # looking takes 5 ms where a hundred packages are installed


def backend_names() -> list[str]:
    """The names of the backends that are installed."""
    from importlib.metadata import entry_points  # 20 ms, needed by compiling alone

    return sorted({point.name for point in entry_points(group=GROUP)})


def find_backend(name: str) -> Backend:
    """The backend of this name; one that was found stays the same while Python runs.

    Raises ``BackendError`` where there is none, or what it builds on is not installed.
    """
    if name in _FOUND:
        return _FOUND[name]
    from importlib.metadata import entry_points  # as above

    points = [point for point in entry_points(group=GROUP) if point.name == name]
    if not points:
        known = ", ".join(backend_names()) or "none"
        raise BackendError(f"there is no backend `{name}`; installed: {known}")
    try:
        backend = cast("Backend", points[0].load())
    except ImportError as error:
        way_out = f": install netc with its extra `{name}`" if name in EXTRAS else ""
        raise unimportable(f"the backend `{name}`", error, way_out) from error
    _FOUND[name] = backend
    return backend


def require_for_weights() -> None:
    """Raise ``BackendError`` unless what weights are made, read and written with is installed."""
    from importlib.util import find_spec  # noqa: PLC0415  # needed by compiling alone

    for library in ("numpy", "safetensors"):
        if find_spec(library) is None:
            extras = " or ".join(f"`{extra}`" for extra in EXTRAS)
            raise BackendError(
                f"weights need `{library}`, which is not installed: install netc with its extra {extras}"
            )


def backend_for(suffix: str) -> str | None:
    """The name of the backend that writes files of this suffix, such as ``.onnx``; none where none does."""
    for name in backend_names():
        try:
            backend = find_backend(name)
        except BackendError:
            continue
        if suffix in backend.suffixes:
            return name
    return None
