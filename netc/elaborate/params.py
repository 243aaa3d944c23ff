"""The document's params: their values, and what a variant or the command line overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics import Diagnostic, Span
from netc.elaborate.names import POISON, FailedError, Names, PoisonedError, evaluate, written_later
from netc.expressions import Expression
from netc.language.values import UNREADABLE, diagnosis, inner_span, locate
from netc.layers.words import nearest, shown
from netc.reader import Scalar
from netc.reader.plain import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netc.elaborate.reports import Reports
    from netc.language import Document, Written


class Overrides:
    """What is chosen from outside: a variant, and values for params, which come from ``origin``."""

    def __init__(
        self, variant: str | None = None, params: Mapping[str, object] | None = None, origin: str = "params"
    ) -> None:
        self.variant = None if variant is None else str(variant)  # a spec writes `50:`, so callers pass 50
        self.params = dict(params or {})
        self.origin = origin


def sort_of(value: object) -> str:
    """The type that an override must keep: number, string, boolean or list."""
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "a string"


def param_names(document: Document, overrides: Overrides, start: Span, reports: Reports) -> Names:
    """The values of the document's params. Every mistake is reported."""
    chosen = _variant(document, overrides, start, reports)
    for name in overrides.params:
        if name not in document.params and UNREADABLE not in document.params:
            help_ = nearest(name, tuple(document.params)) or _listed(document.params)
            message = f"the spec has no param `{name}`"
            reports.add(Diagnostic("E303", "error", message, _outside(overrides, name), help=help_))
    bindings: dict[str, object] = {}
    for name, written in document.params.items():
        value = _value(written, bindings, reports, document.params)
        if name in chosen:
            value = _kept(name, value, chosen[name], bindings, reports)
        if name in overrides.params:
            value = _set(name, value, overrides, reports)
        bindings[name] = value
    _check_variants(document, bindings, reports)
    return Names(bindings)


def _outside(overrides: Overrides, name: str) -> Span:
    """A place for what does not stand in the spec."""
    return Span(overrides.origin, 1, 1, 1, 1 + len(name))


def _listed(params: Mapping[str, Written]) -> str:
    return f"there are {', '.join(f'`{name}`' for name in params)}" if params else "it has no `params`"


def _variant(
    document: Document, overrides: Overrides, start: Span, reports: Reports
) -> Mapping[str, Written]:
    if overrides.variant is None:
        return {}
    if overrides.variant in document.variants:
        return document.variants[overrides.variant]
    known = tuple(document.variants)
    listed = f"there are {', '.join(f'`{name}`' for name in known)}" if known else "it has no `variants`"
    help_ = nearest(overrides.variant, known) or listed
    message = f"the spec has no variant `{overrides.variant}`"
    reports.add(Diagnostic("E304", "error", message, start, help=help_))
    return {}


def _value(
    written: Written, bindings: Mapping[str, object], reports: Reports, known: Iterable[str] = ()
) -> object:
    names = Names(bindings)
    try:
        value = evaluate(written.value, names, names)
    except FailedError as failed:
        mistake = written_later(failed, known)
        tree = locate(written.tree, failed.at, at_key=False)
        span = (
            inner_span(tree, failed.error.start, failed.error.end) if isinstance(tree, Scalar) else tree.span
        )
        reports.add(diagnosis(mistake, span))
        return POISON
    except PoisonedError:
        return POISON
    if value is None or is_mapping(value):
        message = f"a param is a number, a string, a boolean or a list, got {shown(value)}"
        span = written.key.span if value is None else written.tree.span
        help_ = "give it a value" if value is None else "write a param for each of its values"
        reports.add(Diagnostic("E202", "error", message, span, help=help_))
        return POISON
    return value


def _kept(
    name: str, default: object, written: Written, bindings: Mapping[str, object], reports: Reports
) -> object:
    value = _value(written, bindings, reports)
    if POISON not in (value, default) and sort_of(value) != sort_of(default):
        message = f"`{name}` is {sort_of(default)}, got {shown(value)}"
        help_ = "a variant keeps the type of the param"
        reports.add(Diagnostic("E202", "error", message, written.tree.span, help=help_))
        return POISON
    return value


def _set(name: str, default: object, overrides: Overrides, reports: Reports) -> object:
    value = overrides.params[name]
    if default is not POISON and (value is None or sort_of(value) != sort_of(default)):
        message = f"`{name}` is {sort_of(default)}, got {shown(value)}"
        help_ = "an override keeps the type of the param"
        reports.add(Diagnostic("E202", "error", message, _outside(overrides, name), help=help_))
        return POISON
    return value


def _check_variants(document: Document, bindings: Mapping[str, object], reports: Reports) -> None:
    """Every variant, chosen or not, overrides params that exist, with values of their type."""
    for values in document.variants.values():
        for name, written in values.items():
            if name not in document.params:
                if UNREADABLE in (name, *document.params):
                    continue
                help_ = nearest(name, tuple(document.params)) or _listed(document.params)
                message = f"the spec has no param `{name}`"
                reports.add(Diagnostic("E303", "error", message, written.key.span, help=help_))
            elif not isinstance(written.value, Expression | list) and bindings[name] is not POISON:
                _kept(name, bindings[name], written, bindings, reports)
