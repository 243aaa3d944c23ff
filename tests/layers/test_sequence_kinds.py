"""Embeddings, recurrent layers, attention and learned positions; sequences in every other layer."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import built, flow, ops, parameters, refused, shapes, starts, written

INDICES = "input: {shape: [5], dtype: int64}"
SEQUENCE = "input: {shape: [5, 4], layout: sequence}"


def test_a_sentence_classifier_reads_as_it_is_meant() -> None:
    layers = """
    - {embed: 8, vocab: 100}
    - position
    - {lstm: 6, bidirectional: true}
    - {attention: 3}
    - {gru: 7, return: last}
    - {linear: 2}
    """
    assert flow(layers, INDICES) == written("""
        embed1 = Embed of input: 5×8
        position1 = Position of embed1: 5×8
        lstm1 = Recurrent of position1: 5×12
        attention1 = Attention of lstm1: 5×12
        gru1 = Recurrent of attention1: 7
        linear1 = Linear of gru1: 2
        output output = linear1
    """)


@pytest.mark.parametrize("layout", ["", ", layout: sequence"])
def test_indices_are_a_sequence_with_and_without_the_word(layout: str) -> None:
    graph = built("[{embed: 8, vocab: 100}, {rnn: 3}]", f"input: {{shape: [5], dtype: int64{layout}}}")
    assert graph.nodes[0].output.type.describe() == "a sequence 5×8"


@pytest.mark.parametrize(
    ("layer", "op"),
    [
        ("embed: 8, vocab: 100", "Embed(vocab=100, width=8)"),
        (
            "rnn: 3",
            "Recurrent(cell='rnn', hidden=3, layers=1, bidirectional=False, dropout=0.0, last=False)",
        ),
        (
            "lstm: 3, layers: 2, dropout: 0.5, return: last",
            "Recurrent(cell='lstm', hidden=3, layers=2, bidirectional=False, dropout=0.5, last=True)",
        ),
        (
            "gru: 3, bidirectional: true, return: sequence",
            "Recurrent(cell='gru', hidden=3, layers=1, bidirectional=True, dropout=0.0, last=False)",
        ),
        ("attention: 2", "Attention(heads=2, dropout=0.0)"),
        ("attention: 4, dropout: 0.1", "Attention(heads=4, dropout=0.1)"),
        ("position: ", "Position()"),
    ],
)
def test_options_and_their_defaults(layer: str, op: str) -> None:
    kind, _, _ = layer.partition(":")
    assert ops(f"- {{{layer}}}", INDICES if kind == "embed" else SEQUENCE) == {f"{kind}1": op}


def test_defaults_reach_them_and_layers_and_dropout_are_their_options_not_other_kinds() -> None:
    top = f"{SEQUENCE}\ndefaults: {{lstm: {{layers: 2, return: last}}}}"
    [op] = ops("- {dropout: 0.5, layers: 3, lstm: 6}", top).values()
    assert op == "Recurrent(cell='lstm', hidden=6, layers=3, bidirectional=False, dropout=0.5, last=True)"


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ("", (5, 3)),
        (", layers: 2", (5, 3)),
        (", bidirectional: true", (5, 6)),
        (", return: last", (3,)),
        (", bidirectional: true, return: last", (6,)),
    ],
)
@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_what_recurrent_layers_make(kind: str, options: str, shape: tuple[int, ...]) -> None:
    graph = built(f"- {{{kind}: 3{options}}}", SEQUENCE)
    type_ = graph.outputs[0].value.type
    assert (type_.shape, type_.is_sequence) == (shape, len(shape) == 2)


def test_a_layer_of_a_stack_reads_both_directions_of_the_one_before() -> None:
    assert parameters("- {gru: 3, layers: 2, bidirectional: true}", SEQUENCE) == {
        "gru1.weight_ih_l0": (9, 4),
        "gru1.weight_hh_l0": (9, 3),
        "gru1.bias_ih_l0": (9,),
        "gru1.bias_hh_l0": (9,),
        "gru1.weight_ih_l0_reverse": (9, 4),
        "gru1.weight_hh_l0_reverse": (9, 3),
        "gru1.bias_ih_l0_reverse": (9,),
        "gru1.bias_hh_l0_reverse": (9,),
        "gru1.weight_ih_l1": (9, 6),
        "gru1.weight_hh_l1": (9, 3),
        "gru1.bias_ih_l1": (9,),
        "gru1.bias_hh_l1": (9,),
        "gru1.weight_ih_l1_reverse": (9, 6),
        "gru1.weight_hh_l1_reverse": (9, 3),
        "gru1.bias_ih_l1_reverse": (9,),
        "gru1.bias_hh_l1_reverse": (9,),
    }


def test_parameters_begin_as_pytorchs() -> None:
    assert starts("- {embed: 8, vocab: 100}", INDICES) == {"embed1.weight": "normal(1)"}
    assert set(starts("- {lstm: 16}", SEQUENCE).values()) == {"uniform(0.25)"}
    assert starts("- {attention: 2}", SEQUENCE) == {
        "attention1.in_proj_weight": "xavier_uniform",
        "attention1.in_proj_bias": "zeros",
        "attention1.out_proj.weight": "uniform(0.5)",
        "attention1.out_proj.bias": "zeros",
    }
    assert starts("- position", SEQUENCE) == {"position1.weight": "trunc_normal(0.02)"}


def test_inits_two_words_reach_every_weight_and_every_bias() -> None:
    init = "init: {weight: orthogonal, bias: ones}"
    for layer in ("lstm: 3, layers: 2, bidirectional: true", "attention: 2"):
        for path, scheme in starts(f"- {{{layer}, {init}}}", SEQUENCE).items():
            assert scheme == ("ones" if "bias" in path else "orthogonal"), path
    assert set(starts("- {attention: 2, init: {bias: ones}}", SEQUENCE).values()) == {
        "xavier_uniform",
        "uniform(0.5)",
        "ones",
    }
    assert starts("- {embed: 2, vocab: 3, init: {weight: ones}}", INDICES) == {"embed1.weight": "ones"}
    assert starts("- {position: , init: {weight: zeros}}", SEQUENCE) == {"position1.weight": "zeros"}
    top = f"{SEQUENCE}\ndefaults: {{init: {{weight: normal(0.01)}}}}"
    assert starts("- {rnn: 4}", top)["rnn1.weight_hh_l0"] == "normal(0.01)"


@pytest.mark.parametrize("shape", ["[]", "[7]", "[4, 9]", "[4, 9, 8]", "[4, 3, 2, 5]", "[2, 2, 2, 2, 2]"])
def test_position_takes_every_shape(shape: str) -> None:
    [found] = parameters("- position", f"input: {shape}").values()
    assert list(found) == [int(dim) for dim in shape.strip("[]").split(", ") if dim]


@pytest.mark.parametrize(
    ("layer", "shape", "is_sequence"),
    [
        ("linear: 3", (5, 3), True),
        ("norm: layer", (5, 4), True),
        ("norm: batch", (5, 4), True),
        ("act: softmax", (5, 4), True),
        ("dropout: 0.5, spatial: true", (5, 4), True),
        ("scale: 1", (5, 4), True),
        ("global_pool: avg", (4,), False),
        ("global_pool: max, keepdims: true", (1, 4), True),
        ("flatten: 0", (20,), False),
        ("branches: [[], []]", (5, 8), True),
        ("branches: [[], []], merge: add", (5, 4), True),
        ("residual: [{attention: 2}]", (5, 4), True),
    ],
)
def test_other_layers_keep_a_sequence_one(layer: str, shape: tuple[int, ...], is_sequence: bool) -> None:
    type_ = built(f"- {{{layer}}}", SEQUENCE).outputs[0].value.type
    assert (type_.shape, type_.is_sequence) == (shape, is_sequence)


READERS = ("rnn: 3", "lstm: 3", "gru: 3", "attention: 2", "position: ")


@pytest.mark.parametrize("layer", READERS)
def test_neither_indices_nor_bytes_are_computed_on(layer: str) -> None:
    word, _, _ = layer.partition(":")
    given = f"E406 `{word}` computes on float32 (given a "
    assert refused(f"- {{{layer}}}", INDICES) == [f"{given}sequence of 5 indices)"]
    assert refused(f"- {{{layer}}}", SEQUENCE.replace("[5, 4]", "[5, 4], dtype: uint8")) == [
        f"{given}sequence 5×4 of uint8)"
    ]


@pytest.mark.parametrize(
    "layer",
    [
        "linear: 3", "norm: batch", "norm: layer", "act: relu", "act: softmax", "dropout: 0.5", "scale: 1",
        "global_pool: avg", "merge: add, from: [input, input]", "merge: mul, from: [input, input]",
    ],
)  # fmt: skip
def test_no_other_layer_computes_on_indices(layer: str) -> None:
    [found] = refused(f"- {{{layer}}}", INDICES)
    assert found.startswith("E406 ")
    assert "given a sequence of 5 indices" in found


@pytest.mark.parametrize("layer", READERS[:-1])
@pytest.mark.parametrize("top", ["input: [4]", "input: [4, 5]", "input: [4, 5, 6]", "input: []"])
def test_what_is_no_sequence_is_refused(layer: str, top: str) -> None:
    [found] = refused(f"- {{{layer}}}", top)
    word, _, _ = layer.partition(":")
    assert found.startswith(f"E401 `{word}` needs a sequence (given a ")


def test_heads_divide_the_features() -> None:
    assert shapes("- {attention: 4}", SEQUENCE) == {"attention1": (5, 4)}
    assert refused("- {attention: 3}", SEQUENCE) == [
        "E403 the features are not divisible by the heads (4 features, 3 heads)"
    ]


def test_a_recurrent_layer_has_a_thousand_layers_at_most() -> None:
    assert len(parameters("- {rnn: 1, layers: 1000}", SEQUENCE)) == 4000
    assert refused("- {rnn: 1, layers: 1001}", SEQUENCE) == ["E104 `rnn` has more than 1,000 layers (1,001)"]
