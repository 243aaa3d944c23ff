"""The opsets of ONNX that netc writes."""

from __future__ import annotations

from netc.artifact import DEFAULT_OPSET
from netc.errors import BackendError

IR_VERSIONS = {13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11}
"""The lowest IR version that each opset allows: older runtimes refuse newer ones."""

# The opset with which an op, or the form of it that is written here, begins.
AVERAGE_POOL_DILATIONS = 19
BATCH_NORM_TRAINING_MODE = 14
CAST_SATURATE = 19
HARD_SWISH = 14
LAYER_NORMALIZATION = 17
RECURRENT_LAYOUT = 14
REDUCE_AXES_INPUT = 18
RESHAPE_ALLOWZERO = 14
RESIZE_ANTIALIAS = 18
RMS_NORMALIZATION = 23
SHAPE_RANGE = 15


def ir_version(opset: int) -> int:
    """The lowest IR version for ``opset``. Raises ``BackendError`` for one that netc does not write."""
    if opset not in IR_VERSIONS:
        first, last = min(IR_VERSIONS), max(IR_VERSIONS)
        message = (
            f"netc writes ONNX opsets {first} to {last}, and opset {opset} was asked for: "
            f"{DEFAULT_OPSET}, the default, is read by most runtimes"
        )
        raise BackendError(message)
    return IR_VERSIONS[opset]
