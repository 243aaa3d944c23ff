"""E3: names, blocks, params and expressions."""

from __future__ import annotations

from netc.diagnostics.catalogue.entry import entry

ENTRIES = (
    entry(
        "E301",
        "a name that no value bears",
        """
        `from` reads values by name. A name is looked up in the scope it is written in, then
        outward, and through a `use` in its caller; deeper values are reached by dotted paths such
        as `stage1.2.conv1`. `prev` is the value before the layer, `input` the value that enters
        the scope. Only what was computed before can be named, so a network has no cycles.

        A layer without a `name` is called by its kind and a count of that word in its scope:
        `conv1`, `conv2`, `residual1`. Layers that have a name, or that an `if` leaves out, count
        too. `netc summary` shows every path.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, name: stem}
          - {act: relu, from: stemm}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, name: stem}
          - {act: relu, from: stem}
        """,
    ),
    entry(
        "E302",
        "a block that does not exist",
        """
        `use` places a block that the file defines under `blocks`, or one of an imported file,
        which is called by the file's stem and its own name: `blocks_file.bottleneck`. A block's
        name is always literal; it cannot be an expression.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          basic:
            layers:
              - {conv: 8, kernel: 3, padding: same, act: relu}
        layers:
          - {use: basic}
          - {use: basik}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          basic:
            layers:
              - {conv: 8, kernel: 3, padding: same, act: relu}
        layers:
          - {use: basic}
          - {use: basic}
        """,
    ),
    entry(
        "E303",
        "a param that does not exist",
        """
        An expression sees the `params` of its document, or of its block and the block's own file,
        the variables of the `for` around it, `index` inside a repetition or a `for`, and
        `in_channels` and `in_shape` of the value that reaches the layer. A block does not see
        its caller's params: what it needs is handed to it by `with`.

        The same holds where a param is set: `with`, `first`, a variant and `--set` can only
        override a param that is declared.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {width: 8}
        layers:
          - {conv: $width, kernel: 3}
          - {conv: $widht, kernel: 3}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {width: 8}
        layers:
          - {conv: $width, kernel: 3}
          - {conv: $width, kernel: 3}
        """,
    ),
    entry(
        "E304",
        "a variant that does not exist",
        """
        `--variant NAME` chooses one of the sets of param overrides that the spec lists under
        `variants`. A name that is not listed there selects nothing, and the spec as it stands
        is not used in its stead. Without `--variant` the params keep the values they are
        written with.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {width: 8}
        variants:
          small: {width: 4}
        layers:
          - {conv: $width, kernel: 3}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {width: 8}
        variants:
          small: {width: 4}
          large: {width: 16}
        layers:
          - {conv: $width, kernel: 3}
        """,
        "--variant",
        "large",
    ),
    entry(
        "E305",
        "a name that is used twice, or taken",
        """
        A name is unique in its scope: it is the prefix of the layer's parameters in a
        `state_dict`, the name of its ONNX nodes and what `from` reads, and each of these must
        mean one layer. A count can collide as well: a layer named `conv2` takes the name of the
        second `conv` beside it.

        Taken are `input`, `prev`, the names of the document's inputs and of a block's `inputs`,
        Python's keywords, the attributes of PyTorch's `nn.Module`, such as `train`, and `act`
        inside a layer that has an `act`.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, name: stem}
          - {conv: 8, kernel: 3, name: stem}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, name: stem}
          - {conv: 8, kernel: 3, name: body}
        """,
    ),
    entry(
        "E306",
        "an expression that fails when it is evaluated",
        """
        The expression is well formed, but has no value for the values at hand: a division by
        zero, an index beyond the end of a list, operands of the wrong types, or a result out of
        bounds. Integers stay below 2^63, floats are finite, lists and strings hold at most
        1,000 items. Arithmetic is on numbers only; a boolean is not a number, and `if`, `and`,
        `or` and `not` take booleans only.

        A symbolic dim, such as the H of an input `[3, H, W]`, has no value while a spec is
        checked, so arithmetic on `in_shape` fails where it meets one.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {width: 8, ways: 0}
        layers:
          - {conv: $(width // ways), kernel: 3}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {width: 8, ways: 2}
        layers:
          - {conv: $(width // ways), kernel: 3}
        """,
    ),
    entry(
        "E307",
        "blocks that use each other in a circle",
        """
        A block is replaced by its layers wherever it is used. A block that uses itself, directly
        or through others, would never end; nor would files that import each other. There is no
        condition that could stop the recursion.

        A run of layers that occurs several times is said with `repeat` or `for`, which count.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          outer:
            layers:
              - {use: inner}
          inner:
            layers:
              - {use: outer}
        layers:
          - {use: outer}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          outer:
            layers:
              - {use: inner}
          inner:
            layers:
              - {conv: 8, kernel: 3}
        layers:
          - {use: outer}
        """,
    ),
    entry(
        "E308",
        "an output that does not exist",
        """
        `outputs` lists the layers whose values leave the network, in order, or maps the name of
        each output to a layer. Each must be the name or path of a layer that the network has,
        and that no `if` left out. Without `outputs` the network ends in its last value, named
        `output`, and in its heads.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, name: features}
        outputs: [feature]
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, name: features}
        outputs: [features]
        """,
    ),
    entry(
        "E309",
        "a value that cannot be read here",
        """
        The name is known, but the layer cannot read what it stands for. Three cases end here: the
        layer of that name was left out because its `if` is false; `from` lists several values for
        a kind that reads one; or no value reaches the layer at all, as at the top of a document
        with several `inputs`, where the first layer needs a `from` that says which it reads.

        Several values become one through `merge`. A layer that may be left out is best followed
        by one that reads `prev`, which is then the value before it.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {deep: false}
        layers:
          - {conv: 8, kernel: 3, name: stem}
          - {conv: 8, kernel: 3, padding: same, name: extra, if: $deep}
          - {merge: add, from: [stem, extra]}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {deep: true}
        layers:
          - {conv: 8, kernel: 3, name: stem}
          - {conv: 8, kernel: 3, padding: same, name: extra, if: $deep}
          - {merge: add, from: [stem, extra]}
        """,
    ),
    entry(
        "E310",
        "a block that is not given the params it needs",
        """
        A block declares its params. One that is written without a value, as `width` in
        `params: {width: }`, has no default, so each `use` must give it by `with`. The mapping
        `with: {width: 8}` gives a value; the list `with: [width]` passes the caller's `width` on
        under the same name.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          basic:
            params: {width: }
            layers:
              - {conv: $width, kernel: 3}
        layers:
          - {use: basic}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          basic:
            params: {width: }
            layers:
              - {conv: $width, kernel: 3}
        layers:
          - {use: basic, with: {width: 8}}
        """,
    ),
)
