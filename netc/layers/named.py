"""Norms and activations as options: a name, or a one-key mapping with the name's options."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypeVar

from netc.errors import Mistake
from netc.layers.base import option_names, validated
from netc.layers.words import did_you_mean, expected, nearest, shown
from netc.reader.plain import is_mapping

if TYPE_CHECKING:
    from netc.layers.base import Layer

LayerT = TypeVar("LayerT", bound="Layer")
Table = Mapping[str, Collection[str]]


def named_option(model: type[LayerT], table: Table, value: object) -> LayerT:
    """The layer that an option such as ``norm: batch`` or ``norm: {batch: {eps: 1e-3}}`` names.

    ``table`` has, for each name, the options that apply to it.
    """
    if isinstance(value, model):
        return value
    kind = model.kind
    name, options = split_named(kind, value)
    if name not in table:
        hint = _called(name, table) or nearest(name, tuple(table))
        help_ = hint or f"there are {', '.join(f'`{known}`' for known in table)}"
        raise Mistake("E202", f"there is no {kind} {shown(name)}", help=help_)
    for key in options:
        if key not in table[name]:
            raise not_applicable(kind, name, key, table[name], (name, key))
    instance, mistakes = validated(model, {model.value_field: name, **options})
    if mistakes:
        first = mistakes[0]
        step = (first.option,) if first.option is not None and first.option in options else ()
        first.at = (name, *step, *first.at)
        raise first
    if instance is None:  # pragma: no cover - no instance means a mistake
        raise TypeError(value)
    instance.rules()
    return instance


def _called(name: str, table: Table) -> str:
    """How a name with arguments in brackets, as a call has them, is written, or nothing."""
    word, bracket, _ = name.partition("(")
    for known, options in table.items():
        if bracket and known.replace("_", "") == word.strip().lower().replace("_", ""):
            written = f"options are a mapping: `{{{known}: {{{next(iter(options), '')}: …}}}}`"
            return written if options else did_you_mean(known)
    return ""


def split_named(kind: str, value: object) -> tuple[str, Mapping[str, object]]:
    """The name and the options of a norm or activation written as an option."""
    if isinstance(value, str):
        return value, {}
    example = "{batch: {eps: 1e-3}}" if kind == "norm" else "{leaky_relu: {slope: 0.1}}"
    if is_mapping(value) and len(value) == 1:
        [(name, options)] = value.items()
        if options is None:
            return name, {}
        if is_mapping(options):
            return name, options
        what = f"a mapping of options, as in `{example}`"
        raise Mistake("E202", f"expected {what}, got {shown(options)}", at=(name,))
    expected(f"a name, or one name with options such as `{example}`", value)


def not_applicable(
    kind: str, name: str, key: str, known: Collection[str], at: tuple[str | int, ...] = ()
) -> Mistake:
    """The mistake of an option that this norm or activation does not take."""
    hint = nearest(key, tuple(known))
    listed = ", ".join(f"`{option}`" for option in known)
    fallback = f"it takes {listed}" if known else "it takes no options"
    message = f"`{kind}: {name}` has no option `{key}`"
    return Mistake("E201", message, help=hint or fallback, option=key, at=at, at_key=True)


def check_applicable(layer: Layer, name: str, table: Table, beside: Collection[str] = ()) -> None:
    """Raise ``Mistake`` for an option of a norm or activation layer that its name does not take."""
    allowed = {*table[name], *beside, layer.value_field}
    for alias, field in option_names(type(layer)).items():
        if field in layer.model_fields_set and alias not in allowed:
            raise not_applicable(layer.kind, name, alias, sorted(allowed - {layer.value_field}))


def with_named_defaults(value: object, defaults: Mapping[str, object], table: Table, kind: str) -> object:
    """An option ``norm`` or ``act`` with the file's defaults for that kind, where they apply to its name."""
    if not (isinstance(value, str) or is_mapping(value)):
        return value
    try:
        name, options = split_named(kind, value)
    except Mistake:
        return value  # reported when the option is read
    fitting = {key: default for key, default in defaults.items() if key in table.get(name, ())}
    return {name: {**fitting, **options}} if fitting else value
