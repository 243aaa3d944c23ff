"""The constructors of emitted classes."""

from __future__ import annotations

import inspect
from itertools import takewhile
from typing import TYPE_CHECKING

from torch import nn

from netc_torch.emission.literals import literal, quoted, type_of
from netc_torch.emission.names import is_plain
from netc_torch.emission.parameters import NO_DEFAULT
from netc_torch.emission.slots import COUNT, PRESENT, STEP, Absent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netc_torch.emission.designs import Design, Designs
    from netc_torch.emission.drafts import Draft
    from netc_torch.emission.parameters import Parameter
    from netc_torch.emission.runs import Run
    from netc_torch.emission.slots import Key

FIRST = frozenset(
    {
        "in_channels",
        "out_channels",
        "kernel_size",
        "in_features",
        "out_features",
        "num_features",
        "num_embeddings",
        "embedding_dim",
        "normalized_shape",
        "num_groups",
        "num_channels",
        "p",
        "upscale_factor",
        "downscale_factor",
        "channels",
    }
)
"""Options of torch's that people give by their order."""

MOST_POSITIONAL = 3


class Constructor:
    """The constructor of one class; ``after`` are statements that end it."""

    def __init__(self, design: Design, designs: Designs, after: Sequence[str] = ()) -> None:
        self.design = design
        self.designs = designs
        self.after = after

    @property
    def base(self) -> str:
        """The class that it derives from."""
        draft = self.design.prototype
        if draft.base is not None:
            return spelled(draft.base)
        if draft.sequence:
            return "nn.Sequential"
        return "nn.ModuleList" if draft.numbered else "nn.Module"

    def statements(self) -> Iterator[str]:
        """The body: indented where it stands in an ``if``."""
        draft = self.design.prototype
        if draft.base is not None:
            yield f"super().__init__({', '.join(self._options(draft, ()))})"
        elif draft.sequence and not self.design.optional:
            yield f"super().__init__({', '.join(self._in_sequence(draft, ()))})"
            yield from self.after
            return
        elif draft.numbered:
            yield f"super().__init__([{', '.join(self._numbered(draft))}])"
            yield from self.after
            return
        else:
            yield "super().__init__()"
        for name, child in draft.children.items():
            yield from self._child(name, child, in_order=draft.sequence)
        yield from self.after

    def signature(self) -> str:
        """The first line."""
        parameters = "".join(f", {annotated(parameter)}" for parameter in self.design.plan.parameters)
        return f"def __init__(self{parameters}) -> None:"

    @property
    def needed(self) -> bool:
        """Whether it does more than its base's."""
        return bool(self.design.prototype.children or self.design.plan.parameters or self.after)

    def _numbered(self, draft: Draft) -> Iterator[str]:
        for name, child in draft.children.items():
            yield self._expression(child, (name,))

    def _child(self, name: str, child: Draft, *, in_order: bool) -> Iterator[str]:
        """The statements that make a child, which may be absent."""
        made = self._expression(child, (name,))
        if name not in self.design.optional:
            yield assigned(name, made)
            return
        yield f"if {self._text((name, PRESENT))}:"
        yield f"    {assigned(name, made)}"
        if not in_order:
            yield "else:"
            yield f"    {assigned(name, 'nn.Identity()')}"

    def _expression(self, child: Draft, key: Key) -> str:
        """What makes a child."""
        design = self.designs.of(child)
        if design is not None:
            return f"{design.name}({', '.join(self._arguments(design, key))})"
        if child.bare and child.base is not None:
            return f"{spelled(child.base)}({', '.join(self._options(child, key))})"
        return f"nn.Sequential({', '.join(self._in_sequence(child, key))})"

    def _in_sequence(self, draft: Draft, key: Key) -> Iterator[str]:
        """What an ``nn.Sequential`` takes: modules in a row, loops of them, or an ``OrderedDict``."""
        if draft.runs:
            for index, run in enumerate(draft.runs):
                yield self._run(run, (*key, str(index)))
            return
        made = [(name, self._expression(child, (*key, name))) for name, child in draft.children.items()]
        if all(is_plain(name) for name, _ in made):
            yield f"OrderedDict({', '.join(f'{name}={text}' for name, text in made)})"
        else:
            pairs = ", ".join(f"({quoted(name)}, {text})" for name, text in made)
            yield f"OrderedDict([{pairs}])"

    def _run(self, run: Run, key: Key) -> str:
        """One module, or a loop that makes several."""
        made = self._expression(run.draft, key)
        count = self._text((*key, COUNT))
        if count == "1":
            return made
        steps = [
            other for other in self.design.plan.columns if other[: len(key)] == key and other[-1] == STEP
        ]
        variable = "i" if any(self._text(step) != "0" for step in steps) else "_"
        return f"*({made} for {variable} in range({count}))"

    def _arguments(self, design: Design, key: Key) -> Iterator[str]:
        """What the constructor of a child's class is given."""
        required = [one for one in design.plan.parameters if one.default is NO_DEFAULT]
        usual = len(list(takewhile(lambda one: one.name in FIRST, required)))
        positional = len(required) if len(required) <= MOST_POSITIONAL else max(1, usual)
        for index, parameter in enumerate(design.plan.parameters):
            place = (*key, parameter.name)
            if self._is(place, parameter.default):
                continue
            text = self._text(place)
            yield text if index < positional else f"{parameter.name}={text}"

    def _options(self, draft: Draft, key: Key) -> Iterator[str]:
        """What the constructor of a class of torch's is given."""
        assert draft.base is not None
        order = list(inspect.signature(draft.base).parameters)
        defaults = self.designs.defaults(draft)
        known = {place[0]: default for place, default in defaults if len(place) == 1}
        for index, option in enumerate(draft.options):
            place = (*key, option)
            text = self._text(place)
            unsaid = option in known and self._is(place, known[option])
            if unsaid or (
                option == "stride" and known.get("stride", 1) is None and self._repeats(draft, key)
            ):
                continue
            by_order = option in FIRST and index < len(order) and order[index] == option
            yield text if by_order else f"{option}={text}"

    def _repeats(self, draft: Draft, key: Key) -> bool:
        """Whether a pool's stride is its kernel, as it is where none is given."""
        return "kernel_size" in draft.options and self._text((*key, "kernel_size")) == self._text(
            (*key, "stride")
        )

    def _is(self, key: Key, value: object) -> bool:
        """Whether the number at a place is this one in all modules."""
        column = self.design.plan.columns[key]
        if key in self.design.plan.texts:
            return False
        return all((type(one), one) == (type(value), value) for one in column.known)

    def _text(self, key: Key) -> str:
        """The number at a place; in a loop with the step by which it grows."""
        begin = self._plain(key)
        if (*key, STEP) not in self.design.plan.columns:
            return begin
        step = self._plain((*key, STEP))
        if step == "0":
            return begin
        grown = "i" if step == "1" else f"{enclosed(step)} * i"
        return grown if begin == "0" else f"{begin} + {grown}"

    def _plain(self, key: Key) -> str:
        plan = self.design.plan
        if key in plan.texts:
            return plan.texts[key]
        known = plan.columns[key].known
        return literal(known[0]) if known else "0"


def spelled(base: type[nn.Module]) -> str:
    """A class as the file names it: torch's own by its module."""
    return f"nn.{base.__name__}" if getattr(nn, base.__name__, None) is base else base.__name__


def assigned(name: str, made: str) -> str:
    """The statement that makes a module a child of this name."""
    return f"self.{name} = {made}" if is_plain(name) else f"self.add_module({quoted(name)}, {made})"


def annotated(parameter: Parameter) -> str:
    """A parameter with its type, and its default where it has one."""
    known = [value for value in parameter.values if not isinstance(value, Absent)]
    default = [] if parameter.default is NO_DEFAULT else [parameter.default]
    text = f"{parameter.name}: {type_of([*known, *default])}"
    return text if not default else f"{text} = {literal(parameter.default)}"


def enclosed(text: str) -> str:
    """A factor of a product."""
    return f"({text})" if " " in text else text
