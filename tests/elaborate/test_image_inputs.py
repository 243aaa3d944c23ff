"""Inputs that are fed as `hwc`: layers read them with their channels first."""

from __future__ import annotations

import pickle

import pytest

import netc
from netc.graph import Graph, Output, Value
from netc.graph.builder import Builder
from netc.graph.text import text
from netc.graph.verify import BrokenGraphError, verify
from netc.language.document import Input
from netc.ops.colour import Normalize
from netc.types import TensorType
from tests.elaborate.specs import built, flow, refused, spec, written

PHOTO = "input: {shape: [64, 48, 3], dtype: uint8, layout: hwc}"
MAP = "input: {shape: [3, 64, 48], dtype: uint8}"
TWO = """
inputs:
  left: {shape: [H, W, 3], dtype: uint8, layout: hwc}
  right: {shape: [H, 20, 1], dtype: uint8, layout: hwc}
"""
LAYERS = """
- {normalize: imagenet}
- {conv: "$(2 * in_channels)", kernel: 3, stride: 2, norm: batch, act: relu}
- residual:
    - {conv: 6, kernel: 3, padding: same}
- {global_pool: avg}
"""


def test_the_whole_graph_in_the_canonical_text() -> None:
    graph = built("- {normalize: {mean: [1, 2, 3], scale: 1}}", f"name: photo\n{PHOTO}")
    assert text(graph) == (
        "network photo\n"
        "input input: 64×48×3 uint8 hwc\n"
        "input.channels_first:0: 3×64×48 = Permute(order=(2, 0, 1)) of input\n"
        "normalize1:0: 3×64×48 = Normalize(mean=(1.0, 2.0, 3.0), std=(1.0,), scale=(1.0,)) of input.channels_first:0\n"
        "output output = normalize1:0\n"
    )


def test_an_input_is_what_is_fed_and_an_expression_sees_what_is_read() -> None:
    net = netc.loads(spec("- {reshape: $in_shape}\n- {slice: 0, stop: $(in_channels - 1)}", PHOTO))
    assert net.inputs == {"input": TensorType((64, 48, 3), "uint8", "hwc")}
    assert net.outputs == {"output": TensorType((2, 64, 48), "uint8")}


def test_each_input_is_turned_by_itself_and_symbols_are_shared() -> None:
    layers = """
    - {slice: 0, start: 1, stop: 2, from: left}
    - {crop: right, from: prev}
    - {normalize: {mean: 0.5}}
    - {normalize: {mean: 0.5}, from: right, name: other}
    - {merge: concat, from: [normalize1, other]}
    """
    facts = "dims: {W: {min: 20}}"
    assert flow(layers, f"{TWO.strip()}\n{facts}") == written(
        """
        left.channels_first = Permute of left: 3×H×W
        right.channels_first = Permute of right: 1×H×20
        slice1 = Slice of left.channels_first: 1×H×W
        crop1 = Crop of slice1: 1×H×20
        normalize1 = Normalize of crop1: 1×H×20
        other = Normalize of right.channels_first: 1×H×20
        merge1 = Concat of normalize1, other: 2×H×20
        output output = merge1
        """
    )


@pytest.mark.parametrize(
    ("layers", "top"),
    [
        ("- {normalize: imagenet, from: input}", PHOTO),
        ("- {normalize: imagenet, from: prev}", PHOTO),
        ("- {layers: [{normalize: imagenet, from: input}]}", PHOTO),
        ("- {normalize: imagenet, from: left}", TWO),
        ("- {normalize: imagenet, from: left}\n- {layers: [{normalize: imagenet, from: left}]}", TWO),
        ("- {use: seen, from: left}", f"{TWO}\nblocks: {{seen: {{layers: [{{normalize: imagenet}}]}}}}"),
        ("- flatten", f"{PHOTO}\noutputs: {{read: input}}"),
    ],
)
def test_whoever_names_the_input_reads_it_channels_first(layers: str, top: str) -> None:
    graph = built(layers, top)
    readers = {node.path: node for node in graph.nodes if any(value.is_input for value in node.inputs)}
    assert set(readers) == {f"{value.path}.channels_first" for value in graph.inputs}
    assert {type(node.op).__name__ for node in readers.values()} == {"Permute"}
    assert not any(output.value.is_input for output in graph.outputs)


def test_it_is_no_layer_and_all_else_is_as_if_channels_were_fed_first() -> None:
    fed_last, fed_first = (netc.loads(spec(LAYERS, top)) for top in (PHOTO, MAP))
    assert fed_last.summary == fed_first.summary
    assert fed_last.parameters == fed_first.parameters
    first, *others = fed_last.graph.nodes
    assert first.layer == ""
    assert [node.path for node in others] == [node.path for node in fed_first.graph.nodes]
    assert list(fed_last.graph.layers) == list(fed_first.graph.layers)


def test_no_layers_path_can_begin_as_the_ops_does() -> None:
    top = "inputs: {photo: {shape: [64, 48, 3], dtype: uint8, layout: hwc}}"
    named = "layers: [{normalize: imagenet, name: channels_first}]"
    for layer in (
        f"{{name: photo, from: photo, {named}}}",
        f"{{for: x, in: [1], name: photo, from: photo, {named}}}",
        "{head: photo, from: photo, layers: [{normalize: imagenet, name: channels_first}]}",
        "{branches: {photo: [{normalize: imagenet}], other: [{normalize: imagenet}]}, from: photo}",
    ):
        assert [line[:4] for line in refused(f"- {layer}", top)] == ["E305"], layer


def test_a_name_inside_the_input_means_nothing() -> None:
    [found] = refused("- {normalize: imagenet, from: input.channels_first}", PHOTO)
    assert found == "E301 there is no `channels_first` in `input.channels_first`"


def test_a_pickled_network_is_the_same() -> None:
    net = netc.loads(spec(LAYERS, PHOTO))
    again: netc.Network = pickle.loads(pickle.dumps(net))
    assert text(again.graph) == text(net.graph)
    assert again.inputs == net.inputs


def test_layouts_are_described_where_editors_look() -> None:
    assert "`hwc`: height, width, channels" in (Input.model_fields["layout"].description or "")


def test_only_an_input_is_fed_so() -> None:
    builder = Builder()
    photo = Value("photo", TensorType((8, 8, 3), "uint8", "hwc"), is_input=True)
    op = Normalize((0.0,), (1.0,), (1.0,))
    made = builder.emit(op, (photo,), path="a", layer="a", initializers={}, train_only=False)
    graph = Graph("wrong", "", (photo,), (Output("output", made, False),), tuple(builder.nodes), {}, {})
    with pytest.raises(BrokenGraphError, match=r"^a makes a value that only an input can be$"):
        verify(graph)
