"""E4: shapes, layouts and dtypes."""

from __future__ import annotations

from netc.diagnostics.catalogue.entry import entry

ENTRIES = (
    entry(
        "E401",
        "a value of the wrong rank or layout",
        """
        Shapes leave the batch axis out. `[C, L]`, `[C, H, W]` and `[C, D, H, W]` are feature maps
        with 1, 2 and 3 spatial axes; `[F]` is a vector; `[T, F]` with `layout: sequence` is a
        sequence, time first; `[H, W, C]` with `layout: hwc` is an image's bytes, which layers
        read as `[C, H, W]`. Convolutions and pools read feature maps, `linear` reads vectors
        and sequences, recurrent layers and `attention` read sequences; `permute: [1, 0]` turns
        `[C, L]` into `[L, C]` and back.

        A `global_pool` or a `flatten` turns a feature map into a vector, and there is no way
        back but `reshape`: layers that need space stand before it. `global_pool` with
        `keepdims: true` keeps the spatial axes, each of size 1.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {global_pool: avg}
          - {conv: 8, kernel: 3}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
          - {global_pool: avg}
        """,
    ),
    entry(
        "E402",
        "a window larger than its padded input",
        """
        A window must fit into its input at least once. Along each spatial axis the output has

            floor((W − F + P) / S) + 1

        elements: W is the input's extent, P the padding on both sides together, S the stride,
        and F = dilation · (kernel − 1) + 1 the kernel with its gaps. F > W + P leaves no place
        for the window.

        Usually the net has shrunk the feature map further than was thought; `netc summary`
        shows where. Pad (`padding: same` or `half`), use a smaller kernel, or drop a stride above.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {pool: avg, kernel: 8}
          - {conv: 8, kernel: 5}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {pool: avg, kernel: 8}
          - {conv: 8, kernel: 5, padding: same}
        """,
    ),
    entry(
        "E403",
        "channels that do not divide evenly",
        """
        A convolution with `groups: g` cuts its input channels and its output channels into g
        equal parts and convolves each part by itself, so g must divide both. The same holds for
        the channels of a group norm and of `channel_shuffle`, and for `split: true`, which gives
        each of the branches an equal share of the channels. `pixel_shuffle: r` makes one channel
        of every r² channels, and the heads of `attention` share its features equally.

        The expression `$(divisible(width, 8))` rounds a computed number of channels to a multiple.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, groups: 3}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 9, kernel: 3, groups: 3}
        """,
    ),
    entry(
        "E404",
        "values of different shapes where they are merged",
        """
        Where values meet, in `merge`, `branches` and `residual`, their shapes must agree. `add`,
        `max`, `mean` and `sub` need equal shapes; `concat` needs shapes that are equal but for
        the axis it joins, the channels by default; `mul` also takes factors with axes of size 1,
        or a vector of the other value's channels. Nothing else is broadcast.

        In a `residual`, `shortcut: project` puts a 1x1 convolution into the shortcut where the
        body changes the number of channels or strides; elsewhere the same `stride` and `padding`
        on every branch keep the sizes together.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - residual:
              - {conv: 8, kernel: 3, padding: same}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - residual:
              - {conv: 8, kernel: 3, padding: same}
            shortcut: project
        """,
    ),
    entry(
        "E405",
        "a linear layer on a feature map",
        """
        `linear` multiplies the last axis of a vector `[F]` or a sequence `[T, F]`. On a feature map
        `[C, H, W]` it could mean three things, with very different numbers of parameters, so the
        spec must say which: `flatten` before it connects every element to every output (C·H·W
        weights an output), `global_pool` before it averages space away first (C weights an
        output), and `axis: channels` on it applies the same weights at each position. `axis: last`
        applies them along the last axis.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {linear: 10}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - flatten
          - {linear: 10}
        """,
    ),
    entry(
        "E406",
        "a value of the wrong dtype",
        """
        Values are `float32`, unless an input says `dtype: uint8` (raw pixels, 0 to 255) or `int64`
        (indices). Layers with arithmetic read `float32` only. A uint8 value may be moved about by
        `pad`, `crop`, `slice`, `flatten`, `reshape` and `permute`; `normalize` turns it into
        float32. An int64 sequence of indices is read by `embed`.

        Nothing is converted silently, since a net that was trained on 0 to 1 gives nonsense on 0
        to 255. Normalize the pixels in the spec, or declare the input as float32 and
        normalize before.
        """,
        """
        netc: 1
        input: {shape: [3, 32, 32], dtype: uint8}
        layers:
          - {conv: 8, kernel: 3}
        """,
        """
        netc: 1
        input: {shape: [3, 32, 32], dtype: uint8}
        layers:
          - normalize
          - {conv: 8, kernel: 3}
        """,
    ),
    entry(
        "E407",
        "a claim about sizes that does not hold",
        """
        Some options are claims about numbers. `padding: half` pads dilation · (kernel − 1) / 2 on
        both sides, which must be whole: with dilation 1 the kernel is odd. Each side of a pool's
        padding is smaller than its kernel, or a window could lie in the padding alone. The size
        that an `adaptive_pool` pools a symbolic axis to must divide it, or be 1. The padding of a
        `conv_transpose` leaves something of its output, and its `output_padding` is smaller than
        the larger of stride and dilation. The factor of
        `pixel_unshuffle` divides height and width. A `norm: instance` or `group` goes over more
        than one element, since one element minus its own mean is always 0. `reshape` keeps the
        number of elements, `crop` and `slice` leave at least one, and a `pad` that reflects adds
        fewer than there are.

        A claim about a symbolic dim must hold for every value that the facts under `dims` allow;
        the message names the smallest that breaks it, and `multiple_of`, `min` or `max` there
        can rule it out. For an even kernel that keeps the size, use `padding: same`.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 4, padding: half}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, padding: half}
        """,
    ),
    entry(
        "E408",
        "a projection that cannot fit the body",
        """
        `shortcut: project` stands for one 1x1 convolution without padding, with the body's output
        channels C and a stride S, the product of the strides from the body's start to its end.
        It turns an extent W into floor((W − 1) / S) + 1, that is ceil(W / S). A body that ends in
        another size, because a convolution in it is not padded, or that ends in another rank,
        cannot be met by it.

        Pad the body's convolutions (`padding: half` or `same`), or write the shortcut out as a list
        of layers.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - residual:
              - {conv: 8, kernel: 3}
            shortcut: project
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - residual:
              - {conv: 8, kernel: 3, padding: half}
            shortcut: project
        """,
    ),
    entry(
        "E409",
        "a symbolic size where a number is needed",
        """
        A symbol in the shape of an input, such as the H of `[3, H, W]`, stands for many sizes.
        Feature maps may have any of them, but the size of a parameter is one number: the features
        that `linear` reads, the channels of a convolution, every axis of `local` and `position`.
        So is the value of an option such as `kernel`.

        `global_pool` leaves the channels alone, which are a number, and so does `adaptive_pool`
        with sizes that it divides. Else write the size as a number in the shape of the input.
        """,
        """
        netc: 1
        input: [3, H, W]
        layers:
          - {conv: 8, kernel: 3, padding: same}
          - flatten
          - {linear: 10}
        """,
        """
        netc: 1
        input: [3, H, W]
        layers:
          - {conv: 8, kernel: 3, padding: same}
          - {global_pool: avg}
          - {linear: 10}
        """,
    ),
    entry(
        "E410",
        "facts about sizes that cannot hold, or are about none",
        """
        `dims` says which sizes the symbols of the inputs stand for: the multiples of `multiple_of`
        from `min` to `max`. By default `min` and `multiple_of` are 1, and there is no `max`. At
        least one size must be left, and each symbol must stand in the shape of an input.
        """,
        """
        netc: 1
        input: [3, H, W]
        dims: {H: {min: 33, max: 40, multiple_of: 32}}
        layers:
          - {conv: 8, kernel: 3, padding: same}
        """,
        """
        netc: 1
        input: [3, H, W]
        dims: {H: {min: 32, max: 512, multiple_of: 32}}
        layers:
          - {conv: 8, kernel: 3, padding: same}
        """,
    ),
)
