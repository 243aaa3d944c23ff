"""The registry of kinds, and what every model says of itself."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from netc.layers.activation import FUNCTIONS
from netc.layers.base import COMMON_OPTIONS, Common, Layer, option_names
from netc.layers.registry import KINDS, MODULES, model_of

if TYPE_CHECKING:
    from types import ModuleType


def module(name: str) -> ModuleType:
    return import_module(f"netc.layers.{name}")


@pytest.mark.parametrize("name", MODULES)
def test_a_modules_layers_are_those_that_the_registry_names(name: str) -> None:
    assert tuple(model.kind for model in module(name).LAYERS) == MODULES[name]


def test_no_kind_is_left_out_of_the_registry_or_named_twice() -> None:
    for name in MODULES:
        module(name)
    waiting: list[type[Layer]] = [Layer]
    concrete: set[type[Layer]] = set()
    while waiting:
        for model in waiting.pop().__subclasses__():
            waiting.append(model)
            concrete.update([model] if "kind" in vars(model) else [])
    assert {model.kind for model in concrete} == set(KINDS)
    assert len(concrete) == len(KINDS) == sum(map(len, MODULES.values()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_describes_itself_and_every_option(kind: str) -> None:
    model = model_of(kind)
    assert model.kind == kind
    assert "__doc__" in vars(model)
    assert inspect.getdoc(model)
    for name, field in model.model_fields.items():
        assert field.description, name
    if model.value_field:
        assert model.value_field in model.model_fields


NO_PAPERS = {"branches", "crop", "flatten", "for", "head", "layers", "linear", "merge", "pad", "permute", "reshape",
             "slice", "use"}  # fmt: skip
"""Kinds that are the language's own, or older than papers on networks."""

PRACTICE = {"adaptive_pool": "PyTorch", "gray": "BT.601", "normalize": "imagenet", "upsample": "PyTorch",
            "pixel_unshuffle": "`pixel_shuffle`"}  # fmt: skip
"""Kinds whose meaning others fix, but no paper."""

BY_NAME = {"for", "head", "inception", "layers", "use", "branches", "merge", "pad", "slice", "act", "dropout"}
"""Kinds that words alone say, or whose formulas are those of each function."""


@pytest.mark.parametrize("kind", sorted(set(KINDS) - NO_PAPERS))
def test_a_kind_names_its_source(kind: str) -> None:
    text = (model_of(kind).__doc__ or "").replace("``", "`")
    assert (
        PRACTICE[kind] in text
        if kind in PRACTICE
        else re.search(r"[A-Z][a-z]+.{0,60}\(?[12]\d{3}\)", text, re.DOTALL)
    )


@pytest.mark.parametrize("kind", sorted(set(KINDS) - BY_NAME))
def test_a_kind_has_its_formula(kind: str) -> None:
    assert re.search(r"``[^`]*[·/=+\[⌊][^`]*``", model_of(kind).__doc__ or "")


def test_the_text_of_act_has_every_function() -> None:
    text = model_of("act").__doc__ or ""
    assert [word for word in FUNCTIONS if f"``{word}``" not in text] == []


def test_the_options_of_every_layer_are_described() -> None:
    assert set(option_names(Common)) == set(COMMON_OPTIONS) == {
        "name", "from", "if", "repeat", "share", "frozen",
    }  # fmt: skip
    assert all(field.description for field in Common.model_fields.values())


NEEDED = object()
"""An option that has no default."""

CONVOLUTION = {"stride": 1, "bias": "auto", "norm": None, "act": None, "init": None}
WINDOW = {"kernel": NEEDED, "padding": "valid", "dilation": 1}
RECURRENT: dict[str, object] = {
    "layers": 1, "bidirectional": False, "dropout": 0.0, "return": "sequence", "init": None,
}  # fmt: skip
OPTIONS: dict[str, dict[str, object]] = {
    "conv": {**CONVOLUTION, **WINDOW, "groups": 1},
    "conv1x1": {**CONVOLUTION, "groups": 1},
    "depthwise": {**CONVOLUTION, "padding": "valid", "dilation": 1, "multiplier": 1},
    "separable": {**CONVOLUTION, **WINDOW, "between": False},
    "conv_transpose": {**CONVOLUTION, **WINDOW, "output_padding": 0, "groups": 1},
    "local": {**CONVOLUTION, **WINDOW, "groups": 1},
    "pool": {"kernel": NEEDED, "stride": None, "padding": "valid", "round": "floor", "count_padding": False},
    "global_pool": {"keepdims": False},
    "adaptive_pool": {"to": NEEDED},
    "linear": {"axis": "channels", "bias": "auto", "norm": None, "act": None, "init": None},
    "embed": {"vocab": NEEDED, "init": None},
    "rnn": RECURRENT,
    "lstm": RECURRENT,
    "gru": RECURRENT,
    "attention": {"dropout": 0.0, "init": None},
    "position": {"init": None},
    "norm": {
        "eps": 1e-5, "momentum": 0.1, "affine": True, "act": None, "init": None,
        "groups": None, "size": None, "alpha": 1e-4, "beta": 0.75, "k": 1.0,
    },
    "act": {"slope": None, "alpha": 1.0, "per_channel": True, "axis": None, "init": None},
    "dropout": {"spatial": False},
    "scale": {},
    "upsample": {"mode": "nearest", "align_corners": False},
    "pixel_shuffle": {},
    "pixel_unshuffle": {},
    "channel_shuffle": {},
    "flatten": {},
    "reshape": {"layout": "channels_first"},
    "permute": {},
    "pad": {"mode": "zero"},
    "crop": {},
    "slice": {"start": 0, "stop": None, "step": 1},
    "gray": {},
    "normalize": {},
    "layers": {},
    "branches": {"merge": "concat", "act": None, "split": False},
    "inception": {"pool_kind": "max", "norm": None, "act": None},
    "residual": {"shortcut": "identity", "act": None, "drop_path": 0.0},
    "squeeze_excite": {"act": "relu", "gate": "sigmoid", "init": None},
    "merge": {"axis": "channels", "act": None},
    "use": {"with": {}, "first": {}},
    "for": {"in": NEEDED, "layers": NEEDED},
    "head": {"layers": NEEDED, "train_only": False},
}  # fmt: skip
"""Each kind's options beside its value, with their defaults, as the language's tables have them.

Where none is given, a pool's stride is its kernel, a softmax's axis the channels', a slope 0.01 or 1/6; only
``lrn`` has a size and only ``group`` groups, and must.
"""


def shown(default: Any) -> object:
    """A default as the table shows it: an activation by its name."""
    return default.function if hasattr(default, "function") else default


@pytest.mark.parametrize("kind", KINDS)
def test_the_options_are_those_of_the_languages_tables(kind: str) -> None:
    model = model_of(kind)
    found = {
        alias: NEEDED if model.model_fields[name].is_required() else shown(model.model_fields[name].default)
        for alias, name in option_names(model).items()
        if name != model.value_field
    }
    assert found == OPTIONS[kind]


VALUES_WITH_A_DEFAULT: dict[str, object] = {"flatten": 0, "normalize": {}}


def test_a_kind_without_a_value_has_no_option_for_one() -> None:
    assert {kind for kind in KINDS if not model_of(kind).value_field} == {"position"}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"position"}))
def test_a_kinds_value_is_needed_unless_it_has_a_default(kind: str) -> None:
    model = model_of(kind)
    field = model.model_fields[model.value_field]
    assert (None if field.is_required() else field.default) == VALUES_WITH_A_DEFAULT.get(kind)
