"""Modules are copied, pickled, moved and compiled as any other."""

from __future__ import annotations

import copy
import io
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.fx
from torch import nn

from tests.netc_torch.networks import compiled
from tests.netc_torch.test_hierarchy import mixed
from tests.netc_torch.test_state import shared


def through_torch_save(module: Any) -> Any:
    file = io.BytesIO()
    torch.save(module, file)
    return torch.load(io.BytesIO(file.getvalue()), weights_only=False)


def through_pickle(module: Any) -> Any:
    return pickle.loads(pickle.dumps(module))


COPIES: list[Callable[[Any], Any]] = [copy.deepcopy, through_pickle, through_torch_save]


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_copy_is_equal_and_apart(duplicate: Callable[[Any], Any]) -> None:
    module = compiled(mixed()).eval()
    twin = duplicate(module)
    x = torch.rand(2, 3, 8, 8)
    before = module(x)["output"]
    assert torch.equal(twin(x)["output"], before)
    assert repr(twin) == repr(module)
    assert [type(part) for part in twin.modules()] == [type(part) for part in module.modules()]
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
    assert torch.equal(module(x)["output"], before)
    assert not twin(x)["output"].any()
    state = {**module.state_dict(), "residual1.0.conv1.norm.num_batches_tracked": torch.tensor(0)}
    assert twin.load_state_dict(state).unexpected_keys == []


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_copy_shares_among_its_own(duplicate: Callable[[Any], Any]) -> None:
    module = compiled(shared()).eval()
    twin = duplicate(module)
    assert twin.loop.get_submodule("1").weight is twin.loop.get_submodule("0").weight
    assert twin.conv2.norm.running_mean is twin.conv1.norm.running_mean is not None
    assert twin.conv1.conv.weight is not module.get_submodule("conv1.conv").weight
    x = torch.rand(2, 4, 6, 6)
    assert torch.equal(twin(x), module(x))


def test_one_submodule_can_be_copied() -> None:
    module = compiled(mixed())
    twin = copy.deepcopy(module.get_submodule("residual1.0"))
    x = torch.rand(2, 4, 4, 4)
    assert torch.equal(twin(x), module.get_submodule("residual1.0")(x))


def test_tracebacks_show_the_generated_source() -> None:
    module = through_pickle(compiled(mixed()))
    module.residual1.get_submodule("0").conv1.norm = nn.BatchNorm2d(5)
    with pytest.raises(RuntimeError) as raised:
        module(torch.rand(1, 3, 8, 8))
    shown = "".join(traceback.format_exception(raised.value))
    places = ("x = modules['residual1'](x)", "x = modules['0'](x)", "x1 = modules['conv1'](x)")
    for line in (*places, "x = modules['norm'](x)"):
        assert f"\n    {line}\n" in shown


@pytest.mark.parametrize("graph", [mixed(), shared()], ids=["mixed", "shared"])
def test_modules_move_between_types_and_devices(graph: Any) -> None:
    module = compiled(graph).eval()
    x = torch.rand(2, *graph.inputs[0].type.shape)

    def output(module: Any, x: torch.Tensor) -> torch.Tensor:
        y: Any = module(x)
        result: torch.Tensor = y if isinstance(y, torch.Tensor) else y["output"]
        return result

    expected = output(module, x)
    for dtype in (torch.float64, torch.bfloat16, torch.float16):
        found = output(copy.deepcopy(module).to(dtype), x.to(dtype))
        assert (found.dtype, found.shape) == (dtype, expected.shape)
    last: Any = copy.deepcopy(module).to(memory_format=torch.channels_last)
    torch.testing.assert_close(output(last, x.to(memory_format=torch.channels_last)), expected)
    found = output(copy.deepcopy(module).to("meta"), x.to("meta"))
    assert (found.device.type, found.shape) == ("meta", expected.shape)


@pytest.mark.parametrize("graph", [mixed(), shared()], ids=["mixed", "shared"])
def test_torch_compile_takes_the_whole_graph(graph: Any) -> None:
    torch.compiler.reset()
    module = compiled(graph).eval()
    fast = copy.deepcopy(module)
    fast.compile(backend="eager", fullgraph=True)
    for batch in (2, 3):
        x = torch.rand(batch, *graph.inputs[0].type.shape)
        assert_same(fast(x), module(x))
    torch.compiler.reset()


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("graph", [mixed(), shared()], ids=["mixed", "shared"])
def test_torch_export_keeps_the_batch_free(graph: Any, strict: bool) -> None:
    module = compiled(graph).eval()
    shape = graph.inputs[0].type.shape
    batch = torch.export.Dim("batch")
    program = torch.export.export(
        module, (torch.rand(2, *shape),), dynamic_shapes=({0: batch},), strict=strict
    )
    assert set(program.state_dict) == set(graph.parameters)
    for size in (1, 5):
        x = torch.rand(size, *shape)
        assert_same(program.module()(x), module(x))


def test_torch_fx_traces_through() -> None:
    module = compiled(mixed()).eval()
    x = torch.rand(2, 3, 8, 8)
    assert_same(torch.fx.symbolic_trace(module)(x), module(x))


def assert_same(found: Any, expected: Any) -> None:
    torch.testing.assert_close(found, expected)
