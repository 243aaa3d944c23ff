"""E1: the text of a spec, before its meaning is looked at."""

from __future__ import annotations

from netc.diagnostics.catalogue.entry import entry

ENTRIES = (
    entry(
        "E101",
        "the text cannot be read as YAML",
        """
        A spec is one YAML 1.2 document in UTF-8. The YAML parser stopped at this place: most
        often a bracket or quote that is never closed, a tab used for indentation, or a key
        that stands at another depth than its neighbours. Bytes that are not UTF-8, and control
        characters that YAML does not allow, end here, too.

        Nothing after the place can be read, so other mistakes in the file show only once this
        one is repaired. The cause often lies a line or two above the place that is reported.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
        """,
    ),
    entry(
        "E102",
        "a key is written twice in one mapping",
        """
        Every key of a mapping stands once. Many YAML readers silently keep the last of two
        equal keys, so that the first looks as if it counted and does not; netc refuses both.
        Keys are compared as text: `50` and `"50"` are the same key.

        The note shows the other place. Keep one of the two; two layers are two items of the
        list, each with a `-` of its own.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3, kernel: 5}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 5}
        """,
    ),
    entry(
        "E103",
        "a feature of YAML that specs do not use",
        """
        Anchors (`&x`), aliases (`*x`), merge keys (`<<`), tags (`!x`) and several documents in
        one file (`---`) are not part of the language. Aliases can make a small file unfold into
        an enormous one, tags can ask for code to be run, and both hide what a layer is from the
        person who reads it.

        What they are used for has a place in the language: a run of layers that occurs more
        than once is a block under `blocks`, which `use` places; a value that occurs more than
        once is one of `params`; options that many layers share stand under `defaults`. A
        string that begins with `&`, `*` or `!` is written in quotes.
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - &three {conv: 8, kernel: 3}
          - *three
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          three:
            layers:
              - {conv: 8, kernel: 3}
        layers:
          - {use: three}
          - {use: three}
        """,
    ),
    entry(
        "E104",
        "the spec exceeds a bound",
        """
        A spec may come from a stranger, so what it can make netc build is bounded, and each
        bound is checked before anything large is built: 1 MiB of text, nesting 50 deep,
        1,000,000 YAML events, 50 imported files, expressions of 1,000 characters and depth 50,
        dims below 2^31 (2,147,483,648), fewer than 2^63 elements in a tensor, 2^40 bytes (1 TiB)
        of parameters, 100,000 core ops, as many turns of `repeat` and `for`, those that make
        nothing included, and 1,000 `layers` of one recurrent layer.

        The bounds lie far above any published network. One that is met is most often a typing
        error: a digit too many, or a `repeat` inside a `repeat` that multiplies.
        """,
        """
        netc: 1
        input: [3, 32, 2147483648]
        layers:
          - {conv: 8, kernel: 3}
        """,
        """
        netc: 1
        input: [3, 32, 2048]
        layers:
          - {conv: 8, kernel: 3}
        """,
    ),
    entry(
        "E105",
        "the file is not a netc spec",
        """
        A spec is a mapping whose top level has the key `netc`, the version of the language it is
        written in; this netc reads version 1. The key tells a spec from any other YAML file, and
        lets the language change later without changing what existing specs mean.

        An empty file, a list or a single value at the top, a missing `netc` and a version that
        this netc does not know all end here. Write `netc: 1` as the first line.
        """,
        """
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        layers:
          - {conv: 8, kernel: 3}
        """,
    ),
)
