"""`netc compile -o net.py`: a file that a person would have written, and the very network."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

import netc
from tests.netc_torch.emitted import differences, images, last_class, loaded, network
from tests.parity.specs import spec

if TYPE_CHECKING:
    from tests.conftest import Golden

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
GOLDEN = Path(__file__).parent / "golden"
NETS = ("char_rnn", "densenet", "googlenet", "lenet", "mobilenet_v2", "resnet", "siamese", "unet")
"""Plain layers, sequences, blocks, loops, growing loops, optional parts, one tower called twice, crops."""

RUN = (
    *("all_cnn", "crnn", "darknet19", "dcgan_generator", "densenet", "drcn", "efficientnet", "espcn"),
    *("googlenet_torchvision", "gru_tagger", "lenet", "mlp_mixer", "mobilenet_v3", "pedestrian", "photo"),
    *("regnet_y", "resnet", "shufflenet_v2", "siamese", "squeezenet", "tcn", "text_cnn", "unet_any_size"),
    *("vit_small", "wide_resnet_cifar", "xception"),
)
"""Specs that run in a moment and between them have every kind of layer that the zoo has."""


@pytest.mark.parametrize("name", NETS)
def test_it_reads_as_a_person_would_have_written_it(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{name}.txt", netc.load(ROOT / f"specs/{name}.yaml").to_source())


@pytest.mark.parametrize("name", RUN)
def test_it_is_the_network_to_the_last_bit(name: str) -> None:
    net = netc.load(ROOT / f"specs/{name}.yaml")
    assert list(differences(net, images(net))) == []


def test_the_whole_zoo_is_formatted_and_has_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    variants = [(path, variant) for path in SPECS for variant in (None, *variants_of(path))]
    assert len(variants) > len(SPECS) > 50
    for path, variant in variants:
        source = netc.load(path, variant=variant).to_source()
        (tmp_path / f"{path.stem}_{variant}.py").write_text(source, encoding="utf-8")
        strange = [type(node).__name__ for node in ast.walk(ast.parse(source)) if not expected(node)]
        assert strange == [], path
    ruff = [sys.executable, "-m", "ruff"]
    rules = ["--select", "B,E4,E7,E9,F,I", "--config", "target-version = 'py311'"]
    for command in ((*ruff, "format", "--isolated", "--check"), (*ruff, "check", "--isolated", *rules)):
        ended = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout


def variants_of(path: Path) -> list[str]:
    """The variants that a spec of the zoo has, by their names in its text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if "variants:" not in lines:
        return []
    rest = lines[lines.index("variants:") + 1 :]
    names: list[str] = []
    for line in rest:
        if line and not line.startswith(" "):
            break
        if line.startswith("  ") and not line.startswith("   ") and ":" in line:
            names.append(line.strip().partition(":")[0])
    return names


ALLOWED = (
    *(
        ast.Module,
        ast.Import,
        ast.ImportFrom,
        ast.alias,
        ast.ClassDef,
        ast.FunctionDef,
        ast.arguments,
        ast.arg,
    ),
    *(ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.If, ast.For, ast.IfExp, ast.Delete, ast.AugAssign),
    *(
        ast.Call,
        ast.keyword,
        ast.Attribute,
        ast.Name,
        ast.Constant,
        ast.Tuple,
        ast.List,
        ast.Dict,
        ast.Subscript,
    ),
    *(ast.Slice, ast.Starred, ast.GeneratorExp, ast.ListComp, ast.DictComp, ast.comprehension, ast.BinOp),
    *(ast.UnaryOp, ast.Compare, ast.BoolOp, ast.JoinedStr, ast.FormattedValue, ast.Pass, ast.Raise),
    *(ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop),
)
MODULES = {"__future__", "collections", "collections.abc", "functools", "math", "typing", "torch", "torch.nn"}


def expected(node: ast.AST) -> bool:
    """Whether source may have a node: no other imports, no names with two lines before and after but one."""
    if isinstance(node, ast.ImportFrom):
        return node.module in MODULES
    if isinstance(node, ast.Import):
        return [name.name for name in node.names] == ["torch"]
    if isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        return name not in {"eval", "exec", "open", "compile", "__import__", "globals", "system"} and (
            not name.startswith("__") or name in {"__init__", "__name__", "__class__", "__dict__"}
        )
    return isinstance(node, ALLOWED)


@pytest.mark.parametrize("seed", range(80))
def test_random_specs_are_themselves_in_source(seed: int) -> None:
    drawn = spec(seed)
    if not drawn.layers:
        return
    net = netc.loads(drawn.text)
    assert list(differences(net, images(net, 3))) == []


def test_parameters_begin_as_the_spec_says() -> None:
    net = netc.loads("""
netc: 1
input: [8, 24, 24]
layers:
  - {conv: 64, kernel: 3, name: a, init: {weight: normal(0.02), bias: constant(0.5)}}
  - {conv: 64, kernel: 3, name: b, init: {weight: kaiming_normal, bias: zeros}}
  - {conv: 64, kernel: 3, name: c, groups: 64, init: {weight: dirac}, frozen: true}
  - {local: 4, kernel: 1, name: d}
  - {norm: batch, name: e}
  - {position: , name: f}
  - flatten
  - {linear: 32, name: g, init: {weight: xavier_uniform, bias: ones}}
  - {linear: 32, name: h, init: {weight: orthogonal}}
""")
    torch.manual_seed(0)
    state = dict(network(net.to_source()).named_parameters())
    first = {path: torch.from_numpy(array) for path, array in weights(net).items()}
    for path in ("a.bias", "b.bias", "c.weight", "e.weight", "e.bias", "g.bias"):
        assert torch.equal(state[path], first[path]), path
    for path in ("a.weight", "b.weight", "d.weight", "f.weight", "g.weight"):
        assert state[path].std().item() == pytest.approx(first[path].std().item(), rel=0.15), path
        assert abs(state[path].mean().item()) < 0.3 * state[path].std().item(), path
    rows = state["h.weight"] @ state["h.weight"].T
    assert torch.allclose(rows, torch.eye(len(rows)), atol=1e-5)
    assert [path for path, one in state.items() if not one.requires_grad] == ["c.weight", "c.bias"]


def weights(net: netc.Network) -> dict[str, object]:
    """The first numbers of a network, as netc draws them."""
    return {path: value.numpy() for path, value in net.to_torch().state_dict().items()}


HOSTILE = """\
netc: 1
name: nn
doc: "quotes \\" and \\"\\"\\", a \\\\ and \\u202e, a line\\nand {braces} \\x00.\\"\\"\\"\\nimport os"
inputs: {torch: [4, 8, 8]}
blocks:
  Tensor: {params: {self: , i: 1}, layers: [{conv: $self, kernel: $i, padding: same, act: relu, name: OrderedDict}]}
layers:
  - {use: Tensor, with: {self: 4}, name: x, repeat: 2, from: torch}
  - {use: Tensor, with: {self: 6, i: 3}, name: print}
  - {conv: 4, kernel: 1, norm: batch, act: {leaky_relu: }, name: range}
  - {branches: {len: [{conv1x1: 3, name: super}], type_: [], F: [{conv1x1: 2, name: y}]}, name: _}
  - {conv1x1: 4, name: __private}
  - {global_pool: avg, name: math}
  - {linear: 3, name: object}
"""


def test_hostile_names_and_texts_stay_names_and_texts() -> None:
    net = netc.loads(HOSTILE)
    source = net.to_source()
    tree = ast.parse(source)
    assert [type(node).__name__ for node in ast.walk(tree) if not expected(node)] == []
    assert list(differences(net, images(net))) == []
    with loaded(source) as module:
        assert getattr(module, last_class(source)).__doc__.startswith('quotes " and """')
    assert all(
        32 <= ord(letter) < 127 or letter in "\n·×…²" for line in tree_strings(source) for letter in line
    )


def tree_strings(source: str) -> list[str]:
    """The lines of a file, in which control and bidi characters must not be."""
    return source.splitlines()


SHARED = """
netc: 1
input: [4, 12, 12]
layers:
  - {conv: 4, kernel: 3, padding: same, name: first, act: relu, init: {bias: ones}}
  - {conv: 4, kernel: 3, padding: same, stride: 2, share: first, name: strided}
  - {conv: 4, kernel: 3, padding: same, share: true, repeat: 3, name: again}
  - {layers: [{conv: 4, kernel: 1, norm: batch, name: inner}], name: scope}
  - {layers: [{conv: 4, kernel: 1, norm: batch, name: inner}], name: same, share: scope}
"""


def test_shared_layers_share_here_too() -> None:
    net = netc.loads(SHARED)
    source = net.to_source()
    assert list(differences(net, images(net))) == []
    assert "share(" in source  # of another stride: it cannot be the same module
    assert source.count("self.scope(") == 2  # it can
    emitted, own = network(source), net.to_torch()
    emitted.load_state_dict(own.state_dict())
    x = images(net)[0]
    for module in (emitted, own):
        module.eval()(x).square().sum().backward()
    gradients = [{name: one.grad for name, one in each.named_parameters()} for each in (emitted, own)]
    assert list(gradients[0]) == list(gradients[1])
    assert all(torch.allclose(gradients[0][name], gradients[1][name], rtol=1e-5) for name in gradients[0])  # type: ignore[arg-type]  # every parameter has one


def test_depth_and_length_are_no_hindrance() -> None:
    deep = "{conv1x1: 4}"
    for _ in range(15):
        deep = f"{{layers: [{deep}]}}"
    net = netc.loads(f"{{netc: 1, input: [4, 2, 2], layers: [{deep}]}}")
    assert list(differences(net, images(net))) == []
    rows = ", ".join(["{conv1x1: 4}"] * 3000)
    long = netc.loads(f"{{netc: 1, input: [4, 2, 2], layers: [{rows}]}}").to_source()
    assert long.count("nn.Conv2d(4, 4, 1)") == 3000
