"""Embeddings, recurrent layers, attention and learned positions over a grid of their options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import get_args

from netc.ops.sequence import Attention, Cell, Embed, Position, Recurrent
from netc.types import TensorType
from tests.netc_onnx.cases import SCALAR, VALUES, Case, sequence

VOCAB = 300
"""Above every index that the tests feed."""


def recurrent() -> Iterator[Case]:
    options = product(get_args(Cell), (1, 2, 3), (False, True), (False, True))
    for (cell, layers, both, last), (steps, features, hidden) in product(options, ((5, 3, 4), (1, 2, 3))):
        op = Recurrent(cell, hidden, layers, both, dropout=0.5, last=last)
        yield Case(op, (sequence(steps, features),))
    for cell in get_args(Cell):
        yield Case(Recurrent(cell, 1, 1, bidirectional=True, dropout=0.0, last=False), (sequence(4, 1),))
        yield Case(Recurrent(cell, 2, 1, bidirectional=False, dropout=0.0, last=True), (sequence(30, 2),))


def others() -> Iterator[Case]:
    for steps, width in product((1, 7), (1, 4)):
        yield Case(Embed(VOCAB, width), (TensorType((steps,), "int64"),))
    yield Case(Embed(VOCAB, 3), (TensorType((5,), "int64", "sequence"),))
    for type_ in (SCALAR, *VALUES):
        yield Case(Position(), (type_,))


def attention() -> Iterator[Case]:
    for steps, heads in product((1, 2, 7), (1, 2, 3, 6)):
        yield Case(Attention(heads, dropout=0.5), (sequence(steps, 6),))
    yield Case(Attention(1, dropout=0.0), (sequence(5, 1),))
    yield Case(Attention(4, dropout=0.0), (sequence(3, 8),))


FAMILIES = {
    "recurrent": tuple(recurrent()),
    "embed_and_position": tuple(others()),
    "attention": tuple(attention()),
}
