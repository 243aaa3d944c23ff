"""The whole file: what it imports, the classes it quotes, and those of the network."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from netc_torch.emission import initial
from netc_torch.emission.constructors import Constructor
from netc_torch.emission.designs import Designs, each
from netc_torch.emission.drafts import Drafting
from netc_torch.emission.forwards import Forward, local
from netc_torch.emission.layout import INDENT, WIDTH, laid_out
from netc_torch.emission.library import Entry, names_in, quoted_for
from netc_torch.emission.literals import docstring, quoted
from netc_torch.emission.names import is_plain
from netc_torch.lowering import lower
from netc_torch.modules import batch_norms
from netc_torch.outline import outline
from netc_torch.overwriting import overwriting
from netc_torch.sizes import with_sizes_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netc.graph import Graph, Node
    from netc_torch.emission.designs import Design
    from netc_torch.emission.drafts import Draft, Sharing
    from netc_torch.forms import Form

IMPORTS = {
    "OrderedDict": ("collections", "OrderedDict"),
    "Sequence": ("collections.abc", "Sequence"),
    "partial": ("functools", "partial"),
    "prod": ("math", "prod"),
    "Any": ("typing", "Any"),
    "NamedTuple": ("typing", "NamedTuple"),
    "TypeAlias": ("typing", "TypeAlias"),
    "cast": ("typing", "cast"),
    "torch": ("", "torch"),
    "Tensor": ("torch", "Tensor"),
    "nn": ("torch", "nn"),
    "F": ("torch.nn", "functional as F"),
}
"""Where names come from, in the order of the lines that import them."""

SHARE = '''\
def share(user: nn.Module, owner: nn.Module, *names: str) -> None:
    """Have ``user`` read parameters of ``owner``, whose alone they are in a state dict."""
    for name in names:
        delattr(user, name)
    user.__dict__["owner"] = (owner,)
    base = type(user)
    read = {name: property(partial(read_from_owner, name)) for name in names}
    user.__class__ = type(base.__name__, (base,), read)


def read_from_owner(name: str, user: nn.Module) -> object:
    """A parameter that ``share`` has taken from ``user``."""
    return getattr(user.__dict__["owner"][0], name)'''


def source(graph: Graph) -> str:
    """The network as one file of PyTorch: no netc in it, formatted, its last class the network.

    Its ``state_dict`` has the keys of the module that ``netc`` makes, and computes the same from it.
    """
    return File(with_sizes_read(graph)).text()


class File:
    """One network on its way to a file."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        drafting = Drafting(graph, self.form, overwriting(graph))
        self.network = drafting.network(outline(graph))
        self.sharings = drafting.sharings
        count_nothing(self.network)
        values = {type(value).__name__ for draft in each(self.network) for value in numbers_of(draft)}
        classes = {draft.base.__name__ for draft in each(self.network) if draft.base is not None}
        self.quoted = quoted_for(classes | values)
        self.designs = Designs(self.network, [*self.quoted, "share"])

    def form(self, node: Node) -> Form:
        """The form of a node's op."""
        frozen = any(self.graph.parameters[path].frozen for path in node.parameters.values())
        return lower(node.op, tuple(value.type for value in node.inputs), frozen=frozen)

    def text(self) -> str:
        """The file."""
        blocks = [[entry.text] for entry in self.quoted.values()]
        if self.sharings:
            blocks.append([SHARE])
        blocks += [list(self.class_lines(design)) for design in self.designs.all]
        body = spaced(blocks)
        head = docstring(f"{self.title}.", WIDTH)
        apart = [""] * (2 if body.startswith(("class ", "def ")) else 1)
        return "\n".join([*head, "", *imports(body), *apart, body]) + "\n"

    @property
    def title(self) -> str:
        """What the file is, in a phrase."""
        return f"The network {self.graph.name} in PyTorch, written by netc"

    def class_lines(self, design: Design) -> Iterator[str]:
        """A class."""
        draft = design.prototype
        whole = draft is self.network
        constructor = Constructor(design, self.designs, list(self.ending()) if whole else ())
        yield f"class {design.name}({constructor.base}):"
        yield from indented(docstring(self.described(design), WIDTH - len(INDENT)), 1)
        if constructor.needed:
            yield ""
            yield from laid_out(constructor.signature(), 1)
            yield from statement_lines(constructor.statements())
        if not (draft.sequence and constructor.base == "nn.Sequential"):
            yield ""
            yield from self.forward(draft) if not whole else self.network_forward()

    def described(self, design: Design) -> str:
        """The docstring of a class: of the network the spec's own text."""
        draft = design.prototype
        if draft is self.network:
            return self.graph.doc or f"{self.title}."
        if draft.block:
            return f"The block ``{draft.block}``{self.used(design)}."
        record = self.graph.layers.get(draft.path)
        said = f"{record.kind}({record.text})" if record is not None else "scope"
        return (
            f"``{said}``{self.used(design)}."
            if len(design.drafts) == 1
            else f"``{draft.title or said}``{self.used(design)}."
        )

    def used(self, design: Design) -> str:
        """Where a class is used."""
        paths = [draft.path for draft in design.drafts]
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        return f", at ``{paths[0]}``{more}"

    def ending(self) -> Iterator[str]:
        """What ends the constructor of the network: shared, first and frozen parameters."""
        for sharing in self.sharings:
            yield shared(sharing)
        yield from initial.statements(self.graph)

    def forward(self, draft: Draft) -> Iterator[str]:
        """The ``forward`` of a class."""
        arguments = [local(index) for index in range(draft.body.arguments)]
        forward = Forward(draft, arguments)
        results = forward.results()
        kind = "Tensor" if len(results) == 1 else f"tuple[{', '.join(['Tensor'] * len(results))}]"
        yield from function(arguments, kind, [], forward.statements([f"return {', '.join(results)}"]))

    def network_forward(self) -> Iterator[str]:
        """The ``forward`` of the network."""
        arguments = self.argument_names()
        forward = Forward(self.network, arguments)
        outputs = self.graph.outputs
        single = len(outputs) == 1 and not outputs[0].train_only
        read = [f"``{shown(value.type.shape)}``" for value in self.graph.inputs]
        made = [f"``{shown(output.value.type.shape)}``" for output in outputs]
        about = f"{', '.join(read)} to {made[0] if single else 'a dict: ' + ', '.join(made)}."
        kind = "Tensor" if single else "dict[str, Tensor]"
        yield from function(
            arguments, kind, docstring(about, WIDTH - 8), forward.statements(list(self.returns(forward)))
        )

    def argument_names(self) -> list[str]:
        """The inputs' own names where Python allows."""
        names: list[str] = []
        for index, value in enumerate(self.graph.inputs):
            taken = value.name in ("self", "nn", "torch", "F", *names) or value.name[0].isupper()
            clashes = value.name[0] in "xyz" and (len(value.name) == 1 or value.name[1:].isdigit())
            single = len(self.graph.inputs) == 1
            own = is_plain(value.name) and not taken and not clashes and not single
            names.append(value.name if own else local(index))
        return names

    def returns(self, forward: Forward) -> Iterator[str]:
        """How the network returns: a tensor for its one output, else a dict by name."""
        outputs, names = self.graph.outputs, forward.results()
        if len(outputs) == 1 and not outputs[0].train_only:
            yield f"return {names[0]}"
            return
        items = [f"{quoted(output.name)}: {name}" for output, name in zip(outputs, names, strict=True)]
        if any(output.train_only for output in outputs):
            yield "if self.training:"
            yield f"{INDENT}return {{{', '.join(items)}}}"
        kept = [item for item, output in zip(items, outputs, strict=True) if not output.train_only]
        yield f"return {{{', '.join(kept)}}}"


def count_nothing(network: Draft) -> None:
    """Batch norms of torch's are those without a count of batches, which no spec has in its state."""
    for draft in each(network):
        if draft.base is not None and draft.base.__module__ == "torch.nn.modules.batchnorm":
            draft.base = getattr(batch_norms, draft.base.__name__)


def numbers_of(draft: Draft) -> Iterator[object]:
    """What the options of a module are, and what is in them."""
    for value in draft.options.values():
        yield value
        if isinstance(value, tuple):
            yield from value


def shown(shape: tuple[object, ...]) -> str:
    """A shape with its batch axis."""
    return f"[{', '.join(map(str, ('N', *shape)))}]"


def shared(sharing: Sharing) -> str:
    """The statement that has one module read another's parameters."""
    names = ", ".join(map(quoted, sharing.names))
    user, owner = (f"self.get_submodule({quoted(path)})" for path in (sharing.user, sharing.owner))
    return f"share({user}, {owner}, {names})"


def function(arguments: list[str], kind: str, about: list[str], body: Iterable[str]) -> Iterator[str]:
    """A ``forward``."""
    typed = "".join(f", {name}: Tensor" for name in arguments)
    yield from laid_out(f"def forward(self{typed}) -> {kind}:", 1)
    yield from indented(about, 2)
    yield from statement_lines(body)


def statement_lines(statements: Iterable[str]) -> Iterator[str]:
    """Statements in a method, laid out."""
    for statement in statements:
        own = statement.lstrip(" ")
        yield from laid_out(own, 2 + (len(statement) - len(own)) // len(INDENT))


def indented(lines: Iterable[str], depth: int) -> Iterator[str]:
    """Lines further in; empty ones stay empty."""
    for line in lines:
        yield f"{INDENT * depth}{line}" if line else line


def spaced(blocks: list[list[str]]) -> str:
    """Definitions two lines apart."""
    return "\n\n\n".join("\n".join(block) for block in blocks)


def imports(body: str) -> list[str]:
    """The lines that import what the code uses."""
    used = set(names_in(ast.parse(body)))
    groups: list[list[str]] = [["from __future__ import annotations"], [], []]
    by_module: dict[str, list[str]] = {}
    for name, (module, imported) in IMPORTS.items():
        if name in used:
            by_module.setdefault(module, []).append(imported)
    for module, names in by_module.items():
        line = f"from {module} import {', '.join(names)}" if module else f"import {names[0]}"
        groups[2 if module.startswith("torch") or not module else 1].append(line)
    return "\n\n".join("\n".join(group) for group in groups if group).split("\n")


__all__ = ["Entry", "source"]
