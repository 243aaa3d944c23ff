"""Where one node of the spec becomes nodes of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from onnx import GraphProto

from netc_onnx.tensors import Attribute, Constant, Extents, Tensor, attribute, batched, describe, stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.graph import Node, Parameter
    from netc.types import TensorType


@final
class Target:
    """The ONNX graph that grows: ``opset`` is its version, ``outputs`` the names of its outputs."""

    def __init__(self, opset: int, outputs: frozenset[str], parameters: Mapping[str, Parameter]) -> None:
        self.opset = opset
        self.outputs = outputs
        self.parameters = parameters
        self.graph = GraphProto()

    def add(
        self, kind: str, name: str, reads: list[str], made: Tensor, attributes: dict[str, Attribute]
    ) -> None:
        """One more node, in order of execution; a value that is no output is described, too."""
        node = self.graph.node.add(op_type=kind, name=name, input=reads, output=[made.name])
        node.attribute.extend(attribute(key, attributes[key]) for key in sorted(attributes))
        if made.name not in self.outputs:
            self.graph.value_info.append(describe(made))

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
        result. The first operand is a tensor, and the result has its element type.
        """
        first = operands[0]
        assert isinstance(first, Tensor)
        name = f"{self._node.path}/{label}" if label else self._node.path
        made = Tensor(f"{name}:0" if label else self._result, shape or first.shape, first.dtype)
        assert label or made.shape == self.shape, f"{name}: {kind} makes {made.shape}, not {self.shape}"
        self._target.add(kind, name, [self._name(operand, name) for operand in operands], made, attributes)
        return made

    def end(self, kind: str, *operands: Tensor | Constant, **attributes: Attribute) -> Tensor:
        """The result, as an ONNX node makes it of ``operands``."""
        return self.step("", kind, *operands, shape=self.shape, **attributes)

    def _name(self, operand: Tensor | Constant, reader: str) -> str:
        if isinstance(operand, Tensor):
            return operand.name
        return self._target.add_constant(f"{reader}/{operand.label}", operand)
