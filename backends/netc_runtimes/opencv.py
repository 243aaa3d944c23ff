"""OpenCV's dnn module."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any, NamedTuple, final

from netc_runtimes.conditions import (
    IMAGES,
    VECTORS,
    has_slopes_of_last_axis,
    is_image,
    is_linear,
    is_volume,
    rounds_to_neighbour,
)
from netc_runtimes.installed import distribution
from netc_runtimes.models import read
from netc_runtimes.rules import Rule, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netc.runtime import Arrays, Known
    from netc.types.parameter import Shape
    from netc_runtimes.models import Model, Node


MOST_AXES = 6

ALPHA = 1 / 6
"""HardSwish's own."""


def _is_unknown_cell(node: Node) -> bool:
    return node.op != "LSTM" or node.attributes["direction"] == b"bidirectional"


def _is_no_hard_swish(model: Model, node: Node) -> bool:
    """Whether a product is one of a hard sigmoid of something else than its other factor."""
    makers = [model.producer(name) for name in node.inputs]
    return any(
        maker is not None
        and maker.op == "HardSigmoid"
        and isclose(maker.attributes["alpha"], ALPHA, rel_tol=1e-5)
        and maker.inputs[0] not in node.inputs
        for maker in makers
    )


def _is_gelu_by_tanh(model: Model, node: Node) -> bool:
    """Whether a Tanh is followed by an Add, and that by a product."""
    return any(
        later.op == "Mul"
        for reader in model.readers(node)
        if reader.op == "Add"
        for later in model.readers(reader)
    )


def _is_padded_point(node: Node) -> bool:
    attributes = node.attributes
    of_ones = {*attributes["kernel_shape"], *attributes["strides"]} == {1}
    return of_ones and any(attributes["pads"])


def _is_interpolated_line(model: Model, node: Node) -> bool:
    return is_linear(node) and is_image(model, node) and 1 in model.shape(node.inputs[0])[2:]


def _is_refused_norm(model: Model, node: Node) -> bool:
    """Whether a norm inside a sample is one of vectors, or of lines or volumes in a convolutional net."""
    maker = model.producer(node.inputs[0])
    normed = maker.inputs[0] if maker is not None and maker.op == "Reshape" else node.inputs[0]
    rank = model.rank(normed)
    return rank == VECTORS or (rank != IMAGES and any(model.named("Conv")))


RULES = (
    Rule(
        ("fails",),
        "OpenCV 5.0 has no RNN, no GRU and no LSTM in both directions; its new engine leaves them to the old "
        "(opencv/opencv#26056)",
        lambda model: any(map(_is_unknown_cell, model.named("RNN", "GRU", "LSTM"))),
    ),
    Rule(
        ("fails",),
        "OpenCV 5.0 resizes images alone: neither lines nor volumes",
        lambda model: not all(is_image(model, node) for node in model.named("Resize")),
    ),
    Rule(
        ("differs", "fails"),
        "OpenCV 5.0 takes any product with HardSigmoid (alpha 1/6) for HardSwish, whatever the other factor",
        lambda model: any(_is_no_hard_swish(model, node) for node in model.named("Mul")),
    ),
    Rule(
        ("fails",),
        "OpenCV 5.0 crashes on GELU by tanh",
        lambda model: any(_is_gelu_by_tanh(model, node) for node in model.named("Tanh")),
    ),
    Rule(
        ("differs",),
        "OpenCV 5.0 makes wrong numbers of a padded convolution of kernel 1 and stride 1",
        lambda model: any(map(_is_padded_point, model.named("Conv"))),
    ),
    Rule(
        ("differs",),
        "OpenCV 5.0 makes other numbers in each run when it interpolates a map of one row or column",
        lambda model: any(_is_interpolated_line(model, node) for node in model.named("Resize")),
        always=False,
    ),
    Rule(
        ("fails",),
        "OpenCV 5.0 transposes at most six axes",
        lambda model: any(len(node.attributes["perm"]) > MOST_AXES for node in model.named("Transpose")),
    ),
    Rule(
        ("fails",),
        "OpenCV 5.0 has no global pool of volumes",
        lambda model: any(
            is_volume(model, node) for node in model.named("GlobalMaxPool", "GlobalAveragePool")
        ),
    ),
    Rule(
        ("fails",),
        "OpenCV 5.0 norms instances and groups of images: it refuses those of vectors, and behind a "
        "convolution those of lines and volumes",
        lambda model: any(_is_refused_norm(model, node) for node in model.named("InstanceNormalization")),
    ),
    Rule(
        ("differs",),
        "OpenCV 5.0 takes the slopes of PRelu for those of the second axis, where they are of the last",
        lambda model: any(has_slopes_of_last_axis(model, node) for node in model.named("PRelu")),
    ),
    Rule(
        ("differs",),
        "OpenCV 5.0 takes a neighbour here and there when it enlarges by 41, 47, 55 and the like, as a "
        "product with the factor's rounded inverse does",
        lambda model: any(rounds_to_neighbour(model, node) for node in model.named("Resize")),
    ),
)


class Loaded(NamedTuple):
    """A model that OpenCV has read, and its outputs' names; satisfies ``netc.runtime.Session``."""

    net: Any
    outputs: tuple[str, ...]

    def run(self, inputs: Arrays) -> Arrays:
        for name, array in inputs.items():
            self.net.setInput(array, name)
        return dict(zip(self.outputs, self.net.forward(list(self.outputs)), strict=True))


@final
class OpenCv:
    """OpenCV's `dnn`, of `opencv-python-headless` or its siblings.

    `cv2.dnn.readNetFromONNX(path)`, then `setInput(array, name)` for each input and `forward(names)`. Models
    go to its new engine, which came with 5.0, and to the old one where that cannot read them. It asks for
    the shape of every output, and netc writes it.
    """

    name: str = "opencv"
    dynamic: bool = True
    seconds: float = 60.0
    install: str = "netc with its extra `opencv`"

    def version(self) -> str | None:
        return distribution(
            "cv2",
            "opencv-python-headless",
            "opencv-python",
            "opencv-contrib-python-headless",
            "opencv-contrib-python",
        )

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        import cv2

        return Loaded(cv2.dnn.readNetFromONNX(str(path)), read(path).outputs)

    def known(self, path: Path) -> Sequence[Known]:
        return known(RULES, path)


runtime = OpenCv()
