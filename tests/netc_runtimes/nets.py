"""Small networks that meet what runtimes trip over, and much that they do not."""

from __future__ import annotations

IMAGE, LINE, VOLUME = "[4, 8, 7]", "[4, 11]", "[2, 4, 6, 5]"
STEPS, VECTOR, WORDS = (
    "{shape: [5, 6], layout: sequence}",
    "[6]",
    "{shape: [5], dtype: int64, layout: sequence}",
)
SIZES = "dims: {H: {min: 8, multiple_of: 2}, W: {min: 8, multiple_of: 2}}\n"
ANY_SIZE = "[6, H, W]"


def spec(shape: str, *layers: str, dims: str = "") -> str:
    """The text of a network."""
    return f"netc: 1\n{dims}input: {shape}\nlayers:\n" + "".join(f"  - {{{layer}}}\n" for layer in layers)


NETS = {
    "conv": spec(
        IMAGE, "conv: 6, kernel: 3, padding: 1, norm: batch, act: relu", "conv: 4, kernel: 3, stride: 2"
    ),
    "conv_unequal": spec(IMAGE, "conv: 6, kernel: 4, padding: [[1, 2], [2, 1]]", "act: relu6"),
    "conv_point_padded": spec(IMAGE, "conv: 5, kernel: 1, padding: 1", "act: relu"),
    "conv_grouped": spec(IMAGE, "conv: 6, kernel: 3, groups: 2, dilation: 2", "act: leaky_relu"),
    "depthwise": spec(IMAGE, "depthwise: 3, padding: [[0, 1], [0, 1]], stride: 2", "conv1x1: 5"),
    "depthwise_multiplied": spec(
        IMAGE, "depthwise: 3, multiplier: 2, padding: [[0, 1], [0, 1]]", "act: relu"
    ),
    "depthwise_multiplied_bare": spec(IMAGE, "depthwise: 3, multiplier: 2, padding: [[0, 1], [0, 1]]"),
    "channel_shuffle_relu_any_size": spec(
        ANY_SIZE, "channel_shuffle: 3", "depthwise: 3", "act: relu", "conv: 3, kernel: 1", dims=SIZES
    ),
    "conv_line": spec(
        LINE, "conv: 6, kernel: 3, padding: 1, act: tanh", "pool: max, kernel: 2", "flatten: 0"
    ),
    "conv_line_bare": spec(LINE, "conv: 6, kernel: 3"),
    "conv_volume": spec(VOLUME, "conv: 3, kernel: 2, act: relu", "flatten: 0", "linear: 4"),
    "conv_transpose": spec(IMAGE, "conv_transpose: 5, kernel: 4, stride: 2, padding: 1", "act: tanh"),
    "conv_transpose_unequal": spec(
        IMAGE, "conv_transpose: 5, kernel: 3, stride: 2, padding: [[1, 0], [0, 1]]", "act: tanh"
    ),
    "conv_transpose_grouped": spec(IMAGE, "conv_transpose: 4, kernel: 3, stride: 2, groups: 2", "act: relu"),
    "conv_transpose_volume": spec(VOLUME, "conv_transpose: 3, kernel: 2", "act: relu"),
    "conv_transpose_volume_bare": spec(VOLUME, "conv_transpose: 3, kernel: 2"),
    "local": spec(IMAGE, "local: 3, kernel: 3", "act: relu"),
    "local_volume": spec("[1, 3, 4, 3]", "local: 2, kernel: 2", "act: relu"),
    "max_pool_ceil": spec(IMAGE, "pool: max, kernel: 3, stride: 2, round: ceil", "conv: 3, kernel: 1"),
    "max_pool_before": spec(IMAGE, "pool: max, kernel: 3, stride: 2, padding: [[1, 0], [1, 0]]", "act: relu"),
    "max_pool_line": spec(LINE, "pool: max, kernel: 3, stride: 1, padding: 1", "act: relu"),
    "max_pool_volume": spec(VOLUME, "pool: max, kernel: 2", "flatten: 0", "linear: 3"),
    "average_pool": spec(
        IMAGE, "pool: avg, kernel: 3, stride: 2, padding: 1, count_padding: true", "act: relu"
    ),
    "average_pool_unequal": spec(
        IMAGE, "pool: avg, kernel: 3, stride: 2, padding: [[0, 1], [1, 0]], count_padding: false", "act: relu"
    ),
    "average_pool_volume": spec(VOLUME, "pool: avg, kernel: 2", "act: relu"),
    "global_pool": spec(IMAGE, "conv: 6, kernel: 3", "global_pool: avg", "linear: 3"),
    "global_max_pool_line": spec(LINE, "conv: 6, kernel: 3", "global_pool: max", "linear: 3"),
    "global_pool_volume": spec(VOLUME, "global_pool: avg", "linear: 3"),
    "global_pool_steps": spec(STEPS, "linear: 4, axis: last", "global_pool: avg", "linear: 3"),
    "adaptive_pool": spec(IMAGE, "adaptive_pool: avg, to: [3, 2]", "act: relu"),
    "dense": spec(VECTOR, "linear: 8, act: relu, norm: batch", "dropout: 0.5", "linear: 3", "act: softmax"),
    "dense_steps": spec(STEPS, "linear: 8, axis: last, act: gelu", "linear: 6, axis: last"),
    "rnn": spec(STEPS, "rnn: 3", "linear: 2, axis: last"),
    "gru": spec(STEPS, "gru: 3, bidirectional: true", "linear: 2, axis: last"),
    "lstm": spec(STEPS, "lstm: 3, layers: 2", "linear: 2, axis: last"),
    "lstm_both": spec(STEPS, "lstm: 3, bidirectional: true, return: last", "linear: 2"),
    "embed": spec(WORDS, "embed: 4, vocab: 9", "global_pool: max", "linear: 3"),
    "attention": spec(STEPS, "position: ", "attention: 2", "norm: layer", "linear: 3, axis: last"),
    "response_norm": spec(IMAGE, "norm: lrn, size: 3, alpha: 0.5", "conv: 3, kernel: 1"),
    "group_norm": spec(IMAGE, "conv: 6, kernel: 3", "norm: group, groups: 2", "act: silu"),
    "group_norm_line": spec(LINE, "conv: 4, kernel: 3", "norm: group, groups: 2", "act: relu"),
    "group_norm_vectors": spec(VECTOR, "norm: group, groups: 2", "act: relu"),
    "layer_norm": spec(STEPS, "norm: layer", "linear: 3, axis: last"),
    "instance_norm": spec(IMAGE, "norm: instance", "act: elu"),
    "prelu": spec(IMAGE, "conv: 4, kernel: 3", "act: prelu", "conv: 3, kernel: 1"),
    "prelu_steps": spec(STEPS, "act: prelu", "linear: 3, axis: last"),
    "gelu_by_tanh": spec(IMAGE, "conv: 5, kernel: 3", "act: gelu_tanh", "conv: 3, kernel: 1"),
    "functions": spec(
        IMAGE, "conv: 4, kernel: 1, act: mish", "act: hardswish", "act: softplus", "act: sigmoid"
    ),
    "hard_gate": spec(IMAGE, "squeeze_excite: 4, gate: hardsigmoid", "conv: 3, kernel: 1"),
    "gate": spec(IMAGE, "squeeze_excite: 4", "conv: 3, kernel: 1"),
    "nearest": spec(IMAGE, "upsample: 2", "conv: 3, kernel: 3"),
    "linear": spec(IMAGE, "upsample: 2, mode: linear", "conv: 3, kernel: 3"),
    "nearest_by_41": spec("[2, 4, 4]", "upsample: 41", "act: relu"),
    "nearest_line": spec(LINE, "upsample: 2", "conv: 3, kernel: 3", "flatten: 0"),
    "linear_line": spec("[2, 2]", "upsample: 2, mode: linear", "act: relu"),
    "nearest_volume": spec(VOLUME, "upsample: 2", "act: relu"),
    "linear_volume": spec(VOLUME, "upsample: 2, mode: linear", "act: relu"),
    "aligned_row": spec("[3, 1, 4]", "upsample: 3, mode: linear, align_corners: true", "act: relu"),
    "pixel_shuffle": spec(IMAGE, "pixel_shuffle: 2", "conv: 3, kernel: 3"),
    "pixel_unshuffle": spec("[3, 8, 6]", "pixel_unshuffle: 2", "conv: 3, kernel: 3"),
    "channel_shuffle": spec("[6, 8, 7]", "channel_shuffle: 3", "conv: 3, kernel: 3"),
    "channel_shuffle_any_size": spec(ANY_SIZE, "channel_shuffle: 3", "conv: 3, kernel: 3", dims=SIZES),
    "any_size": spec(ANY_SIZE, "conv: 4, kernel: 3, padding: same, stride: 2", "upsample: 2", dims=SIZES),
    "residual": spec(IMAGE, "residual: [{conv: 4, kernel: 3, padding: same}], act: relu", "global_pool: avg"),
    "dense_block": spec(
        IMAGE, "branches: [[{conv: 3, kernel: 1}], []], merge: concat", "norm: batch, act: relu", "conv1x1: 4"
    ),
    "patches": spec(IMAGE, "conv: 6, kernel: 4, stride: 4", "reshape: [6, 2]", "permute: [1, 0]"),
    "crop": spec(IMAGE, "crop: [[1, 0], [0, 2]]", "conv: 3, kernel: 3"),
    "pad_reflect": spec(IMAGE, "pad: 2, mode: reflect", "conv: 3, kernel: 3"),
    "pad_constant": spec(IMAGE, "pad: 2", "conv: 3, kernel: 3"),
    "bytes": spec(
        "{shape: [3, 8, 7], dtype: uint8}",
        "normalize: {mean: 0.5, std: 0.25, scale: 0.004}",
        "conv: 3, kernel: 3",
    ),
    "gray": spec("[3, 8, 7]", "gray: luma", "conv: 3, kernel: 3"),
    "selu": spec(IMAGE, "conv: 4, kernel: 3, act: selu"),
    "relu_volume": spec(VOLUME, "act: relu"),
    "nothing": spec(IMAGE, "dropout: 0.5"),
    "scale": spec(IMAGE, "scale: 0.5", "norm: l2", "conv: 3, kernel: 1"),
    "batch_norm_of_opset_13": spec(IMAGE, "act: relu", "norm: batch", "act: relu", "conv: 3, kernel: 3"),
}

OPSETS = {"batch_norm_of_opset_13": 13}
"""Of networks that are written for another opset than the default."""
