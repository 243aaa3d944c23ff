"""The two ways in which torch says an op."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from torch import nn

    from netc.ops.window import WholePads
    from netc.types.parameter import Shape
    from netc_torch.moulds import Moulds


class Leaf(NamedTuple):
    """A module: its class, the keyword arguments that make one, and what is done to it then."""

    base: type[nn.Module]
    options: dict[str, Any]
    prepare: Callable[[nn.Module], None] | None = None

    def make(self, moulds: Moulds, shapes: Mapping[str, Shape], **more: Any) -> nn.Module:
        """A new module, with ``more`` options; its parameters have these ``shapes``, and no numbers yet."""
        module = moulds.module(self.base, {**self.options, **more}, shapes)
        if self.prepare is not None:
            self.prepare(module)
        return module


class Expression(NamedTuple):
    """Source text: ``text`` takes the local names of the op's inputs."""

    text: Callable[[Sequence[str]], str]


Form: TypeAlias = Leaf | Expression


def leaf(base: type[nn.Module], **options: Any) -> Leaf:
    """A leaf, its options as keywords."""
    return Leaf(base, options)


def last_first(sides: WholePads) -> tuple[int, ...]:
    """Pairs an axis as ``torch.nn.functional.pad`` takes them: the last axis first.

    >>> last_first(((1, 2), (3, 4)))
    (3, 4, 1, 2)
    """
    return tuple(chain.from_iterable(reversed(sides)))
