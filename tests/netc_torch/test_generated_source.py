"""The source that is generated: straight lines, and nothing of a spec's text but strings."""

from __future__ import annotations

import ast
import inspect
from textwrap import dedent
from typing import Any

import pytest
import torch

from netc.graph import Output
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine
from netc.ops.shape import Flatten
from netc.types import TensorType
from tests.netc_torch.networks import Network, compiled
from tests.netc_torch.test_hierarchy import mixed


def source(module: Any) -> str:
    return inspect.getsource(module.forward)


def test_each_scope_and_layer_has_a_source_of_its_own() -> None:
    module = compiled(mixed())
    sources = {
        path: source(child)
        for path, child in module.named_modules()
        if type(child).forward.__code__.co_filename.startswith("<netc ")
    }
    expected = {
        "": """
            def forward(self, input):
                require_shape(input, 'input', (3, 8, 8))
                require_dtype(input, 'input', 'float32')
                modules = self._modules
                x = modules['conv1'](input)
                x = modules['pool1'](x)
                x = modules['residual1'](x)
                x, x1 = modules['branches1'](x)
                if self.training:
                    x = modules['aux'](x)
                x1 = modules['flatten1'](x1)
                x1 = modules['dropout1'](x1)
                x1 = modules['linear1'](x1)
                if self.training:
                    return {'output': x1, 'aux': x}
                return {'output': x1}
            """,
        "conv1": """
            def forward(self, x):
                modules = self._modules
                x = nn.Conv2d.forward(self, x)
                return modules['act'](x)
            """,
        "residual1": """
            def forward(self, x):
                modules = self._modules
                x = modules['0'](x)
                return modules['1'](x)
            """,
        "residual1.0": """
            def forward(self, x):
                modules = self._modules
                x1 = modules['conv1'](x)
                x = x1 + x
                return modules['act'](x)
            """,
        "residual1.0.conv1": """
            def forward(self, x):
                modules = self._modules
                x = modules['conv'](x)
                x = modules['norm'](x)
                return modules['act'](x)
            """,
        "branches1": """
            def forward(self, x):
                modules = self._modules
                x1 = modules['1x1'](x)
                x = modules['class'](x)
                x = torch.cat([x1, x], 1)
                return x1, x
            """,
        "branches1.1x1": """
            def forward(self, x):
                modules = self._modules
                return modules['conv1'](x)
            """,
        "branches1.class": """
            def forward(self, x):
                modules = self._modules
                return modules['slice1'](x)
            """,
        "branches1.class.slice1": """
            def forward(self, x):
                return x[:, 0:2]
            """,
        "aux": """
            def forward(self, x):
                modules = self._modules
                x = modules['global_pool1'](x)
                return modules['linear1'](x)
            """,
    }
    expected["residual1.1"] = expected["residual1.0"]
    expected["residual1.1.conv1"] = expected["residual1.0.conv1"]
    assert sources == {path: dedent(text)[1:] for path, text in expected.items()}


def test_a_head_inside_a_scope_gives_none_to_the_scopes_outside() -> None:
    network = Network(input=TensorType((4,)))
    x = network.add("trunk.linear1", Linear(4, bias=True, axis="channels"), network.inputs["input"])
    side = network.add("trunk.aux.linear1", Linear(2, bias=True, axis="channels"), x, train_only=True)
    x = network.add("trunk.linear2", Linear(3, bias=True, axis="channels"), x)
    module = compiled(
        network.graph(Output("aux", side, train_only=True), Output("output", x, train_only=False))
    )
    assert source(module.get_submodule("trunk")) == dedent("""\
        def forward(self, x):
            modules = self._modules
            x = modules['linear1'](x)
            if self.training:
                x1 = modules['aux'](x)
            else:
                x1 = None
            x = modules['linear2'](x)
            return x1, x
        """)
    x1 = torch.rand(2, 4)
    assert {name: tuple(y.shape) for name, y in module(x1).items()} == {"aux": (2, 2), "output": (2, 3)}
    assert {name: tuple(y.shape) for name, y in module.eval()(x1).items()} == {"output": (2, 3)}


ODD = [
    "class",
    "1x1",
    "ﬁ",
    "x; import os",
    "'); import os; ('",
    '"""',
    "\\",
    "é",
    "a\nb",
    "training ",
]


@pytest.mark.parametrize("name", ODD)
def test_names_enter_source_as_strings_alone(name: str) -> None:
    network = Network(**{name: TensorType((4,))})
    x = network.add(f"{name}.{name}", Linear(4, bias=True, axis="channels"), network.inputs[name])
    y = network.add(f"{name}.relu", Activation("relu"), x)
    graph = network.graph(**{name: x, "y": y})
    module = compiled(graph)
    assert (
        list(module.state_dict())
        == list(graph.parameters)
        == [f"{name}.{name}.weight", f"{name}.{name}.bias"]
    )
    values = torch.rand(2, 4)
    assert torch.equal(module(values)["y"], module(values)[name].relu())
    for child in (module, module.get_submodule(name)):
        tree = ast.parse(source(child))
        assert [type(statement) for statement in tree.body] == [ast.FunctionDef]
        allowed = {"self", "modules", "require_dtype", "require_shape", "x", "x1"}
        assert {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} <= allowed
        assert {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} <= {"_modules"}


@pytest.mark.parametrize(
    "name", ["self", "torch", "nn", "modules", "require_dtype", "require_shape", "x", "x1", "Scale"]
)
def test_inputs_may_be_named_as_what_the_source_uses(name: str) -> None:
    network = Network(**{name: TensorType((4, 2, 2)), "other": TensorType((4, 2, 2))})
    x = network.add("scale1.1", Combine("max"), *network.inputs.values())
    graph = network.graph(output=network.add("flatten1", Flatten(0), x))
    first, second = torch.rand(2, 4, 2, 2), torch.rand(2, 4, 2, 2)
    assert torch.equal(compiled(graph)(first, second), torch.maximum(first, second).flatten(1))
