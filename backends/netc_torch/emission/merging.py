"""Modules that are one class but for children that some of them lack, such as a projected shortcut."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from netc_torch.emission.drafts import Body, Draft, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def same_but_for_children(groups: Sequence[list[Draft]]) -> dict[Hashable, Hashable]:
    """Signatures that count as another's, whose modules have children more and else do the same."""
    alike: dict[Hashable, list[Draft]] = {}
    for group in groups:
        first = group[0]
        alike.setdefault(
            (first.block, first.title, first.around, first.base, tuple(first.options)), []
        ).append(first)
    same: dict[Hashable, Hashable] = {}
    for drafts in alike.values():
        for whole, part in _pairs(drafts):
            if part.signature not in same and whole.signature not in same and _contains(whole, part):
                same[part.signature] = whole.signature
    return same


def _pairs(drafts: list[Draft]) -> Iterator[tuple[Draft, Draft]]:
    """Each two with different numbers of children, the larger first, the largest of all before others."""
    by_size = sorted(drafts, key=lambda draft: -len(draft.children))
    for index, whole in enumerate(by_size):
        for part in by_size[index + 1 :]:
            if len(part.children) < len(whole.children):
                yield whole, part


def _contains(whole: Draft, part: Draft) -> bool:
    """Whether ``whole`` would be ``part`` without some of its children, each of which hands on its value."""
    if (
        whole.numbered
        or part.numbered
        or (not whole.title and not whole.block)
        or "act" in part_names(whole, part)
    ):
        return False
    kept = [name for name in whole.children if name in part.children]
    if kept != list(part.children):
        return False
    if any(whole.children[name].signature != part.children[name].signature for name in kept):
        return False
    return without(whole.body, part_names(whole, part)) == part.body


def part_names(whole: Draft, part: Draft) -> set[str]:
    """The children that only the larger one has."""
    return set(whole.children) - set(part.children)


def without(body: Body, names: set[str]) -> Body | None:
    """A ``forward`` without some children; nothing where one does more than hand on one value for another."""
    passed: dict[int, int] = {}
    steps: list[Step] = []
    for step in body.steps:
        reads = tuple(passed.get(value, value) for value in step.reads)
        if step.way == "child" and step.what.partition(".")[0] in names:
            if len(reads) != 1 or len(step.gives) != 1 or step.what not in names or step.train_only:
                return None
            passed[step.gives[0]] = reads[0]
        else:
            steps.append(step._replace(reads=reads))
    results = tuple(passed.get(value, value) for value in body.results)
    return in_order(Body(body.arguments, tuple(steps), results))


def in_order(body: Body) -> Body:
    """The same with its values numbered in order of appearance."""
    numbers = {value: value for value in range(body.arguments)}
    steps: list[Step] = []
    for step in body.steps:
        gives = tuple(numbers.setdefault(value, len(numbers)) for value in step.gives)
        steps.append(step._replace(reads=tuple(numbers[value] for value in step.reads), gives=gives))
    return Body(body.arguments, tuple(steps), tuple(numbers[value] for value in body.results))
