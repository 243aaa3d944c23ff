"""Puts the module together: classes, parameters, children."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, final

import torch
from torch import nn

from netc.weights.drawn import Drawn
from netc_torch import namespace
from netc_torch.forms import Leaf
from netc_torch.generated import LABEL, Scope, generated
from netc_torch.lowering import NO_NUMBERS, lower
from netc_torch.moulds import Moulds
from netc_torch.outline import outline
from netc_torch.overwriting import overwriting
from netc_torch.sizes import with_sizes_read
from netc_torch.source import forward_source, network_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Graph, LayerRecord, Node, Value
    from netc_torch.forms import Form
    from netc_torch.generated import Label
    from netc_torch.outline import Part


def assemble(graph: Graph, weights: Mapping[str, NDArray[np.float32]], *, named: bool = False) -> nn.Module:
    """The network as a module in training mode, whose parameters and buffers are ``weights``.

    ``named`` says that it returns a dict though it has one output.
    """
    return Assembly(with_sizes_read(graph), weights).network(named=named)


@final
class Assembly:
    """One graph on its way to a module."""

    def __init__(self, graph: Graph, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self.graph = graph
        self.weights = weights
        self.drawn = weights if isinstance(weights, Drawn) and draws_in_place() else None
        self.empty: dict[str, torch.Tensor] = {}
        self.moulds = Moulds(NO_NUMBERS if self.drawn is None else "cpu")
        self.forms: dict[Value, Form] = {}
        self.modules: dict[str, nn.Module] = {}
        self.overwriting = overwriting(graph)

    def network(self, *, named: bool = False) -> nn.Module:
        """The module of the whole network."""
        top = outline(self.graph)
        source = network_source(self.graph, top, self.called, named=named)
        module = self.finished(top, Scope(), source, partial(str, self.graph.name))
        for part in top.parts:
            module.add_module(part.name, self.module(part))
        if self.drawn is not None:
            # Broken only by netc's own mistakes; no tensor is left with what lay in its memory.
            assert self.empty.keys() == self.graph.parameters.keys()
            for path, empty in self.empty.items():
                self.drawn.draw(path, empty.detach().numpy())
        return module

    def module(self, part: Part) -> nn.Module:
        """The module of a part and all below it."""
        form = None if part.node is None else self.form(part.node)
        if part.node is not None and isinstance(form, Leaf):
            module, bare = self.made(part.node, form), len(part.steps) == 1
        else:
            module, bare = self.moulds.module(Scope, {}, {}), False
        source = "" if bare else forward_source(part, self.called)
        module = self.finished(part, module, source, self.label(part))
        for below in part.parts:
            module.add_module(below.name, self.module(below))
        return module

    def made(self, node: Node, form: Leaf) -> nn.Module:
        """A leaf's module; where first numbers are drawn, it has the memory that they are drawn into."""
        shapes = {name: self.graph.parameters[path].type.shape for name, path in node.parameters.items()}
        more = {"inplace": True} if node.path in self.overwriting else {}
        return form.make(self.moulds, shapes, **more)

    def finished(self, part: Part, module: nn.Module, source: str, label: Label | None) -> nn.Module:
        """The module with its parameters, its ``forward`` and what it prints; without its children."""
        self.modules[part.path] = module
        shared = () if part.node is None else self.fill(part.node, module)
        if source or label is not None or shared:
            module.__class__ = generated(type(module), source, shared)
        if label is not None:
            module.__dict__[LABEL] = label
        return module

    def form(self, node: Node) -> Form:
        """The form of a node's op."""
        form = self.forms.get(node.output)
        if form is None:
            frozen = any(self.graph.parameters[path].frozen for path in node.parameters.values())
            form = lower(node.op, tuple(value.type for value in node.inputs), frozen=frozen)
            self.forms[node.output] = form
        return form

    def called(self, node: Node, arguments: list[str]) -> str:
        """The expression for a node, in the ``forward`` of the module that it stands in."""
        form = self.form(node)
        if isinstance(form, Leaf):
            return f"{spelled(form.base)}.forward(self, {', '.join(arguments)})"
        return form.text(arguments)

    def label(self, part: Part) -> Label | None:
        """What the layer at a part's path says in the spec; an op inside a layer says nothing."""
        if part.path in self.graph.layers:
            return partial(written, self.graph.layers, part.path)
        return partial(str, "scope") if part.node is None else None

    def fill(self, node: Node, module: nn.Module) -> tuple[str, ...]:
        """Give a module the parameters that its op owns; the names of those that it shares.

        A parameter such as ``out_proj.weight`` is a part's, ``out_proj``'s; a part that shares some gets
        its class here.
        """
        shared: dict[str, list[str]] = {}
        for name, path in node.parameters.items():
            if path == f"{node.path}.{name}" and "." not in name:
                self.own(module, name, path)
                continue
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
        trainable = self.graph.parameters[path].type.trainable
        empty: torch.Tensor = getattr(module, name)
        if self.drawn is not None:
            self.empty[path] = empty if trainable else empty.requires_grad_(False)
            return
        values = tensor(self.weights[path])
        is_parameter = isinstance(empty, nn.Parameter)
        setattr(module, name, nn.Parameter(values, requires_grad=trainable) if is_parameter else values)


def draws_in_place() -> bool:
    """Whether what torch makes now may hold first numbers, which are float32."""
    return torch.get_default_dtype() is torch.float32


def tensor(array: NDArray[np.float32]) -> torch.Tensor:
    """An array as a tensor: the same memory where the array owns it and may be written, else a copy."""
    own = array.flags.owndata and array.flags.writeable
    return torch.from_numpy(array if own else array.copy())


def written(layers: Mapping[str, LayerRecord], path: str) -> str:
    """What the layer at ``path`` says in the spec."""
    layer = layers[path]
    return f"{layer.kind}({layer.text})" if layer.text else layer.kind


def spelled(base: type[nn.Module]) -> str:
    """A module's class as generated code names it."""
    name = base.__name__
    if getattr(namespace, name, None) is base:
        return name
    assert getattr(nn, name) is base
    return f"nn.{name}"
