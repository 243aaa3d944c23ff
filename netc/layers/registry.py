"""Every layer kind, and where its model lives; a module is loaded when a spec needs it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netc.layers.base import Layer

MODULES: dict[str, tuple[str, ...]] = {
    "conv": ("conv", "conv1x1", "depthwise", "separable"),
    "transposed": ("conv_transpose",),
    "local": ("local",),
    "pool": ("pool", "global_pool", "adaptive_pool"),
    "dense": ("linear",),
    "sequence": ("embed", "rnn", "lstm", "gru", "attention", "position"),
    "norm": ("norm",),
    "activation": ("act", "dropout", "scale"),
    "upsample": ("upsample", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle"),
    "shape": ("flatten",),
    "arrange": ("reshape", "permute", "pad", "crop", "slice"),
    "colour": ("gray", "normalize"),
    "structure": ("layers", "branches", "residual", "merge"),
    "modules": ("inception", "squeeze_excite"),
    "control": ("use", "for", "head"),
}

KINDS: dict[str, str] = {kind: module for module, kinds in MODULES.items() for kind in kinds}

_loaded: dict[str, type[Layer]] = {}


def model_of(kind: str) -> type[Layer]:
    """The model of a kind in ``KINDS``."""
    if kind not in _loaded:
        module = import_module(f"netc.layers.{KINDS[kind]}")
        _loaded.update({model.kind: model for model in module.LAYERS})
    return _loaded[kind]
