"""Puts the module together: classes, parameters, children."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import torch
from torch import nn

from netc_torch import namespace
from netc_torch.forms import Leaf
from netc_torch.generated import LABEL, Scope, generated
from netc_torch.lowering import lower
from netc_torch.outline import outline
from netc_torch.overwriting import overwriting
from netc_torch.sizes import with_sizes_read
from netc_torch.source import forward_source, network_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Graph, Node
    from netc_torch.forms import Form
    from netc_torch.outline import Part


def assemble(graph: Graph, weights: Mapping[str, NDArray[np.float32]]) -> nn.Module:
    """The network as a module in training mode, whose parameters and buffers are ``weights``."""
    module = Assembly(with_sizes_read(graph), weights).network()
    # Broken only by netc's own mistakes: the module's names are the spec's, in the spec's order.
    assert list(module.state_dict()) == list(graph.parameters)
    return module


@final
class Assembly:
    """One graph on its way to a module."""

    def __init__(self, graph: Graph, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self.graph = graph
        self.weights = weights
        self.modules: dict[str, nn.Module] = {}
        self.overwriting = overwriting(graph)

    def network(self) -> nn.Module:
        """The module of the whole network."""
        top = outline(self.graph)
        module = self.finished(top, Scope(), network_source(self.graph, top, self.called), self.graph.name)
        for part in top.parts:
            module.add_module(part.name, self.module(part))
        return module

    def module(self, part: Part) -> nn.Module:
        """The module of a part and all below it."""
        own = None if part.node is None else self.form(part.node)
        in_place = {"inplace": True} if part.path in self.overwriting else {}
        module = own.make(**in_place) if isinstance(own, Leaf) else Scope()
        bare = isinstance(own, Leaf) and len(part.steps) == 1
        source = "" if bare else forward_source(part, self.called)
        module = self.finished(part, module, source, self.label(part))
        for below in part.parts:
            module.add_module(below.name, self.module(below))
        return module

    def finished(self, part: Part, module: nn.Module, source: str, label: str) -> nn.Module:
        """The module with its parameters, its ``forward`` and what it prints; without its children."""
        self.modules[part.path] = module
        shared = () if part.node is None else self.fill(part.node, module)
        if source or label or shared:
            module.__class__ = generated(type(module), source, shared)
        if label:
            module.__dict__[LABEL] = label
        return module

    def form(self, node: Node) -> Form:
        """The form of a node's op."""
        frozen = any(self.graph.parameters[path].frozen for path in node.parameters.values())
        return lower(node.op, tuple(value.type for value in node.inputs), frozen=frozen)

    def called(self, node: Node, arguments: list[str]) -> str:
        """The expression for a node, in the ``forward`` of the module that it stands in."""
        form = self.form(node)
        if isinstance(form, Leaf):
            return f"{spelled(form.base)}.forward(self, {', '.join(arguments)})"
        return form.text(arguments)

    def label(self, part: Part) -> str:
        """What the layer at a part's path says in the spec; for an op inside a layer, nothing."""
        layer = self.graph.layers.get(part.path)
        if layer is not None:
            return f"{layer.kind}({layer.text})" if layer.text else layer.kind
        return "scope" if part.node is None else ""

    def fill(self, node: Node, module: nn.Module) -> tuple[str, ...]:
        """Give a module the parameters that its op owns; the names of those that it shares.

        A parameter such as ``out_proj.weight`` is a part's, ``out_proj``'s; a part that shares some gets
        its class here.
        """
        shared: dict[str, list[str]] = {}
        for name, path in node.parameters.items():
            owner = path.removesuffix(f".{name}")
            part, _, last = name.rpartition(".")
            holder = module.get_submodule(part)
            if owner == node.path:
                self.own(holder, last, path)
            else:
                shared.setdefault(part, []).append(last)
                delattr(holder, last)
                holder.__dict__["owner"] = (self.modules[owner].get_submodule(part),)
        own = shared.pop("", [])
        for part, names in shared.items():
            holder = module.get_submodule(part)
            holder.__class__ = generated(type(holder), "", tuple(names))
        return tuple(own)

    def own(self, module: nn.Module, name: str, path: str) -> None:
        """Give a module one parameter or buffer."""
        values = tensor(self.weights[path])
        trainable = self.graph.parameters[path].type.trainable
        is_buffer = name in dict(module.named_buffers(recurse=False))
        setattr(module, name, values if is_buffer else nn.Parameter(values, requires_grad=trainable))


def tensor(array: NDArray[np.float32]) -> torch.Tensor:
    """An array as a tensor: the same memory where the array owns it and may be written, else a copy."""
    own = array.flags.owndata and array.flags.writeable
    return torch.from_numpy(array if own else array.copy())


def spelled(base: type[nn.Module]) -> str:
    """A module's class as generated code names it."""
    name = base.__name__
    if getattr(namespace, name, None) is base:
        return name
    assert getattr(nn, name) is base
    return f"nn.{name}"
