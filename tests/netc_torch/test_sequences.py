"""Recurrent layers, attention and embeddings beside PyTorch's own; sharing, copies, training."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import pytest
import torch
import torch.fx
from torch import nn

from netc.graph import Graph
from netc.ops.dense import Linear
from netc.ops.sequence import Attention, Cell, Embed, Position, Recurrent
from netc.types import TensorType
from tests.netc_torch.networks import Network, compiled
from tests.netc_torch.test_copies import COPIES

SEQUENCE = TensorType((5, 4), layout="sequence")
INDICES = TensorType((5,), "int64")
CELLS: dict[Cell, Any] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


def one_op(op: Any, type_: TensorType = SEQUENCE) -> Any:
    network = Network(input=type_)
    return compiled(network.graph(output=network.add("op", op, network.inputs["input"]))).double()


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_recurrent_layers_are_pytorchs_with_its_state_dicts(
    cell: Cell, layers: int, bidirectional: bool
) -> None:
    theirs = CELLS[cell](4, 3, layers, batch_first=True, bidirectional=bidirectional).double()
    x = torch.randn(2, 5, 4, dtype=torch.float64)
    for last in (False, True):
        ours = one_op(Recurrent(cell, 3, layers, bidirectional, dropout=0.0, last=last))
        ours.op.load_state_dict(theirs.state_dict())
        output, state = theirs(x)
        hidden = state[0] if cell == "lstm" else state
        top = hidden.unflatten(0, (layers, -1))[-1]
        torch.testing.assert_close(ours(x), torch.cat(tuple(top), 1) if last else output)


def test_attention_is_pytorchs_with_its_state_dict() -> None:
    theirs = nn.MultiheadAttention(4, 2, batch_first=True).double()
    ours = one_op(Attention(2, dropout=0.0))
    ours.op.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 5, 4, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x, x, x)[0])


def test_dropout_falls_between_layers_in_training_alone() -> None:
    module = one_op(Recurrent("gru", 3, 2, bidirectional=False, dropout=1.0, last=False))
    x, y = torch.randn(2, 2, 5, 4, dtype=torch.float64)
    assert torch.equal(module(x), module(y))
    module.eval()
    assert not torch.equal(module(x), module(y))


def test_dropout_of_one_layer_is_none_and_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module = one_op(Recurrent("gru", 3, 1, bidirectional=False, dropout=1.0, last=False))
    x = torch.randn(2, 5, 4, dtype=torch.float64)
    assert torch.equal(module(x), module.eval()(x))


def test_attentions_dropout_falls_on_its_weights_in_training_alone() -> None:
    module = one_op(Attention(2, dropout=1.0))
    x = torch.randn(2, 5, 4, dtype=torch.float64)
    torch.testing.assert_close(module(x), module.op.out_proj.bias.expand(2, 5, 4))
    assert not torch.equal(module.eval()(x), module.op.out_proj.bias.expand(2, 5, 4))


def test_an_embeddings_gradient_falls_on_the_rows_that_were_read() -> None:
    module = one_op(Embed(4, 2), INDICES)
    module(torch.tensor([[0, 2, 2, 0, 2]])).sum().backward()
    assert module.op.weight.grad.tolist() == [[2, 2], [0, 0], [3, 3], [0, 0]]
    with pytest.raises(IndexError, match="out of range"):
        module(torch.tensor([[0, 1, 2, 3, 4]]))


def sentence() -> Graph:
    """Every op of sequences."""
    network = Network(words=INDICES)
    x = network.add("embed1", Embed(20, 8), network.inputs["words"])
    x = network.add("position1", Position(), x)
    x = network.add("block.lstm1", Recurrent("lstm", 4, 2, bidirectional=True, dropout=0.2, last=False), x)
    x = network.add("block.rnn1", Recurrent("rnn", 8, 1, bidirectional=False, dropout=0.0, last=False), x)
    x = network.add("attention1", Attention(2, dropout=0.1), x)
    x = network.add("gru1", Recurrent("gru", 3, 1, bidirectional=True, dropout=0.0, last=True), x)
    return network.graph(output=network.add("linear1", Linear(2, bias=True, axis="channels"), x))


def shared() -> Graph:
    """Each op with parameters twice, the second with the first's."""
    network = Network(words=INDICES)
    words = network.inputs["words"]
    lstm = Recurrent("lstm", 4, 2, bidirectional=True, dropout=0.0, last=False)
    x = network.add("embed1", Embed(20, 8), words)
    x = network.add("a.lstm1", lstm, x)
    x = network.add("a.attention1", Attention(2, dropout=0.0), x)
    x = network.add("a.position1", Position(), x)
    x = network.share("b.lstm1", lstm, x, "a.lstm1")
    x = network.share("b.attention1", Attention(4, dropout=0.0), x, "a.attention1")
    x = network.share("b.position1", Position(), x, "a.position1")
    return network.graph(output=x, again=network.share("embed2", Embed(20, 8), words, "embed1"))


def by_hand(words: torch.Tensor, state: dict[str, torch.Tensor]) -> torch.Tensor:
    """``shared``, of PyTorch's own modules, with the numbers of ``state``."""
    lstm = nn.LSTM(8, 4, 2, batch_first=True, bidirectional=True)
    first, second = (nn.MultiheadAttention(8, heads, batch_first=True) for heads in (2, 4))
    own = {
        name: {key.removeprefix(f"a.{name}."): state[key] for key in state if key.startswith(f"a.{name}.")}
        for name in ("lstm1", "attention1")
    }
    x = state["embed1.weight"][words]
    for attention in (first, second):
        lstm.load_state_dict(own["lstm1"])
        attention.load_state_dict(own["attention1"])
        x, _ = lstm.to(x.dtype)(x)
        x = attention.to(x.dtype)(x, x, x)[0] + state["a.position1.weight"]
    return x


def test_shared_parameters_are_their_owners_alone() -> None:
    graph = shared()
    module = compiled(graph).eval()
    assert list(module.state_dict()) == list(graph.parameters)
    words = torch.randint(20, (3, 5))
    torch.testing.assert_close(module(words)["output"], by_hand(words, module.state_dict()))
    assert torch.equal(module(words)["again"], module.state_dict()["embed1.weight"][words])
    for assign in (False, True):
        state = {name: value / 2 + 0.1 for name, value in module.state_dict().items()}
        module.load_state_dict(state, assign=assign)
        torch.testing.assert_close(module(words)["output"], by_hand(words, state))
    module.double()
    torch.testing.assert_close(module(words)["output"], by_hand(words, module.state_dict()))


@pytest.mark.parametrize("duplicate", COPIES)
@pytest.mark.parametrize("graph", [sentence(), shared()], ids=["sentence", "shared"])
def test_a_copy_is_equal_and_apart(graph: Graph, duplicate: Any) -> None:
    module = compiled(graph).eval()
    twin = duplicate(module)
    words = torch.randint(20, (2, 5))
    expected = module(words)
    torch.testing.assert_close(twin(words), expected, rtol=0, atol=0)
    assert repr(twin) == repr(module)
    assert list(twin.state_dict()) == list(graph.parameters)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
    torch.testing.assert_close(module(words), expected, rtol=0, atol=0)
    found = twin(words)
    assert not (found if isinstance(found, torch.Tensor) else found["output"]).any()


@pytest.mark.parametrize("graph", [sentence(), shared()], ids=["sentence", "shared"])
def test_modules_are_compiled_exported_and_traced_whole(graph: Graph) -> None:
    torch.compiler.reset()
    module = compiled(graph).eval()
    fast = copy.deepcopy(module)
    fast.compile(backend="eager", fullgraph=True)
    traced = torch.fx.symbolic_trace(module)
    example, batch = torch.randint(20, (2, 5)), torch.export.Dim("batch")
    program = torch.export.export(module, (example,), dynamic_shapes=({0: batch},)).module()
    for size in (1, 2, 3):
        words = torch.randint(20, (size, 5))
        for found in (fast(words), traced(words), program(words)):
            torch.testing.assert_close(found, module(words))
    torch.compiler.reset()


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_modules_move_between_types(dtype: torch.dtype) -> None:
    module = compiled(sentence()).eval().to(dtype)
    assert module(torch.randint(20, (2, 5))).dtype == dtype
    assert module.to("meta")(torch.zeros(2, 5, dtype=torch.int64, device="meta")).shape == (2, 2)


def test_parts_that_do_not_train_ask_for_no_gradient() -> None:
    graph = sentence()
    frozen = {
        path: parameter._replace(type=parameter.type._replace(trainable=False))
        if path.startswith(("block.lstm1", "attention1"))
        else parameter
        for path, parameter in graph.parameters.items()
    }
    module = compiled(graph._replace(parameters=frozen))
    found = {name for name, value in module.named_parameters() if not value.requires_grad}
    assert found == {path for path in frozen if path.startswith(("block.lstm1", "attention1"))}
    module(torch.randint(20, (2, 5))).sum().backward()
    assert module.get_submodule("embed1").weight.grad is not None
    assert module.get_submodule("attention1").out_proj.weight.grad is None
