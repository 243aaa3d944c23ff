"""The fixed list of names that PyTorch's modules have."""

from __future__ import annotations

import pytest

from netc.language.reserved import MODULE_ATTRIBUTES, why_taken


def test_the_list_is_what_a_module_of_the_pinned_pytorch_has() -> None:
    import torch

    assert set(dir(torch.nn.Module())) == MODULE_ATTRIBUTES


@pytest.mark.parametrize("name", ["conv1", "act", "norm", "output", "relu", "Input", "self", "_x"])
def test_other_names_are_free(name: str) -> None:
    assert why_taken(name) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("input", "it names a value in every scope"),
        ("prev", "it names a value in every scope"),
        ("class", "it is a keyword of Python"),
        ("None", "it is a keyword of Python"),
        ("forward", "it is an attribute of PyTorch's modules"),
        ("training", "it is an attribute of PyTorch's modules"),
    ],
)
def test_why_a_name_is_taken(name: str, reason: str) -> None:
    assert why_taken(name) == reason
