"""Types of values and parameters, and the sizes they are made of."""

from netc.types.dims import Dim, Shape, shape_text
from netc.types.parameter import Initializer, OwnParameter, ParameterType
from netc.types.tensor import Dtype, InputLayout, Layout, TensorType

__all__ = [
    "Dim",
    "Dtype",
    "Initializer",
    "InputLayout",
    "Layout",
    "OwnParameter",
    "ParameterType",
    "Shape",
    "TensorType",
    "shape_text",
]
