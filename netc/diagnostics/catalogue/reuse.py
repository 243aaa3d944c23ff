"""E3, continued: what is used again, parameters that layers share and files that are imported."""

from __future__ import annotations

from netc.diagnostics.catalogue.entry import entry

ENTRIES = (
    entry(
        "E311",
        "layers that cannot share their parameters",
        """
        `share` names an earlier layer, which owns the parameters: the layer that shares them has
        none of its own. Both are of one kind, and their parameters have the same names and
        shapes; what else they do, such as stride, padding and activation, may differ. A scope
        shares everything inside it, matched by path, and nothing may be left over in either. A
        repeated layer shares a layer in each of its turns, or another repeated layer turn by
        turn; `share: true` beside `repeat` lets every turn use the parameters of the first.

        The owner decides how parameters begin and whether they are `frozen`. A layer that makes
        no parameters has nothing to share.
        """,
        """
        netc: 1
        input: [8, 32, 32]
        layers:
          - {conv: 8, kernel: 3, padding: same, name: first}
          - {conv: 16, kernel: 3, padding: same, share: first}
        """,
        """
        netc: 1
        input: [8, 32, 32]
        layers:
          - {conv: 8, kernel: 3, padding: same, name: first}
          - {conv: 8, kernel: 3, padding: same, share: first}
        """,
    ),
    entry(
        "E312",
        "a file that cannot be imported",
        """
        `import` lists spec files whose blocks are used as `file_stem.block`. Each is named by its
        path from the folder of the file that imports it, with `/` between folders, and is a
        regular .yaml or .yml file in that folder or below it, symbolic links resolved: a spec
        reads nothing else. So an absolute path, one that leaves the folder by `..` or by a link, a
        folder, a pipe, and a file that is not there all end here.

        Of standard input that folder is the one of `--stdin-filename`, or the working folder.
        """,
        """
        netc: 1
        import: [../common/stems.yaml]
        input: [3, 32, 32]
        layers:
          - {use: stems.small}
        """,
        """
        netc: 1
        input: [3, 32, 32]
        blocks:
          small:
            layers:
              - {conv: 8, kernel: 3, norm: batch, act: relu}
        layers:
          - {use: small}
        """,
    ),
)
