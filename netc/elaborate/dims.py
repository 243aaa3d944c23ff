"""Symbols: the sizes of inputs that a spec leaves open, and the facts about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics import Diagnostic
from netc.elaborate.names import FailedError, PoisonedError, evaluate, failure
from netc.elaborate.scope import BROKEN
from netc.errors import Mistake
from netc.language.values import UNREADABLE, diagnosis, inner_span, locate
from netc.layers.base import validated
from netc.layers.words import nearest
from netc.reader import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netc.elaborate.names import Names
    from netc.elaborate.reports import Reports
    from netc.graph import Value
    from netc.language.dims import FactsSpec
    from netc.types import Dim, Shape
    from netc.types.facts import Facts


class Symbols:
    """The symbols of a document.

    ``facts`` hold those that inputs have and that stand for more than one size. Every mistake in what
    ``dims`` says is reported.
    """

    def __init__(self, written: Mapping[str, FactsSpec], names: Names, reports: Reports) -> None:
        self.facts: dict[str, Facts] = {}
        self._written = written
        self._known = {name: _facts(name, spec, names, reports) for name, spec in written.items()}
        self._read: set[str] = set()

    def shape(self, sizes: tuple[int | str, ...], names: Names) -> Shape:
        """An input's shape, ``names`` being the document's params.

        Raises ``Mistake`` for a symbol that is a param's name, too, and ``PoisonedError`` where a mistake in
        the facts about one was reported.
        """
        return tuple(
            size if isinstance(size, int) else self._size(size, index, names)
            for index, size in enumerate(sizes)
        )

    def _size(self, name: str, index: int, names: Names) -> Dim:
        from netc.types.facts import Facts  # noqa: PLC0415  # most specs have no symbol
        from netc.types.symbolic import symbol  # noqa: PLC0415  # likewise

        self._read.add(name)
        if name in names:
            message = f"`{name}` is a symbol here, and a param"
            help_ = f"`${name}` is the param's value; a symbol needs another name"
            raise Mistake("E305", message, help=help_, option="shape", at=(index,))
        facts = self._known.get(name, Facts())
        if facts is None or UNREADABLE in self._known:
            raise PoisonedError(name)
        size = symbol(name, facts)
        if not isinstance(size, int):
            self.facts[name] = facts
        return size

    def check_read(self, inputs: Iterable[Value], reports: Reports) -> None:
        """Report facts about symbols that no input has, where every input could be read."""
        if not self._written or BROKEN in inputs:
            return
        for name, spec in self._written.items():
            if name not in self._read and name != UNREADABLE:
                listed = ", ".join(f"`{known}`" for known in sorted(self._read))
                help_ = nearest(name, sorted(self._read)) or (
                    f"the inputs have {listed}" if listed else "symbols stand in the shape of an input"
                )
                message = f"no input has the symbol `{name}`"
                reports.add(Diagnostic("E410", "error", message, spec.key.span, help=help_))


def _facts(name: str, spec: FactsSpec, names: Names, reports: Reports) -> Facts | None:
    """The facts about a symbol; nothing where there is a mistake in them, which is reported."""
    from netc.language.dims import DimFacts  # noqa: PLC0415  # most specs have no symbol
    from netc.types.facts import Facts  # noqa: PLC0415  # likewise

    if spec.options is None:
        return None
    try:
        options = {key: evaluate(value, names, names, (key,)) for key, value in spec.options.items()}
    except FailedError as failed:
        place, error = locate(spec.tree, failed.at, at_key=False), failed.error
        span = inner_span(place, error.start, error.end) if isinstance(place, Scalar) else place.span
        reports.add(diagnosis(failure(failed), span))
        return None
    except PoisonedError:
        return None
    checked, mistakes = validated(DimFacts, options)
    for mistake in mistakes:
        place = locate(spec.tree, (str(mistake.option), *mistake.at), at_key=mistake.at_key)
        reports.add(diagnosis(mistake, place.span))
    if checked is None:
        return None
    facts = Facts(checked.min, checked.max, checked.multiple_of)
    if facts.allows_none:
        reports.add(diagnosis(_impossible(name, facts), spec.tree.span))
        return None
    return facts


def _impossible(name: str, facts: Facts) -> Mistake:
    """The mistake of facts that no size meets."""
    message, most = f"no size meets the facts about `{name}`", facts.max or 0
    if most < facts.min:
        help_ = "`min` is the smallest size, `max` the largest"
        return Mistake("E410", message, label=f"min {facts.min}, max {most}", help=help_)
    below = most // facts.multiple_of * facts.multiple_of
    near = f"`min: {below}` or `max: {below + facts.multiple_of}`" if below else f"`max: {facts.multiple_of}`"
    help_ = f"{near} would leave a multiple of {facts.multiple_of}"
    return Mistake("E410", message, label=str(facts), help=help_)
