"""What optimising means to who compiles."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from onnx import numpy_helper

import netc
from netc.compiler import Compilation
from netc.discovery import find_backend
from netc.errors import WeightsError
from netc.passes import optimize
from tests.netc_onnx.networks import Session

if TYPE_CHECKING:
    from pathlib import Path

    from onnx import ModelProto

    from netc.artifact import Request

SPEC = """
netc: 1
name: small
input: [3, 8, 8]
layers:
  - {conv: 4, kernel: 3, norm: batch, act: relu, name: stem}
  - {head: aux, layers: [flatten, {linear: 2}], train_only: true}
  - {conv: 4, kernel: 1, name: once}
  - {conv: 4, kernel: 1, name: again, share: once}
  - {dropout: 0.5}
  - {global_pool: avg}
  - {linear: 2}
"""


def compiled(**options: Any) -> ModelProto:
    model: ModelProto = netc.loads(SPEC).compile("onnx", **options)
    return model


def kinds(model: ModelProto) -> Counter[str]:
    return Counter(node.op_type for node in model.graph.node)


def test_onnx_is_optimised_and_as_written_on_request() -> None:
    assert "BatchNormalization" not in kinds(compiled())
    as_written = compiled(optimize=False)
    assert kinds(as_written)["BatchNormalization"] == 1
    names = [
        tensor.name for tensor in as_written.graph.initializer if tensor.name in netc.loads(SPEC).parameters
    ]
    assert names == [path for path in netc.loads(SPEC).parameters if not path.startswith("aux")]


def test_initializers_keep_paths_and_shapes_and_shared_ones_stay_one() -> None:
    tensors = {tensor.name: tuple(tensor.dims) for tensor in compiled().graph.initializer}
    assert tensors == {
        "stem.conv.weight": (4, 3, 3, 3),
        "stem.conv.bias": (4,),
        "once.weight": (4, 4, 1, 1),
        "once.bias": (4,),
        "linear1.weight": (2, 4),
        "linear1.bias": (2,),
    }


def test_nodes_keep_the_path_of_the_later_layer() -> None:
    assert [node.name for node in compiled().graph.node][:2] == ["stem.norm", "stem.act"]


def test_a_torch_module_is_optimised_on_request_alone() -> None:
    network = netc.loads(SPEC)
    assert list(network.compile("torch").state_dict()) == list(network.parameters)
    assert "stem.norm.weight" not in network.compile("torch", optimize=True).state_dict()


def test_given_weights_are_those_of_the_graph_as_written() -> None:
    network = netc.loads(SPEC)
    state = network.to_torch(seed=5).state_dict()
    image = {"input": np.random.default_rng(0).standard_normal((2, 3, 8, 8), np.float32)}
    found, right = (
        Session.of(compiled(weights=state, optimize=optimize), optimized=False).run(image)["output"]
        for optimize in (True, False)
    )
    assert np.abs(found - right).max() < 1e-6 * np.abs(right).max()
    with pytest.raises(WeightsError, match=r"stem\.conv\.bias"):
        compiled(weights={**state, "stem.conv.bias": np.zeros(4, np.float32)})
    with pytest.raises(WeightsError, match=r"aux\.linear1\.bias"):
        compiled(weights={path: value for path, value in state.items() if path != "aux.linear1.bias"})


def test_weights_alone_are_those_of_the_graph_as_written(tmp_path: Path) -> None:
    network = netc.loads(SPEC)
    network.to_safetensors(tmp_path / "first.safetensors", seed=2)
    network.to_onnx(tmp_path / "read.onnx", weights=tmp_path / "first.safetensors")
    network.to_onnx(tmp_path / "made.onnx", seed=2)
    assert (tmp_path / "read.onnx").read_bytes() == (tmp_path / "made.onnx").read_bytes()


class Asking:
    """A stranger's backend, which hands out what it is given."""

    suffixes: tuple[str, ...] = ()

    def compile(self, request: Request) -> Request:
        return request

    def write(self, request: Request, path: Path) -> None:
        raise NotImplementedError


class Inferring(Asking):
    """One for inference."""

    optimizes: bool | tuple[str, ...] = True


class InferringSome(Asking):
    """One that writes files for inference among others."""

    optimizes = (".made",)


@pytest.mark.parametrize(
    ("backend", "asked", "optimized"),
    [
        (Asking(), None, False),
        (Asking(), True, True),
        (Inferring(), None, True),
        (Inferring(), False, False),
        (InferringSome(), None, True),
    ],
)
def test_a_backend_says_whether_it_is_for_inference(
    backend: Asking, asked: bool | None, optimized: bool
) -> None:
    network = netc.loads(SPEC)
    compilation = Compilation(network.graph, SPEC, "0", optimize=asked)
    request = compilation.request(compilation.optimizes(backend, ".made"))
    assert request.optimize == optimized
    assert ("stem.norm.weight" in request.graph.parameters) != optimized
    assert list(request.weights) == list(request.graph.parameters)


def test_the_backends_that_come_with_netc_say_so() -> None:
    assert getattr(find_backend("onnx"), "optimizes", False) is True
    assert getattr(find_backend("torch"), "optimizes", False) == (
        ".pt2",
    )  # modules and source are to be trained


LAID_OUT = """
netc: 1
input: {shape: [6, 4], layout: sequence}
layers:
  - {linear: 4, name: first}
  - {act: prelu}
  - {linear: 4, name: second, share: first}
  - {attention: {heads: 2}}
  - {permute: [1, 0]}
  - {scale: 0.5, name: factors}
  - {act: prelu, name: slopes}
  - {norm: rms}
  - {local: 2, kernel: 2}
"""


def test_parameters_are_stored_as_nodes_need_them() -> None:
    network = netc.loads(LAID_OUT.replace("attention: {heads: 2}", "attention: 2"))
    state = network.to_torch(seed=3).state_dict()
    model = network.compile("onnx", weights=state)
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    assert np.array_equal(stored["first.weight_turned"], state["first.weight"].numpy().T)
    assert "first.weight" not in stored
    assert stored["factors.weight"].shape == (4, 1)
    read = {name for node in model.graph.node for name in node.input}
    assert set(stored) <= read
    assert not any(set(node.input) <= set(stored) for node in model.graph.node), (
        "a node computes what could have been stored"
    )
    feed = {"input": np.random.default_rng(0).standard_normal((2, 6, 4), np.float32)}
    right = network.compile("onnx", weights=state, optimize=False)
    outputs = [Session.of(one, optimized=False).run(feed)["output"] for one in (model, right)]
    assert np.abs(outputs[0] - outputs[1]).max() < 1e-5 * np.abs(outputs[1]).max()


def test_a_parameter_that_nodes_read_in_two_ways_is_stored_as_the_spec_has_it() -> None:
    text = """
    netc: 1
    inputs: {words: {shape: [6, 4], layout: sequence}, one: [4]}
    layers:
      - {linear: 4, name: first, from: words}
      - {global_pool: avg, name: pooled}
      - {linear: 4, name: second, from: one, share: first}
      - {merge: add, from: [pooled, second]}
    """
    model = netc.loads(text).compile("onnx")
    assert [tensor.name for tensor in model.graph.initializer][:2] == ["first.weight", "first.bias"]
    assert kinds(model)["Transpose"] == 1


def test_checking_needs_no_passes() -> None:
    code = "import sys, netc; netc.loads(sys.argv[1]); print([m for m in sys.modules if 'passes' in m])"
    found = subprocess.run([sys.executable, "-c", code, SPEC], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


@pytest.mark.parametrize("layer", ["{scale: 1}", "{conv: 1, kernel: 1, norm: batch}", "{pad: 0}"])
def test_time_grows_no_faster_than_the_network(layer: str) -> None:
    def seconds(count: int) -> float:
        layers = f"{{conv: 1, kernel: 1}}, {{repeat: {count}, layers: [{layer}]}}"
        graph = netc.loads(f"netc: 1\ninput: [1, 4, 4]\nlayers: [{layers}]\n").graph
        started = time.process_time()
        made = optimize(graph)
        ended = time.process_time()
        assert optimize(made) is made
        return ended - started

    seconds(100)
    assert seconds(8_000) < 30 * (seconds(800) + 0.005)
