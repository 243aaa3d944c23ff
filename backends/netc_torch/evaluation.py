"""A module as a function of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from torch import nn

    from netc.graph import Graph


@final
class Evaluation:
    """A module in evaluation; satisfies ``netc.runtime.Session``."""

    def __init__(self, module: nn.Module, graph: Graph) -> None:
        self._module = module.eval()
        self._inputs = [value.name for value in graph.inputs]
        self._outputs = [output.name for output in graph.outputs if not output.train_only]

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """The outputs by name, batch first; ``inputs`` must be writable, and are not written to."""
        with torch.inference_mode():
            result: Any = self._module(*(torch.from_numpy(inputs[name]) for name in self._inputs))
        if isinstance(result, torch.Tensor):
            return {self._outputs[0]: result.numpy()}
        return {name: result[name].numpy() for name in self._outputs}
