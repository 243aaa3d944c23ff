"""Arrays of any library, by what they have in common: no library is imported to know its tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from netc.weights.file import Stored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netc.types.parameter import Shape

# A torch tensor, a NumPy array, or a tensor in a file. torch is not imported here even for its types.
Tensor: TypeAlias = Any


def shape_of(tensor: Tensor) -> Shape | None:
    """The tensor's shape, or ``None`` where it is no tensor."""
    shape = getattr(tensor, "shape", None)
    return None if shape is None else tuple(map(int, shape))


def dtype_of(tensor: Tensor) -> str:
    """The name of the elements' type, such as ``float32``, whichever library's it is."""
    dtype = getattr(tensor, "dtype", None)
    return str(getattr(dtype, "name", dtype)).removeprefix("torch.")


def float32(tensor: Tensor) -> NDArray[np.float32]:
    """The numbers as a float32 array in C order that shares no memory with the tensor.

    Numbers of float64 beyond float32 become infinite.
    """
    import numpy as np

    if isinstance(tensor, Stored):
        return tensor.read()
    if hasattr(tensor, "detach"):  # torch; NumPy lacks bfloat16, so torch converts
        tensor = tensor.detach().cpu().float().numpy()
    with np.errstate(over="ignore"):
        return np.array(tensor, dtype=np.float32, order="C")
