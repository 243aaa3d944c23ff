"""The options of torch's modules as people write them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from torch import nn

from netc_torch.emission.literals import elements

WINDOWS = (
    *(nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d),
    *(nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d, nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d),
)
"""Modules whose options for each axis may be one number for all."""

PER_AXIS = ("kernel_size", "stride", "padding", "output_padding", "dilation")
AVERAGES = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)


def order_of(base: type[nn.Module]) -> tuple[str, ...]:
    """The options of a class in the order in which its constructor takes them, its parents' among them."""
    found: dict[str, None] = {}
    for parent in reversed(parents_of(base)):
        if "__init__" in parent.__dict__:
            parameters = list(inspect.signature(parent.__dict__["__init__"]).parameters.values())[1:]
            if not takes_more(parameters):
                found = {}
            found |= dict.fromkeys(one.name for one in parameters)
    return tuple(found)


def defaults_of(base: type[nn.Module]) -> Mapping[str, object]:
    """The options of a class that need not be given, with what they are then."""
    found: dict[str, object] = {}
    for parent in reversed(parents_of(base)):
        if "__init__" in parent.__dict__:
            parameters = list(inspect.signature(parent.__dict__["__init__"]).parameters.values())[1:]
            if not takes_more(parameters):
                found = {}
            found |= {
                one.name: one.default for one in parameters if one.default is not inspect.Parameter.empty
            }
    return found


def parents_of(base: type[nn.Module]) -> tuple[type, ...]:
    """A class and those that it derives from, but the last of all."""
    return base.__mro__[:-1]


def takes_more(parameters: list[inspect.Parameter]) -> bool:
    """Whether a constructor hands other options on to its parent's."""
    return any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters)


def as_written(base: type[nn.Module], options: Mapping[str, object]) -> dict[str, object]:
    """The options in the constructor's order, one number for all axes where they are equal."""
    written = {key: value for key, value in options.items() if key != "device"}
    if issubclass(base, WINDOWS):
        written |= {key: alike(written[key]) for key in PER_AXIS if key in written}
    if issubclass(base, AVERAGES) and written.get("padding") == 0:
        written.pop("count_include_pad", None)  # there is nothing to count
    order = order_of(base)
    return {key: written[key] for key in sorted(written, key=lambda key: place(order, key))}


def alike(value: object) -> object:
    """One number for equal ones."""
    row = elements(value)
    return row[0] if row and row.count(row[0]) == len(row) else value


def place(order: tuple[str, ...], option: str) -> int:
    """Where an option stands in a constructor."""
    return order.index(option) if option in order else len(order)
