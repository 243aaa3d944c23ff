"""Where one node of the spec becomes nodes of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from onnx import GraphProto

from netc.types.dims import smallest
from netc_onnx import opsets
from netc_onnx.sizes import Sizes
from netc_onnx.tensors import (
    ELEMENT_TYPES,
    Attribute,
    Constant,
    Extents,
    Tensor,
    attribute,
    batched,
    describe,
    integers,
    stored,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.graph import Node, Parameter, Value
    from netc.types import Dim, Dtype, TensorType
    from netc_onnx.layouts import Layouts


@final
class Target:
    """The ONNX graph that grows: ``opset`` is its version, ``outputs`` the names of its outputs.

    ``inputs`` are the values it is given, and ``sizes`` the symbolic sizes that are computed of theirs.
    ``layouts`` tell how parameters are stored, where that may differ from the spec's way.
    """

    def __init__(
        self,
        opset: int,
        inputs: Sequence[Value],
        outputs: frozenset[str],
        parameters: Mapping[str, Parameter],
        layouts: Layouts | None = None,
    ) -> None:
        self.opset = opset
        self.outputs = outputs
        self.parameters = parameters
        self.layouts = layouts
        self.graph = GraphProto()
        self.sizes = Sizes(self, inputs)

    def add(
        self, kind: str, name: str, reads: list[str], made: list[Tensor], attributes: dict[str, Attribute]
    ) -> None:
        """One more node, in order of execution; what it makes that is no output is described, too."""
        node = self.graph.node.add(
            op_type=kind, name=name, input=reads, output=[tensor.name for tensor in made]
        )
        node.attribute.extend(attribute(key, attributes[key]) for key in sorted(attributes))
        self.graph.value_info.extend(describe(tensor) for tensor in made if tensor.name not in self.outputs)

    def add_constant(self, name: str, constant: Constant) -> str:
        """One more initializer of a lowering's own; returns its name."""
        self.graph.initializer.append(stored(name, constant.array))
        return name


@final
class Site:
    """One node of the spec while it is lowered: what it reads, and how what it becomes is named.

    ``inputs`` are the tensors it reads, ``result`` is the name of the one it makes.
    """

    def __init__(self, target: Target, node: Node, inputs: tuple[Tensor, ...], result: str) -> None:
        self.opset = target.opset
        self.inputs = inputs
        self.shape: Extents = batched(node.output.type)
        self._target = target
        self._node = node
        self._result = result

    @property
    def x(self) -> Tensor:
        """The first tensor that the node reads."""
        return self.inputs[0]

    @property
    def types(self) -> tuple[TensorType, ...]:
        """The types of what the node reads, without the batch."""
        return tuple(value.type for value in self._node.inputs)

    @property
    def x_type(self) -> TensorType:
        """The type of ``x``, without the batch."""
        return self._node.inputs[0].type

    @property
    def y_type(self) -> TensorType:
        """The type of the result, without the batch."""
        return self._node.output.type

    @property
    def parameters(self) -> dict[str, Tensor]:
        """The parameters that the node reads, by the op's own names, in the op's order."""
        return {
            own: Tensor(path, self._target.parameters[path].type.shape)
            for own, path in self._node.parameters.items()
        }

    def step(
        self,
        label: str,
        kind: str,
        *operands: Tensor | Constant,
        shape: Extents | None = None,
        **attributes: Attribute,
    ) -> Tensor:
        """What an ONNX node makes of ``operands``: a tensor of ``shape``, or of the first one's.

        ``label`` tells what the node does in this lowering; an empty one says that it makes the
        result. The result has the element type of the first operand.
        """
        first = operands[0]
        extents = first.shape if isinstance(first, Tensor) else first.array.shape
        layouts = self._target.layouts
        if layouts is not None and isinstance(first, Tensor):
            laid_out = layouts.laid_out(kind, first, shape or extents, attributes)
            if laid_out is not None:
                return laid_out
        return self._made(label, kind, operands, Tensor("", shape or extents, first.dtype), attributes)

    def sizes(self, reader: str, label: str, *dims: Dim) -> Tensor | Constant:
        """A vector of sizes, for the node ``reader``: a constant of this label where all are numbers.

        Else they are joined in a node of their own; a symbolic size alone needs none.
        """
        if whole(dims):
            return integers(label, *dims)
        operands: list[Tensor | Constant] = []
        numbers: list[int] = []
        for place, dim in enumerate((*dims, None)):
            if isinstance(dim, int):
                numbers.append(dim)
                continue
            if numbers:
                operands.append(integers(f"numbers{place - len(numbers)}", *numbers))
                numbers = []
            if dim is not None:
                operands.append(self._target.sizes.of(dim))
        if len(operands) == 1:
            return operands[0]
        own = f"{reader}_{label}" if reader else label
        return self.step(own, "Concat", *operands, shape=(len(dims),), axis=0)

    def cast(self, label: str, x: Tensor, dtype: Dtype) -> Tensor:
        """The elements of ``x`` as ``dtype``."""
        attributes: dict[str, Attribute] = {"to": ELEMENT_TYPES[dtype]}
        if self.opset >= opsets.CAST_SATURATE:
            attributes["saturate"] = 1
        return self._made(label, "Cast", (x,), x._replace(dtype=dtype), attributes)

    def _made(
        self,
        label: str,
        kind: str,
        operands: Sequence[Tensor | Constant],
        like: Tensor,
        attributes: dict[str, Attribute],
    ) -> Tensor:
        """One node with one result, which is ``like`` another tensor but for its name."""
        name = f"{self._node.path}/{label}" if label else self._node.path
        made = like._replace(name=f"{name}:0" if label else self._result)
        if not label:
            assert _agree(made.shape, self.shape), f"{name}: {kind} makes {made.shape}, not {self.shape}"
            made = made._replace(shape=self.shape)  # of equal sizes, those that the op's law wrote
        self._target.add(kind, name, [self._name(operand, name) for operand in operands], [made], attributes)
        return made

    def several(
        self,
        label: str,
        kind: str,
        *operands: Tensor | Constant,
        shapes: Sequence[Extents],
        **attributes: Attribute,
    ) -> list[Tensor]:
        """The first results of an ONNX node that has several, of these shapes: none is the node's own."""
        first = operands[0]
        assert isinstance(first, Tensor)
        name = f"{self._node.path}/{label}"
        made = [Tensor(f"{name}:{place}", shape, first.dtype) for place, shape in enumerate(shapes)]
        self._target.add(kind, name, [self._name(operand, name) for operand in operands], made, attributes)
        return made

    def end(self, kind: str, *operands: Tensor | Constant, **attributes: Attribute) -> Tensor:
        """The result, as an ONNX node makes it of ``operands``."""
        return self.step("", kind, *operands, shape=self.shape, **attributes)

    def _name(self, operand: Tensor | Constant, reader: str) -> str:
        if isinstance(operand, Tensor):
            if self._target.layouts is not None:
                self._target.layouts.read(operand)
            return operand.name
        return self._target.add_constant(f"{reader}/{operand.label}", operand)


def _agree(first: Extents, second: Extents) -> bool:
    """Whether two shapes are the same where all symbols are smallest."""
    return [a if isinstance(a, str) else smallest(a) for a in first] == [
        b if isinstance(b, str) else smallest(b) for b in second
    ]
