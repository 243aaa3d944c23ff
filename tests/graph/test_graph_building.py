"""The builder: types, parameters, bounds, order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from netc.errors import Mistake
from netc.graph import Graph, Output, Value
from netc.graph.builder import MOST_OPS, Builder
from netc.graph.text import text
from netc.graph.verify import BrokenGraphError, verify
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine, Scale
from netc.ops.shape import Flatten
from netc.types import Initializer, TensorType

if TYPE_CHECKING:
    from netc.ops import Op

RELU = Activation("relu")
CONV = Conv(6, (3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), 2, bias=True)


def image() -> Value:
    return Value("input", TensorType((4, 8, 8)), is_input=True)


def emit(builder: Builder, op: Op, *values: Value, path: str, train_only: bool = False) -> Value:
    return builder.emit(op, values, path=path, layer=path, initializers={}, train_only=train_only)


def graph(builder: Builder, inputs: tuple[Value, ...], *outputs: Output) -> Graph:
    return Graph("net", "", inputs, outputs, tuple(builder.nodes), builder.parameters, {})


def test_the_canonical_text_has_every_field_type_parameter_and_output() -> None:
    builder, x = Builder(), image()
    y = builder.emit(
        CONV,
        (x,),
        path="stem",
        layer="stem",
        initializers={"weight": Initializer("normal", 0.02)},
        train_only=False,
    )
    z = emit(builder, RELU, y, path="aux.act1", train_only=True)
    w = emit(builder, Combine("add"), y, y, path="sum")
    found = graph(builder, (x,), Output("output", w, train_only=False), Output("aux", z, train_only=True))
    verify(found)
    assert text(found) == (
        "network net\n"
        "input input: 4×8×8 float32 channels_first\n"
        "stem:0: 6×8×8 = Conv(channels=6, kernel=(3, 3), stride=(1, 1), pads=((1, 1), (1, 1)), "
        "dilation=(1, 1), groups=2, bias=True) of input\n"
        "  weight = stem.weight: 6×2×3×3 normal(0.02)\n"
        "  bias = stem.bias: 6 uniform(0.235702)\n"
        "aux.act1:0: 6×8×8 = Activation(function='relu', constant=0.0) of stem:0 (training only)\n"
        "sum:0: 6×8×8 = Combine(how='add') of stem:0, stem:0\n"
        "output output = sum:0\n"
        "output aux = aux.act1:0 (training only)\n"
    )


def test_nothing_is_kept_of_an_op_that_does_not_fit() -> None:
    builder, x = Builder(), image()
    with pytest.raises(Mistake):
        emit(builder, Combine("add"), x, Value("other", TensorType((4, 8, 9))), path="sum")
    with pytest.raises(Mistake) as caught:
        emit(
            builder,
            Linear(2**31 - 1, bias=False, axis="channels"),
            Value("x", TensorType((2**12,))),
            path="big",
        )
    assert caught.value.code == "E104"
    assert (builder.nodes, builder.parameters) == ([], {})


def test_parameters_need_2_40_bytes_at_most_together() -> None:
    builder = Builder()
    x = Value("x", TensorType((2**19,)))
    half = Linear(2**18, bias=False, axis="channels")
    emit(builder, half, x, path="a")
    emit(builder, half, x, path="b")
    with pytest.raises(Mistake) as caught:
        emit(builder, Linear(1, bias=False, axis="channels"), Value("y", TensorType((1,))), path="c")
    assert caught.value.label == f"4 here, {2**40:,} before"


def test_a_network_has_a_bounded_number_of_ops() -> None:
    builder, x = Builder(), image()
    builder.nodes = [None] * MOST_OPS  # type: ignore[list-item]  # only their number is looked at
    with pytest.raises(Mistake) as caught:
        emit(builder, RELU, x, path="last")
    assert caught.value.message == "the network has more than 100,000 ops"


def test_a_tail_moves_with_its_parameters_and_keeps_its_order() -> None:
    builder, x = Builder(), image()
    emit(builder, CONV, x, path="before")
    start = builder.mark
    emit(builder, CONV, x, path="body")
    tail = builder.mark
    emit(builder, CONV, x, path="short1")
    emit(builder, CONV, x, path="short2")
    builder.move_tail(start, tail)
    assert [node.path for node in builder.nodes] == ["before", "short1", "short2", "body"]
    owners = list(dict.fromkeys(path.split(".")[0] for path in builder.parameters))
    assert owners == ["before", "short1", "short2", "body"]


BROKEN = {
    "reads": "late reads early:0, which is not made yet",
    "twice": "two values are named a",
    "hidden": "b reads a:0, which exists in training alone",
    "no output": "there is no output",
    "unmade output": "the output output is not made",
}


@pytest.mark.parametrize("case", BROKEN)
def test_verify_finds_what_no_graph_may_have(case: str) -> None:
    builder, x = Builder(), image()
    outputs = [Output("output", x, train_only=False)]
    if case == "reads":
        early = emit(builder, RELU, x, path="early")
        emit(builder, RELU, early, path="late")
        builder.nodes.reverse()
    elif case == "twice":
        emit(builder, RELU, x, path="a")
        emit(builder, RELU, x, path="a")
    elif case == "hidden":
        emit(builder, RELU, emit(builder, RELU, x, path="a", train_only=True), path="b")
    elif case == "no output":
        outputs = []
    else:
        outputs = [Output("output", Value("nowhere", TensorType((3,))), train_only=False)]
    with pytest.raises(BrokenGraphError) as caught:
        verify(graph(builder, (x,), *outputs))
    assert str(caught.value) == BROKEN[case]


def test_verify_infers_every_type_anew() -> None:
    builder, x = Builder(), image()
    y = emit(builder, Flatten(0), x, path="flat")
    y.type = TensorType((255,))
    with pytest.raises(BrokenGraphError, match=r"flat .* makes .*256.* but says .*255"):
        verify(graph(builder, (x,), Output("output", y, train_only=False)))


def test_a_graph_that_is_its_input_alone() -> None:
    x = image()
    verify(graph(Builder(), (x,), Output("output", x, train_only=False)))


def scales() -> tuple[Builder, Value, Value]:
    """Two learned scales, the first frozen."""
    builder, x = Builder(), image()
    options: dict[str, Any] = {"layer": "", "initializers": {}, "train_only": False}
    y = builder.emit(Scale(1.0), (x,), path="a", frozen=True, **options)
    return builder, x, builder.emit(Scale(1.0), (y,), path="b", shared=True, **options)


def test_shared_parameters_are_the_owners_in_every_list() -> None:
    builder, x, y = scales()
    builder.share(1, 1, {"b": {"weight": "a.weight"}})
    made = graph(builder, (x,), Output("output", y, train_only=False))
    verify(made)
    assert [node.parameters for node in made.nodes] == [{"weight": "a.weight"}] * 2
    assert builder.holding == list(made.nodes)
    assert list(made.parameters) == ["a.weight"]
    owner = made.parameters["a.weight"]
    assert owner.frozen
    assert not owner.type.trainable
    assert not owner.type.buffer


@pytest.mark.parametrize("wrong", [{"trainable": True}, {"buffer": True}, {"shape": (2,)}])
def test_verify_compares_a_parameter_with_what_its_op_declares(wrong: dict[str, Any]) -> None:
    builder, x, y = scales()
    owner = builder.parameters["a.weight"]
    builder.parameters["a.weight"] = owner._replace(type=owner.type._replace(**wrong))
    with pytest.raises(BrokenGraphError, match=r"a\.weight is ParameterType.* a needs ParameterType"):
        verify(graph(builder, (x,), Output("output", y, train_only=False)))
