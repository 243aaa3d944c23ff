"""What a verification finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.diagnostics import Span

Result: TypeAlias = Literal["ok", "known", "differs", "fails"]


class Run(NamedTuple):
    """One time that a network is run: its batch, and a size for each symbol."""

    batch: int
    sizes: Mapping[str, int]

    def __str__(self) -> str:
        return ", ".join([f"batch {self.batch}", *(f"{name} = {size}" for name, size in self.sizes.items())])


class Place(NamedTuple):
    """Where in a network numbers part first, or what a runtime cannot run.

    ``path`` is that of a value, ``kind`` that of the layer that makes it, ``span`` where that is written.
    ``difference`` is the value's (see ``Row``), nothing where there are no numbers to compare.
    """

    path: str
    kind: str
    span: Span | None
    difference: float | None

    def __str__(self) -> str:
        line = f", {self.span.file}:{self.span.line}" if self.span is not None else ""
        return f"{self.path} ({self.kind}{line})"


class Row(NamedTuple):
    """How one runtime did.

    ``ok``: every output is within the tolerance; ``differs``: one is not, or is no number; ``fails``: it
    raises, crashes or hangs; ``known``: it does one of the last two, and is known to. ``difference`` is the
    largest ``max|found − expected| / max|expected|`` of any output in any run, nothing where none could be
    compared.
    ``reason`` says what is wrong, or what is known, ``run`` in which run that was, and ``first`` where first;
    ``search`` says why that was not found, where it was looked for.
    ``seconds`` is how long the first run took, the model loaded: the median of a few times.
    """

    runtime: str
    version: str
    result: Result
    difference: float | None = None
    reason: str = ""
    run: Run | None = None
    first: Place | None = None
    search: str = ""
    seconds: float | None = None


class Report(NamedTuple):
    """What a verification of one network found.

    ``missing`` says for each runtime that is not installed what to install. ``problem`` is why nothing could
    be compared: then there are no rows. ``remarks`` say what makes the comparison worth little. ``left_out``
    are runs too large to be done, ``seconds`` is how long torch took for the first.
    """

    name: str
    rows: tuple[Row, ...]
    runs: tuple[Run, ...]
    left_out: tuple[Run, ...]
    missing: Mapping[str, str]
    rtol: float
    reference: str
    seconds: float | None
    problem: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all that was run agrees with torch, or fails as it is known to."""
        return not self.problem and all(row.result in {"ok", "known"} for row in self.rows)
