"""Scopes: which names lie where, and what they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from netc.errors import Mistake
from netc.graph import Value
from netc.layers.words import listed, nearest
from netc.types import TensorType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netc.diagnostics import Span
    from netc.elaborate.names import Names
    from netc.elaborate.reports import Frame
    from netc.language import Block
    from netc.language.defaults import Defaults
    from netc.reader import Scalar

BROKEN = Value("", TensorType(()))
"""What a failed layer hands on: it silences all that reads it."""


MOST_SCOPES = 100
"""Scopes nest this deep at most; what a file nests is bounded by the reader, what blocks use by this."""


ONLY_BEFORE = "only what was computed before can be read"
"""The way out where no name is near."""

ANY = re.compile(".*")
COUNTED = re.compile(r".*\d")
"""The names of layers that bear none."""


class File(NamedTuple):
    """What a file gives to every layer written in it.

    ``imports`` are the files that it imports, by their stems; ``None`` stands for those that were reported.
    """

    names: Names
    blocks: Mapping[str, Block]
    defaults: Defaults
    imports: Mapping[str, File | None]

    def block(self, name: str) -> tuple[Block, File] | None:
        """The block that ``use`` calls ``name`` here, under that name, and the file it is written in."""
        stem, _, own = name.rpartition(".")
        file = self.imports.get(stem) if stem else self
        block = file.blocks.get(own) if file is not None else None
        if file is None or block is None:
            return None
        return (block._replace(name=name) if stem else block), file


class Bound(NamedTuple):
    """What a layer's name means: a value (``None`` where ``if`` left the layer out), and the scope inside."""

    value: Value | None
    inside: Scope | None

    @property
    def in_training_alone(self) -> bool:
        """Whether this is a ``train_only`` head, or lies in one."""
        return self.inside is not None and self.inside.train_only


class Found(NamedTuple):
    """What a name means, and the whole path of what bears it."""

    path: str
    bound: Bound


class Scope:
    """One scope: the names in it, and how deep it lies.

    ``prefix`` begins every path in it (``""`` at the top, else it ends with a dot). ``taken`` are names that
    no layer in it can have, ``reserved`` those that none in it or below can have, with the reason. ``unread``
    fits the names that something in it may have which could not be read.
    """

    __slots__ = (
        "bound",
        "counts",
        "depth",
        "entering",
        "outer",
        "prefix",
        "repeated",
        "reserved",
        "taken",
        "train_only",
        "unread",
    )

    def __init__(self, prefix: str, outer: Scope | None, entering: Value | None) -> None:
        self.prefix = prefix
        self.outer = outer
        self.entering = entering
        self.bound: dict[str, Bound] = {}
        self.counts: dict[str, int] = {}
        self.taken: dict[str, str] = {}
        self.reserved: dict[str, str] = outer.reserved if outer is not None else {}
        self.unread: re.Pattern[str] | None = None
        self.depth: int = outer.depth + 1 if outer is not None else 0
        self.repeated: bool = outer.repeated if outer is not None else False
        self.train_only: bool = outer.train_only if outer is not None else False

    def reserve(self, names: Iterable[str], reason: str) -> None:
        """Keep names from every layer in this scope and below."""
        self.reserved = {**self.reserved, **dict.fromkeys(names, reason)}

    def why_taken(self, name: str) -> str:
        """Why no further layer of this scope can have a name, or nothing."""
        reason = self.taken.get(name, "") or self.reserved.get(name, "")
        if not reason and name in self.bound:
            return "an earlier layer of this scope has that name"
        return reason

    def counted(self, word: str) -> str:
        """The name of the next layer of this word: the word and its count in this scope."""
        self.counts[word] = count = self.counts.get(word, 0) + 1
        return f"{word}_{count}" if word[-1:].isdigit() else f"{word}{count}"

    def bind(self, name: str, value: Value | None, inside: Scope | None = None) -> None:
        """Say what a name means from here on."""
        self.bound[name] = Bound(value, inside)

    def read(self, path: str, previous: Value | None, *, training: bool | None = None) -> Value:
        """The value that a name or dotted path means here.

        Raises ``Mistake`` where there is none, the layer was left out, or it exists in ``training`` alone
        and the reader (by default what this scope holds) does not.
        """
        if path in {"prev", "input"}:
            value = previous if path == "prev" else self.entering
            if value is None and path in self.bound:  # one of several inputs may have the name `input`
                value = self.bound[path].value
            if value is None:
                raise Mistake(
                    "E309", f"`{path}` means no value here", help="the document has several inputs: name one"
                )
            return value
        found = self.look_up(path, training=training)
        if found is None:
            return BROKEN
        if found.bound.value is None:
            raise Mistake(
                "E309", f"`{path}` was left out by its `if`", help="read a layer that is always there"
            )
        return found.bound.value

    def look_up(self, path: str, *, training: bool | None = None) -> Found | None:
        """What a name or dotted path means here; nothing where a reported mistake keeps it from being known.

        Raises ``Mistake`` where there is no such name, or it exists in ``training`` alone and the reader does
        not.
        """
        training = self.train_only if training is None else training
        first, *rest = path.split(".")
        start = self._find(first)
        if start is None and self._may_be_unread(first):
            return None
        if start is None:
            raise Mistake("E301", f"there is no layer named `{first}` here", help=self._hint(first))
        scope, found = start
        hidden = found.in_training_alone
        for step in rest:
            if found.value is BROKEN:
                return None
            inner = found.inside.bound.get(step) if found.inside is not None else None
            if inner is None:
                known = tuple(found.inside.bound) if found.inside is not None else ()
                prefix = path[: len(path) - len(".".join(rest[rest.index(step) :]))]
                nothing = f"`{prefix.rstrip('.')}` has no layers inside"
                help_ = nearest(step, known).replace("`", f"`{prefix}", 1) or (
                    f"it has {listed(known)}" if known else nothing
                )
                raise Mistake("E301", f"there is no `{step}` in `{path}`", help=help_)
            found = inner
            hidden = hidden or found.in_training_alone
        if hidden and not training:
            help_ = "leave `train_only` out of its head, or read it in a head that has it, too"
            raise Mistake("E309", f"`{path}` exists in training alone", help=help_)
        return Found(f"{scope.prefix}{path}", found)

    def _find(self, name: str) -> tuple[Scope, Bound] | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bound:
                return scope, scope.bound[name]
            scope = scope.outer
        return None

    def _may_be_unread(self, name: str) -> bool:
        """Whether a name may be that of something that could not be read, and was reported."""
        scope: Scope | None = self
        while scope is not None:
            if scope.unread is not None and scope.unread.fullmatch(name):
                return True
            scope = scope.outer
        return False

    def _hint(self, name: str) -> str:
        known: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            known.extend(scope.bound)
            for outside, bound in scope.bound.items():
                if bound.inside is not None and name in bound.inside.bound:
                    return f"did you mean `{outside}.{name}`?"
            scope = scope.outer
        return nearest(name, known) or ONLY_BEFORE


class Place(NamedTuple):
    """Where a walk is: the scope, the file whose layers these are, the names they see, the steps so far.

    ``blocks`` are the keys of those in use, outermost first; ``loops`` counts the nameless
    ``for`` around, which nest without a scope. ``frozen`` tells whether what is made here does not train,
    ``shared`` whether its parameters are to be another layer's; ``previous`` is what ``prev`` means to the
    layer that is being built.
    """

    scope: Scope
    file: File
    names: Names
    frames: tuple[Frame, ...] = ()
    blocks: tuple[Scalar, ...] = ()
    loops: int = 0
    frozen: bool = False
    shared: bool = False
    previous: Value | None = None


class HeadRecord(NamedTuple):
    """A head that was met: its value, whether it runs in training alone, and where it is written."""

    value: Value
    train_only: bool
    span: Span
