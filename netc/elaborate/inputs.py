"""The document's inputs: what a runtime feeds, and what the layers read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netc.elaborate.names import FailedError, PoisonedError, evaluate, failure
from netc.elaborate.scope import BROKEN
from netc.errors import Mistake
from netc.graph import Value
from netc.graph.builder import check_bounds
from netc.language.document import Input
from netc.language.values import diagnosis, inner_span, locate
from netc.layers.base import validated
from netc.reader import Mapping as MappingTree
from netc.reader import Scalar
from netc.types import TensorType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.elaborate.dims import Symbols
    from netc.elaborate.names import Names
    from netc.elaborate.reports import Reports
    from netc.graph.builder import Builder
    from netc.language import InputSpec
    from netc.reader import Tree

TURNED = "channels_first"
"""What follows an input's path in that of the op that puts its channels first."""


def input_value(name: str, spec: InputSpec, names: Names, symbols: Symbols, reports: Reports) -> Value:
    """An input of the network; ``BROKEN`` where it is wrong, which is reported."""
    if not spec.options:
        return BROKEN
    try:
        options = {key: evaluate(value, names, names, (key,)) for key, value in spec.options.items()}
        checked, mistakes = validated(Input, options)
        if checked is not None:
            sizes = symbols.shape(cast("tuple[int | str, ...]", checked.shape), names)  # nothing is deferred
            type_ = TensorType(sizes, checked.dtype, checked.layout)
            mistakes = list(layout_mistakes(type_))
            check_bounds(type_)
            if not mistakes:
                return Value(name, type_, is_input=True)
    except FailedError as failed:
        _report_failed(spec.tree, failed, reports)
        return BROKEN
    except PoisonedError:
        return BROKEN
    except Mistake as mistake:
        mistakes = [mistake]
    for found in mistakes:
        _report(spec.tree, found, reports)
    return BROKEN


def _report(tree: Tree, mistake: Mistake, reports: Reports) -> None:
    """Report a mistake at the option that it blames, or at the shape that stands for all of them."""
    in_mapping = isinstance(tree, MappingTree) and mistake.option is not None
    at = (str(mistake.option), *mistake.at) if in_mapping else mistake.at
    reports.add(diagnosis(mistake, locate(tree, at, at_key=mistake.at_key).span))


def _report_failed(tree: Tree, failed: FailedError, reports: Reports) -> None:
    """Report an expression that failed, at its part that is to blame."""
    place = locate(tree, failed.at if isinstance(tree, MappingTree) else failed.at[1:], at_key=False)
    start, end = failed.error.start, failed.error.end
    span = inner_span(place, start, end) if isinstance(place, Scalar) else place.span
    reports.add(diagnosis(failure(failed), span))


def layout_mistakes(type_: TensorType) -> Iterator[Mistake]:
    """What is wrong with an input's layout beside its shape and element type."""
    axes = 1 if type_.dtype == "int64" else 2
    here = f"{type_.rank} {'axis' if type_.rank == 1 else 'axes'} here"
    if type_.is_sequence and type_.rank != axes:
        shape = "[T]" if axes == 1 else "[T, F]"
        yield Mistake("E401", f"a sequence has the shape {shape}", label=here)
    if type_.layout != "hwc":
        return
    if type_.rank != _IMAGE_AXES:
        message = "what is fed as `hwc` has the shape [H, W, C]"
        help_ = "height, width, channels, as in `[224, 224, 3]`; without `layout` channels come first"
        yield Mistake("E401", message, label=here, help=help_, option="shape")
    if type_.dtype != "uint8":
        message, label = "`layout: hwc` needs `dtype: uint8`", f"the dtype is {type_.dtype}"
        help_ = (
            "write `dtype: uint8`; an image of other numbers has no `layout`, and "
            "`permute: [2, 0, 1]` as its first layer puts the channels first"
        )
        yield Mistake("E206", message, label=label, help=help_, option="layout")


_IMAGE_AXES = 3


def as_read(value: Value, builder: Builder) -> Value:
    """What the layers read of an input: itself, or of one fed as ``hwc`` the same with its channels first.

    The op that turns it stands at ``INPUT.channels_first``. No layer's path begins so, for none can have an
    input's name; and no layer is the op's.
    """
    if value.type.layout != "hwc":
        return value
    from netc.ops.arrange import Permute  # noqa: PLC0415  # most specs feed channels first

    return builder.emit(
        Permute((2, 0, 1)),
        (value,),
        path=f"{value.path}.{TURNED}",
        layer="",
        initializers={},
        train_only=False,
    )
