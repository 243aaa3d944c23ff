"""What a class's constructor takes: the numbers in which its modules differ."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from netc_torch.emission.names import is_plain
from netc_torch.emission.slots import CHANNELS, COUNT, PRESENT, STEP, Absent, Slot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc_torch.emission.slots import Key

KERNEL = "kernel_size"
DEEPEST = 9
"""Modules on the way to a number that its name may have."""

SHORT = {
    "out_channels": "channels",
    "out_features": "features",
    "num_features": "channels",
    PRESENT: "",
    COUNT: "count",
}
"""Options in names that say whose they are."""

OWN_NAMES = ("in_channels", "in_features", "input_size")
"""Options that keep their names where they are for what enters a class."""


class Column(NamedTuple):
    """A number of every module of a class, ``ABSENT`` where one has no use for it.

    ``keys`` are the places at which all of them have that number.
    """

    keys: tuple[Key, ...]
    family: str
    values: tuple[object, ...]

    @property
    def known(self) -> list[object]:
        """The numbers of the modules that have one."""
        return [value for value in self.values if not isinstance(value, Absent)]

    @property
    def constant(self) -> bool:
        """Whether it is the same wherever it is of use."""
        return len({(type(value), value) for value in self.known}) <= 1


class Parameter(NamedTuple):
    """A parameter of a constructor, and its value for each module."""

    name: str
    family: str
    values: tuple[object, ...]
    default: object


class NoDefault(NamedTuple):
    """Stands where a parameter has no default."""


NO_DEFAULT = NoDefault()


class Plan(NamedTuple):
    """The parameters of a constructor, and the expression by which each varying number follows from them."""

    parameters: tuple[Parameter, ...]
    texts: Mapping[Key, str]
    columns: Mapping[Key, Column]


def plan(
    rows: Sequence[Sequence[Slot]],
    given: Sequence[Mapping[str, object]],
    defaults: Mapping[Key, object],
    *,
    related: bool,
) -> Plan:
    """What a constructor takes for modules with these numbers.

    ``given`` are the params by which the spec made each; ``defaults`` what torch has where nothing is said.
    With ``related`` numbers of channels that are always a multiple of others are computed from those.
    """
    columns = columns_of(rows)
    varying = [column for column in columns if not column.constant]
    wished = {column.keys: given_name(column, given) for column in varying}
    bases: list[Column] = []
    formulas: dict[tuple[Key, ...], tuple[str, Column]] = {}
    for column in sorted(varying, key=lambda column: not wished[column.keys]):
        found = None if wished[column.keys] or not related else relation(column, bases)
        if found is None:
            bases.append(column)
        else:
            formulas[column.keys] = found
    kept = [column for column in varying if column.keys not in formulas]
    names = dict(zip((column.keys for column in kept), parameter_names(kept, wished), strict=True))
    texts = {key: names[column.keys] for column in kept for key in column.keys}
    for column in varying:
        if column.keys in formulas:
            form, base = formulas[column.keys]
            texts |= dict.fromkeys(column.keys, form.format(names[base.keys]))
    parameters = [
        Parameter(names[column.keys], column.family, column.values, default_of(column, defaults))
        for column in kept
    ]
    ordered = sorted(parameters, key=lambda parameter: parameter.default is not NO_DEFAULT)
    return Plan(tuple(ordered), texts, {key: column for column in columns for key in column.keys})


def columns_of(rows: Sequence[Sequence[Slot]]) -> list[Column]:
    """The columns of numbers; places of one family whose numbers are the same in every module share one."""
    columns: list[Column] = []
    shared: dict[str, list[int]] = {}
    for slots in zip(*rows, strict=True):
        column = Column((slots[0].key,), slots[0].family, tuple(slot.value for slot in slots))
        alike = [] if column.constant else shared.setdefault(column.family, [])
        for index in alike:
            together = _together(columns[index], column)
            if together is not None:
                columns[index] = together
                break
        else:
            alike.append(len(columns))
            columns.append(column)
    return columns


def _together(first: Column, second: Column) -> Column | None:
    """Two columns as one, where every module that has both numbers has them equal."""
    values: list[object] = []
    both = 0
    for one, other in zip(first.values, second.values, strict=True):
        absent = isinstance(one, Absent) or isinstance(other, Absent)
        if not absent and (type(one), one) != (type(other), other):
            return None
        both += not absent
        values.append(other if isinstance(one, Absent) else one)
    return Column((*first.keys, *second.keys), first.family, tuple(values)) if both else None


def given_name(column: Column, given: Sequence[Mapping[str, object]]) -> str:
    """The param of the spec that a column is the value of, or nothing."""
    for name in given[0] if given else ():
        values = [params.get(name) for params in given]
        pairs = zip(column.values, values, strict=True)
        same = all(
            isinstance(one, Absent) or (type(one), one) == (type(other), other) for one, other in pairs
        )
        if same and usable(name):
            return name
    return ""


def usable(name: str) -> bool:
    """Whether a parameter can have this name."""
    return is_plain(name) and name not in ("self", "nn", "torch", "range", "i", "super")


def relation(column: Column, bases: Sequence[Column]) -> tuple[str, Column] | None:
    """How a column follows from one before it: as a multiple or part of it, or as half of a kernel."""
    for base in bases:
        pairs = list(zip(column.values, base.values, strict=True))
        known = [(one, other) for one, other in pairs if not isinstance(one, Absent)]
        if not all(type(one) is int and type(other) is int and one >= 0 < other for one, other in known):
            continue
        whole = [(one, other) for one, other in known if isinstance(one, int) and isinstance(other, int)]
        if column.family == "padding" and base.family == KERNEL:
            if all(one == other // 2 for one, other in whole):
                return "{} // 2", base
        elif column.family == base.family == CHANNELS:
            first, second = whole[0]
            times, parts = first // second if second else 0, second // first if first else 0
            if times > 1 and all(one == times * other for one, other in whole):
                return f"{times} * {{}}", base
            if parts > 1 and all(one * parts == other for one, other in whole):
                return f"{{}} // {parts}", base
    return None


def default_of(column: Column, defaults: Mapping[Key, object]) -> object:
    """What a parameter is where nothing is said: torch's own default, and no child that may be absent."""
    if column.keys[0][-1] == PRESENT:
        return Counter(column.known).most_common(1)[0][0]
    if len(column.known) < len(column.values):
        return type(column.known[0])()  # of no use where the child that takes it is not there
    if column.family in (CHANNELS, KERNEL, COUNT, STEP):
        return NO_DEFAULT
    known = {(type(value), value) for value in column.known}
    for key in column.keys:
        default = defaults.get(key, NO_DEFAULT)
        if (type(default), default) in known:
            return default
    return NO_DEFAULT


def parameter_names(columns: Sequence[Column], wished: Mapping[tuple[Key, ...], str]) -> list[str]:
    """Names for the varying numbers: the spec's own, else the option's, with whose it is if need be."""
    plain = [
        wished[column.keys] or plain_name(column, first=index == 0) for index, column in enumerate(columns)
    ]
    longer = [[qualified(column.keys[0], most) for column in columns] for most in range(1, DEEPEST)]
    forms = [plain, *longer]
    often = [Counter(form) for form in forms]
    names: list[str] = []
    for index, column in enumerate(columns):
        alone = [form[index] for form, count in zip(forms, often, strict=True) if count[form[index]] == 1]
        own = [plain[index]] if wished[column.keys] or plain[index] in OWN_NAMES else []
        names.append(_free([*own, *alone, forms[-1][index]], names))
    return names


def _free(wanted: Sequence[str], taken: Sequence[str]) -> str:
    fits = [name for name in wanted if usable(name) and name not in taken]
    if fits:
        return fits[0]
    base = next((name for name in wanted if usable(name)), "number")
    number = 2
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def plain_name(column: Column, *, first: bool) -> str:
    """The name of a number by its option alone; of the first one that of what enters the class."""
    options = [option_of(key) for key in column.keys]
    for own in OWN_NAMES:
        if first and own in options:
            return own
    key = column.keys[0]
    return key[-2] if key[-1] == PRESENT else options[0]


def option_of(key: Key) -> str:
    """The option at a place."""
    return key[-2] + "_step" if key[-1] == STEP else key[-1]


def qualified(key: Key, most: int) -> str:
    """A number's name with that of the module that it is for, or those of up to ``most`` on the way."""
    option = option_of(key)
    scopes = [scope for scope in key[: -2 if key[-1] == STEP else -1] if not scope.isdigit()]
    shown = [*scopes[:most], SHORT.get(option, option)]
    return re.sub(r"\W", "_", "_".join(filter(None, shown)))
