"""Local connections: convolution without weight sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, final

from netc.errors import Mistake
from netc.layers.base import Context, Layer, one
from netc.layers.conv import Geometry, Windowed
from netc.layers.weighted import emit_weighted, has_bias
from netc.ops.local import ROOM, WAY_OUT, Local
from netc.ops.op import require_map
from netc.types.dims import number

if TYPE_CHECKING:
    from netc.graph import Value


@final
class LocalLayer(Windowed):
    """The same windows as a convolution's, with filters and a bias of their own at every position.

    Each output axis has ``(W − F + 2P)/S + 1`` elements, floored, F being the dilated kernel; then come
    the norm and the activation. The weight is ``[channels, C/groups, kernel…, output…]``, the bias
    ``[channels, output…]``: it is what a conv would be without weight sharing, and its input's spatial size
    must be numbers. Taigman et al., DeepFace (2014), section 2.2.
    """

    kind: ClassVar[str] = "local"
    value_field: ClassVar[str] = "channels"

    def rules(self) -> None:
        """No ``dirac``: filters that differ from place to place have no identity to begin with."""
        for name, start in (self.init or {}).items():
            if start.scheme == "dirac":
                raise Mistake(
                    "E202",
                    "`dirac` has no meaning for `local`",
                    label="it is for the weights of convolutions",
                    help="choose another scheme",
                    option="init",
                    at=(name,),
                )

    def build(self, context: Context, *values: Value) -> Value:
        """One op, then norm and activation."""
        x = one(values, self.kind)
        require_map(x.type, self.kind)
        for extent in x.type.spatial:
            number(extent, ROOM, WAY_OUT)
        geometry = Geometry(self.kernel, self.stride, self.padding, self.dilation)
        bias = has_bias(self.bias, self.norm)
        like = geometry.conv(x, self.channels, self.groups, bias=bias, kind=self.kind)
        pads = tuple((number(before, ROOM), number(after, ROOM)) for before, after in like.pads)
        op = Local(like.channels, like.kernel, like.stride, pads, like.dilation, like.groups, like.bias)
        return emit_weighted(context, op, x, "conv", self.norm, self.act, self.init)


LAYERS: tuple[type[Layer], ...] = (LocalLayer,)
