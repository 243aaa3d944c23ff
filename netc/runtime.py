"""The seam between `netc verify` and the runtimes that ONNX files are shipped to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netc.types.parameter import Shape

    Arrays: TypeAlias = Mapping[str, NDArray[Any]]

GROUP = "netc.runtimes"
"""The entry points by which runtimes are found: each names an object that satisfies ``Runtime``."""


class Known(NamedTuple):
    """A failure that is known of a runtime, for one model.

    ``outcome`` is what happens: it ``fails`` with an error, a crash or a time-out, or its numbers ``differ``.
    ``reason`` says what it trips over, in which version, and who says so.
    """

    outcome: Literal["fails", "differs"]
    reason: str


class Session(Protocol):
    """A model that a runtime has loaded."""

    def run(self, inputs: Arrays) -> Arrays:
        """The outputs by name, for inputs by name; all with their batch axis, as NumPy arrays."""
        ...


class Runtime(Protocol):
    """What an entry point of the group ``netc.runtimes`` names: one way to run an ONNX file.

    ``name`` is what users call it. One session of a ``dynamic`` runtime serves every batch and size that the
    model allows; for others a model is loaded anew for each. ``seconds`` is how long one loading and running
    may take, beyond what the model needs elsewhere, before it counts as hung. ``install`` says what
    there is to install where it is missing, in words behind "install": "netc with its extra `openvino`".

    ``version`` and ``known`` may be called in any process, all else in a process of its own, which may
    crash or be ended.
    """

    name: str
    dynamic: bool
    seconds: float
    install: str

    def version(self) -> str | None:
        """The version that is installed, or nothing where the runtime is not. Imports nothing heavy."""
        ...

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Session:
        """Load the model at ``path``; ``shapes`` are those of its inputs in the first run, batch first.

        Raises whatever the runtime raises.
        """
        ...

    def known(self, path: Path) -> Sequence[Known]:
        """The known failures that the model at ``path`` would meet, by the ops and attributes it has."""
        ...
