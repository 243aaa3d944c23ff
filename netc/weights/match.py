"""Which tensor serves which parameter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple, final

from netc.diagnostics.printable import printable
from netc.errors import WeightsError
from netc.types import shape_text
from netc.weights.file import FLOATS, Stored
from netc.weights.rename import apply, idle
from netc.weights.tensor import Tensor, dtype_of, float32, shape_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Parameter
    from netc.types.parameter import Shape
    from netc.weights.rename import Rule

# PyTorch's count of the batches that a batch norm has seen, which no network computes with.
IGNORED = "num_batches_tracked"
FLOAT_TYPES = tuple(name for name, _ in FLOATS.values())
MOST_LINES = 100
# Renames without a match that are quoted: a file of them may serve more networks than one.
MOST_IDLE = 3
# Names of one shape that are searched for the nearest; difflib is slow.
MOST_CANDIDATES = 200


@final
class GivenWeights(Mapping[str, "NDArray[np.float32]"]):
    """Tensors under the paths of ``parameters``, each converted when it is asked for.

    The arrays are float32, in C order, of the parameter's exact shape, and share no memory with what was
    given. ``tensors`` is what ``netc.weights.file.read`` gives, a torch ``state_dict``, or NumPy arrays by
    name. Raises ``WeightsError`` unless all fits, and ``FileError`` where a file fails while it is read.
    """

    def __init__(
        self, parameters: Mapping[str, Parameter], tensors: Mapping[str, Tensor], rules: Iterable[Rule] = ()
    ) -> None:
        self._parameters = parameters
        self._tensors = tensors
        self._sources = match(parameters, tensors, rules)

    def __getitem__(self, path: str) -> NDArray[np.float32]:
        return float32(self._tensors[self._sources[path]]).reshape(self._parameters[path].type.shape)

    def pieces(self, path: str) -> Iterator[NDArray[np.float32]]:
        """The numbers at ``path``, from a file as they are read; see ``netc.weights.pieces``."""
        tensor = self._tensors[self._sources[path]]
        return tensor.pieces() if isinstance(tensor, Stored) else iter((float32(tensor).reshape(-1),))

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


class Problem(NamedTuple):
    """What does not fit: its kind, which is counted, and the sentence."""

    kind: str
    text: str


def match(
    parameters: Mapping[str, Parameter], tensors: Mapping[str, Tensor], rules: Iterable[Rule] = ()
) -> dict[str, str]:
    """For each parameter, in order, the name in ``tensors`` of the tensor that serves it.

    Names are compared as ``rules`` leave them; tensors that they drop and ``num_batches_tracked`` are
    ignored. Shapes that differ only in axes of size 1 fit, and nothing is transposed. Raises
    ``WeightsError`` with every name that is missing, left over, met twice, of another shape or not of
    floats: 100 lines at most, and a count of the rest; then the rules that match no name.
    """
    rules = tuple(rules)
    serving = servants(tensors, rules)
    problems = [*misfits(parameters, tensors, serving), *unmatched(parameters, tensors, serving)]
    if problems:
        raise WeightsError([*listed(problems), *idle_rules(tensors, rules)])
    return {path: serving[path][0] for path in parameters}


def servants(tensors: Iterable[str], rules: Iterable[Rule]) -> dict[str, list[str]]:
    """For each name after renaming, the tensors' own names, in their order."""
    serving: dict[str, list[str]] = {}
    for source, name in apply(rules, tensors).items():
        if name is not None and IGNORED not in (last_part(source), last_part(name)):
            serving.setdefault(name, []).append(source)
    return serving


def last_part(name: str) -> str:
    """What follows the last dot."""
    return name.rpartition(".")[2]


def misfits(
    parameters: Mapping[str, Parameter], tensors: Mapping[str, Tensor], serving: Mapping[str, list[str]]
) -> Iterator[Problem]:
    """Parameters that more than one tensor serves, or one that cannot."""
    for path, parameter in parameters.items():
        sources = serving.get(path, [])
        if len(sources) > 1:
            names = " and ".join(map(quoted, sources))
            yield Problem(
                "met twice", f"{quoted(path)} is met twice: {names} both bear this name after renaming"
            )
        elif sources:
            fact = misfit(parameter.type.shape, tensors[sources[0]])
            if fact is not None:
                yield Problem(fact.kind, f"{quoted(path)}{origin(sources[0], path)} {fact.text}")


def misfit(needed: Shape, tensor: Tensor) -> Problem | None:
    """Why a tensor cannot serve a parameter of the shape ``needed``, or ``None`` where it can."""
    shape, dtype = shape_of(tensor), dtype_of(tensor)
    if shape is None:
        return Problem("no tensor", f"is a {type(tensor).__name__} and no tensor")
    if dtype not in FLOAT_TYPES:
        return Problem("not of floats", f"holds {dtype}; weights are {', '.join(FLOAT_TYPES)}")
    if long_axes(shape) == long_axes(needed):
        return None
    text = f"has the shape {shape_text(shape)}, and {shape_text(needed)} is needed"
    if sorted(long_axes(shape)) == sorted(long_axes(needed)):
        text += (
            "; its axes in another order would fit: transpose it in the file, for nothing is transposed here"
        )
    return Problem("of another shape", text)


def unmatched(
    parameters: Mapping[str, Parameter], tensors: Mapping[str, Tensor], serving: Mapping[str, list[str]]
) -> Iterator[Problem]:
    """Parameters that no tensor serves, then tensors that serve no parameter, each with the nearest other."""
    missing = {path: parameter.type.shape for path, parameter in parameters.items() if path not in serving}
    left = {
        name: shape_of(tensors[sources[0]]) for name, sources in serving.items() if name not in parameters
    }
    missing_by_shape, left_by_shape = by_shape(missing), by_shape(left)
    for count, (path, shape) in enumerate(missing.items()):
        near = nearest(path, shape, left_by_shape) if count < MOST_LINES else None
        hint = "" if near is None else f"; the nearest of those left over is {quoted(near)}"
        yield Problem("missing", f"{quoted(path)} ({shape_text(shape)}) is missing{hint}")
    for count, (name, given) in enumerate(left.items()):
        near = nearest(name, given, missing_by_shape) if count < MOST_LINES else None
        hint = "" if near is None else f"; the nearest of those missing is {quoted(near)}"
        for source in serving[name]:
            own = shape_of(tensors[source])
            size = "" if own is None else f" ({shape_text(own)})"
            yield Problem("left over", f"{quoted(name)}{origin(source, name)}{size} is left over{hint}")


def by_shape(shapes: Mapping[str, Shape | None]) -> dict[Shape, list[str]]:
    """Names by their shapes, without axes of size 1."""
    names: dict[Shape, list[str]] = {}
    for name, shape in shapes.items():
        if shape is not None:
            names.setdefault(long_axes(shape), []).append(name)
    return names


def nearest(name: str, shape: Shape | None, names: Mapping[Shape, list[str]]) -> str | None:
    """The name most like ``name`` among those of a shape that fits, if any is like it."""
    if shape is None:
        return None
    candidates = names.get(long_axes(shape), [])[:MOST_CANDIDATES]
    return next(iter(get_close_matches(name, candidates, n=1, cutoff=0.5)), None)


def long_axes(shape: Shape) -> Shape:
    """The shape without its axes of size 1."""
    return tuple(dim for dim in shape if dim != 1)


def listed(problems: list[Problem]) -> list[str]:
    """The problems' sentences, and how many of each kind there are beyond the first ``MOST_LINES``."""
    lines = [problem.text for problem in problems[:MOST_LINES]]
    rest = Counter(problem.kind for problem in problems[MOST_LINES:])
    if rest:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in rest.items())
        lines.append(f"and {rest.total():,} more: {kinds}")
    return lines


def idle_rules(tensors: Iterable[str], rules: tuple[Rule, ...]) -> Iterator[str]:
    """What there is to say of the rules that match no name: one sentence, or none."""
    unused = [quoted(rule.text) for rule in idle(rules, tensors)]
    if len(unused) == 1:
        yield f"and the rename {unused[0]} matches no name in the weights"
    elif unused:
        every = len(unused) == len(rules)
        count = f"all {len(rules):,}" if every else f"{len(unused):,} of {len(rules):,}"
        rest = len(unused) - MOST_IDLE
        more = f" and {rest:,} more" if rest > 0 else ""
        yield f"and {count} renames match no name in the weights: {', '.join(unused[:MOST_IDLE])}{more}"


def origin(source: str, name: str) -> str:
    """What a tensor was called before it was renamed, where it was."""
    return "" if source == name else f", in the file {quoted(source)},"


def quoted(name: str) -> str:
    """A name as messages show it."""
    return f"`{printable(name)}`"
