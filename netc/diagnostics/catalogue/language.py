"""E2: keys, options and their types."""

from __future__ import annotations

from netc.diagnostics.catalogue.entry import entry

ENTRIES = (
    entry(
        "E201",
        "an unknown key or option",
        """
        Each part of a spec has a fixed set of keys: the document, `params` of a block, each kind
        of layer. A key outside that set is refused rather than skipped, because a skipped
        option is a network that differs silently from the one that was meant.

        The help names the nearest key that exists here. `netc kinds KIND` lists all options of
        a layer kind; `name`, `from`, `if`, `repeat`, `share` and `frozen` belong to every layer.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, pading: same}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, padding: same}
        """,
    ),
    entry(
        "E202",
        "an option has the wrong type, or a value it cannot take",
        """
        Every option takes values of one kind: a number within bounds, one of a few words, a
        list of so many numbers. Nothing is converted: a string such as `"3"` or a boolean never
        serves for a number, and a number never for a boolean. A whole float such as `3.0` does
        serve where an integer is asked for.

        YAML decides what was written: `3` is a number, `"3"` and `three` are strings, `true` is
        a boolean, and `no` and `on` are strings. The same rule holds for the result of an
        expression: it is checked as if it had been written in its place.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: three}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
        """,
    ),
    entry(
        "E203",
        "a key or option that is required is missing",
        """
        Most options have a default, which `netc kinds KIND` shows. A few have none, because no
        value is right often enough: the `kernel` of a `conv`, `depthwise`, `separable` or
        `pool`, the size `to` which an `adaptive_pool` pools, the `in` of a `for`. They must be
        given on the layer, or for all layers of the kind under `defaults`.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
        """,
    ),
    entry(
        "E204",
        "a layer without exactly one known kind",
        """
        A layer is a mapping in which one key is its kind and all others are options: in
        `{conv: 8, kernel: 3}` the kind is `conv`. A kind that needs no value may stand alone, as
        in `- flatten`. A key that another key's kind takes as an option counts as an option, so
        `{conv: 8, kernel: 3, norm: batch}` is a `conv`; after that exactly one key must be left,
        and it must be a kind that exists.

        Two kinds in one mapping are usually two layers whose second `-` is missing. `netc kinds`
        lists all kinds.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv2d: 8, kernel: 3}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
        """,
    ),
    entry(
        "E205",
        "an expression that cannot be read",
        """
        A value that is `$name` or `$(…)` is an expression. Inside `$(…)` stand numbers, strings,
        `true`, `false`, lists, names, the operators `+ - * / // % **`, comparisons, `and`, `or`,
        `not`, `a if c else b`, indexing, and calls of min, max, abs, round, ceil, floor, int,
        float, len, sum and divisible. There is nothing else: no attributes, no other calls.

        Inside `{…}` or `[…]` YAML ends an unquoted value at `,`, `[`, `]`, `{` or `}`, and
        anywhere at ` #`; an expression that holds one of these is written in quotes. A string
        that begins with a literal dollar sign is written with two: `$$`.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: $(8 +), kernel: 3}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: $(8 + 8), kernel: 3}
        """,
    ),
    entry(
        "E206",
        "options that exclude or need each other",
        """
        Each option is right by itself, but together they contradict each other or leave
        something open. `round: ceil` beside `padding: same` is such a pair: `same` already fixes
        the output at ceil(W/S), so there is nothing to round. `norm: group` needs its own
        `groups`, as in `norm: {group: {groups: 4}}`, because a `groups` beside `conv` is the
        convolution's; `first` needs a `repeat`, whose first turn it changes; an input's
        `layout: hwc` needs `dtype: uint8`, for it is the way in which an image's bytes are stored.

        Nothing is chosen silently: drop one of the two, or add the one that is missing.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {pool: max, kernel: 2, padding: same, round: ceil}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {pool: max, kernel: 2, padding: same}
        """,
    ),
)
