"""Networks whose inputs leave sizes open, and sizes to run them at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

Sizes: TypeAlias = Mapping[str, int]


class Open(NamedTuple):
    """Rows of layers, each a side chain from the input to an output of its own.

    ``dims`` are the facts, as a spec writes them.
    """

    input: str
    dims: str
    rows: Sequence[str]
    sizes: Sequence[Sizes]

    def spec(self, sizes: Sizes | None = None) -> str:
        """The spec; with ``sizes`` in place of the symbols where they are given."""
        shape = self.input
        for name, size in (sizes or {}).items():
            shape = shape.replace(name, str(size))
        dims = "" if sizes else f"dims: {self.dims}\n"
        rows = "".join(
            f"  - {{name: row{place}, from: input, layers: [{row}]}}\n" for place, row in enumerate(self.rows)
        )
        outputs = ", ".join(f"row{place}" for place in range(len(self.rows)))
        return f"netc: 1\nname: open\ninput: {shape}\n{dims}layers:\n{rows}outputs: [{outputs}]\n"


PADDINGS = ("valid", "same", "half", "[[1, 0]]", "[[0, 2]]")


def convs() -> Iterator[str]:
    for kernel, stride, padding, dilation in product(range(1, 5), (1, 2, 3), PADDINGS, (1, 2)):
        is_whole = padding != "half" or dilation * (kernel - 1) % 2 == 0
        if not is_whole or dilation > kernel:
            continue
        options = f"kernel: {kernel}, stride: {stride}, padding: {padding}, dilation: {dilation}"
        yield f"{{conv: 4, {options}, groups: {1 + stride % 2}}}"
        if dilation == 1:
            yield f"{{depthwise: {kernel}, stride: {stride}, padding: {padding}}}"


def pools() -> Iterator[str]:
    for kernel, stride, padding in product(range(1, 5), (1, 2, 3), PADDINGS):
        most = 2 if padding == "[[0, 2]]" else 1 if padding == "[[1, 0]]" else 0
        if most >= kernel or (padding == "half" and kernel % 2 == 0):
            continue
        for rounding in ("floor", "ceil")[: 1 if padding == "same" else 2]:
            options = f"kernel: {kernel}, stride: {stride}, padding: {padding}, round: {rounding}"
            yield f"{{pool: max, {options}}}"
            yield f"{{pool: avg, {options}}}"
            yield f"{{pool: avg, {options}, count_padding: true}}"


IN_ONE = [{"W": size} for size in (9, 10, 11, 12, 41, 47, 55)]
IN_TWO = [{"H": 7, "W": 7}, {"H": 8, "W": 41}, {"H": 47, "W": 9}, {"H": 55, "W": 10}]
FOURTHS = [{"H": 8, "W": 4}, {"H": 12, "W": 24}, {"H": 24, "W": 12}]

FAMILIES = {
    "conv": Open("[4, W]", "{W: {min: 9}}", tuple(convs()), IN_ONE),
    "pool": Open("[2, W]", "{W: {min: 9, max: 55}}", tuple(pools()), IN_ONE),
    "images": Open(
        "[4, H, W]",
        "{H: {min: 7}, W: {min: 7}}",
        (
            "{conv: 3, kernel: 3, stride: 2, padding: same}, {pool: max, kernel: 3, stride: 2, padding: same}",
            "{conv: 3, kernel: [3, 2], stride: [2, 3], padding: same, dilation: [1, 2]}",
            "{conv: 4, kernel: 4, stride: [1, 2], padding: same, groups: 2, norm: batch, act: prelu}",
            "{separable: 6, kernel: 3, stride: 2, padding: same, between: true, act: relu6}",
            "{pool: avg, kernel: 3, stride: 2, padding: same}, {pool: avg, kernel: 2, round: ceil}",
            "{pool: avg, kernel: [3, 2], stride: [2, 1], padding: same}",
            "{pool: avg, kernel: 3, stride: 2, padding: [1, [0, 2]], round: ceil, count_padding: true}",
            "{pool: max, kernel: 3, stride: 2, padding: 1, round: ceil}",
            "{conv_transpose: 3, kernel: 4, stride: 2, padding: same}",
            "{conv_transpose: 3, kernel: 3, stride: [2, 3], padding: [[1, 0], [0, 2]], output_padding: 1}",
            "{upsample: 2}, {upsample: [1, 3], mode: linear}",
            "{upsample: 3, mode: linear, align_corners: true}",
            "{pixel_shuffle: 2}, {conv: 2, kernel: 3, stride: 2, padding: same}",
            "{channel_shuffle: 2}, {slice: 0, start: 1, stop: 3}",
            "{pad: [1, [0, 2]]}, {pad: 2, mode: reflect}, {pad: 3, mode: replicate}",
            "{crop: [1, [0, 2]]}, {slice: 1, start: 1, stop: -1, step: 2}, {slice: 2, start: -4}",
            "{conv: 2, kernel: 3, stride: 2, padding: same}, {upsample: 2}, {crop: input}",
            "{conv: 2, kernel: 3, stride: 3, padding: same}, {upsample: 3}, {crop: input}",
            "{name: small, conv: 2, kernel: 5, stride: 2}, {pad: 7, from: input}, {crop: small}",
            "{global_pool: avg}, {linear: 3}",
            "{global_pool: max, keepdims: true}, {conv1x1: 3}",
            "{adaptive_pool: avg, to: 1}",
            "{adaptive_pool: max, to: 1}, flatten, {linear: 2}",
            "{linear: 3, axis: channels}, {permute: [2, 0, 1]}",
            "{flatten: 1}, {permute: [1, 0]}",
            "{norm: layer}, {norm: group, groups: 2}",
            "{norm: instance}, {norm: rms}, {norm: l2}",
            "{norm: lrn, size: 3}, {norm: lrn, size: 4}",
            "{act: softmax, axis: 2}, {act: mish}, {scale: 0.5}",
            "{squeeze_excite: 2}, {inception: {1x1: 2, 3x3: [2, 3], pool: 1}}",
            "{branches: [[{conv: 2, kernel: 3, padding: same}], []], split: true}",
            "{residual: [{conv: 6, kernel: 3, stride: 2, padding: half}], shortcut: project, act: relu}",
            "{branches: [[], [{act: tanh}]], merge: mul}, {branches: [[], [{act: abs}]], merge: mean}",
            "{branches: [[], [{act: relu}, {pad: 1}, {crop: 1}]], merge: max}",
            "{name: wide, act: relu}, {merge: concat, from: [input, wide], axis: 2}",
            "{reshape: [-1], from: input}, {reshape: [2, -1]}",
        ),
        IN_TWO,
    ),
    "fourths": Open(
        "[3, H, W]",
        "{H: {min: 8, max: 24, multiple_of: 4}, W: {max: 24, multiple_of: 4}}",
        (
            "{pixel_unshuffle: 4}",
            "{adaptive_pool: avg, to: 4}",
            "{adaptive_pool: max, to: [2, 4]}",
            "{adaptive_pool: avg, to: [1, 2]}",
            "{adaptive_pool: max, to: [4, 1]}",
            "{gray: luma}, {pool: max, kernel: 2}, {pool: avg, kernel: 2}",
            "{normalize: imagenet}, {conv: 2, kernel: 3, stride: 2, padding: same}",
            "{conv: 2, kernel: 3, stride: 3, padding: same}, {pool: avg, kernel: 4, stride: 3, padding: same}",
            "{reshape: [-1, 4]}",
            "{reshape: [3, -1]}, {conv: 2, kernel: 4, stride: 4, padding: same}",
            "{conv: 4, kernel: 2, stride: 2}, {conv_transpose: 3, kernel: 2, stride: 2}, "
            "{merge: add, from: [prev, input]}",
        ),
        FOURTHS,
    ),
    "one_open_axis": Open(
        "[2, 7, W]",
        "{W: {multiple_of: 6}}",
        (
            "{adaptive_pool: avg, to: [3, 2]}",
            "{adaptive_pool: max, to: [2, 3]}",
            "{adaptive_pool: avg, to: [5, 1]}",
            "{adaptive_pool: avg, to: [7, 6]}",
            "{conv: 3, kernel: 4, stride: 4, padding: same}",
            "{pool: avg, kernel: 4, stride: 4, padding: same}",
            "{pool: avg, kernel: 5, stride: 4, padding: [[1, 2], [0, 3]], round: ceil}",
            "{norm: lrn, size: 2}",
            "{flatten: 1}",
            "flatten",
        ),
        [{"W": 6}, {"W": 18}, {"W": 30}],
    ),
    "volumes": Open(
        "[2, D, H, W]",
        "{D: {min: 4}, H: {min: 4}, W: {min: 4}}",
        (
            "{conv: 2, kernel: 3, stride: 2, padding: same}",
            "{conv: 2, kernel: [1, 2, 3], stride: [3, 2, 1], padding: same}",
            "{pool: max, kernel: 2, stride: 2, padding: same}, {pool: avg, kernel: 2, stride: 2, padding: same}",
            "{pool: avg, kernel: 3, stride: 2, padding: [[0, 1], 1, [2, 0]], round: ceil}",
            "{norm: lrn, size: 3}",
            "{norm: group, groups: 2}, {flatten: 2}",
            "{adaptive_pool: avg, to: 1}",
            "{conv_transpose: 1, kernel: 3, stride: 2, padding: same}, {upsample: 2}",
        ),
        [{"D": 4, "H": 5, "W": 6}, {"D": 7, "H": 4, "W": 11}],
    ),
    "squares": Open(
        "[2, S, S]",
        "{S: {min: 3}}",
        (
            "{conv: 2, kernel: 3, stride: 2, padding: same}, {permute: [0, 2, 1]}",
            "{flatten: 1}, {conv: 1, kernel: 3, stride: 2, padding: same}",
            "{flatten: 0}",
        ),
        [{"S": 3}, {"S": 4}, {"S": 41}],
    ),
    "open_channels": Open(
        "{shape: [T, C], layout: sequence}",
        "{C: {multiple_of: 4}}",
        (
            "{norm: layer, affine: false}, {dropout: 0.5}",
            "{norm: l2}, {norm: lrn, size: 4}",
            "{permute: [1, 0]}, {norm: layer, affine: false}, {pool: max, kernel: 2, stride: 2, padding: same}",
            "{slice: 1, start: 2}, {act: softmax}",
        ),
        [{"T": 1, "C": 4}, {"T": 5, "C": 12}],
    ),
    "sequences": Open(
        "{shape: [T, 4], layout: sequence}",
        "{T: {min: 2, max: 55}}",
        (
            "{rnn: 3, layers: 2}",
            "{lstm: 3, bidirectional: true, layers: 2}",
            "{gru: 3, bidirectional: true, return: last}",
            "{lstm: 3, return: last}, {linear: 2}",
            "{attention: 2}, {norm: layer}, {linear: 3, act: gelu}",
            "{norm: batch}, {norm: group, groups: 2}, {norm: instance}",
            "{norm: rms}, {norm: lrn, size: 4}",
            "{global_pool: avg}",
            "{permute: [1, 0]}, {conv: 3, kernel: 3, stride: 2, padding: same}, {permute: [1, 0]}, {gru: 2}",
            "{permute: [1, 0]}, {conv: 3, kernel: 3, padding: [[2, 0]]}, {slice: 1, start: -1}, flatten",
            "{reshape: [-1, 2], layout: sequence}",
            "flatten",
        ),
        [{"T": size} for size in (2, 3, 41, 55)],
    ),
}
