"""What names stand for in expressions: params, variables, ``index``, and the value that reaches a layer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from netc.errors import Mistake
from netc.expressions import Expression, ExpressionError, Value, find
from netc.language.values import REFUSED, UNREADABLE, Inherited
from netc.layers.base import LayerList
from netc.reader.plain import is_list, is_mapping

if TYPE_CHECKING:
    from netc.graph import Value as GraphValue


class PoisonedError(Exception):
    """An expression asks for something that a reported mistake keeps from being known."""


POISON = object()
"""Stands for a value that a reported mistake keeps from being known."""


class Names(Mapping[str, Value]):
    """Names and values over an outer scope's: inner hides outer."""

    __slots__ = ("_bindings", "_outer")

    def __init__(self, bindings: Mapping[str, object], outer: Names | None = None) -> None:
        self._bindings = bindings
        self._outer = outer

    @property
    def own(self) -> Mapping[str, object]:
        """What these names stand for, without the outer scope's."""
        return self._bindings

    def __getitem__(self, name: str) -> Value:
        scope: Names | None = self
        while scope is not None:
            if name in scope._bindings:
                value = scope._bindings[name]
                if value is POISON:
                    raise PoisonedError(name)
                return cast("Value", value)
            scope = scope._outer
        if UNREADABLE in iter(self):
            raise PoisonedError(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        seen: set[str] = set()
        scope: Names | None = self
        while scope is not None:
            seen.update(scope._bindings)
            scope = scope._outer
        return iter(sorted(seen))

    def __len__(self) -> int:
        return len(list(iter(self)))


def about(value: GraphValue | None, *, broken: bool) -> dict[str, object]:
    """``in_channels`` and ``in_shape`` of the value that reaches a layer."""
    if broken:
        return {"in_channels": POISON, "in_shape": POISON}
    if value is None:
        return {}
    names: dict[str, object] = {"in_shape": list(value.type.shape)}
    if value.type.shape:
        names["in_channels"] = value.type.channels
    return names


class FailedError(Exception):
    """An expression failed; ``error`` says how, ``expression`` which."""

    def __init__(self, expression: Expression, error: ExpressionError, at: tuple[str | int, ...]) -> None:
        super().__init__(str(error))
        self.expression = expression
        self.error = error
        self.at = at


def evaluate(value: object, names: Names, file_names: Names, at: tuple[str | int, ...] = ()) -> object:
    """A plain value with every expression in it evaluated.

    Expressions that ``defaults`` wrote see the file's names alone. Raises ``FailedError`` at the first that
    fails, ``PoisonedError`` where one needs what is not known.
    """
    if value is REFUSED:
        raise PoisonedError
    if isinstance(value, Expression):
        return _evaluated(value, names, at)
    if isinstance(value, Inherited):
        return _evaluated(value.expression, file_names, at)
    if is_list(value):
        return [evaluate(item, names, file_names, (*at, index)) for index, item in enumerate(value)]
    if is_mapping(value):
        if any(isinstance(item, LayerList) for item in value.values()):
            return value
        return {key: evaluate(item, names, file_names, (*at, key)) for key, item in value.items()}
    return value


def _evaluated(expression: Expression, names: Names, at: tuple[str | int, ...]) -> object:
    try:
        return expression.evaluate(names)
    except ExpressionError as error:
        raise FailedError(expression, error, at) from None
    except PoisonedError:
        _check_names(expression, names, at)
        raise


_MAY_SKIP = re.compile(r"\b(?:if|and|or)\b")
"""Words of expressions that are not evaluated as a whole."""


def _check_names(expression: Expression, names: Names, at: tuple[str | int, ...]) -> None:
    """Raise ``FailedError`` for a name that nothing bears and that an expression reads in any case."""
    if _MAY_SKIP.search(expression.text):
        return
    for name in sorted(expression.names):
        try:
            names[name]
        except KeyError:
            place = re.search(rf"\b{name}\b", expression.text)
            try:
                find(f"${name}").evaluate(names)  # type: ignore[union-attr]  # `$name` is an expression
            except ExpressionError as error:
                if place is not None:
                    error.start, error.end = place.span()
                raise FailedError(expression, error, at) from None
        except PoisonedError:
            continue


_OF_INDEX = (
    "it exists inside a `repeat` or `for`, but not in its `if`, in `defaults` or in a block used there;"
    " `with` hands it to a block"
)


def failure(failed: FailedError, option: str | None = None) -> Mistake:
    """A failed expression as a mistake of the option that holds it."""
    error = failed.error
    help_ = _OF_INDEX if error.unknown == "index" else error.help
    code = "E303" if error.unknown else "E306"
    return Mistake(code, error.message, help=help_, option=option, at=failed.at)


def written_later(failed: FailedError, names: Iterable[str]) -> Mistake:
    """The same of a param's value, where ``names`` are all params: those below it cannot be read."""
    mistake = failure(failed)
    if failed.error.unknown in set(names):
        mistake.help = f"`{failed.error.unknown}` is written below: params read those above them"
    return mistake
