"""A file's defaults: option values that hold where a layer leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.language.values import UNREADABLE
from netc.layers.base import COMMON_OPTIONS, Layer, option_names, unknown_option
from netc.layers.named import with_named_defaults
from netc.layers.options import DEFERRED
from netc.layers.registry import model_of
from netc.layers.words import listed, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CONVOLUTIONS = ("conv1x1", "depthwise", "separable")
_WINDOWED = ("conv", *CONVOLUTIONS, "conv_transpose", "local")
INITIALISED = (*_WINDOWED, "linear", "squeeze_excite", "rnn", "lstm", "gru", "attention")
"""The kinds that ``init`` beside the kinds in ``defaults`` reaches: those whose weights multiply."""


_OF_ONE_WORD = {"pool": ("avg", "count_padding"), "merge": ("concat", "axis")}
"""Options that one word of a kind alone takes: a default reaches no other."""


SHAPING = (
    "kernel",
    "stride",
    "padding",
    "output_padding",
    "dilation",
    "groups",
    "multiplier",
    "round",
    "to",
    "axis",
    "shortcut",
)
"""Options that a layer's shape law reads."""


class Defaults:
    """What ``defaults`` says: option values a kind, and ``init`` for all.

    ``broken`` are the kinds whose defaults could not be read, all of them where it holds ``UNREADABLE``.
    """

    __slots__ = ("broken", "init", "kinds")

    def __init__(
        self, kinds: Mapping[str, Mapping[str, object]], init: object = None, broken: Collection[str] = ()
    ) -> None:
        self.kinds = kinds
        self.init = init
        self.broken = broken

    def fail(self, kind: str) -> bool:
        """Whether a default that was reported may have reached the layers of a kind."""
        return any(one in self.broken for one in (kind, UNREADABLE, "conv" if kind in CONVOLUTIONS else kind))

    def complete(self, model: type[Layer], options: Mapping[str, object]) -> dict[str, object]:
        """``options`` (by their names in the spec) with the defaults that hold for this kind."""
        result = dict(options)
        for key, value in self._own(model, options).items():
            result.setdefault(key, value)
        if model.kind != "squeeze_excite":
            self._complete_named(model, result)
        return result

    def note(self, model: type[Layer], options: Mapping[str, object], mistake: Mistake) -> str:
        """Which options came from here, for a mistake in one of them or in a layer's shape; else nothing."""
        added = {key: value for key, value in self.complete(model, options).items() if key not in options}
        if mistake.code.startswith("E4"):
            given = {key: added[key] for key in SHAPING if key in added}
        else:
            given = {key: added[key] for key in added if key == mistake.option}
        texts = (
            f"{key}: {value if isinstance(value, str) else shown(value)}" for key, value in given.items()
        )
        return f"from `defaults`: {listed(texts)}" if given else ""

    def _own(self, model: type[Layer], options: Mapping[str, object]) -> dict[str, object]:
        kind = model.kind
        own = dict(self.kinds.get(kind, {}))
        if kind in CONVOLUTIONS:
            names = option_names(model)
            written = self.kinds.get("conv", {}).items()
            shared = {key: value for key, value in written if key in names and key != model.value_field}
            own = {**shared, **own}
        if kind in INITIALISED and self.init is not None:
            own.setdefault("init", self.init)
        word, option = _OF_ONE_WORD.get(kind, ("", ""))
        if word and options.get(model.value_field) != word:
            own.pop(option, None)
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
    if key in {*COMMON_OPTIONS, kind, model.value_field}:
        message = f"`{key}` cannot be a default: it belongs to one layer"
        raise Mistake("E201", message, help=f"write it at each `{kind}`", option=key, at_key=True)
    if key not in names:
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
