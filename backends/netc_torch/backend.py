"""The object that netc finds by its entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from netc.errors import BackendError
from netc_torch.assembly import assemble
from netc_torch.emission import source
from netc_torch.evaluation import Evaluation

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from netc.artifact import Request
    from netc.graph import Graph


@final
class TorchBackend:
    """Lowers a graph to a module in memory, or writes it as a file: by its suffix, source."""

    suffixes: tuple[str, ...] = (".py",)

    def compile(self, request: Request) -> nn.Module:
        """The network as a module in training mode, with the request's weights.

        The keys of its ``state_dict`` are the paths of ``request.graph.parameters``, in that order.
        """
        return assemble(request.graph, request.weights)

    def session(self, request: Request) -> Evaluation:
        """The network in evaluation, as a function of arrays; see ``netc.artifact.Evaluating``."""
        return Evaluation(self.compile(request), request.graph)

    def source(self, graph: Graph) -> str:
        """The network as Python source; see ``netc.artifact.Spelling``."""
        return source(graph)

    def write(self, request: Request, path: Path) -> None:
        """Write the file that the suffix of ``path`` asks for. Raises ``BackendError`` for any other."""
        match path.suffix.lower():
            case ".py":
                path.write_text(self.source(request.graph), encoding="utf-8")
            case _:
                known = " and ".join(self.suffixes)
                raise BackendError(f"the torch backend writes {known} files: {path.name} is none")


backend = TorchBackend()
