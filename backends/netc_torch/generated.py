"""Classes made of generated source, and how they print, are copied and are pickled."""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from torch import nn

from netc_torch import namespace

LABEL = "netc layer"
"""Where a module keeps its ``Label``: a key that no layer's name can be."""

Label: TypeAlias = Callable[[], str]
"""What gives a module's layer as the spec says it: most modules are never printed."""


class Scope(nn.Module):
    """The base of modules that stand for a scope: all that they do is in their generated ``forward``."""


class Generated(nn.Module):
    """Mixed in before a module's class: prints as the spec reads, and is rebuilt from its source."""

    def __repr__(self) -> str:
        label = labelled(self)
        lines = [super().__repr__()] if label is None else [label]
        if label is not None:
            lines += (f"  ({name}): {indented(repr(child))}" for name, child in self.named_children())
        return "\n".join(lines)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        origin = _ORIGINS.get(type(self))
        if origin is None:  # a tool has put a class of its own in place, and knows how that is copied
            return cast("tuple[Any, ...]", super().__reduce_ex__(protocol))
        labelled(self)
        module: Any = self  # torch's recurrent modules have a state of their own, which is not typed
        state: dict[str, Any] = module.__getstate__()
        return rebuilt, origin, state


def labelled(module: nn.Module) -> str | None:
    """What the module's layer says in the spec, kept as text from now on; ``None`` where it is no layer's."""
    label: Label | str | None = module.__dict__.get(LABEL)
    if callable(label):
        label = module.__dict__[LABEL] = label()
    return label


def indented(text: str) -> str:
    """Two spaces before all lines but the first."""
    return text.replace("\n", "\n  ")


def generated(base: type[nn.Module], source: str, shared: tuple[str, ...] = ()) -> type[nn.Module]:
    """A subclass of ``base`` that prints as its layer, with the ``forward`` that ``source`` defines.

    Without a source it is the base's own.
    ``shared`` names parameters and buffers that are another module's; the instance's attribute ``owner``
    is a tuple with that module, so that it is no child.
    """
    key = (base, source, shared)
    if key in _CLASSES:
        return _CLASSES[key]
    members: dict[str, Any] = {name: property(_of_owner(name)) for name in shared}
    members["__module__"] = Generated.__module__ if source else base.__module__
    members["__doc__"] = base.__doc__
    if source:
        members["forward"] = compiled(source)
    made = type(base.__name__, (Generated, base), members)
    _CLASSES[key] = made
    _ORIGINS[made] = key
    return made


Origin: TypeAlias = tuple[type[nn.Module], str, tuple[str, ...]]
_CLASSES: dict[Origin, type[nn.Module]] = {}
_ORIGINS: dict[type[nn.Module], Origin] = {}


def _of_owner(name: str) -> Callable[[Any], Any]:
    def read(module: Any) -> Any:
        return getattr(module.owner[0], name)

    return read


def compiled(source: str) -> Any:
    """The function that ``source`` defines; tracebacks show its lines."""
    filename = f"<netc {hashlib.sha256(source.encode()).hexdigest()[:12]}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    local: dict[str, Any] = {}
    exec(compile(source, filename, "exec"), namespace.__dict__, local)  # noqa: S102  # the point of this file
    return local["forward"]


def rebuilt(base: type[nn.Module], source: str, shared: tuple[str, ...]) -> nn.Module:
    """An instance without its state, for ``copy`` and ``pickle``."""
    made = generated(base, source, shared)
    return made.__new__(made)
