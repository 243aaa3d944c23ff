"""The numbers of every op in onnxruntime are those that the op means."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netc.graph.text import op_text
from netc_onnx import backend
from tests.netc_onnx.families import FAMILIES
from tests.netc_onnx.networks import Session, feeds, request, side_by_side, weights
from tests.netc_onnx.reference import meaning

if TYPE_CHECKING:
    from numpy.typing import NDArray


NOISE = {"attention": 2e-5}
"""Where results below 1 are sums of terms far above it, float32 leaves more than the usual 2e-6."""


@cache
def expected(family: str, batch: int) -> list[NDArray[Any]]:
    graph = side_by_side(FAMILIES[family])
    numbers = feeds(graph, batch)
    parameters = {path: array.astype(np.float64) for path, array in weights(graph).items()}
    results: list[NDArray[Any]] = []
    with np.errstate(invalid="ignore"):
        for node in graph.nodes:
            inputs = [numbers[value.name].astype(np.float64) for value in node.inputs]
            own = {name: parameters[path] for name, path in node.parameters.items()}
            results.append(meaning(node.op, [value.type for value in node.inputs], inputs, own))
    return results


@pytest.mark.parametrize("optimized", [True, False], ids=["optimized", "as_written"])
@pytest.mark.parametrize("opset", [13, 17, 23])
@pytest.mark.parametrize("family", FAMILIES)
def test_one_loaded_model_gives_the_meaning_of_every_op_for_every_batch(
    family: str, opset: int, optimized: bool
) -> None:
    graph = side_by_side(FAMILIES[family])
    session = Session.of(backend.compile(request(graph, opset)), optimized=optimized)
    for batch in (1, 3):
        results = session.run(feeds(graph, batch))
        for index, (case, right) in enumerate(zip(FAMILIES[family], expected(family, batch), strict=True)):
            found = results[f"y{index}"]
            assert found.shape == right.shape, f"{op_text(case.op)} of {case.types}"
            assert found.dtype == case.op.infer(*case.types).dtype
            np.testing.assert_allclose(
                found,
                right,
                rtol=1e-5,
                atol=NOISE.get(family, 2e-6),
                err_msg=f"{op_text(case.op)} of {case.types}",
            )
