"""``torch.compile``, ``torch.export`` and ``torch.fx`` take every module whole."""

from __future__ import annotations

import copy
import io
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import torch
import torch.fx
from torch import Tensor
from torch._dynamo import lookup_backend
from torch._dynamo.exc import Unsupported
from torch.export import Dim, export, load, save

import netc
from tests.elaborate.specs import spec
from tests.netc_torch.varied import NAMES, assert_close, assert_same, gradients, inputs, named, sample

MODES = pytest.mark.parametrize("mode", ["train", "eval"])
EVERY = pytest.mark.parametrize("name", [*NAMES, "random"])
COMPILED = [
    *((name, "train", "eager") for name in (*NAMES, "random")),
    *((name, "eval", "eager") for name in ("residual", "heads")),  # whose evaluation differs
    *((name, "train", "aot_eager") for name in ("residual", "heads")),
]
"""What is compiled: ``eager`` runs the graph that was traced, ``aot_eager`` its gradient's graph, too."""
EXPORTED = [
    *((name, "eval", False) for name in NAMES),
    *((name, "train", True) for name in ("residual", "shared", "heads", "random")),
]
GRADIENT = {"rtol": 1e-4, "atol": 1e-6}
"""Gradients are sums in another order: float32 has 6e-8 a rounding, and the longest sums a few hundred."""
STEPS = 2
"""The recurrent net's steps: torch writes them out one by one, and compiles as many ops."""


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What torch has compiled is no other test's."""
    torch.compiler.reset()
    yield
    torch.compiler.reset()


def seeded(module: Any, x: tuple[Tensor, ...]) -> Any:
    """The module's result, whatever it draws being the same every time."""
    torch.manual_seed(0)
    return module(*x)


def compiled_twin(module: Any, backend: str) -> tuple[Any, list[int]]:
    """A copy under ``torch.compile``, which may break no graph, and a list that grows by each compilation."""
    compilations: list[int] = []
    inner = lookup_backend(backend)

    def counting(graph: torch.fx.GraphModule, examples: list[Tensor]) -> Any:
        compilations.append(len(graph.graph.nodes))
        return inner(graph, examples)

    twin = copy.deepcopy(module)
    twin.compile(backend=counting, fullgraph=True)
    return twin, compilations


@pytest.mark.parametrize(("name", "mode", "backend"), COMPILED)
def test_compile_takes_the_whole_graph_and_its_gradient(name: str, mode: str, backend: str) -> None:
    net, module, _ = sample(name)
    module.train(mode == "train")
    fast, compilations = compiled_twin(module, backend)
    for batch in (2, 3, 7):
        x = inputs(net, batch, T=STEPS)
        found, expected = seeded(fast, x), seeded(module, x)
        assert_same(found, expected)
        assert_close(gradients(fast, found), gradients(module, expected), **GRADIENT)
    assert len(compilations) == 2  # for the first batch, then for every batch
    torch.testing.assert_close(fast.state_dict(), module.state_dict())  # a batch norm's statistics, too


def test_compile_takes_new_sizes_of_symbols() -> None:
    net, module, _ = sample("any size")
    fast, compilations = compiled_twin(module, "eager")
    for height, width in ((12, 10), (13, 17), (15, 19), (21, 11), (33, 25)):
        x = inputs(net, 2, H=height, W=width)
        assert_same(fast(*x), module(*x))
    assert len(compilations) <= 3  # for the first size, for odd ones, for even ones


def test_compile_says_what_is_wrong_with_an_input() -> None:
    _, module, (x,) = sample("plain")
    fast, _ = compiled_twin(module, "eager")
    fast(x)
    for wrong, message in (
        (x[..., 1:], "the input `input` is 3×3×18×17, and the spec says N×3×18×18"),
        (x.int(), "the input `input` is of int32, and the spec says float32"),
    ):
        with pytest.raises(Unsupported, match=message):  # torch's way to say that the call would raise
            fast(wrong)


@pytest.mark.filterwarnings("ignore:.torch.jit.script_method. is deprecated")  # torch's own, as it is loaded
@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("g++") is None,
    reason="torch's own code generator for the CPU calls a C++ compiler, and there is none here",
)
def test_inductor_computes_what_the_module_does() -> None:
    layers = "[{conv: 4, kernel: 3, norm: batch, act: relu}, {global_pool: avg}, {linear: 2}]"
    module = netc.loads(spec(layers)).to_torch().eval()
    fast = copy.deepcopy(module)
    fast.compile(fullgraph=True)
    x = torch.linspace(-1.0, 1.0, 512).view(2, 4, 8, 8)
    with torch.no_grad():
        assert_same(fast(x), module(x), **GRADIENT)


@pytest.mark.parametrize(("name", "mode", "strict"), EXPORTED)
def test_export_keeps_names_and_the_batch_free(name: str, mode: str, strict: bool) -> None:
    net, module, _ = sample(name)
    module.train(mode == "train")
    batch = Dim("batch")
    free = tuple({0: batch} for _ in net.inputs)
    program = export(module, inputs(net, 3, T=STEPS), dynamic_shapes=free, strict=strict)
    assert set(program.state_dict) == set(net.parameters)
    file = io.BytesIO()
    save(program, file)
    file.seek(0)
    loaded = load(file).module()
    for size in (2, 7):
        x = inputs(net, size, T=STEPS)
        assert_same(seeded(loaded, x), seeded(module, x))
        assert list(named(seeded(loaded, x))) == list(named(seeded(module, x)))


@MODES
@EVERY
def test_fx_traces_through(name: str, mode: str) -> None:
    _, module, x = sample(name)
    module.train(mode == "train")
    traced = torch.fx.symbolic_trace(copy.deepcopy(module))
    assert_same(seeded(traced, x), seeded(module, x))
