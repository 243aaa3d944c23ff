"""E5: what a network is asked to keep to."""

from __future__ import annotations

from netc.diagnostics.catalogue.entry import entry

ENTRIES = (
    entry(
        "E501",
        "a budget is exceeded",
        """
        `netc check` can be given the most parameters (`--max-params`) and the most multiply-adds
        (`--max-macs`) that a network may have, so that a change which makes it larger than it may
        be is found where other mistakes are. The spec itself is right; it is only too large.

        Parameters are counted once, however often they are shared, those of heads that run in
        training alone included; buffers are not. Multiply-adds are those of convolutions, of linear
        layers, and of the products with weights in recurrent layers and attention, in evaluation, for a
        batch of one. `netc summary` shows which layers have them.

        Where an input has symbolic sizes, multiply-adds are counted at the largest that the facts under
        `dims` allow: each symbol needs a `max` there.

        A linear layer behind `flatten` often has more parameters than the rest of the network;
        `global_pool` before it leaves one value a channel.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
          - flatten
          - {linear: 10}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
          - {global_pool: avg}
          - {linear: 10}
        """,
        "--max-params 1000",
    ),
)
