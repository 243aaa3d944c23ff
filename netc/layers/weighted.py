"""What convolutions and linear layers share: a bias that a batch norm makes needless, norm and activation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from netc.layers.activation import apply_act
from netc.layers.norm import is_batch, is_some
from netc.layers.options import flag_help, option
from netc.layers.words import expected

if TYPE_CHECKING:
    from netc.graph import Value
    from netc.layers.activation import Act
    from netc.layers.base import Context
    from netc.layers.init import Init
    from netc.layers.norm import Norm
    from netc.ops import Op


def _bias(value: object) -> bool | Literal["auto"]:
    if isinstance(value, str) and value == "auto":
        return "auto"
    if not isinstance(value, bool):
        expected("`true`, `false` or `auto`", value, help=flag_help(value))
    return value


_SCHEMA: dict[str, Any] = {"enum": ["auto", True, False]}

Bias = Annotated[bool | Literal["auto"], *option(_bias, _SCHEMA)]


def has_bias(bias: bool | Literal["auto"], norm: Norm | None) -> bool:
    """Whether a layer with these options has a bias: ``auto`` means unless a batch norm follows."""
    return not is_batch(norm) if bias == "auto" else bias


def emit_weighted(
    context: Context, op: Op, x: Value, word: str, norm: Norm | None, act: Act | None, init: Init
) -> Value:
    """The op, then norm, then activation.

    The op stands at the layer's own path, or at ``NAME.word`` (``conv``, ``linear``) where a norm or a
    prelu has a path of its own beside it.
    """
    beside = is_some(norm) or (act is not None and act.has_parameters)
    result = context.emit(op, x, at=word if beside else "", init=init)
    if norm is not None:
        result = norm.apply(context, result, "norm")
    return apply_act(context, result, act)
