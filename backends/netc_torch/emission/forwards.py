"""The ``forward`` of emitted classes."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from netc_torch.emission.layout import WIDTH
from netc_torch.emission.literals import quoted
from netc_torch.emission.names import is_plain
from netc_torch.source import Line, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netc_torch.emission.drafts import Body, Draft, Step

LETTERS = ("x", "y", "z")
FEWEST = 3
"""Equal statements in a row that a loop says better."""


NARROW = 60
"""How long what is called in a sum or product may be for it to stay in one expression."""


def local(index: int) -> str:
    """The name of a local by its number."""
    return LETTERS[index] if index < len(LETTERS) else f"x{index}"


class Forward:
    """The ``forward`` of a module; ``arguments`` are the names of what it takes."""

    def __init__(self, draft: Draft, arguments: Sequence[str]) -> None:
        self.draft = draft
        self.body = draft.body
        self.arguments = list(arguments)
        self.inlined: dict[int, Step] = {}
        self.skipped: set[int] = set()
        self._find_inlined()
        self.names = dict(enumerate(self.arguments))
        self.lines = list(self._lines())

    def results(self) -> list[str]:
        """The local names of what it returns."""
        return [self.names[value] for value in self.body.results]

    def statements(self, returned: Sequence[str]) -> Iterator[str]:
        """Its statements; ``returned`` are those that return, the results' names in them."""
        results = self.results()
        optional = {
            name for line in self.lines if line.train_only for name in line.targets if name in results
        }
        texts = list(statements(self.lines, optional))
        if len(returned) == 1 and texts and len(results) == 1:
            target, _, made = texts[-1].partition(" = ")
            if returned[0] == f"return {target}" and target == results[0]:
                texts[-1:] = [f"return {made}"]
                yield from looped(nested(texts))
                return
        yield from looped(texts)
        yield from returned

    def _find_inlined(self) -> None:
        """The calls whose results one expression reads right after them, in order, and nothing else does."""
        steps = self.body.steps
        uses = Counter(value for step in steps for value in step.reads)
        uses.update(self.body.results)
        for index, step in enumerate(steps):
            if step.way != "text":
                continue
            place = index - 1
            for value in reversed(step.reads):
                before = steps[place] if place >= 0 else None
                if before is None or before.way != "child" or before.gives != (value,) or uses[value] != 1:
                    break
                if before.train_only != step.train_only or (value, before) in self.inlined.items():
                    break
                place -= 1
            taken = range(place + 1, index)
            calls = "".join(accessor(self.draft, steps[one].what) for one in taken)
            breaks = step.what.startswith("torch.") or len(calls) + len(step.what) < NARROW
            if len(taken) == len(step.reads) > 1 and breaks:
                self.inlined |= {steps[one].gives[0]: steps[one] for one in taken}
                self.skipped |= set(taken)

    def _lines(self) -> Iterator[Line]:
        steps = self.body.steps
        last: dict[int, int] = {}
        for index, step in enumerate(steps):
            for value in self._read(step):
                last[value] = index
        last.update(dict.fromkeys(self.body.results, len(steps)))
        for index, step in enumerate(steps):
            if index in self.skipped:
                continue
            expression = self._expression(step)
            for value in self._read(step):
                if last[value] == index and value in self.names:
                    self._release(value)
            targets = [self._take(value) for value in step.gives if value in last]
            yield Line(targets, expression, step.train_only)

    def _read(self, step: Step) -> list[int]:
        """The named values that a statement reads, those of calls inside it included."""
        found: dict[int, None] = {}
        for value in step.reads:
            found |= dict.fromkeys(self.inlined[value].reads if value in self.inlined else (value,))
        return list(found)

    def _expression(self, step: Step) -> str:
        inner = [
            self._expression(self.inlined[value]) if value in self.inlined else self.names[value]
            for value in step.reads
        ]
        if step.way == "text":
            return step.what.format(*inner)
        called = "super().forward" if step.way == "own" else accessor(self.draft, step.what)
        return f"{called}({', '.join(inner)})"

    def _take(self, value: int) -> str:
        """A name for a value: the first that is free."""
        used = {self.names[other] for other in self._living}
        index = 0
        while local(index) in used:
            index += 1
        self.names[value] = local(index)
        self._living.add(value)
        return self.names[value]

    def _release(self, value: int) -> None:
        self._living.discard(value)

    @property
    def _living(self) -> set[int]:
        if not hasattr(self, "_alive"):
            self._alive = set(range(self.body.arguments))
        return self._alive


def accessor(draft: Draft, path: str) -> str:
    """The expression for a child, or one further down."""
    text = "self"
    holder: Draft | None = draft
    for name in path.split("."):
        if holder is not None and holder.numbered and name.isdigit():
            text = f"{text}[{name}]"
        else:
            text = f"{text}.{name}" if is_plain(name) else f"getattr({text}, {quoted(name)})"
        holder = None if holder is None else holder.children.get(name)
    return text


def nested(texts: list[str]) -> list[str]:
    """A few calls, each of the one before it alone, as one expression where it fits a line."""
    if len(texts) > FEWEST or any(not text.startswith("x = ") for text in texts[:-1]):
        return texts
    made = "x"
    for text in texts:
        call = text.removeprefix("x = ").removeprefix("return ")
        before, bracket, after = call.partition("(x)")
        if not bracket or after or "x" in before.replace("super().forward", "").split("."):
            return texts
        made = f"{before}({made})"
    whole = f"return {made}"
    return [whole] if len(whole) <= WIDTH - 8 else texts


def looped(texts: list[str]) -> Iterator[str]:
    """Equal statements in a row as a loop."""
    for text, same in groupby(texts):
        count = len(list(same))
        if count < FEWEST:
            yield from [text] * count
        else:
            yield f"for _ in range({count}):"
            yield f"    {text}"


def returning(body: Body, results: Sequence[str]) -> str:
    """How a class returns its results."""
    del body
    return f"return {', '.join(results)}"
