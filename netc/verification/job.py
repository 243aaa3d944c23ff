"""What a child process is told, and what it says."""

from __future__ import annotations

from typing import TypeAlias, TypedDict, final


class Turn(TypedDict):
    """One run: the file and names of its inputs, the file for its outputs."""

    inputs: str
    names: list[str]
    outputs: str


class Job(TypedDict):
    """What a child is told to do."""

    runtime: str
    model: str
    turns: list[Turn]


@final
class Made(TypedDict):
    """What it says of a run that was made: the outputs' names, and the seconds it took, the model loaded."""

    names: list[str]
    seconds: float


@final
class Raised(TypedDict):
    """What it says of a run that was not: the error, in a line."""

    error: str


Answer: TypeAlias = Made | Raised
