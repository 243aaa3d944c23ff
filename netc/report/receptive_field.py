"""Receptive fields: how much of the input one element of a layer's output depends on.

For windows the size and the stride grow as in Araujo, Norris and Sim, Computing Receptive Fields of
Convolutional Neural Networks (Distill, 2019): each adds its extent less one, times the stride before it,
to the size, and multiplies the stride. Here the first and the last element are followed, so that branches
are joined where they lie, and what an upsampling reads in turn is told apart. Sizes are those away from
the edges, and may be larger than the input; statistics that a norm takes over positions count as reading.
"""

from __future__ import annotations

from math import gcd, lcm
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netc.graph import Graph, Node, Value
    from netc.ops.reading import Reading
    from netc.types import TensorType

MOST_PHASES = 256
"""Elements that are told apart, at most: those between two that read their surroundings alike."""


class ReceptiveField(NamedTuple):
    """What one element of a value reads of the input, one entry a spatial axis (of a sequence: time).

    ``sizes`` are elements of the input, of several elements' fields the largest; ``None`` is all there are.
    ``strides`` are elements of the input between the fields of neighbours, fractions after an upsampling.
    Both are empty for a value without such axes, which reads all. Of several inputs it is the first
    that the value reads along that axis.
    """

    sizes: tuple[int | None, ...]
    strides: tuple[float | None, ...]


class _Field(NamedTuple):
    """What each element along an axis reads along one of the input's axes, from first to last.

    Element ``i`` reads as element ``i mod n`` does, ``step·⌊i/n⌋`` further on, with ``n`` entries in each.
    """

    step: int
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]


_SAME = _Field(1, (0,), (0,))
_PLAIN = (0, 0, 1, 1)
"""What a reading has behind its axis where it is element by element."""

_Source: TypeAlias = tuple[int, int]
"""An input, by its place among them, and one of its axes."""


class _Sight(NamedTuple):
    """What a value reads: for each of its axes the fields by source, and the sources it reads as a whole."""

    axes: tuple[Mapping[_Source, _Field], ...]
    whole: frozenset[_Source]


def receptive_fields(graph: Graph) -> Mapping[Value, ReceptiveField]:
    """The receptive field of every value, inputs included, in evaluation."""
    sights: dict[Value, _Sight] = {}
    for place, value in enumerate(graph.inputs):
        axes = tuple({(place, axis): _SAME} for axis in range(value.type.rank))
        sights[value] = _Sight(axes, frozenset())
    for node in graph.nodes:
        sights[node.output] = _after(node, sights)
    return {value: _seen(value.type, sight) for value, sight in sights.items()}


def _after(node: Node, sights: Mapping[Value, _Sight]) -> _Sight:
    """What a node's output reads: through the op, all that its inputs do."""
    output = node.output.type
    axes: list[dict[_Source, _Field]] = [{} for _ in output.shape]
    whole: set[_Source] = set()
    for value in node.inputs:
        sight = sights[value]
        whole |= sight.whole
        followed = list(_followed(node, value))
        for axis in set(range(value.type.rank)).difference(reading.axis for _, reading in followed):
            whole.update(sight.axes[axis])
        for axis, reading in followed:
            for source, field in sight.axes[reading.axis].items():
                joined = _joined(axes[axis].get(source), _through(field, reading))
                if joined is None:
                    whole.add(source)
                else:
                    axes[axis][source] = joined
    return _Sight(tuple(axes), frozenset(whole))


def _followed(node: Node, value: Value) -> Iterator[tuple[int, Reading]]:
    """The axes of the output that follow one of the input's; not one whose only element serves all places."""
    output, x = node.output.type, value.type
    for axis, reading in enumerate(node.op.readings(output, x)):
        if reading is not None:
            repeated = reading[1:] == _PLAIN and x.shape[reading.axis] == 1 != output.shape[axis]
            if not repeated:
                yield axis, reading


def _through(field: _Field, reading: Reading) -> _Field | None:
    """What is read of the input by what reads ``field`` so; nothing where too many elements differ."""
    if reading[1:] == _PLAIN:
        return field
    _, first, last, down, up = reading
    common = gcd(down, up)
    down, up, first, last = down // common, up // common, first // common, last // common
    count = len(field.firsts)
    turns = count // gcd(count, down)
    if turns * up > MOST_PHASES:
        return None
    firsts = tuple(_at(field.firsts, field.step, (o * down + first) // up) for o in range(turns * up))
    lasts = tuple(_at(field.lasts, field.step, (o * down + last) // up) for o in range(turns * up))
    return _Field(field.step * (turns * down // count), firsts, lasts)


def _at(places: tuple[int, ...], step: int, element: int) -> int:
    turn, phase = divmod(element, len(places))
    return places[phase] + turn * step


def _joined(one: _Field | None, other: _Field | None) -> _Field | None:
    """What two branches read together (``one``: if there is another); nothing where their strides differ."""
    if other is None or one is None or one == other:
        return other
    count = lcm(len(one.firsts), len(other.firsts))
    step = one.step * (count // len(one.firsts))
    if step != other.step * (count // len(other.firsts)) or count > MOST_PHASES:
        return None
    firsts = (min(_at(f.firsts, f.step, i) for f in (one, other)) for i in range(count))
    lasts = (max(_at(f.lasts, f.step, i) for f in (one, other)) for i in range(count))
    return _Field(step, tuple(firsts), tuple(lasts))


def _seen(type_: TensorType, sight: _Sight) -> ReceptiveField:
    sizes: list[int | None] = []
    strides: list[float | None] = []
    for axis in _places(type_):
        source = min(sight.axes[axis], default=None)
        if source is None or source in sight.whole:
            sizes.append(None)
            strides.append(None)
            continue
        step, firsts, lasts = sight.axes[axis][source]
        sizes.append(max(last - first + 1 for first, last in zip(firsts, lasts, strict=True)))
        strides.append(step / len(firsts) if step % len(firsts) else step // len(firsts))
    return ReceptiveField(tuple(sizes), tuple(strides))


def _places(type_: TensorType) -> range:
    """The axes of space or time."""
    if type_.is_map:
        return range(1, type_.rank)
    if type_.layout == "hwc":
        return range(type_.rank - 1)
    return range(1 if type_.is_sequence or (type_.dtype == "int64" and type_.is_vector) else 0)
