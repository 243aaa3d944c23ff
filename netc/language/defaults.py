"""A file's defaults: option values that hold where a layer leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.layers.base import Layer, option_names, unknown_option
from netc.layers.named import with_named_defaults
from netc.layers.options import DEFERRED
from netc.layers.registry import model_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CONVOLUTIONS = ("conv1x1", "depthwise", "separable")
INITIALISED = ("conv", *CONVOLUTIONS, "linear", "squeeze_excite")
"""The kinds that ``init`` beside the kinds in ``defaults`` reaches: those whose weights multiply."""


class Defaults:
    """What ``defaults`` says: option values a kind, and ``init`` for all."""

    __slots__ = ("init", "kinds")

    def __init__(self, kinds: Mapping[str, Mapping[str, object]], init: object = None) -> None:
        self.kinds = kinds
        self.init = init

    def complete(self, model: type[Layer], options: Mapping[str, object]) -> dict[str, object]:
        """``options`` (by their names in the spec) with the defaults that hold for this kind."""
        result = dict(options)
        for key, value in self._own(model, options).items():
            result.setdefault(key, value)
        if model.kind != "squeeze_excite":
            self._complete_named(model, result)
        return result

    def _own(self, model: type[Layer], options: Mapping[str, object]) -> dict[str, object]:
        kind = model.kind
        own = dict(self.kinds.get(kind, {}))
        if kind in CONVOLUTIONS:
            names = option_names(model)
            own = {**{key: value for key, value in self.kinds.get("conv", {}).items() if key in names}, **own}
        if kind in INITIALISED and self.init is not None:
            own.setdefault("init", self.init)
        if kind in {"norm", "act"} and own:
            allowed = _allowed(kind, options.get(model.value_field))
            own = {key: value for key, value in own.items() if key in allowed}
        return own

    def _complete_named(self, model: type[Layer], options: dict[str, object]) -> None:
        for kind in ("norm", "act"):
            defaults = self.kinds.get(kind)
            if defaults and kind in options and kind != model.kind and kind in option_names(model):
                given = {key: value for key, value in defaults.items() if key != "act"}
                options[kind] = with_named_defaults(options[kind], given, _table(kind), kind)


NO_DEFAULTS = Defaults({})


def _table(kind: str) -> Mapping[str, Collection[str]]:
    if kind == "norm":
        from netc.layers.norm import NORM_OPTIONS  # noqa: PLC0415  # loaded where a spec has one

        return NORM_OPTIONS
    from netc.layers.activation import ACT_OPTIONS  # noqa: PLC0415  # loaded where a spec has one

    return ACT_OPTIONS


def _allowed(kind: str, name: object) -> Collection[str]:
    if not isinstance(name, str):
        return ()
    beside = ("act",) if kind == "norm" else ()
    return (*_table(kind).get(name, ()), *beside)


def check_default(kind: str, key: str, value: object) -> None:
    """Raise ``Mistake`` unless an option can stand in ``defaults`` for a kind, with this value."""
    model = model_of(kind)
    names = option_names(model)
    if key not in names or key == model.value_field:
        raise unknown_option(key, model, names)
    if key in model.holds and isinstance(value, list):
        raise Mistake("E202", "a list of layers cannot be a default", help="write it beside each layer")
    if value is DEFERRED:
        return
    field = model.model_fields[names[key]]
    for part in field.metadata:
        parse = getattr(part, "func", None)
        if parse is not None:
            parse(value)
