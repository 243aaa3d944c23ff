"""W2: proportions that many papers keep to, looked for where they are selected."""

from __future__ import annotations

from netc.diagnostics.catalogue.entry import entry

ENTRIES = (
    entry(
        "W201",
        "space shrinks and depth does not grow",
        """
        Strides and pools make the map smaller from the input to the first output, and no
        convolution on the way has more channels than the first. Most networks trade space for
        depth: each halving of the map doubles the channels, so that what is lost in positions is
        kept in features. Networks that do not are often narrow where it matters.

        Good networks break the rule, so this warning is off until it is selected.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 16, kernel: 3, padding: same}
          - {pool: max, kernel: 2}
          - {conv: 16, kernel: 3, padding: same}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 16, kernel: 3, padding: same}
          - {pool: max, kernel: 2}
          - {conv: 32, kernel: 3, padding: same}
        """,
        "--select",
        "W201",
    ),
    entry(
        "W202",
        "most parameters behind a flatten",
        """
        One layer behind a `flatten` (dropout, norm and activations between them aside) has more
        than half of all parameters: a weight for every position of every channel. Such a layer
        overfits easily, and ties the network to one size of input.

        `global_pool: avg` leaves one value a channel. The networks of 2012 to 2014 were built the
        other way, so this warning is off until it is selected.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 16, kernel: 3, padding: same}
          - flatten
          - {linear: 10}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 16, kernel: 3, padding: same}
          - {global_pool: avg}
          - {linear: 10}
        """,
        "--select",
        "W202",
    ),
)
