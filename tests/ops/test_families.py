"""Which part each op plays in a chain: warnings ask, so none may be forgotten."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import netc.ops
from netc.ops.op import Operation

FAMILIES = {
    "weights": {"Conv", "ConvTranspose", "Linear", "Local"},
    "norm": {
        "BatchNorm",
        "GroupNorm",
        "InstanceNorm",
        "L2Norm",
        "LayerNorm",
        "LocalResponseNorm",
        "RmsNorm",
    },
    "activation": {"Activation", "Prelu", "Softmax"},
    "dropout": {"Dropout"},
}
WINDOWS = {"AveragePool", "Conv", "Local", "MaxPool"}


def operations() -> list[type[Operation]]:
    """Every op there is: what has a shape law, unlike the bases."""
    modules = [import_module(f"netc.ops.{module.name}") for module in pkgutil.iter_modules(netc.ops.__path__)]
    members = [member for module in modules for member in vars(module).values() if isinstance(member, type)]
    return [one for one in dict.fromkeys(members) if issubclass(one, Operation) and hasattr(one, "infer")]


def test_every_op_has_its_family() -> None:
    found = operations()
    for family, names in FAMILIES.items():
        assert {op.__name__ for op in found if op.family == family} == names


def test_what_reads_through_windows_says_where_they_lie() -> None:
    assert {op.__name__ for op in operations() if op.windows is not Operation.windows} == WINDOWS
