"""What happens in training alone, and that gradients flow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call

from netc.graph.text import op_text
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine, Dropout, DropPath, Prelu, Scale
from netc.ops.group_norm import GroupNorm, InstanceNorm, L2Norm, RmsNorm
from netc.ops.local import Local
from netc.ops.norm import BatchNorm, LayerNorm, LocalResponseNorm
from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool
from netc.ops.sequence import Attention, Embed, Position, Recurrent
from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from netc.ops.transposed import ConvTranspose
from netc.ops.upsample import Upsample
from netc.ops.window import ceil_remainder
from netc.types import TensorType
from netc.types.dims import numbers
from tests.netc_onnx.cases import MAPS, SEQUENCE, VECTOR, Case, of
from tests.netc_onnx.families import FAMILIES
from tests.netc_torch.networks import Network, compiled, weights

BIG = (of(40, 25), of(40, 5, 5), of(40, 2, 3, 4))
ROWS = TensorType((25, 40), layout="sequence")


def one_op(op: Any, *types: TensorType) -> Any:
    network = Network(**{f"input{place}": type_ for place, type_ in enumerate(types)})
    return compiled(network.graph(output=network.add("op", op, *network.inputs.values())))


@pytest.mark.parametrize("type_", [of(1000), ROWS, *BIG], ids=str)
def test_dropout_drops_elements_and_scales_the_rest(type_: TensorType) -> None:
    torch.manual_seed(0)
    module = one_op(Dropout(0.25, spatial=False), type_)
    x = torch.ones(4, *numbers(type_.shape, "a test"))
    factors = module(x)
    torch.testing.assert_close(factors.unique(), torch.tensor([0.0, 4 / 3]), rtol=1e-5, atol=0)
    assert abs((factors == 0).float().mean().item() - 0.25) < 0.05
    assert torch.equal(module.eval()(x), x)


@pytest.mark.parametrize("type_", [ROWS, *BIG], ids=str)
def test_spatial_dropout_drops_whole_channels_of_each_sample(type_: TensorType) -> None:
    torch.manual_seed(0)
    module = one_op(Dropout(0.25, spatial=True), type_)
    x = torch.ones(8, *numbers(type_.shape, "a test"))
    factors = module(x).movedim(type_.channel_axis + 1, 1).flatten(2)
    torch.testing.assert_close(factors, factors[:, :, :1].expand_as(factors))
    kept = factors[:, :, 0]
    torch.testing.assert_close(kept.unique(), torch.tensor([0.0, 4 / 3]), rtol=1e-5, atol=0)
    assert abs((kept == 0).float().mean().item() - 0.25) < 0.1
    assert len({tuple(row) for row in kept.tolist()}) == len(kept)
    assert torch.equal(module.eval()(x), x)


@pytest.mark.parametrize("type_", [TensorType(()), VECTOR, SEQUENCE, *MAPS], ids=str)
def test_drop_path_drops_whole_samples(type_: TensorType) -> None:
    torch.manual_seed(0)
    module = one_op(DropPath(0.25), type_)
    x = torch.ones(400, *numbers(type_.shape, "a test"))
    factors = module(x).reshape(400, -1)
    torch.testing.assert_close(factors, factors[:, :1].expand_as(factors))
    torch.testing.assert_close(factors[:, 0].unique(), torch.tensor([0.0, 4 / 3]), rtol=1e-5, atol=0)
    assert abs((factors == 0).float().mean().item() - 0.25) < 0.1
    assert torch.equal(module.eval()(x), x)


@pytest.mark.parametrize(
    "op", [Dropout(1.0, spatial=False), Dropout(1.0, spatial=True), DropPath(1.0)], ids=op_text
)
def test_probability_1_leaves_nothing(op: Any) -> None:
    assert not one_op(op, of(4, 5))(torch.rand(3, 4, 5)).any()


@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize("type_", [VECTOR, SEQUENCE, *MAPS], ids=str)
def test_batch_norm_uses_and_keeps_the_batchs_statistics(type_: TensorType, affine: bool) -> None:
    module = one_op(BatchNorm(1e-3, 0.3, affine), type_).double().train()
    before = {name: value.numpy().copy() for name, value in module.state_dict().items()}
    x = np.random.default_rng(0).normal(2, 3, (5, *numbers(type_.shape, "a test")))
    rows = np.moveaxis(x, type_.channel_axis + 1, -1).reshape(-1, 6)
    mean, variance = rows.mean(0), rows.var(0)
    expected = (np.moveaxis(x, type_.channel_axis + 1, -1) - mean) / np.sqrt(variance + 1e-3)
    if affine:
        expected = expected * before["op.weight"] + before["op.bias"]
    found = module(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(
        found, np.moveaxis(expected, -1, type_.channel_axis + 1), rtol=1e-9, atol=1e-12
    )
    after = module.state_dict()
    moved = 0.7 * before["op.running_mean"] + 0.3 * mean
    spread = 0.7 * before["op.running_var"] + 0.3 * rows.var(0, ddof=1)
    np.testing.assert_allclose(after["op.running_mean"].numpy(), moved, rtol=1e-12)
    np.testing.assert_allclose(after["op.running_var"].numpy(), spread, rtol=1e-12)


SEQ = TensorType((3, 4), layout="sequence")
CASES = [
    Case(Conv(2, (3,), (2,), ((1, 2),), (1,), 1, bias=True), (of(2, 7),)),
    Case(Conv(4, (3, 2), (2, 1), ((0, 1), (1, 0)), (1, 2), 2, bias=True), (of(2, 5, 4),)),
    Case(Conv(2, (2, 2, 2), (1, 1, 1), ((0, 1), (0, 0), (1, 0)), (1, 1, 1), 1, bias=True), (of(1, 2, 3, 2),)),
    Case(ConvTranspose(2, (3,), (2,), ((0, 1),), (0,), (1,), 1, bias=True), (of(2, 4),)),
    Case(ConvTranspose(4, (3, 2), (2, 3), ((1, 0), (0, 0)), (0, 4), (1, 1), 2, bias=True), (of(2, 2, 3),)),
    Case(Local(2, (3,), (2,), ((1, 0),), (1,), 1, bias=True), (of(2, 6),)),
    Case(Local(4, (2, 2), (1, 2), ((0, 0), (0, 1)), (2, 1), 2, bias=True), (of(2, 4, 3),)),
    Case(Local(1, (2, 2, 1), (1, 1, 1), ((0, 0),) * 3, (1, 1, 1), 1, bias=False), (of(1, 2, 3, 2),)),
    Case(MaxPool((3,), (1,), ((0, 2),)), (of(2, 5),)),
    Case(MaxPool((3, 3), (2, 2), ((0, 1), (0, 1))), (of(1, 4, 4),)),
    Case(AveragePool((2, 2), (2, 1), ((1, 0), (0, 1)), (0, 0), count_padding=False), (of(2, 3, 4),)),
    Case(AveragePool((2, 2), (2, 1), ((1, 0), (0, 1)), (0, 0), count_padding=True), (of(2, 3, 4),)),
    Case(
        AveragePool((2,), (2,), ((0, 1),), (ceil_remainder(6, 2, 2, (0, 1)),), count_padding=True),
        (of(2, 6),),
    ),
    Case(GlobalPool("max", keepdims=False), (of(2, 3, 2),)),
    Case(AdaptivePool("avg", (3, 2)), (of(2, 4, 3),)),
    Case(Linear(3, bias=True, axis="channels"), (of(4, 2, 3),)),
    Case(Linear(3, bias=True, axis="last"), (SEQ,)),
    Case(BatchNorm(1e-3, 0.1, affine=True), (of(2, 3),)),
    Case(BatchNorm(1e-3, 0.1, affine=True), (SEQ,)),
    Case(LayerNorm(1e-3, affine=True), (of(4, 2, 2),)),
    Case(LayerNorm(1e-3, affine=True), (SEQ,)),
    Case(LocalResponseNorm(4, 0.5, 0.75, 1.0), (of(5, 2),)),
    Case(LocalResponseNorm(3, 0.5, 0.75, 1.0), (SEQ,)),
    Case(GroupNorm(2, 1e-3, affine=True), (of(4, 3, 2),)),
    Case(GroupNorm(2, 1e-3, affine=True), (SEQ,)),
    Case(GroupNorm(1, 1e-3, affine=False), (of(4),)),
    Case(InstanceNorm(1e-3, affine=True), (of(2, 3, 2),)),
    Case(InstanceNorm(1e-3, affine=True), (SEQ,)),
    Case(RmsNorm(1e-3, affine=True), (of(4, 2, 2),)),
    Case(RmsNorm(1e-3, affine=True), (SEQ,)),
    Case(L2Norm(1e-3), (of(4, 2),)),
    Case(L2Norm(2.0), (SEQ,)),
    Case(Upsample((3,), "nearest", align_corners=False), (of(2, 3),)),
    Case(Upsample((2, 4), "nearest", align_corners=False), (of(2, 3, 2),)),
    Case(Upsample((3, 2), "linear", align_corners=False), (of(2, 3, 2),)),
    Case(Upsample((2,), "linear", align_corners=True), (of(2, 3),)),
    Case(PixelShuffle(2), (of(8, 2, 1),)),
    Case(PixelUnshuffle(2), (of(2, 4, 2),)),
    Case(ChannelShuffle(2), (of(6, 2),)),
    Case(Recurrent("rnn", 2, 1, bidirectional=False, dropout=0.0, last=True), (SEQ,)),
    Case(Recurrent("lstm", 2, 1, bidirectional=True, dropout=0.0, last=True), (SEQ,)),
    Case(Recurrent("gru", 2, 2, bidirectional=True, dropout=0.0, last=False), (SEQ,)),
    Case(Attention(2, dropout=0.0), (SEQ,)),
    Case(Position(), (SEQ,)),
    Case(Embed(5, 3), (TensorType((4,), "int64"),)),
    Case(Prelu(per_channel=True), (of(3, 4),)),
    Case(Prelu(per_channel=True), (SEQ,)),
    Case(Prelu(per_channel=False), (of(3, 4),)),
    Case(Scale(1.0), (of(3, 2, 2),)),
    Case(Scale(1.0), (SEQ,)),
    Case(Activation("hardsigmoid", 0.2), (of(5),)),
    Case(Activation("square"), (of(5),)),
    Case(Combine("mul"), (of(3, 2, 2), of(3))),
    Case(Combine("max"), (of(5), of(5), of(5))),
]


def given(type_: TensorType) -> Tensor:
    """A batch of two: numbers with a gradient, or indices."""
    shape = (2, *numbers(type_.shape, "a test"))
    if type_.dtype == "int64":
        return torch.randint(5, shape)
    return torch.randn(shape, dtype=torch.float64, requires_grad=True)


def test_every_op_that_learns_is_among_the_gradients() -> None:
    learning = {type(case.op) for family in FAMILIES.values() for case in family if one_op_parameters(case)}
    assert learning
    assert learning <= {type(case.op) for case in CASES if one_op_parameters(case)}


def one_op_parameters(case: Case) -> bool:
    """Whether a case's op learns something."""
    return any(not parameter.buffer for parameter in case.op.parameters(*case.types))


@pytest.mark.parametrize("case", CASES, ids=lambda case: op_text(case.op))
def test_gradients_are_those_of_the_function(case: Case) -> None:
    torch.manual_seed(0)
    module = one_op(case.op, *case.types).double().train()
    buffers = dict(module.named_buffers())
    names = [name for name, _ in module.named_parameters()]
    values = [given(type_) for type_ in case.types]
    parameters = [parameter.detach().clone().requires_grad_() for parameter in module.parameters()]

    def function(*tensors: Tensor) -> Tensor:
        inputs, rest = tensors[: len(values)], tensors[len(values) :]
        state = {**dict(zip(names, rest, strict=True)), **{name: b.clone() for name, b in buffers.items()}}
        result: Tensor = functional_call(module, state, inputs)
        return result

    assert torch.autograd.gradcheck(function, (*values, *parameters))


def test_a_network_learns() -> None:
    torch.manual_seed(0)
    network = Network(input=of(1, 6, 6))
    x = network.add(
        "conv1.conv",
        Conv(8, (3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), 1, bias=False),
        network.inputs["input"],
    )
    x = network.add("conv1.norm", BatchNorm(1e-5, 0.1, affine=True), x)
    x = network.add("conv1.act", Activation("relu"), x)
    x = network.add("pool", GlobalPool("max", keepdims=False), x)
    graph = network.graph(output=network.add("linear1", Linear(2, bias=True, axis="channels"), x))
    module = compiled(graph, weights(graph)).train()
    images = torch.rand(64, 1, 6, 6)
    classes = (images[:, 0, :, :3].amax((1, 2)) + images[:, 0, 0].amax(1) > 1.9).long()
    optimizer = torch.optim.Adam(module.parameters(), lr=0.03)
    losses: list[float] = []
    for _ in range(60):
        loss = nn.functional.cross_entropy(module(images), classes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
