"""What reads or makes sequences: embeddings, recurrent layers, attention, learned positions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from netc.errors import Mistake
from netc.ops.conv import default_bound
from netc.ops.op import ZEROS, Operation, require_float
from netc.ops.reading import Reading, Readings, kept
from netc.types import Dim, Initializer, OwnParameter, TensorType
from netc.types.dims import ceil_divide, divides, number

Cell: TypeAlias = Literal["rnn", "lstm", "gru"]

GATES: dict[Cell, int] = {"rnn": 1, "lstm": 4, "gru": 3}
"""How many vectors of hidden size each cell computes a step."""

MOST_LAYERS = 1000
"""Of one recurrent op; each has parameters of its own."""


def require_sequence(value: TensorType, what: str) -> None:
    """Raise unless the value is a sequence ``[T, F]`` of float32."""
    require_float(value, what)
    if value.is_sequence and value.rank == 2:
        return
    input_says = "an input [T, F] that is one says `layout: sequence`"
    if value.is_map and value.rank == 2:
        way_out = f"`permute: [1, 0]` turns a feature map [C, L] into a sequence [L, C]; {input_says}"
    elif value.is_map:
        way_out = "`flatten: 1`, then `permute: [1, 0]`, makes a sequence of its positions"
    else:
        way_out = f"`embed`, and recurrent layers without `return: last`, make one; {input_says}"
    raise Mistake("E401", f"`{what}` needs a sequence", label=f"given {value.describe()}", help=way_out)


@final
@dataclass(frozen=True, slots=True)
class Embed(Operation):
    """A learned vector for each index from 0 to ``vocab − 1``: row ``x`` of the weight.

    What an index outside that range gives is the runtime's business.

    >>> Embed(10_000, 128).infer(TensorType((20,), "int64")).describe()
    'a sequence 20×128'
    """

    vocab: int
    width: int

    def infer(self, x: TensorType) -> TensorType:
        """Indices ``[T]`` of int64 to a sequence ``[T, width]`` of float32."""
        given = f"given {x.describe()}"
        if x.dtype != "int64":
            help_ = "an input of indices says so: `{shape: [T], dtype: int64}`"
            raise Mistake("E406", "`embed` reads indices of int64", label=given, help=help_)
        if not x.is_vector:
            help_ = f"`flatten` makes a sequence of {'all its indices' if x.shape else 'the one index'}"
            raise Mistake("E401", "`embed` needs a sequence of indices [T]", label=given, help=help_)
        return TensorType((x.shape[0], self.width), layout="sequence")

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[vocab, width]``, normal as PyTorch's."""
        del inputs
        shape = (self.vocab, self.width)
        return (OwnParameter("weight", shape, Initializer("normal", 1.0), self.width, self.vocab),)

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """The table once at every step."""
        del parameter, output
        return inputs[0].shape[0]

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """One index for all features of a step."""
        del output, x
        return Reading(0), None


@final
@dataclass(frozen=True, slots=True)
class Recurrent(Operation):
    """``layers`` of one cell each, the same weights at every step; states start at zero.

    With ``bidirectional`` each layer also reads its input from the end, by weights of its own, and hands
    on both results side by side, each step's with that of the same step. ``dropout`` falls between
    layers, in training alone. The result is the top layer's sequence, or, with ``last``, its final
    states: forward after the last step, backward after the first.

    The cells are PyTorch's, ``σ`` the sigmoid, ``*`` element by element, the gates in this order along
    axis 0 of the weights, ``…`` standing for ``W·x + b + R·h + d`` with ``b`` from ``bias_ih`` and ``d`` from
    ``bias_hh``:

    rnn   ``h' = tanh(…)``. Elman, Finding Structure in Time (1990).
    lstm  ``i, f, o = σ(…)``, ``g = tanh(…)``, in the order i, f, g, o; ``c' = f*c + i*g`` and
          ``h' = o*tanh(c')``. Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).
    gru   ``r, z = σ(…)``, ``n = tanh(W·x + b + r*(R·h + d))``, in the order r, z, n;
          ``h' = (1 − z)*n + z*h``. Cho et al. (2014), with the reset gate after the product.

    >>> op = Recurrent("lstm", 64, 1, bidirectional=True, dropout=0.0, last=False)
    >>> op.infer(TensorType((20, 128), layout="sequence")).describe()
    'a sequence 20×128'
    """

    cell: Cell
    hidden: int
    layers: int
    bidirectional: bool
    dropout: float
    last: bool

    @property
    def directions(self) -> int:
        """1, or 2 where the layers read from both ends."""
        return 2 if self.bidirectional else 1

    def infer(self, x: TensorType) -> TensorType:
        """A sequence ``[T, F]`` to ``[T, directions · hidden]``, or to a vector of the final states."""
        require_sequence(x, self.cell)
        if self.layers > MOST_LAYERS:
            message = f"`{self.cell}` has more than {MOST_LAYERS:,} layers"
            help_ = "`repeat` makes more, each with a path of its own"
            raise Mistake("E104", message, label=f"{self.layers:,}", help=help_, option="layers")
        width = self.directions * self.hidden
        return TensorType((width,)) if self.last else x.with_shape((x.shape[0], width))

    def widths(self, x: TensorType) -> Iterator[int]:
        """How many features each layer reads."""
        for layer in range(self.layers):
            first = number(x.channels, f"the features that `{self.cell}` reads")
            yield self.directions * self.hidden if layer else first

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """A layer and direction: ``weight_ih_l0``, ``weight_hh_l0``, ``bias_ih_l0``, ``bias_hh_l0``.

        The weights are ``[gates · hidden, F]`` and ``[gates · hidden, hidden]``, the biases
        ``[gates · hidden]``; the backward direction's end in ``_reverse``. All begin as PyTorch's do,
        uniform within ±1/sqrt(hidden).
        """
        rows, start = GATES[self.cell] * self.hidden, default_bound(self.hidden)
        found: list[OwnParameter] = []
        for layer, width in enumerate(self.widths(inputs[0])):
            for suffix in ("", "_reverse")[: self.directions]:
                reads = (("ih", width), ("hh", self.hidden))
                for name, columns in reads:
                    own = f"weight_{name}_l{layer}{suffix}"
                    found.append(OwnParameter(own, (rows, columns), start, columns, rows))
                for name, columns in reads:
                    own = f"bias_{name}_l{layer}{suffix}"
                    found.append(OwnParameter(own, (rows,), start, columns, rows))
        return tuple(found)

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> Dim:
        """Every weight once a step; the products of gates and states are not counted."""
        del output
        steps, rows = inputs[0].shape[0], GATES[self.cell] * self.hidden
        return steps * sum(self.directions * rows * (width + self.hidden) for width in self.widths(inputs[0]))

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Once at every step.

        >>> op = Recurrent("gru", 64, 1, bidirectional=False, dropout=0.0, last=True)
        >>> op.uses("weight_hh_l0", TensorType((64,)), TensorType((20, 128), layout="sequence"))
        20
        """
        del parameter, output
        return inputs[0].shape[0]

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Everything: a state may hold what any step says."""
        del x
        return kept(output.rank, range(output.rank))


@final
@dataclass(frozen=True, slots=True)
class Attention(Operation):
    """Multi-head self-attention without a mask: ``softmax(Q·Kᵀ/sqrt(d))·V`` a head, joined and projected.

    Q, K and V are the input's linear projections, in this order along axis 0 of ``in_proj_weight``, each
    cut into ``heads`` equal parts of d = F/heads features. ``dropout`` falls on the softmax, in training
    alone. Vaswani et al., Attention Is All You Need (2017), section 3.2.

    >>> Attention(8, dropout=0.0).infer(TensorType((196, 768), layout="sequence")).describe()
    'a sequence 196×768'
    """

    heads: int
    dropout: float

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_sequence(x, "attention")
        features = _features(x)
        if not divides(self.heads, features):
            raise Mistake(
                "E403",
                "the features are not divisible by the heads",
                label=f"{features} features, {self.heads} heads",
                help=_way_to_heads(features, self.heads),
            )
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Those of PyTorch's ``MultiheadAttention``, which begin as there.

        ``in_proj_weight`` ``[3F, F]``, ``in_proj_bias`` ``[3F]``, ``out_proj.weight`` ``[F, F]``,
        ``out_proj.bias`` ``[F]``.
        """
        size = _features(inputs[0])
        xavier = Initializer("xavier_uniform")
        return (
            OwnParameter("in_proj_weight", (3 * size, size), xavier, size, 3 * size),
            OwnParameter("in_proj_bias", (3 * size,), ZEROS, size, 3 * size),
            OwnParameter("out_proj.weight", (size, size), default_bound(size), size, size),
            OwnParameter("out_proj.bias", (size,), ZEROS, size, size),
        )

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> Dim:
        """The four projections, ``4·T·F²``; the products of queries, keys and values are not counted."""
        del output
        return 4 * inputs[0].shape[0] * _features(inputs[0]) ** 2

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Once at every step."""
        del parameter, output
        return inputs[0].shape[0]

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Everything: every step sees all steps."""
        del x
        return kept(output.rank, range(output.rank))


def _features(x: TensorType) -> int:
    return number(x.channels, "the features that `attention` reads")


def _way_to_heads(features: int, wanted: int) -> str:
    """The number of heads nearest to ``wanted`` that divides the features, and features that it divides."""
    small = [n for n in range(1, math.isqrt(features) + 1) if features % n == 0]
    heads = min((*small, *(features // n for n in small)), key=lambda n: (abs(n - wanted), n))
    more = ceil_divide(features, wanted) * wanted
    return f"{heads} {'head' if heads == 1 else 'heads'} would fit, or {more} features"


@final
@dataclass(frozen=True, slots=True)
class Position(Operation):
    """A learned tensor of the value's own shape, added to it.

    Such as the position embeddings of Dosovitskiy et al., An Image is Worth 16x16 Words (2020).

    >>> Position().parameters(TensorType((196, 768), layout="sequence"))[0].shape
    (196, 768)
    """

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_float(x, "position")
        for dim in x.shape:
            number(dim, "the learned tensor of `position`")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight of the value's shape, within ±2 normal of deviation 0.02."""
        shape = tuple(number(dim, "the learned tensor of `position`") for dim in inputs[0].shape)
        return (OwnParameter("weight", shape, Initializer("trunc_normal", 0.02)),)
