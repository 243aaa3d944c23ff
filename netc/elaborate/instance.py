"""Turns a written layer into an instance: its expressions evaluated, its options validated again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.elaborate.names import FailedError, Names, evaluate, failure
from netc.errors import Mistake
from netc.language.values import inner_span, locate
from netc.layers.base import validated
from netc.layers.options import flag
from netc.reader import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from netc.language import LayerSpec
    from netc.language.defaults import Defaults
    from netc.layers.base import Layer

NAMED = ("norm", "act", "init")
"""Options into which defaults may have written expressions of their own."""


def instance(
    spec: LayerSpec, names: Names, file_names: Names, report: Callable[[Mistake], None], turn: int = 0
) -> Layer | None:
    """The layer with every expression evaluated; nothing where that fails, which is reported.

    ``first`` is no option of a later turn.

    Raises ``PoisonedError`` where an expression needs what is not known.
    """
    if spec.layer is not None or spec.model is None or spec.broken:
        return spec.layer
    own = _own(spec, names, file_names, report, turn)
    if own is None:
        return None
    defaults = spec.defaults
    options = completed(
        defaults, spec.model, own, lambda key, value: _one(spec, key, value, names, file_names)
    )
    layer, mistakes = validated(spec.model, options)
    for mistake in mistakes:
        report(mistake)
    if layer is not None:
        layer.rules()
    return layer


def completed(
    defaults: Defaults,
    model: type[Layer],
    own: dict[str, object],
    evaluated: Callable[[str, object], object],
) -> dict[str, object]:
    """A layer's own options, which are values, with the defaults that hold, their expressions evaluated.

    A norm or activation that a default's expression names has defaults of its own: hence the second round.
    """
    options = defaults.complete(model, own)
    for key, value in options.items():
        if key not in own or key in NAMED:
            options[key] = evaluated(key, value)
    options = defaults.complete(model, options)
    for key in NAMED:
        if key in options:
            options[key] = evaluated(key, options[key])
    return options


def _own(
    spec: LayerSpec, names: Names, file_names: Names, report: Callable[[Mistake], None], turn: int
) -> dict[str, object] | None:
    """The layer's own options, evaluated; nothing where one fails."""
    own: dict[str, object] = {}
    written = {key: value for key, value in spec.options.items() if key != "first" or not turn}
    for key, value in written.items():
        try:
            own[key] = _one(spec, key, value, names, file_names)
        except Mistake as mistake:
            report(mistake)
    return own if len(own) == len(written) else None


def _one(spec: LayerSpec, key: str, value: object, names: Names, file_names: Names) -> object:
    try:
        return evaluate(value, names, file_names)
    except FailedError as failed:
        raise placed(spec, failed, key) from None


def common_option(spec: LayerSpec, key: str, value: object, names: Names, file_names: Names) -> object:
    """The value of an option that every layer takes. Raises ``Mistake`` where its expression fails."""
    return _one(spec, key, value, names, file_names)


def common_flag(spec: LayerSpec, key: str, value: object, names: Names, file_names: Names) -> bool:
    """The same of an option that is true or false."""
    try:
        return flag(_one(spec, key, value, names, file_names))
    except Mistake as mistake:
        mistake.option = key
        raise


def placed(spec: LayerSpec, failed: FailedError, option: str) -> Mistake:
    """A failed expression as a mistake, at the part that failed where the text shows it."""
    mistake = failure(failed, option)
    if option in spec.trees:
        tree = locate(spec.trees[option][1], failed.at, at_key=False)
        if isinstance(tree, Scalar) and tree.text == failed.expression.text:
            mistake.span = inner_span(tree, failed.error.start, failed.error.end)
    return mistake
