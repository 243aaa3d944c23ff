"""Which key of a layer is its kind, and what its other keys are."""

from __future__ import annotations

import pytest

import netc
from tests.elaborate.specs import built, refused


def kind(layer: str, top: str = "input: [4, 8, 8]") -> str:
    """The kind of the last layer that is built of a list with this one."""
    return list(built(f"- {layer}", top).layers.values())[-1].kind


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("{kernel: 1, norm: batch, act: relu, conv: 4}", "conv"),
        ("{norm: batch, act: relu}", "norm"),
        ("{act: relu, norm: batch}", "norm"),
        ("{linear: 3, axis: last, norm: layer, act: relu}", "linear"),
        ("{merge: add, branches: [[], []], act: relu}", "branches"),
        ("{merge: add, from: [prev, input], act: relu}", "merge"),
        ("{act: relu, residual: []}", "residual"),
        ("{inception: {1x1: 2}, norm: batch, act: relu}", "inception"),
        ("{squeeze_excite: 2, act: relu}", "squeeze_excite"),
        ("{layers: [{act: relu}], for: x, in: [1], name: row}", "for"),
        ("{layers: [{act: relu}], head: x}", "head"),
        ("{layers: [{act: relu}]}", "layers"),
        ("flatten", "flatten"),
        ("{flatten: }", "flatten"),
        ("{flatten: , name: x}", "flatten"),
    ],
)
def test_a_key_that_another_keys_kind_takes_is_an_option(layer: str, expected: str) -> None:
    assert kind(layer) == expected


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("{conv1x1: 4, dropout: 0.5}", "E204 `conv1x1` and `dropout` are both layer kinds"),
        ("{pool: max, kernel: 2, act: relu}", "E204 `pool` and `act` are both layer kinds"),
        ("{cnov: 4, kernel: 3}", "E204 there is no layer kind `cnov`"),
        ("{dense: 4, act: relu}", "E204 there is no layer kind `dense`"),
        ("{conv2d: 4, kernel: 3, norm: batch, act: relu}", "E204 there is no layer kind `conv2d`"),
        ("{act: leaky_relu, slop: 0.1}", "E201 `act` has no option `slop`"),
        ("{act: relu, inplace: true}", "E201 `act` has no option `inplace`"),
        ("{kernel: 3, stride: 1}", "E204 none of the keys `kernel`, `stride` is a layer kind"),
        ("flaten", "E204 there is no layer kind `flaten`"),
        ("conv", "E203 `conv` needs a value"),
        ("dropout", "E203 `dropout` needs a value"),
        ("[flatten]", "E204 expected a layer, got a list"),
        ("3", "E204 expected a layer, got 3"),
        ("{}", "E204 expected a layer, got nothing"),
        ("{conv1x1: 4, kernal: 3}", "E201 `conv1x1` has no option `kernal`"),
        ("{depthwise: 3, kernel: 3}", "E201 `depthwise` has no option `kernel`"),
        ("{residual: [], body: []}", "E201 `residual` has no option `body`"),
    ],
)
def test_exactly_one_kind_is_left_and_every_other_key_is_known(layer: str, message: str) -> None:
    assert refused(f"- {layer}") == [message]


@pytest.mark.parametrize(
    ("word", "way_out"),
    [
        ("conv2d", "did you mean `conv`?"),
        ("deconv", "did you mean `conv_transpose`?"),
        ("dense", "did you mean `linear`?"),
        ("se", "did you mean `squeeze_excite`?"),
        ("skip", "did you mean `residual`?"),
        ("simple_rnn", "did you mean `rnn`?"),
        ("positional_encoding", "did you mean `position`?"),
        ("softmax", "write `act: softmax`"),
        ("identity", "write `act: none`"),
        ("BatchNorm2d", "write `norm: batch`"),
        ("max_pooling2d", "write `pool: max`"),
        ("AveragePooling1D", "write `pool: avg`"),
        ("GlobalAveragePooling2D", "write `global_pool: avg`"),
        ("gap", "write `global_pool: avg`"),
        ("add", "write `merge: add`"),
        ("transformer", "`netc kinds` lists them"),
    ],
)
def test_what_other_libraries_call_a_layer(word: str, way_out: str) -> None:
    with pytest.raises(netc.SpecError) as caught:
        netc.loads(f"netc: 1\ninput: [4, 8, 8]\nlayers: [{{{word}: 2}}]")
    [found] = caught.value.diagnostics
    assert (found.code, found.help) == ("E204", way_out)


def test_every_independent_mistake_is_found_at_once_and_one_is_one_report() -> None:
    layers = """
    - {conv: 0, kernel: 3, strid: 2}
    - {pool: mix, kernel: 2}
    - {use: b, repeat: 3}
    - {linear: 3, from: nowhere}
    """
    top = "input: [4, 8, 8]\nblocks: {b: {layers: [{dropout: 2}]}}"
    assert sorted(refused(layers, top)) == [
        "E201 `conv` has no option `strid`",
        "E202 expected a positive whole number, got 0",
        "E202 expected a probability from 0 to 1, got 2",
        "E202 expected one of `max`, `avg`, got 'mix'",
        "E301 there is no layer named `nowhere` here",
    ]


def test_an_unknown_key_of_the_document() -> None:
    [found] = refused("[]", "input: [3]\nlayer: []")
    assert found.startswith("E201 ")


def test_yaml_1_2_reads_no_and_on_as_text() -> None:
    assert refused("- {conv1x1: 4, bias: no}") == ["E202 expected `true`, `false` or `auto`, got 'no'"]
    assert netc.loads("netc: 1\nname: on\ninput: [010]\nlayers: []\n").inputs["input"].shape == (10,)
