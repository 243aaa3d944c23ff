"""What several runtimes trip over, as conditions on a model and one of its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netc_runtimes.models import Model, Node

VECTORS, IMAGES = 2, 4
"""How many axes vectors and images have, those of the batch and the channels among them."""

MANY = 32
"""What a symbolic extent may well be."""


def is_volume(model: Model, node: Node) -> bool:
    """Whether a node reads maps of three axes."""
    return model.rank(node.inputs[0]) > IMAGES


def is_image(model: Model, node: Node) -> bool:
    """Whether a node reads maps of two axes."""
    return model.rank(node.inputs[0]) == IMAGES


def has_slopes_of_last_axis(model: Model, node: Node) -> bool:
    """Whether a PRelu has a slope for each place along the last of at least three axes."""
    slopes = model.shape(node.inputs[1])
    return model.rank(node.inputs[0]) > VECTORS and len(slopes) == 1 and slopes != (1,)


def is_linear(node: Node) -> bool:
    """Whether a Resize interpolates."""
    return bool(node.attributes["mode"] == b"linear")


def rounds_to_neighbour(model: Model, node: Node) -> bool:
    """Whether a Resize to the nearest meets a neighbour where a place is multiplied by 1/f in float32.

    The place in the smaller map is the floor of the quotient by the factor. 41 is the least factor whose
    inverse, rounded, makes a product below a whole number, and so a floor one too small.
    """
    import numpy as np

    if node.attributes["mode"] != b"nearest":
        return False
    factors = model.constants.get(node.inputs[2], ())[2:]
    for factor, extent in zip(map(int, factors), model.shape(node.inputs[0])[2:], strict=False):
        places = np.arange(factor * (extent if isinstance(extent, int) else MANY))
        products = places.astype(np.float32) * (np.float32(1) / np.float32(factor))
        if (np.floor(products) != places // factor).any():
            return True
    return False
