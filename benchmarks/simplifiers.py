"""A step of `nodes` in a process of its own: `python -m benchmarks.simplifiers STEP FROM TO`.

STEP is `torch` (FROM is a spec: its module from netc, by torch.onnx.export), `onnxslim` or `onnxsim` (FROM is
a model), or `netc` (FROM is a spec). TO is the model that is written. The last line printed is JSON: how
often each op is in it, and how it was exported.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    import netc

OPSET = 17
LEAST = 64
"""The size of a symbol in the example inputs, where the spec asks for no more."""


def by_torch(source: str, target: str) -> str:
    """torch.onnx.export's tracing way, which folds norms itself; the other way where that one fails."""
    import torch

    import netc

    network = netc.load(source)
    module = network.to_torch().eval()
    inputs = examples(network)
    axes = {name: dynamic(type_.shape) for name, type_ in network.inputs.items()}
    names: Mapping[str, Any] = {"input_names": list(axes), "opset_version": OPSET}
    try:
        torch.onnx.export(module, inputs, target, dynamo=False, dynamic_axes=axes, **names)
    except Exception as error:  # whatever a tracing exporter trips over
        print(f"{source}: {type(error).__name__}: {error}", file=sys.stderr)
        shapes = tuple(dict.fromkeys(places, torch.export.Dim.DYNAMIC) for places in axes.values())
        torch.onnx.export(
            module, inputs, target, dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False
        )
        return "torch.export"
    return "trace"


def examples(network: netc.Network) -> tuple[torch.Tensor, ...]:
    """Zeros for every input, a batch of two."""
    import torch

    from netc.types.dims import smallest

    return tuple(
        torch.zeros(
            2,
            *(dim if isinstance(dim, int) else max(smallest(dim), LEAST) for dim in type_.shape),
            dtype=getattr(torch, type_.dtype),
        )
        for type_ in network.inputs.values()
    )


def dynamic(shape: tuple[Any, ...]) -> dict[int, str]:
    """The axes of any size, by their places: the batch, and those of symbols."""
    symbols = {place: str(dim) for place, dim in enumerate(shape, start=1) if not isinstance(dim, int)}
    return {0: "N", **symbols}


def by_onnxslim(source: str, target: str) -> str:
    import onnx
    import onnxslim

    onnx.save(onnxslim.slim(source), target)
    return ""


def by_onnxsim(source: str, target: str) -> str:
    import onnx
    import onnxsim

    model, _ = onnxsim.simplify(source)
    onnx.save(model, target)
    return ""


def by_netc(source: str, target: str) -> str:
    import netc

    netc.load(source).to_onnx(target)
    return ""


STEPS: dict[str, Callable[[str, str], str]] = {
    "torch": by_torch,
    "onnxslim": by_onnxslim,
    "onnxsim": by_onnxsim,
    "netc": by_netc,
}


def main(step: str, source: str, target: str) -> None:
    """Do it, and print what is in the result."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    how = STEPS[step](source, target)
    import onnx

    graph = onnx.load(target, load_external_data=False).graph
    print()
    print(json.dumps({"how": how, "ops": Counter(node.op_type for node in graph.node)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
