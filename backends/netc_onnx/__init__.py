"""ONNX models from netc's graphs: what a spec means in evaluation, for opsets 13 to 23.

``backend`` is what the entry point ``onnx`` of the group ``netc.backends`` names. Nothing here needs
torch.

Names, for a node of the spec at ``PATH``:

====================  =======================================================================
``PATH``              the ONNX node that makes the spec node's result
``PATH:0``            that result, unless it is an output of the network: then the output's name
``PATH/pad``          a further node of the same lowering, named for what it does; its result is
                      ``PATH/pad:0``
``PATH/axes``         a constant that the node ``PATH`` reads, named for what it is; of ``PATH/pad``:
                      ``PATH/pad/axes``
``PATH/split:1``      the second result of such a node
``sizes/ceil(H/2)``   a node that computes a symbolic size for all who need it; its result, of one
                      element, is ``sizes/ceil(H/2):0``, a number it reads ``sizes/ceil(H/2)/divisor``
``PATH.weight``       a parameter: its path, in its own shape
``….weight_turned``   the same with its axes in another order, where an optimised file stores what a node
                      reads; one that gains axes of size 1 keeps its name
``PATH.W_l0``         recurrent weights, which ONNX packs: those of a layer's input; ``R_l0`` those of
                      its state, ``B_l0`` the biases
``PATH/float16``      where floats of several types meet, the ``Cast`` of ``PATH``'s result for those
                      who read it as float16; its result is ``PATH/float16:0``; likewise ``float32``
                      and ``bfloat16``, and of an input or a further node
``OUTPUT/output``     the ``Cast`` that makes an output in another type than what it is computed in,
                      which is ``PATH:0`` then
====================  =======================================================================

Inputs bear their own names. Dropout is no node: who reads its result reads what it was given. An
output that is an input of the network, or the same value as an earlier output, is made by an
``Identity`` named ``OUTPUT/identity``. Batch is the dim ``N`` of every value, and a symbolic size the
dim that bears its text; what the spec says of its symbols is in the metadata, as ``netc.dims``: JSON
such as ``{"H": {"min": 32, "max": null, "multiple_of": 32}}``.

A quantized model has the names that ONNX Runtime's quantizer gives: those above, and for what it adds a
name of the above with ``_quantized``, ``_scale``, ``_zero_point``, ``_QuantizeLinear_Output`` and the like
after it. What the quantizing cost is in the metadata, as ``netc.quantization``: JSON with, for each output,
the largest and the mean difference, the signal-to-noise ratio in dB, and how often the top class agrees.
"""

from netc_onnx.artifact import OnnxBackend, data_path

__all__ = ["OnnxBackend", "backend", "data_path"]

backend = OnnxBackend()
