"""The object that netc finds by its entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from netc.errors import BackendError
from netc_torch.assembly import assemble
from netc_torch.evaluation import Evaluation

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from netc.artifact import Request


@final
class TorchBackend:
    """Lowers a graph to a module in memory; it writes no files yet."""

    suffixes: tuple[str, ...] = ()

    def compile(self, request: Request) -> nn.Module:
        """The network as a module in training mode, with the request's weights.

        The keys of its ``state_dict`` are the paths of ``request.graph.parameters``, in that order.
        """
        return assemble(request.graph, request.weights)

    def session(self, request: Request) -> Evaluation:
        """The network in evaluation, as a function of arrays; see ``netc.artifact.Evaluating``."""
        return Evaluation(self.compile(request), request.graph)

    def write(self, request: Request, path: Path) -> None:
        """Raise ``BackendError``: neither ``.pt2`` nor ``.py`` is there yet."""
        raise BackendError(
            f"the torch backend cannot write {path.name}: it makes modules in memory, and no files yet; "
            f"`to_torch` gives {request.graph.name} as a module, which torch.save keeps"
        )


backend = TorchBackend()
