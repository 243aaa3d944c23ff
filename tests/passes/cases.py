"""Small specs, and what a pass makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netc.graph.text import text
from netc.graph.verify import verify
from netc.passes.dead import without_dead_code
from netc.passes.evaluation import evaluation_only
from netc.passes.identities import without_identities
from netc.passes.inputs import fold_inputs
from netc.passes.joins import join
from netc.passes.norms import fold_norms
from netc.passes.pads import fold_pads
from tests.elaborate.specs import built, spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from netc.graph import Graph

MAP = "input: [4, 8, 8]"
SEQUENCE = "input: {shape: [T, 4], layout: sequence}"
BYTES = "input: {shape: [3, 8, 8], dtype: uint8}"


class Case(NamedTuple):
    """A pass, a spec and what is seen there; ``changes`` tells whether the pass finds anything."""

    rewrite: Callable[[Graph], Graph]
    layers: str
    top: str = MAP
    changes: bool = True

    def graph(self) -> Graph:
        """The graph as written."""
        return built(self.layers, self.top)

    def told(self) -> str:
        """The spec, and the graph that the pass makes of it."""
        graph = self.rewrite(self.graph())
        verify(graph)
        return f"{spec(self.layers, self.top)}\n{self.rewrite.__name__}:\n\n{text(graph)}"


def kept(rewrite: Callable[[Graph], Graph], layers: str, top: str = MAP) -> Case:
    """One that the pass must leave as it is."""
    return Case(rewrite, layers, top, changes=False)


CASES = {
    "evaluation_head": Case(
        evaluation_only,
        """
        - {conv: 2, kernel: 3}
        - {head: aux, layers: [flatten, {linear: 5}], train_only: true}
        - {conv: 3, kernel: 3}
        """,
    ),
    "evaluation_nothing": kept(evaluation_only, "- {conv: 2, kernel: 3}"),
    "dead_value": Case(
        without_dead_code,
        """
        - {conv: 2, kernel: 3, name: read}
        - {conv: 3, kernel: 3, name: unread, norm: batch, from: input}
        - {act: relu, from: read}
        """,
    ),
    "identities": Case(
        without_identities,
        """
        - {dropout: 0.5}
        - {crop: 0}
        - {pad: 0}
        - {permute: [0, 1, 2]}
        - {slice: 0, stop: 4}
        - {pool: max, kernel: 1}
        - {conv: 2, kernel: 3, name: read}
        - {act: abs}
        - {act: relu}
        - flatten
        - flatten
        - {dropout: 0.5}
        """,
    ),
    "identity_of_an_input": Case(without_identities, "- {dropout: 0.5}"),
    "identities_that_are_none": kept(
        without_identities,
        """
        - {crop: [[0, 1], [0, 0]]}
        - {slice: 0, step: 2}
        - {act: tanh}
        - {act: relu}
        - {upsample: 2}
        - flatten
        """,
    ),
    "joins": Case(
        join,
        """
        - {permute: [1, 2, 0]}
        - {permute: [1, 2, 0]}
        - {reshape: [16, 16]}
        - {flatten: 0}
        - {reshape: [2, 128]}
        - {act: relu6}
        - {act: relu}
        """,
    ),
    "joins_of_concatenations": Case(
        join,
        """
        - branches:
            - - branches: [[{conv1x1: 1}], [{conv1x1: 2}]]
            - - {conv1x1: 3}
        """,
    ),
    "joins_with_other_readers": kept(
        join,
        """
        - {permute: [1, 2, 0], name: turned}
        - {permute: [1, 0, 2]}
        - {merge: add, from: [prev, turned]}
        """,
    ),
    "pads": Case(
        fold_pads,
        """
        - {pad: 1}
        - {pad: [[0, 2], [1, 0]]}
        - {conv: 4, kernel: 3, padding: 1}
        - {pad: 2}
        - {depthwise: 3}
        """,
    ),
    "pads_that_stay": kept(
        fold_pads,
        """
        - {pad: 1, mode: reflect}
        - {conv: 4, kernel: 3}
        - {pad: 1, mode: {constant: 0.5}}
        - {conv: 4, kernel: 3}
        - {pad: [[0, 1], [0, 1]]}
        - {depthwise: 3}
        - {pad: 1}
        - {pool: max, kernel: 3}
        """,
    ),
    "norms": Case(
        fold_norms,
        """
        - {conv: 6, kernel: 3, groups: 2, norm: batch, act: relu}
        - {conv: 2, kernel: 1, bias: true}
        - {norm: batch, affine: false, eps: 0.001}
        - {conv_transpose: 4, kernel: 2, stride: 2, groups: 2, norm: batch}
        - {local: 2, kernel: 3, norm: batch}
        """,
    ),
    "norms_of_a_sequence": Case(fold_norms, "- {linear: 3, norm: batch}", SEQUENCE),
    "norms_in_a_chain": Case(
        fold_norms,
        """
        - {conv: 2, kernel: 1}
        - {norm: batch}
        - {scale: 0.5}
        - {scale: 2}
        """,
    ),
    "norms_of_shared_statistics": Case(
        fold_norms,
        """
        - {conv: 4, kernel: 1, name: first}
        - {norm: batch, name: statistics}
        - {act: relu}
        - {conv: 4, kernel: 1, name: second}
        - {norm: batch, share: statistics}
        """,
    ),
    "norms_after_shared_weights": kept(
        fold_norms,
        """
        - {conv: 4, kernel: 1, name: first}
        - {norm: batch}
        - {conv: 4, kernel: 1, share: first}
        - {norm: batch}
        """,
    ),
    "norms_with_other_readers": kept(
        fold_norms,
        """
        - {conv: 4, kernel: 1, name: read}
        - {norm: batch}
        - {merge: add, from: [prev, read]}
        """,
    ),
    "norms_after_an_output": kept(
        fold_norms,
        """
        - {conv: 4, kernel: 1, name: features}
        - {norm: batch, name: last}
        """,
        f"{MAP}\noutputs: [features, last]",
    ),
    "norms_along_another_axis": kept(
        fold_norms,
        """
        - {linear: 5, axis: last}
        - {norm: batch}
        - {act: relu}
        - {norm: batch}
        - {conv: 2, kernel: 1, padding: 1, norm: layer}
        """,
    ),
    "inputs_of_bytes": Case(fold_inputs, "- {normalize: imagenet}\n- {conv: 2, kernel: 3}", BYTES),
    "inputs_gray": Case(
        fold_inputs,
        """
        - {normalize: {mean: 0.5, std: 0.25}}
        - {gray: luma}
        - {conv: 2, kernel: 3}
        """,
        "input: [3, 8, 8]",
    ),
    "inputs_of_groups": Case(
        fold_inputs,
        """
        - {norm: batch}
        - {conv: 4, kernel: 1, groups: 2, bias: false}
        - {act: relu}
        - {scale: 1}
        - {conv: 2, kernel: 3, padding: 1}
        - flatten
        - {norm: batch}
        - {linear: 3}
        """,
    ),
    "inputs_padded": Case(
        fold_inputs,
        """
        - {normalize: {std: 0.25}}
        - {conv: 2, kernel: 3, padding: 1}
        """,
    ),
    "inputs_shifted_and_padded": kept(
        fold_inputs,
        """
        - {normalize: {mean: 0.5}}
        - {conv: 2, kernel: 3, padding: 1}
        - {norm: batch}
        - {conv: 2, kernel: 3, padding: 1}
        - {scale: 1}
        - {linear: 3, axis: last}
        """,
    ),
    "inputs_with_other_readers": kept(
        fold_inputs,
        """
        - {scale: 1, name: read}
        - {conv: 4, kernel: 1}
        - {merge: add, from: [prev, read]}
        """,
    ),
    "inputs_of_shared_weights": kept(
        fold_inputs,
        """
        - {conv: 4, kernel: 1, name: first}
        - {act: relu}
        - {scale: 1}
        - {conv: 4, kernel: 1, share: first}
        """,
    ),
}
