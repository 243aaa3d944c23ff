"""Windows that leave input unread. An axis along which the kernel is 1 is left alone: there it is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netc.errors import Mistake
from netc.lint.finding import Finding, Subject
from netc.ops.window import counted, dilated
from netc.types.dims import Dim, at_least, simplest
from netc.types.tensor import AXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.graph import Node

_NOUNS = {"D": ("plane", "planes"), "H": ("row", "rows"), "W": ("column", "columns")}


class _Axis(NamedTuple):
    """The windows along one spatial axis; ``name`` is D, H or W, ``window`` the dilated kernel."""

    name: str
    extent: Dim
    kernel: int
    window: int
    stride: int
    pads: tuple[Dim, Dim]


def _axes(node: Node) -> Iterator[_Axis]:
    """Each spatial axis along which an op moves a window larger than 1 by more than 1."""
    windows = node.op.windows
    if windows is None:
        return
    spatial = node.inputs[0].type.spatial
    fields = zip(AXES[len(spatial)], spatial, *windows, strict=True)
    for name, extent, kernel, stride, pads, dilation in fields:
        if kernel > 1 and stride > 1:
            yield _Axis(name, extent, kernel, dilated(kernel, dilation), stride, pads)


def gaps(subject: Subject) -> Iterator[Finding]:
    """W102: a stride larger than the dilated kernel."""
    for node in subject.graph.nodes:
        found = [axis for axis in _axes(node) if axis.stride > axis.window]
        if found:
            message = "the stride is larger than the window: what lies between two windows is never read"
            label = ", ".join(f"stride {axis.stride} > {_extent(axis)} along {axis.name}" for axis in found)
            most = min(axis.window for axis in found)
            help_ = f"a stride of {most}, or a larger kernel, reads everything"
            yield Finding(node.layer, Mistake("W102", message, label=label, help=help_, option="stride"))


def _extent(axis: _Axis) -> str:
    dilation = "" if axis.window == axis.kernel else f" (kernel {axis.kernel}, dilated)"
    return f"{axis.window}{dilation}"


def dropped(subject: Subject) -> Iterator[Finding]:
    """W103: a window that does not reach the end of its input: how many rows and columns it drops."""
    for node in subject.graph.nodes:
        lost = [text for axis in _axes(node) if axis.stride <= axis.window and (text := _lost(node, axis))]
        if lost:
            message = "the windows do not reach the end of their input"
            label = f"{' and '.join(lost)} {'is' if _is_one(lost) else 'are'} dropped"
            yield Finding(node.layer, Mistake("W103", message, label=label, help=_way_out(subject, node)))


def _lost(node: Node, axis: _Axis) -> str:
    """What is dropped along an axis: the remainder of (W − F + 2P)/S beyond the trailing padding; or nothing.

    Along a symbolic axis it counts where it is dropped for every size.
    """
    before, after = axis.pads
    reach = axis.extent + before + after - axis.window
    lost = reach - reach // axis.stride * axis.stride - after
    if not at_least(lost, 1):
        return ""
    axes = node.inputs[0].type.rank - 1
    one, several = _NOUNS[axis.name] if axes > 1 else ("element", "elements")
    if isinstance(lost, int) and isinstance(axis.extent, int):
        return f"{lost} of {counted(axis.extent, one, several)}"
    return f"{simplest(lost)} of {axis.extent} {several}"


def _is_one(lost: list[str]) -> bool:
    return len(lost) == 1 and lost[0].startswith("1 ")


def _way_out(subject: Subject, node: Node) -> str:
    record = subject.records.get(node.layer)
    if record is not None and record.layer.kind == "pool":
        return "`round: ceil` or `padding: same` reads them"
    return "`padding: same` reads them"
