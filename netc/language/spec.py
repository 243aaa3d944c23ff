"""A layer as a person wrote it: validated as far as that goes before its expressions have values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics import Span
from netc.errors import Mistake
from netc.language.values import locate
from netc.layers.base import Common
from netc.reader import Mapping, Scalar, Tree

if TYPE_CHECKING:
    from netc.language.defaults import Defaults
    from netc.layers.base import Layer, LayerList


NO_COMMON = Common.model_validate({})


class LayerSpec:
    """One written layer.

    ``options`` are its own, by their names in the spec (the kind's value under the model's value field),
    expressions not evaluated; ``trees`` are where they are written. ``layer`` is the instance where nothing
    is left to evaluate. A ``broken`` one has been reported and stays silent; ``lists`` are the layers inside.
    """

    __slots__ = (
        "broken",
        "common",
        "condition",
        "defaults",
        "frozen",
        "key",
        "layer",
        "lists",
        "model",
        "options",
        "order",
        "repeat",
        "trees",
    )

    def __init__(self, key: Tree, model: type[Layer] | None, defaults: Defaults) -> None:
        self.key = key
        self.model = model
        self.defaults = defaults
        self.options: dict[str, object] = {}
        self.trees: dict[str, tuple[Scalar, Tree]] = {}
        self.order: tuple[str, ...] = ()
        self.lists: list[LayerList] = []
        self.layer: Layer | None = None
        self.broken = False
        self.common = NO_COMMON
        self.condition: object = True
        self.repeat: object = None
        self.frozen: object = False

    @property
    def kind(self) -> str:
        """The kind's word (for a layer that has none, what stands in its place)."""
        return self.model.kind if self.model is not None else "layer"

    @property
    def span(self) -> Span:
        """The place of the kind."""
        return self.key.span

    def place(self, mistake: Mistake) -> Span:
        """The place of what a mistake blames: an option's key or value, or the kind."""
        if mistake.span is not None:
            return mistake.span
        if mistake.option is None or mistake.option not in self.trees:
            return self.span
        key, value = self.trees[mistake.option]
        if not mistake.at:
            return key.span if mistake.at_key else _span(value, key)
        return _span(locate(value, mistake.at, at_key=mistake.at_key), key)

    def explain(self, mistake: Mistake) -> Mistake:
        """The mistake, with a note on options that come from the file's defaults."""
        if self.model is not None and not mistake.note and mistake.option not in self.trees:
            mistake.note = self.defaults.note(self.model, self.options, mistake)
        return mistake


def _span(tree: Tree, key: Scalar) -> Span:
    """A value's place; its key's where the value is empty."""
    if isinstance(tree, Scalar) and tree.text == "" and not tree.style:
        return key.span
    span = tree.span
    if isinstance(tree, Mapping) and span.line != span.end_line:
        return key.span
    return span
