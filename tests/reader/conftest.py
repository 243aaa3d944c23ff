"""Reading as the tests of this folder look at it: plain values, and reports as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netc.diagnostics.model import Diagnostic
from netc.reader import Mapping, Refused, Scalar, Sequence, Tree, read


def _plain(tree: Tree | None) -> Any:
    match tree:
        case Scalar():
            return tree.value
        case Sequence():
            return [_plain(item) for item in tree.items]
        case Mapping():
            return {key: _plain(value) for key, (_, value) in tree.entries.items()}
        case Refused():
            return ...
        case None:
            return None


def _told(diagnostic: Diagnostic) -> str:
    file, *place = diagnostic.span
    assert file == "net.yaml"
    assert diagnostic.severity == "error"
    lines = [
        "{} {}:{}-{}:{} ".format(diagnostic.code, *place) + diagnostic.text,
        f"  help: {diagnostic.help}",
    ]
    for note in diagnostic.notes:
        where = " at {}:{}-{}:{}".format(*note.span[1:]) if note.span else ""
        lines.append(f"  note: {note.message}{where}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def reports() -> Callable[[str | bytes], str]:
    """Everything that is reported for a text: code, place, words, way out and notes."""

    def reports_of(text: str | bytes) -> str:
        found: list[Diagnostic] = []
        read(text.encode() if isinstance(text, str) else text, "net.yaml", found.append)
        return "".join(map(_told, found))

    return reports_of


@pytest.fixture(scope="session")
def values() -> Callable[[str | bytes], Any]:
    """The plain values of a text, whatever is reported; ``...`` stands for a refused one."""

    def values_of(text: str | bytes) -> Any:
        return _plain(read(text.encode() if isinstance(text, str) else text, "net.yaml", lambda _: None))

    return values_of


@pytest.fixture(scope="session")
def clean() -> Callable[[str], Tree]:
    """The tree of a text that has no mistakes."""

    def tree_of(text: str) -> Tree:
        found: list[Diagnostic] = []
        tree = read(text.encode(), "net.yaml", found.append)
        assert found == []
        assert tree is not None
        return tree

    return tree_of
