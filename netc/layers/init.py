"""The ``init`` option: how a layer's parameters begin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, get_args

from netc.errors import Mistake
from netc.layers.options import option, within
from netc.layers.words import expected, nearest, shown
from netc.reader.plain import is_mapping
from netc.types import Initializer, OwnParameter
from netc.types.parameter import Scheme

SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
WITH_ARGUMENT = {"normal": "std", "trunc_normal": "std", "uniform": "bound", "constant": "c"}
_CALL = re.compile(r"([a-z_]+)\s*(?:\(\s*([^()]*?)\s*\))?")


def initializer(value: object) -> Initializer:
    """A scheme as a spec writes it, such as ``kaiming_normal`` or ``normal(0.02)``."""
    match = _CALL.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        expected("an initialisation scheme such as `kaiming_normal` or `normal(0.02)`", value)
    name, argument = match.groups()
    if name not in SCHEMES:
        help_ = nearest(name, SCHEMES) or f"there are {', '.join(map(_signature, SCHEMES))}"
        raise Mistake("E202", f"there is no initialisation scheme `{name}`", help=help_)
    scheme: Scheme = name
    if scheme not in WITH_ARGUMENT:
        if argument is not None:
            raise Mistake("E202", f"`{scheme}` takes no argument", help=f"write `{scheme}`")
        return Initializer(scheme)
    return Initializer(scheme, _argument(scheme, argument))


def _signature(scheme: str) -> str:
    return f"{scheme}({WITH_ARGUMENT[scheme]})" if scheme in WITH_ARGUMENT else scheme


def _argument(scheme: str, text: str | None) -> float:
    try:
        number = float(text or "")
    except ValueError:
        number = float("nan")
    if number != number or number in (float("inf"), float("-inf")):
        message = f"`{_signature(scheme)}` needs a number, got {shown(text)}"
        raise Mistake("E202", message, help=f"as in `{scheme}(0.02)`")
    if scheme != "constant" and number < 0:
        raise Mistake("E202", f"`{_signature(scheme)}` needs a number, 0 or more, got {shown(text)}")
    return number


def initializers(value: object) -> Mapping[str, Initializer]:
    """``{weight: SCHEME, bias: SCHEME}``, each optional."""
    if not is_mapping(value):
        expected("a mapping such as `{weight: kaiming_normal, bias: zeros}`", value)
    result: dict[str, Initializer] = {}
    for key, scheme in value.items():
        if key not in {"weight", "bias"}:
            help_ = nearest(key, ("weight", "bias")) or "there are `weight` and `bias`"
            raise Mistake("E201", f"`init` has no key `{key}`", help=help_, at=(key,), at_key=True)
        result[key] = within(key, initializer, scheme)
    return result


def check_rank(start: Initializer, own: OwnParameter) -> None:
    """Raise ``Mistake`` where the scheme needs more axes than the parameter has."""
    least = {"orthogonal": 2, "dirac": 3}.get(start.scheme, 0)
    serves = {"orthogonal": "weights of two axes or more", "dirac": "the weights of convolutions"}
    if len(own.shape) < least:
        raise Mistake(
            "E202",
            f"`{start.scheme}` needs a parameter of {least} axes or more",
            label=f"`{own.name}` has {len(own.shape)}",
            help=f"it is for {serves[start.scheme]}: choose another scheme",
            option="init",
            at=(own.role,),
        )


_SCHEME: dict[str, Any] = {
    "type": "string",
    "pattern": rf"^({'|'.join(SCHEMES)})\s*(\(.*\))?$",
    "examples": [_signature(scheme) for scheme in SCHEMES],
}
INIT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"weight": _SCHEME, "bias": _SCHEME},
    "additionalProperties": False,
}

Init = Annotated[Mapping[str, Initializer] | None, *option(initializers, INIT_SCHEMA)]
