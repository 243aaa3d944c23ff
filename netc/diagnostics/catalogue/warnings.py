"""W1: what a spec may mean, and hardly does."""

from __future__ import annotations

from netc.diagnostics.catalogue.entry import entry

ENTRIES = (
    entry(
        "W101",
        "a value that nobody reads",
        """
        A layer's result, or an input, that no layer reads and that is no output. What computes it
        costs time and parameters and changes nothing: most often a `from` reads the wrong layer.
        Of a chain of layers that leads nowhere only the end is named.

        Read it, name it in `outputs`, or take it out. Where the spec has errors nothing is said of
        unread values: what is broken may have been meant to read them.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, padding: same, name: stem}
          - {conv: 8, kernel: 3, padding: same, from: stem, name: left}
          - {conv: 8, kernel: 3, padding: same, from: stem, name: right}
          - {merge: add, from: [stem, right]}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, padding: same, name: stem}
          - {conv: 8, kernel: 3, padding: same, from: stem, name: left}
          - {conv: 8, kernel: 3, padding: same, from: stem, name: right}
          - {merge: add, from: [left, right]}
        """,
    ),
    entry(
        "W102",
        "a stride larger than the window",
        """
        Windows that lie further apart than they are wide (dilation included) never read what lies
        between them, so that input is thrown away unseen. An axis along which the kernel is 1 is
        left alone: a strided 1x1 convolution does so on purpose.

        A smaller stride or a larger kernel reads everything. Where it is meant,
        `# netc: ignore[W102]` on the line says so.
        """,
        """
        netc: 1
        input: [3, 64, 64]
        layers:
          - {conv: 8, kernel: 3, stride: 4, padding: 1}
        """,
        """
        netc: 1
        input: [3, 64, 64]
        layers:
          - {conv: 8, kernel: 4, stride: 4}
        """,
    ),
    entry(
        "W103",
        "a window that drops input",
        """
        The number of windows is (W − F + 2P)/S + 1, floored. What the floor leaves over lies at
        the end of the axis; where it is more than the padding there, the last rows and columns of
        the input are never read. An axis along which the kernel is 1 is left alone.

        `padding: same` pads so that every element is read; `round: ceil` gives a pool one window
        more. A size of the input for which nothing is left over does it, too. Where the paper has
        it so, `# netc: ignore[W103]` on the line says that it is meant.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, stride: 2}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, stride: 2, padding: same}
        """,
    ),
    entry(
        "W104",
        "a bias that the next norm cancels",
        """
        Batch and instance norm take the mean off each channel, and with it whatever constant the
        layer before has added: its bias. So does group norm where each channel is a group of its
        own. The bias costs parameters and changes nothing; the norm has a bias of its own.

        `bias: auto`, the default, leaves it out where a batch norm follows inside the layer
        (`norm: batch`); where the norm is a layer of its own, write `bias: false`.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
          - {norm: batch, act: relu}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, norm: batch, act: relu}
        """,
    ),
    entry(
        "W105",
        "an activation or norm applied twice",
        """
        The same activation, or the same norm, directly on its own result. A second relu or norm
        changes nothing (a norm's second scale and shift take the place of the first); a second
        tanh or sigmoid does something that is hardly meant. Often `defaults` give a layer an `act`
        and another layer after it has the same.

        Take one of them out; `act: none` beside a layer keeps a default away.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        defaults:
          conv: {act: relu}
        layers:
          - {conv: 8, kernel: 3}
          - {act: relu}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        defaults:
          conv: {act: relu}
        layers:
          - {conv: 8, kernel: 3}
        """,
    ),
    entry(
        "W106",
        "a dropout between a layer and its norm",
        """
        In training, dropout changes the variance of what it lets through; in evaluation it does
        not. A norm behind it has learned, or takes, the statistics of the one and meets the other
        (Li et al., Understanding the Disharmony between Dropout and Batch Normalization by
        Variance Shift, 2018).

        Put the dropout behind the norm, and behind the activation that follows it.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, bias: false}
          - {dropout: 0.2}
          - {norm: batch, act: relu}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, norm: batch, act: relu}
          - {dropout: 0.2}
        """,
    ),
    entry(
        "W107",
        "a param that is never used",
        """
        No expression reads the param: not in the layers, the blocks, the defaults, the inputs or
        the other params; a block's param is read in that block alone. A variant or `--set` that
        gives it another value changes nothing. Often the `$` before the name is missing, or a
        `for` has a variable of the same name, which hides it.

        Read it as `$name`, or take it out.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {width: 8, classes: 10}
        layers:
          - {conv: $width, kernel: 3}
          - {global_pool: avg}
          - {linear: 10}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        params: {width: 8, classes: 10}
        layers:
          - {conv: $width, kernel: 3}
          - {global_pool: avg}
          - {linear: $classes}
        """,
    ),
    entry(
        "W108",
        "a block that is never used",
        """
        No `use` names the block. Of blocks that use each other and that nothing else uses, those
        that none uses are named. In a library, a file of blocks without layers, all blocks are
        there for others, and none is missed.

        `use` it, or take it out; a file with `blocks` alone keeps it for other specs.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          plain:
            layers:
              - {conv: 8, kernel: 3, padding: same}
        layers:
          - {conv: 8, kernel: 3, padding: same}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          plain:
            layers:
              - {conv: 8, kernel: 3, padding: same}
        layers:
          - {use: plain}
        """,
    ),
    entry(
        "W109",
        "an ignore comment in vain",
        """
        `# netc: ignore[W103]` silences a warning on the line that the warning names; several codes
        stand with commas between them, and words may follow. Here the comment names a warning that
        is not on its line, a code that does not exist, an error (which cannot be ignored), or no
        code at all.

        Take it out, or put it on the line that the warning names. A comment is said to silence
        nothing only where the whole spec was checked: every variant, without `--set`, and without
        errors.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, stride: 2, padding: same}     # netc: ignore[W103]
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, stride: 2}     # netc: ignore[W103] as in the paper
        """,
    ),
    entry(
        "W110",
        "an image whose channels seem to stand at the other end",
        """
        The bytes of an image are fed as `[C, H, W]`, or with `layout: hwc` as `[H, W, C]`, the way
        they are stored. This shape looks like the other one of the two: there are 1, 3 or 4 rows or
        columns and many channels. A network built on it takes rows for channels.

        Write the sizes in the order of the layout, or the layout that fits them. Nothing is said
        where one of the other two sizes is below 5, nor of an input without `layout` that only
        `permute` reads. Where it is meant, `# netc: ignore[W110]` on the line says so.
        """,
        """
        netc: 1
        input: {shape: [3, 224, 224], dtype: uint8, layout: hwc}
        layers:
          - normalize
        """,
        """
        netc: 1
        input: {shape: [224, 224, 3], dtype: uint8, layout: hwc}
        layers:
          - normalize
        """,
    ),
)
