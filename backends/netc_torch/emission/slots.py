"""The places for numbers in the constructor of a class."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Key: TypeAlias = tuple[str, ...]
"""The place of a number in a constructor: the way to the module that it is for, and the option."""

PRESENT = "present"
"""The option by which a child that some of a class's modules lack is there."""

COUNT = "count"
"""The option that says how many modules a loop makes."""

STEP = "step"
"""The option that says by how much a number grows from one module of a loop to the next."""

CHANNELS = "channels"
"""The family of numbers of channels and features, each of which may be a multiple of another."""

COUNTING_CHANNELS = frozenset(
    {
        "channels",
        "embedding_dim",
        "features",
        "groups",
        "hidden_size",
        "in_channels",
        "in_features",
        "input_size",
        "normalized_shape",
        "num_channels",
        "num_features",
        "num_parameters",
        "out_channels",
        "out_features",
    }
)
"""The options of that family."""


class Absent(NamedTuple):
    """Stands where a module has no number, for the child that would take it is not there."""


ABSENT = Absent()


class Slot(NamedTuple):
    """A place for a number, and the number that one module has there.

    Numbers of different families are never the same parameter, be they equal.
    """

    key: Key
    family: str
    value: object


def family_of(option: str) -> str:
    """The family of the numbers of an option."""
    return CHANNELS if option in COUNTING_CHANNELS else option


def growth(begin: object, after: object) -> object:
    """By how much a number grows; 0 for what is none."""
    if isinstance(begin, Absent):
        return begin
    return after - begin if type(begin) is int and type(after) is int else 0
