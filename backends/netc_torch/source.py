"""The Python source of a part's ``forward``: straight lines, one a step."""

from __future__ import annotations

import keyword
import re
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, final

from netc_torch.outline import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netc.graph import Graph, Node, Value
    from netc.types import Shape
    from netc_torch.outline import Step

LOCAL = re.compile(r"x[0-9]*")
INDENT = "    "
CHILDREN = "modules = self._modules"
"""Faster than ``self.NAME``, which torch looks up in Python; and a name need not be an identifier."""


class Line(NamedTuple):
    """A statement: the names it sets, its expression, and whether it runs in training alone."""

    targets: list[str]
    expression: str
    train_only: bool

    def text(self) -> str:
        """The statement."""
        return f"{', '.join(self.targets)} = {self.expression}" if self.targets else self.expression


@final
class Locals:
    """The local names of a function: ``x``, ``x1``, …, each used again once its value is dead."""

    def __init__(self) -> None:
        self.names: dict[Value, str] = {}
        self._fresh = count()
        self._free: list[int] = []
        self._slots: dict[Value, int] = {}

    def take(self, value: Value) -> str:
        """A name for a value."""
        slot = heappop(self._free) if self._free else next(self._fresh)
        self._slots[value] = slot
        self.names[value] = f"x{slot}" if slot else "x"
        return self.names[value]

    def release(self, value: Value) -> None:
        """The value is dead: its name is free."""
        slot = self._slots.pop(value, None)
        if slot is not None:
            heappush(self._free, slot)


def is_plain(name: str) -> bool:
    """Whether a name can stand as an argument: Python reads it as it is written, letter for letter."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and name != "__debug__"


def child(name: str) -> str:
    """The expression for a child of a module, in a function that begins with ``CHILDREN``.

    >>> child("conv1")
    "modules['conv1']"
    """
    return f"modules[{name!r}]"


def forward_source(part: Part, call: Callable[[Node, list[str]], str]) -> str:
    """The ``forward`` of a scope or layer; ``call`` is the expression for an op among its steps."""
    if is_chain(part):
        return chain_source(part, call)
    names = Locals()
    arguments = [names.take(value) for value in part.reads]
    results = list(part.gives)
    lines = list(step_lines(part, names, results, call))
    returned = [names.names[value] for value in results]
    optional = {name for line in lines if line.train_only for name in line.targets if name in returned}
    body = [*statements(lines, optional), f"return {', '.join(returned)}"]
    return function(arguments, [CHILDREN, *body] if part.parts else body)


def is_chain(part: Part) -> bool:
    """Whether each step reads what the one before it made, and nothing else: most parts are so."""
    if len(part.reads) != 1:
        return False
    made = next(iter(part.reads))
    for step in part.steps:
        if isinstance(step, Part):
            reads, gives = step.reads, step.gives
            if len(reads) != 1 or len(gives) != 1 or made not in reads:
                return False
            made = next(iter(gives))
        else:
            if len(step.inputs) != 1 or step.inputs[0] is not made:
                return False
            made = step.output
        if step.train_only is not part.train_only:
            return False
    return len(part.gives) == 1 and made in part.gives


def chain_source(part: Part, call: Callable[[Node, list[str]], str]) -> str:
    """What ``forward_source`` is of a chain, whose values all have one name."""
    calls = [f"{child(one.name)}(x)" if isinstance(one, Part) else call(one, ["x"]) for one in part.steps]
    lines = [CHILDREN] if part.parts else []
    lines += [f"x = {expression}" for expression in calls[:-1]]
    text = "".join(f"{INDENT}{line}\n" for line in (*lines, f"return {calls[-1]}"))
    return f"def forward(self, x):\n{text}"


def network_source(
    graph: Graph, top: Part, call: Callable[[Node, list[str]], str], *, named: bool = False
) -> str:
    """The ``forward`` of the whole network: checks its inputs, and returns a tensor or a dict."""
    names = Locals()
    arguments = argument_names(graph, names)
    checks = [
        line
        for argument, value in zip(arguments, graph.inputs, strict=True)
        for line in (
            f"require_shape({argument}, {value.name!r}, {shape_source(value.type.shape)})",
            f"require_dtype({argument}, {value.name!r}, {value.type.dtype!r})",
        )
    ]
    checks += size_checks(graph, arguments)
    results = [output.value for output in graph.outputs]
    body = list(statements(list(step_lines(top, names, results, call)), set()))
    children = [CHILDREN] if top.parts else []
    return function(arguments, [*checks, *children, *body, *returns(graph, names.names, named=named)])


def shape_source(shape: Shape) -> str:
    """A shape as a tuple; a symbol is its name, as text."""
    return repr(tuple(dim if isinstance(dim, int) else str(dim) for dim in shape))


def size_checks(graph: Graph, arguments: list[str]) -> list[str]:
    """The check of what is known of the symbols, all inputs together; none where there are no symbols."""
    if not graph.facts:
        return []
    sizes = [
        f"({str(dim)!r}, {value.name!r}, {argument}.shape[{axis}])"
        for argument, value in zip(arguments, graph.inputs, strict=True)
        for axis, dim in enumerate(value.type.shape, start=1)
        if not isinstance(dim, int)
    ]
    facts = {name: (facts.min, facts.max, facts.multiple_of) for name, facts in graph.facts.items()}
    return [f"require_facts([{', '.join(sizes)}], {facts!r})"]


def argument_names(graph: Graph, names: Locals) -> list[str]:
    """The inputs' own names where Python allows, and no local or global has them."""
    reserved = {"self", "modules", "nn", "require_dtype", "require_facts", "require_shape", "torch"}
    arguments: list[str] = []
    for value in graph.inputs:
        own = is_plain(value.name) and value.name not in reserved and not LOCAL.fullmatch(value.name)
        if own and not value.name[0].isupper():  # the classes in the namespace have capitals
            names.names[value] = value.name
            arguments.append(value.name)
        else:
            arguments.append(names.take(value))
    return arguments


def step_lines(
    part: Part, names: Locals, results: list[Value], call: Callable[[Node, list[str]], str]
) -> Iterator[Line]:
    """One statement a step, in order."""
    uses = last_uses(part.steps, results)
    for index, step in enumerate(part.steps):
        reads, gives = (step.reads, step.gives) if isinstance(step, Part) else (step.inputs, (step.output,))
        arguments = [names.names[value] for value in reads]
        if isinstance(step, Part):
            expression = f"{child(step.name)}({', '.join(arguments)})"
        else:
            expression = call(step, arguments)
        for value in dict.fromkeys(reads):
            if uses[value] == index:
                names.release(value)
        targets = [names.take(value) for value in gives if value in uses]
        yield Line(targets, expression, step.train_only and not part.train_only)


def last_uses(steps: list[Step], results: Iterable[Value]) -> dict[Value, int]:
    """The index of the step that reads a value last; beyond all steps for what is returned."""
    uses: dict[Value, int] = {}
    for index, step in enumerate(steps):
        for value in step.reads if isinstance(step, Part) else step.inputs:
            uses[value] = index
    uses.update(dict.fromkeys(results, len(steps)))
    return uses


def statements(lines: list[Line], optional: set[str]) -> Iterator[str]:
    """The lines as text; those of training alone behind a test, and None for ``optional`` names else."""
    guarded = False
    missing: list[str] = []
    for line in [*lines, Line([], "", False)]:
        if line.train_only and not guarded:
            yield "if self.training:"
        if guarded and not line.train_only and missing:
            yield from ("else:", f"{INDENT}{' = '.join(missing)} = None")
            missing = []
        guarded = line.train_only
        missing += [name for name in line.targets if guarded and name in optional]
        if line.expression:
            yield f"{INDENT}{line.text()}" if guarded else line.text()


def returns(graph: Graph, names: dict[Value, str], *, named: bool) -> Iterator[str]:
    """How a network returns: a tensor for its one output, else, and where it is ``named``, a dict by name."""
    if len(graph.outputs) == 1 and not graph.outputs[0].train_only and not named:
        yield f"return {names[graph.outputs[0].value]}"
        return
    items = [(f"{output.name!r}: {names[output.value]}", output.train_only) for output in graph.outputs]
    if any(train_only for _, train_only in items):
        yield "if self.training:"
        yield f"{INDENT}return {{{', '.join(text for text, _ in items)}}}"
    yield f"return {{{', '.join(text for text, train_only in items if not train_only)}}}"


def function(arguments: list[str], body: list[str]) -> str:
    """The whole function. A result that is returned at once needs no name."""
    if len(body) > 1:
        before, last = body[-2], body[-1]
        name = last.removeprefix("return ")
        if before.startswith(f"{name} = ") and name.isidentifier():
            body = [*body[:-2], f"return {before.removeprefix(f'{name} = ')}"]
    text = "".join(f"{INDENT}{line}\n" for line in body)
    return f"def forward(self, {', '.join(arguments)}):\n{text}"
