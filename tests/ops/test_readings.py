"""Where ops read, and how often they apply their parameters, against what they compute."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from netc.graph.text import op_text
from netc.ops.arrange import Pad
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Prelu
from netc.ops.local import Local
from netc.ops.norm import BatchNorm
from netc.ops.sequence import Attention, Embed, Position, Recurrent
from netc.ops.transposed import ConvTranspose
from netc.ops.upsample import Upsample
from netc.types import TensorType
from netc.types.dims import numbers
from tests.netc_onnx.cases import Case
from tests.netc_onnx.families import FAMILIES
from tests.netc_onnx.reference import meaning

WEIGHTED = (Conv, ConvTranspose, Local, Linear, Recurrent, Attention)
TRIED = 8
"""Cases of each family."""


def some_of(family: str) -> list[Case]:
    cases = list(FAMILIES[family])
    return cases[:: max(1, len(cases) // TRIED)]


def reads_within_bounds(case: Case) -> bool:
    """Whether the edges are read as everything else is: not by a mirror, nor about where corners are aligned."""
    mirrored = isinstance(case.op, Pad) and case.op.mode != "constant"
    return not mirrored and not (isinstance(case.op, Upsample) and case.op.align_corners)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_element_changes_only_what_reads_it(family: str) -> None:
    random = np.random.default_rng(7)
    for case in filter(reads_within_bounds, some_of(family)):
        shapes = [numbers(type_.shape, "a test") for type_ in case.types]
        inputs = [
            random.integers(1, 3, (1, *shape))
            if type_.dtype != "float32"
            else random.uniform(0.5, 2, (1, *shape))
            for type_, shape in zip(case.types, shapes, strict=True)
        ]
        output = case.op.infer(*case.types)
        own = {p.name: random.uniform(0.5, 1, p.shape) for p in case.op.parameters(*case.types)}
        values = [value.astype(np.float64) for value in inputs]
        before = meaning(case.op, case.types, values, own)
        for place, type_ in enumerate(case.types):
            readings = case.op.readings(output, type_)
            for _ in range(6 if type_.shape else 0):
                at = tuple(int(random.integers(0, size)) for size in shapes[place])
                changed = [value.copy() for value in values]
                changed[place][(0, *at)] += 1 if type_.dtype != "float32" else 0.3
                for where in np.argwhere(before != meaning(case.op, case.types, changed, own)):
                    for o, reading in zip(where[1:], readings, strict=True):
                        if reading is not None and shapes[place][reading.axis] > 1:
                            axis, first, last, down, up = reading
                            lies = (o * down + first) // up <= at[axis] <= (o * down + last) // up
                            assert lies, f"{op_text(case.op)} of {case.types}: {where} reads {at}"


@pytest.mark.parametrize("family", FAMILIES)
def test_as_many_weights_as_multiply_adds_were_none_shared(family: str) -> None:
    for case in FAMILIES[family]:
        op, output = case.op, case.op.infer(*case.types)
        weights = [p for p in op.parameters(*case.types) if p.role == "weight" and not p.buffer]
        unshared = sum(prod(p.shape) * op.uses(p.name, output, *case.types) for p in weights)
        assert op.multiply_adds(output, *case.types) == (unshared if isinstance(op, WEIGHTED) else 0), (
            op_text(op)
        )


def test_what_serves_every_position() -> None:
    image, words = TensorType((4, 5, 6)), TensorType((20, 8), layout="sequence")
    norm = BatchNorm(1e-5, 0.1, affine=True)
    assert (norm.uses("bias", image, image), norm.uses("weight", words, words)) == (30, 20)
    assert Prelu(per_channel=False).uses("weight", image, image) == 4 * 30
    assert Embed(10, 8).uses("weight", words, TensorType((20,), "int64")) == 20
    assert Attention(2, 0.0).uses("in_proj_bias", words, words) == 20
    assert Position().uses("weight", words, words) == 1
