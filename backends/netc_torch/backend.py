"""The object that netc finds by its entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from netc.errors import BackendError
from netc_torch.assembly import assemble
from netc_torch.emission import source
from netc_torch.evaluation import Evaluation
from netc_torch.inference import Renamed, housed, orphaned

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from netc.artifact import Request, Written
    from netc.graph import Graph


@final
class TorchBackend:
    """Lowers a graph to a module in memory, or to a file: a program of torch.export, or source."""

    suffixes: tuple[str, ...] = (".pt2", ".py")
    optimizes: tuple[str, ...] = (".pt2",)

    def compile(self, request: Request) -> nn.Module:
        """The network as a module in training mode, with the request's weights.

        The keys of its ``state_dict`` are the paths of ``request.graph.parameters``, in that order. An
        optimised one is in evaluation mode, for which it is made.
        """
        graph, weights = request.graph, request.weights
        if orphaned(graph):
            graph, moved = housed(graph)
            weights = Renamed(weights, moved) if moved else weights
        module = assemble(graph, weights, named=request.named and request.optimize)
        return module.eval() if request.optimize else module

    def session(self, request: Request) -> Evaluation:
        """The network in evaluation, as a function of arrays; see ``netc.artifact.Evaluating``."""
        return Evaluation(self.compile(request), request.graph)

    def source(self, graph: Graph) -> str:
        """The network as Python source; see ``netc.artifact.Spelling``."""
        return source(housed(graph).graph if orphaned(graph) else graph)

    def write(self, request: Request, path: Path) -> Written | None:
        """Write the file that the request's suffix asks for. Raises ``BackendError`` for any other."""
        match request.suffix:
            case ".py":
                path.write_text(self.source(request.graph), encoding="utf-8")
                return None
            case ".pt2":
                from netc_torch.export import write_program  # noqa: PLC0415  # it takes a second to load

                return write_program(self.compile(request), request, path)
            case _:
                known = " and ".join(self.suffixes)
                raise BackendError(f"the torch backend writes {known} files: {path.name} is none")


backend = TorchBackend()
