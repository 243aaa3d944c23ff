"""Rules that turn the names in a weights file into those of a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from netc.diagnostics.printable import printable
from netc.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Rule(NamedTuple):
    """A regular expression, and what takes the place of each match, groups by number or name."""

    pattern: re.Pattern[str]
    replacement: str

    @property
    def text(self) -> str:
        """The rule as it was written."""
        return f"{self.pattern.pattern}={self.replacement}"


def parse_rule(text: str) -> Rule:
    r"""The rule ``PATTERN=REPLACEMENT``, split at its last ``=``.

    Raises ``ValueError``, which says what is wrong and at which column, from 1.

    >>> parse_rule(r"^layer(\d)=stage\1")
    Rule(pattern=re.compile('^layer(\\d)'), replacement='stage\\1')
    """
    pattern, equals, replacement = text.rpartition("=")
    if not equals:
        raise ValueError(f"the rename `{printable(text)}` has no `=`; write PATTERN=REPLACEMENT")
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise complaint(text, "pattern", pattern, error) from error
    try:
        compiled.sub(replacement, "")
    except (re.error, IndexError) as error:  # a group's name that the pattern lacks is an IndexError
        raise complaint(text, "replacement", replacement, error) from error
    return Rule(compiled, replacement)


def complaint(text: str, part: str, written: str, error: Exception) -> ValueError:
    """What ``re`` dislikes about a part of a rule, and where."""
    position = error.pos if isinstance(error, re.error) else None
    place = "" if position is None else f", at column {position + 1} of it"
    fact = error.msg if isinstance(error, re.error) else str(error)
    return ValueError(
        f"the rename `{printable(text)}` has a bad {part} `{printable(written)}`: {printable(fact)}{place}"
    )


def parse_rules(arguments: Iterable[str]) -> list[Rule]:
    """All rules, in order; ``@FILE`` stands for the file's lines, a rule each.

    Blank lines and lines that begin with ``#`` are skipped; the file is UTF-8. Raises ``ValueError`` for a
    bad rule, with its file and line, and ``FileError`` for a file that cannot be read.
    """
    rules: list[Rule] = []
    for argument in arguments:
        if argument.startswith("@"):
            rules.extend(file_rules(Path(argument[1:])))
        else:
            rules.append(parse_rule(argument))
    return rules


def file_rules(path: Path) -> Iterator[Rule]:
    """The rules in a file. Raises as ``parse_rules`` does."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        fact = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise FileError(f"cannot read the renames in {path}: {fact}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            try:
                yield parse_rule(line)
            except ValueError as error:
                raise ValueError(f"{path}:{number}: {error}") from error


def apply(rules: Iterable[Rule], names: Iterable[str]) -> dict[str, str | None]:
    """Each name's new name, or ``None`` where a rule leaves nothing of it, which drops the tensor.

    Every rule is applied by ``re.sub``, in order, to the result of those before it.

    >>> apply([parse_rule("^module[.]=")], ["module.conv1.weight", "module."])
    {'module.conv1.weight': 'conv1.weight', 'module.': None}
    """
    rules = tuple(rules)
    return {name: renamed(name, rules) for name in names}


def renamed(name: str, rules: tuple[Rule, ...]) -> str | None:
    """One name's new name, or ``None`` where a rule leaves nothing of it."""
    for rule in rules:
        changed = rule.pattern.sub(rule.replacement, name)
        if name and not changed:
            return None
        name = changed
    return name


def idle(rules: Iterable[Rule], names: Iterable[str]) -> list[Rule]:
    """The rules that find nothing to rename in ``names``, as those before them leave these.

    >>> [rule.replacement for rule in idle([parse_rule("^conv=c"), parse_rule("^bn=norm")], ["conv1.bias"])]
    ['norm']
    """
    left = list(names)
    unused: list[Rule] = []
    for rule in rules:
        changed = [rule.pattern.subn(rule.replacement, name) for name in left]
        if not any(count for _, count in changed):
            unused.append(rule)
        left = [after for before, (after, _) in zip(left, changed, strict=True) if after or not before]
    return unused
