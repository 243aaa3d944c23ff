"""The file that is written in pieces: byte for byte what protobuf writes of the model that it holds."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto

import netc
import netc_onnx.weights
from netc_onnx.wire import around, varint

SPECS = Path(__file__).parents[2] / "specs"
NETWORKS = ("lenet", "shufflenet_v2", "char_rnn", "unet_any_size", "text_cnn")
"""Convolutions, batch norms, packed and embedded weights, symbolic dims and constants of lowerings' own."""


@given(st.integers(0, 2**63 - 1))
def test_a_varint_is_the_number_in_sevens(number: int) -> None:
    written = varint(number)
    assert sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(written)) == number
    assert [byte >> 7 for byte in written] == [1] * (len(written) - 1) + [0]


@pytest.mark.parametrize("optimize", [True, False])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_file_is_what_onnx_writes_of_what_it_loads(name: str, optimize: bool, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    netc.load(SPECS / f"{name}.yaml").to_onnx(path, optimize=optimize)
    assert onnx.load(path).SerializeToString() == path.read_bytes()


def test_so_is_the_file_whose_parameters_lie_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(netc_onnx.weights, "LARGEST_FILE", 100_000)
    path = tmp_path / "net.onnx"
    netc.load(SPECS / "lenet.yaml").to_onnx(path)
    assert (tmp_path / "net.onnx.data").exists()
    assert onnx.load(path, load_external_data=False).SerializeToString() == path.read_bytes()


def test_a_message_is_parted_where_the_field_that_it_lacks_would_stand() -> None:
    nodes = GraphProto(name="g", node=[NodeProto(op_type="Relu")])
    values = GraphProto(input=[ValueInfoProto(name="x")], doc_string="beyond")
    both = GraphProto()
    both.MergeFrom(nodes)
    both.MergeFrom(values)
    assert around(both, "initializer") == (nodes.SerializeToString(), values.SerializeToString())
    assert around(TensorProto(dims=[2], name="w"), "raw_data") == (
        TensorProto(dims=[2], name="w").SerializeToString(),
        b"",
    )
