"""Which models travel: rules for the whole of one. What runtimes do is said of those versions that docs/runtimes.md names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from onnx import TensorProto

from netc_onnx.tensors import BATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.netc_onnx.portable import Model, Rule


def opset_17(model: Model) -> Iterator[str]:
    """Opset 17 and IR 8: from opset 21 on importers fall away, and older runtimes refuse newer IR versions.

    Below 14, batch norms come out wrong in two of them.
    """
    domains = [(entry.domain, entry.version) for entry in model.proto.opset_import]
    if domains != [("", 17)]:
        yield f"the opsets are {domains}"
    if model.proto.ir_version != 8:
        yield f"the IR version is {model.proto.ir_version}"


def one_named_dim(model: Model) -> Iterator[str]:
    """The batch is the dim ``N``, first of every input and output: one file serves every batch.

    tract takes no more than one name; so others are there only where the spec has symbols.
    """
    for value in (*model.graph.input, *model.graph.output):
        if model.shape(value.name)[:1] != (BATCH,):
            yield f"{value.name} is {model.shape(value.name)}"
    if not model.symbols:
        named = {dim for name in model.described for dim in model.shape(name) if isinstance(dim, str)}
        if named - {BATCH}:
            yield f"the dims {', '.join(sorted(named - {BATCH}))} have names"


def whole_shapes(model: Model) -> Iterator[str]:
    """Every value says its type and shape, each dim a number or a name: OpenCV infers none by itself."""
    made = [name for node in model.nodes for name in node.output if name]
    for name in made:
        if name not in model.described:
            yield f"{name} is not described"
        elif not model.described[name].type.tensor_type.elem_type or 0 in model.shape(name):
            yield f"{name} is not described wholly: {model.shape(name)}"
    extra = set(model.described) - set(made) - {value.name for value in model.graph.input}
    if extra:
        yield f"nothing makes {', '.join(sorted(extra))}"


def no_sizes_at_run_time(model: Model) -> Iterator[str]:
    """Where every size is known, none is computed by Shape, Gather and Concat: OpenCV and ncnn stumble there."""
    if not model.symbols:
        for node in model.of("Shape", "Size", "ConstantOfShape", "Expand"):
            yield f"{node.name} is {node.op_type}"


def initializers_in_the_file(model: Model) -> Iterator[str]:
    """Weights are initializers, inside the file, and no inputs: onnxruntime-web and opencv read no second file."""
    inputs = {value.name for value in model.graph.input}
    for name, tensor in model.initializers.items():
        if name in inputs:
            yield f"{name} is an input, too"
        if tensor.data_location == TensorProto.EXTERNAL:
            yield f"{name} lies in another file"
        if name not in model.readers:
            yield f"nothing reads {name}"
    if model.graph.sparse_initializer:
        yield "there are sparse initializers"
    for node in model.of("Constant"):
        yield f"{node.name} is a Constant"


def evaluation_alone(model: Model) -> Iterator[str]:
    """No Dropout, no function of the file's own and no training graph: importers know none of them."""
    for node in model.of("Dropout"):
        yield f"{node.name} is Dropout"
    if model.proto.functions or model.proto.training_info:
        yield "the file has functions or a training graph"


def in_order(model: Model) -> Iterator[str]:
    """Nodes stand in order of execution and every name is one thing's, as onnx demands and readers rely on."""
    known = {value.name for value in model.graph.input} | set(model.initializers) | {""}
    for node in model.nodes:
        for name in node.input:
            if name not in known:
                yield f"{node.name} reads {name} before it is made"
        known.update(node.output)
    made = [name for node in model.nodes for name in node.output if name]
    given = [each.name for each in (*model.graph.input, *model.graph.initializer)]
    for names in ([*given, *made], [node.name for node in model.nodes]):
        for name, count in Counter(names).items():
            if count > 1:
                yield f"{count} things are called {name}"
    for value in model.graph.output:
        if value.name not in known:
            yield f"nothing makes the output {value.name}"


RULES: tuple[Rule, ...] = (
    opset_17,
    one_named_dim,
    whole_shapes,
    no_sizes_at_run_time,
    initializers_in_the_file,
    evaluation_alone,
    in_order,
)
"""What every model keeps."""
