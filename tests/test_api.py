"""The front door: what ``import netc`` offers."""

from __future__ import annotations

import copy
import pickle
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

import netc
from netc.artifact import Request
from netc.errors import unimportable
from netc.graph.text import text

SPEC = """\
netc: 1
name: tiny
doc: Two layers & a <head>.
input: [3, 8, 8]
params: {width: 4}
variants: {wide: {width: 16}}
layers:
  - {conv: $width, kernel: 3, act: relu}
  - {global_pool: avg}
  - {linear: 2}
"""

PUBLIC = {
    *("load", "loads", "check", "compile", "Network"),
    *("Diagnostic", "Note", "Span", "TensorType", "ParameterType"),
    *("NetcError", "SpecError", "WeightsError", "OutputsError", "FileError", "BackendError"),
    "__version__",
}


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_the_public_names() -> None:
    assert set(netc.__all__) == PUBLIC
    for name in PUBLIC:
        assert getattr(netc, name) is not None
        assert getattr(netc, name).__doc__


def test_a_network_says_what_it_is(spec: Path) -> None:
    net = netc.load(spec)
    assert repr(net) == "<netc.Network tiny: 122 parameters, 3,896 MACs>"
    assert net.inputs == {"input": netc.TensorType((3, 8, 8))}
    assert net.outputs == {"output": netc.TensorType((2,))}
    assert net.parameters == {
        "conv1.weight": netc.ParameterType((4, 3, 3, 3)),
        "conv1.bias": netc.ParameterType((4,)),
        "linear1.weight": netc.ParameterType((2, 4)),
        "linear1.bias": netc.ParameterType((2,)),
    }
    assert list(net.layers) == ["conv1", "global_pool1", "linear1"]
    assert net.layers["conv1"].macs == 4 * 6 * 6 * 3 * 9


def test_variants_and_params_override_and_keep_their_type(spec: Path) -> None:
    assert netc.load(spec, variant="wide").parameters["conv1.bias"].shape == (16,)
    assert netc.load(spec, variant="wide", params={"width": 8}).parameters["conv1.bias"].shape == (8,)
    with pytest.raises(netc.SpecError) as raised:
        netc.load(spec, params={"width": "8", "height": 8})
    assert [(found.code, found.span.file) for found in raised.value.diagnostics] == [
        ("E202", "params"),
        ("E303", "params"),
    ]


def test_a_spec_error_holds_every_diagnostic_and_reads_as_the_full_rendering() -> None:
    with pytest.raises(netc.SpecError) as raised:
        netc.loads(
            SPEC.replace("kernel: 3", "kernel: 9").replace("linear: 2", "linear: -2"), filename="t.yaml"
        )
    assert [found.code for found in raised.value.diagnostics] == ["E402", "E202"]
    assert str(raised.value).startswith("error[E402]: ")
    assert "--> t.yaml:8:" in str(raised.value)
    assert isinstance(raised.value, netc.NetcError)
    again = pickle.loads(pickle.dumps(raised.value))
    assert (again.diagnostics, str(again)) == (raised.value.diagnostics, str(raised.value))


def test_check_returns_what_load_would_raise(spec: Path, tmp_path: Path) -> None:
    assert netc.check(spec) == []
    spec.write_text("netc: 1\ninput: [3, 8, 8]\nlayers: [{covn: 3}]\n", encoding="utf-8")
    (found,) = netc.check(spec)
    assert (found.code, found.help) == ("E204", "did you mean `conv`?")
    with pytest.raises(netc.FileError, match=r"missing\.yaml cannot be read: No such file"):
        netc.check(tmp_path / "missing.yaml")


def test_a_library_of_blocks_is_no_network() -> None:
    library = "netc: 1\nblocks: {b: {layers: [flatten]}}\n"
    with pytest.raises(netc.SpecError, match="the file is a library of blocks: it has no network"):
        netc.loads(library)


def test_networks_are_data(spec: Path) -> None:
    net = netc.load(spec)
    for twin in (pickle.loads(pickle.dumps(net)), copy.deepcopy(net)):
        assert text(twin.graph) == text(net.graph)
        assert twin.layers == net.layers
        assert {path: record.text for path, record in twin.graph.layers.items()} == {
            path: record.text for path, record in net.graph.layers.items()
        }


def test_a_notebook_shows_the_table() -> None:
    html = netc.loads(SPEC)._repr_html_()  # pyright: ignore[reportPrivateUsage]  # the name that notebooks ask for
    assert "<td>conv1</td><td>conv</td><td>4×6×6</td><td>112</td><td>3,888</td>" in html


def test_both_backends_begin_with_the_same_numbers(spec: Path, tmp_path: Path) -> None:
    net = netc.load(spec)
    module = net.to_torch(seed=7)
    net.to_onnx(tmp_path / "net.onnx", seed=7)
    model = onnx.load(tmp_path / "net.onnx")
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for path, tensor in module.state_dict().items():
        np.testing.assert_array_equal(stored[path], tensor.numpy())
    other = net.to_torch(seed=8).state_dict()
    assert not torch.equal(other["conv1.weight"], module.state_dict()["conv1.weight"])


def test_weights_travel_through_every_door(spec: Path, tmp_path: Path) -> None:
    net = netc.load(spec)
    trained = net.to_torch(seed=1)
    net.to_safetensors(tmp_path / "w.safetensors", weights=trained.state_dict())
    again = net.to_torch(weights=tmp_path / "w.safetensors").state_dict()
    for path, tensor in trained.state_dict().items():
        assert torch.equal(again[path], tensor)


def test_renames_turn_given_names_into_paths(spec: Path, tmp_path: Path) -> None:
    net = netc.load(spec)
    module = net.to_torch(seed=1)
    theirs = {f"module.{name}": value for name, value in module.state_dict().items()}
    rules = tmp_path / "rules.txt"
    rules.write_text("# a wrapper's names\n^module[.]=\n", encoding="utf-8")
    for renames in ("^module[.]=", ["^module=m", "^m[.]="], f"@{rules}"):
        again = net.to_torch(weights=theirs, renames=renames)
        assert torch.equal(again.state_dict()["conv1.weight"], module.state_dict()["conv1.weight"])
    for renamed, plain in (("renamed.onnx", "plain.onnx"), ("renamed.safetensors", "plain.safetensors")):
        write = net.to_onnx if plain.endswith("onnx") else net.to_safetensors
        write(tmp_path / renamed, weights=theirs, renames="^module[.]=")
        write(tmp_path / plain, seed=1)
        assert (tmp_path / renamed).read_bytes() == (tmp_path / plain).read_bytes()


def test_renames_that_are_wrong_or_rename_nothing_are_refused(spec: Path) -> None:
    net = netc.load(spec)
    with pytest.raises(ValueError, match=r"^the rename `module` has no `=`; write PATTERN=REPLACEMENT$"):
        net.to_torch(weights={}, renames="module")
    with pytest.raises(ValueError, match=r"^`renames` rename the tensors of `weights`: give these, too$"):
        net.to_torch(renames="a=b")
    with pytest.raises(netc.FileError, match=r"^cannot read the renames in lost[.]txt: "):
        net.to_torch(weights={}, renames=["@lost.txt"])


def test_weights_that_do_not_fit_are_all_listed_and_nothing_is_written(spec: Path, tmp_path: Path) -> None:
    weights: dict[str, Any] = {"conv1.weight": np.zeros((4, 3, 3, 2), "f"), "conv1.bia": np.zeros(4, "f")}
    with pytest.raises(netc.WeightsError) as raised:
        netc.load(spec).to_onnx(tmp_path / "net.onnx", weights=weights)
    assert len(raised.value.problems) == 5  # misshapen, three missing, one left over
    assert not (tmp_path / "net.onnx").exists()


def test_compile_reaches_every_backend(spec: Path) -> None:
    assert isinstance(netc.compile(spec, backend="torch"), torch.nn.Module)
    assert isinstance(netc.compile(spec, backend="onnx", opset=13, variant="wide"), onnx.ModelProto)
    with pytest.raises(netc.BackendError, match=r"there is no backend `tvm`; installed: .*onnx.*torch"):
        netc.compile(spec, backend="tvm")


class Counting:
    """A stranger's backend: it counts nodes."""

    suffixes = (".count",)

    def compile(self, request: Request) -> int:
        return len(request.graph.nodes)

    def write(self, request: Request, path: Path) -> None:
        path.write_text(f"{self.compile(request)}\n", encoding="utf-8")


counting = Counting()


def test_a_strangers_backend_comes_through_the_same_door(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def entry_points(*, group: str) -> list[EntryPoint]:
        return [EntryPoint("count", f"{__name__}:counting", group)]

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    monkeypatch.setattr("netc.discovery._FOUND", {})
    assert netc.compile(spec, backend="count") == 4


def test_a_backend_whose_library_is_missing_says_what_to_install(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entry_points(*, group: str) -> list[EntryPoint]:
        return [EntryPoint("torch", "a_library_that_nobody_has:backend", group)]

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    monkeypatch.setattr("netc.discovery._FOUND", {})
    message = r"the backend `torch` needs `a_library_that_nobody_has`, which is not installed: install netc with its extra `torch`"
    with pytest.raises(netc.BackendError, match=message):
        netc.compile(spec, backend="torch")


@pytest.mark.parametrize(
    ("cause", "raised", "message"),
    [
        (None, netc.BackendError, "`x` needs what is installed and cannot be loaded: libx.so: no such file"),
        (KeyboardInterrupt(), KeyboardInterrupt, ""),
    ],
)
def test_a_library_that_breaks_while_it_loads_is_not_said_to_be_missing(
    cause: BaseException | None, raised: type[BaseException], message: str
) -> None:
    error = ImportError("libx.so: no such file")
    error.__cause__ = cause
    with pytest.raises(raised) as caught:
        raise unimportable("`x`", error, ": install it")
    assert str(caught.value) == message
