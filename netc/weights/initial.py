"""The numbers that parameters begin with.

A value depends on the seed, the owner's path, the shape, the scheme and the fans, on nothing else: not
on other parameters, nor on the backend, nor (but for ``orthogonal``, which LAPACK rounds) on the machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, assert_never, final

from netc.types.dims import product
from netc.weights.pieces import gathered
from netc.weights.schemes import constant, dirac, normal, orthogonal, spread, truncated, uniform
from netc.weights.stream import Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Parameter
    from netc.types import Initializer


@final
class InitialWeights(Mapping[str, "NDArray[np.float32]"]):
    """The first numbers of ``parameters``, each made when it is asked for, and not kept.

    Iterates in the parameters' order.
    """

    def __init__(self, parameters: Mapping[str, Parameter], seed: int = 0) -> None:
        self._parameters = parameters
        self._seed = seed

    def __getitem__(self, path: str) -> NDArray[np.float32]:
        return initial(path, self._parameters[path], self._seed)

    def pieces(self, path: str) -> Iterator[NDArray[np.float32]]:
        """The numbers at ``path`` as they are drawn; see ``netc.weights.pieces``."""
        import numpy as np

        for part in parts(path, self._parameters[path], self._seed):
            yield part.astype(np.float32, copy=False)

    @cached_property
    def _philox(self) -> np.random.Philox:
        """Whose words ``draw`` takes, each time from a beginning."""
        import numpy as np

        return np.random.Philox(key=0)

    def draw(self, path: str, into: NDArray[np.float32]) -> None:
        """Write the numbers at ``path`` over those of ``into``; see ``netc.weights.drawn``. One at a time."""
        parameter = self._parameters[path]
        value, bound = steady(parameter.initializer), reach(parameter)
        if value is not None:
            into.fill(value)
        elif bound is not None:
            spread(Stream(self._seed, path, self._philox), into.reshape(-1), bound)
        else:
            gathered(parameter.type.shape, parts(path, parameter, self._seed), into)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)


def initial(path: str, parameter: Parameter, seed: int) -> NDArray[np.float32]:
    """The array that the parameter at ``path`` begins with, of its shape and in C order.

    Computed in float64, then rounded to float32; uniform ones in float32, from numbers of 24 bits. Raises
    ``ValueError`` where ``orthogonal`` or ``dirac`` has no meaning for the shape.

    kaiming_normal, kaiming_uniform
        Standard deviation sqrt(2/fan_in); within ±sqrt(6/fan_in), which is the same deviation.
        He et al., Delving Deep into Rectifiers (2015), equation 10.
    xavier_normal, xavier_uniform
        Standard deviation sqrt(2/(fan_in + fan_out)); within ±sqrt(6/(fan_in + fan_out)).
        Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks
        (2010), equations 12 and 16.
    lecun_normal
        Standard deviation sqrt(1/fan_in). LeCun et al., Efficient BackProp (1998), equation 16.
    normal(std), uniform(bound), trunc_normal(std), constant(c), zeros, ones, orthogonal, dirac
        The functions of those names in ``netc.weights.schemes``.
    """
    return gathered(parameter.type.shape, parts(path, parameter, seed))


def steady(initializer: Initializer) -> float | None:
    """The one value that all numbers have, where the scheme has one."""
    match initializer.scheme:
        case "zeros":
            return 0.0
        case "ones":
            return 1.0
        case "constant":
            return initializer.argument
        case _:
            return None


def reach(parameter: Parameter) -> float | None:
    """The bound that uniform numbers lie within, where the scheme has such."""
    match parameter.initializer.scheme:
        case "kaiming_uniform":
            return math.sqrt(6 / parameter.fan_in)
        case "xavier_uniform":
            return math.sqrt(6 / (parameter.fan_in + parameter.fan_out))
        case "uniform":
            return parameter.initializer.argument
        case _:
            return None


def parts(
    path: str, parameter: Parameter, seed: int
) -> Iterator[NDArray[np.float64]] | Iterator[NDArray[np.float32]]:
    """The numbers of ``initial`` in order, as arrays of one axis, before they are rounded.

    Raises ``ValueError`` where ``initial`` does, or when the first part is asked for.
    """
    kind, argument = parameter.initializer
    bound = reach(parameter)
    shape, fan_in, fans = parameter.type.shape, parameter.fan_in, parameter.fan_in + parameter.fan_out
    count = product(shape)
    stream = Stream(seed, path)
    match kind:
        case "kaiming_normal":
            return normal(stream, count, math.sqrt(2 / fan_in))
        case "xavier_normal":
            return normal(stream, count, math.sqrt(2 / fans))
        case "lecun_normal":
            return normal(stream, count, math.sqrt(1 / fan_in))
        case "orthogonal":
            return iter((orthogonal(stream, shape).reshape(-1),))
        case "normal":
            return normal(stream, count, argument)
        case "kaiming_uniform" | "xavier_uniform" | "uniform":
            assert bound is not None
            return uniform(stream, count, bound)
        case "trunc_normal":
            return truncated(stream, count, argument)
        case "zeros":
            return constant(count, 0.0)
        case "ones":
            return constant(count, 1.0)
        case "constant":
            return constant(count, argument)
        case "dirac":
            return iter((dirac(shape, parameter.groups).reshape(-1),))
        case _:
            assert_never(kind)
