"""Layers of sequences: embeddings, recurrent layers, attention, learned positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, final

from pydantic import Field

from netc.layers.base import Context, Layer, one
from netc.layers.init import Init
from netc.layers.options import Flag, Positive, Probability, words_type
from netc.ops.sequence import Attention, Cell, Embed, Position, Recurrent

if TYPE_CHECKING:
    from netc.graph import Value


@final
class EmbedLayer(Layer):
    """A learned vector for each index: int64 ``[T]`` to a sequence ``[T, F]``.

    Row ``x`` of a table ``[vocab, F]``; an index is from 0 to ``vocab − 1``, and what another gives is the
    runtime's business. The table begins normal, of deviation 1, as PyTorch's ``Embedding``. Bengio et al.,
    A Neural Probabilistic Language Model (2003).
    """

    kind: ClassVar[str] = "embed"
    value_field: ClassVar[str] = "width"

    width: Positive = Field(description="The width F of the embedding.")
    vocab: Positive = Field(description="How many indices there are.")
    init: Init = Field(None, description="How the table begins: its `weight`.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(Embed(self.vocab, self.width), one(values, self.kind), init=self.init)


class RecurrentLayer(Layer):
    """The base of the recurrent kinds."""

    value_field: ClassVar[str] = "hidden"

    hidden: Positive = Field(description="The size of the hidden state.")
    layers: Positive = Field(1, description="How many, each on the sequence that the one before it makes.")
    bidirectional: Flag = Field(
        False, description="Each layer reads from the end as well, and both results are joined."
    )
    dropout: Probability = Field(
        0.0, description="The probability of dropout between layers (with one layer there is no between)."
    )
    returns: Annotated[Literal["sequence", "last"], *words_type("sequence", "last")] = Field(
        "sequence",
        alias="return",
        description="`sequence`, or `last`: the top layer's final state, both directions joined, a vector.",
    )
    init: Init = Field(None, description="How the parameters begin: all weights, all biases.")

    def apply(self, context: Context, cell: Cell, x: Value) -> Value:
        """One op of that cell, at the layer's path."""
        last = self.returns == "last"
        op = Recurrent(cell, self.hidden, self.layers, self.bidirectional, self.dropout, last)
        return context.emit(op, x, init=self.init)


@final
class RnnLayer(RecurrentLayer):
    """A recurrent layer: ``h' = tanh(W·x + b + R·h + d)`` at each step, the same weights at every one.

    Elman, Finding Structure in Time (1990). The state starts at zero.
    """

    kind: ClassVar[str] = "rnn"

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return self.apply(context, "rnn", one(values, self.kind))


@final
class LstmLayer(RecurrentLayer):
    """Long short-term memory: a state that gates keep, write and read, the same weights at every step.

    ``i, f, o = σ(W·x + b + R·h + d)`` and ``g = tanh(…)``; ``c' = f*c + i*g`` and ``h' = o*tanh(c')``.
    Hochreiter and Schmidhuber, Long Short-Term Memory (1997); the forget gate is Gers et al.'s (2000).
    States start at zero; the gates stand in PyTorch's order i, f, g, o.
    """

    kind: ClassVar[str] = "lstm"

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return self.apply(context, "lstm", one(values, self.kind))


@final
class GruLayer(RecurrentLayer):
    """A gated recurrent unit: a state that gates reset and keep, the same weights at every step.

    ``r, z = σ(W·x + b + R·h + d)``, ``n = tanh(W·x + b + r*(R·h + d))`` and ``h' = (1 − z)*n + z*h``. Cho et
    al., Learning Phrase Representations (2014), the reset gate after the product as in PyTorch. The state
    starts at zero; the gates stand in PyTorch's order r, z, n.
    """

    kind: ClassVar[str] = "gru"

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return self.apply(context, "gru", one(values, self.kind))


@final
class AttentionLayer(Layer):
    """Multi-head self-attention on a sequence ``[T, F]``, without a mask: every step sees all steps.

    ``softmax(Q·Kᵀ/sqrt(d))·V`` for each head of d = F/heads features, all heads joined and projected. Vaswani
    et al., Attention Is All You Need (2017), section 3.2. The parameters are those of PyTorch's
    ``MultiheadAttention``, and begin as there.
    """

    kind: ClassVar[str] = "attention"
    value_field: ClassVar[str] = "heads"

    heads: Positive = Field(description="How many heads; they divide the features.")
    dropout: Probability = Field(0.0, description="The probability of dropout on the attention weights.")
    init: Init = Field(None, description="How the parameters begin: both weights, both biases.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(Attention(self.heads, self.dropout), one(values, self.kind), init=self.init)


@final
class PositionLayer(Layer):
    """A learned tensor of the value's shape, added to it: it tells positions apart.

    ``y = x + weight``, as the position embeddings of Dosovitskiy et al., An Image is Worth 16x16 Words
    (2020).
    """

    kind: ClassVar[str] = "position"

    init: Init = Field(None, description="How it begins: its `weight`, by default `trunc_normal(0.02)`.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(Position(), one(values, self.kind), init=self.init)


LAYERS: tuple[type[Layer], ...] = (
    EmbedLayer,
    RnnLayer,
    LstmLayer,
    GruLayer,
    AttentionLayer,
    PositionLayer,
)
