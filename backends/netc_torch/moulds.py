"""Modules of torch's as their constructors make them, many of a kind, and without first numbers of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.types.parameter import Shape

SIZES = ("in_channels", "out_channels", "groups", "in_features", "out_features", "num_features")
"""Options that a module keeps by their names, and that beside it only its tensors' shapes follow from."""

PLAIN = (bool, int, float, str, tuple, type(None))
"""What modules may share: nobody changes it in place."""

STATE = ("_parameters", "_buffers")
"""Where torch keeps a module's own tensors, by name."""


@final
class Moulds:
    """Makes modules whose parameters hold whatever lay in their memory, on one device.

    A constructor of torch's takes most of the time that a module does, and most modules of a network differ
    in their sizes alone. So the first of a kind is made by its class, and the rest from its mould.
    """

    def __init__(self, device: str) -> None:
        self._device = device
        self._moulds: dict[object, Mould | None] = {}

    def module(
        self, base: type[nn.Module], options: Mapping[str, Any], shapes: Mapping[str, Shape]
    ) -> nn.Module:
        """A new module of ``base``, whose own tensors are those that ``shapes`` names, and of these shapes.

        One that takes a ``device`` gets the moulds' own, whatever the options say.
        """
        key = (base, *(None if name in SIZES else value for name, value in options.items()))
        if key not in self._moulds:
            first = unfilled(base, options)
            self._moulds[key] = Mould(first) if has_mould(first, options) else None
        mould = self._moulds[key]
        if mould is not None:
            return mould.cast(options, shapes, self._device)
        return unfilled(base, {**options, "device": self._device} if "device" in options else options)


@final
class Mould:
    """What modules of one kind have in common, taken of the first."""

    def __init__(self, first: nn.Module) -> None:
        state = first.__dict__
        self._base = type(first)
        plain = [name for name, value in state.items() if isinstance(value, PLAIN)]
        self._plain: dict[str, object] = {name: state[name] for name in plain}
        self._empty: list[tuple[str, type[object]]] = [
            (name, type(value)) for name, value in state.items() if name not in self._plain
        ]
        self._parameters: dict[str, torch.Tensor | None] = state["_parameters"]
        self._buffers: dict[str, torch.Tensor | None] = state["_buffers"]

    def cast(self, options: Mapping[str, Any], shapes: Mapping[str, Shape], device: str) -> nn.Module:
        """A new module of these sizes."""
        module = self._base.__new__(self._base)
        state = module.__dict__
        state.update(self._plain)
        for name in SIZES:
            if name in options:
                state[name] = options[name]
        for name, register in self._empty:
            state[name] = register()
        parameters, buffers = state["_parameters"], state["_buffers"]
        for name, first in self._parameters.items():
            own = None if first is None else torch.empty(shapes[name], dtype=first.dtype, device=device)
            parameters[name] = None if own is None else nn.Parameter(own)
        for name, first in self._buffers.items():
            if first is None or name not in shapes:  # such as a norm's count of batches
                buffers[name] = None
            else:
                buffers[name] = torch.empty(shapes[name], dtype=first.dtype, device=device)
        return module


def has_mould(first: nn.Module, options: Mapping[str, Any]) -> bool:
    """Whether all that a module holds is sizes, what a state dict has, empty registers, and plain values.

    Buffers that no state dict has are constants, whose numbers are the class's to make.
    """
    state = first.__dict__
    return all(state.get(name) == options[name] for name in SIZES if name in options) and all(
        isinstance(value, PLAIN) or name in STATE or (isinstance(value, dict | set) and not value)
        for name, value in state.items()
    )


def unfilled(base: type[nn.Module], options: Mapping[str, Any]) -> nn.Module:
    """A module by its class's constructor, but for ``reset_parameters``, which draws first numbers."""
    module = _without_reset(base)(**options)
    module.__class__ = base
    return module


def _without_reset(base: type[nn.Module]) -> type[nn.Module]:
    """A subclass of ``base`` by which a module is made, and whose it does not stay."""
    if base not in _WITHOUT_RESET:
        _WITHOUT_RESET[base] = type(base.__name__, (base,), {"reset_parameters": _leave})
    return _WITHOUT_RESET[base]


_WITHOUT_RESET: dict[type[nn.Module], type[nn.Module]] = {}


def _leave(_module: nn.Module) -> None:
    """The numbers come from elsewhere."""
