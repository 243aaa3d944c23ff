"""What torch makes of a network: the numbers that all others are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, final

from netc.discovery import find_backend
from netc.graph import Output
from netc.verification.timing import Timed, timed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from netc.artifact import Evaluating, Request
    from netc.graph import Graph, Value
    from netc.runtime import Arrays

VALUE = "value"
"""What an inner value is called that is made the output."""


@final
class Reference:
    """The network as written, no pass having touched it, through the backend ``torch``.

    Raises ``BackendError`` where that is not installed.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._backend = cast("Evaluating", find_backend("torch"))
        self._session = self._backend.session(request)
        self._weights: Mapping[str, NDArray[np.float32]] | None = None

    @property
    def version(self) -> str:
        """The version of torch."""
        from importlib.metadata import version  # needed by verifying alone

        return version("torch")

    def outputs(self, inputs: Arrays, *, often: bool) -> Timed:
        """What the network makes of these inputs; see ``timed``."""
        return timed(self._session, inputs, often=often)

    def value(self, value: Value, inputs: Arrays) -> NDArray[np.generic]:
        """What one of its values is, for these inputs."""
        if self._weights is None:  # each question makes a module of its own, of the same numbers
            self._weights = dict(self._request.weights)
        request = self._request._replace(graph=up_to(self._request.graph, value), weights=self._weights)
        return self._backend.session(request).run(inputs)[VALUE]


def up_to(graph: Graph, value: Value) -> Graph:
    """The graph whose one output is ``value``, without the nodes that come after."""
    end = next(place for place, node in enumerate(graph.nodes) if node.output is value)
    nodes = graph.nodes[: end + 1]
    used = {path for node in nodes for path in node.parameters.values()}
    parameters = {path: of for path, of in graph.parameters.items() if path in used}
    return graph._replace(
        outputs=(Output(VALUE, value, train_only=False),), nodes=nodes, parameters=parameters
    )
